-- Devices, logins, tokens, and the trace of every act. Of tokens and codes only SHA-256 digests are kept.

-- A handheld or a desk's browser: the account of a machine (一机一账号). handheld is the id that its records carry.
CREATE TABLE device (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    label TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'locked', 'lost')),
    handheld TEXT UNIQUE,
    model TEXT,
    app TEXT,
    recorded_at BIGINT NOT NULL,
    enrolled_at BIGINT
);
CREATE INDEX device_person ON device (person_id);

-- A key outlives its device: records signed with it are checked for ever. public_key is X9.63, uncompressed, hexadecimal.
CREATE TABLE device_key (
    thumbprint TEXT NOT NULL PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES device (id),
    algorithm TEXT NOT NULL,
    public_key TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX device_key_device ON device_key (device_id);

-- The one code that opens a device to its next key: the long form, and digits with few tries.
CREATE TABLE enrolment (
    device_id TEXT NOT NULL PRIMARY KEY REFERENCES device (id),
    code_hash TEXT NOT NULL UNIQUE,
    code_until BIGINT NOT NULL,
    digits_hash TEXT NOT NULL,
    digits_until BIGINT NOT NULL,
    tries BIGINT NOT NULL
);

-- From a password to logout, expiry or revocation. used_at moves at most once a minute.
CREATE TABLE login (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    device_id TEXT REFERENCES device (id),
    manner TEXT NOT NULL CHECK (manner IN ('handheld', 'browser', 'trial')),
    begun_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX login_person ON login (person_id);
CREATE INDEX login_device ON login (device_id, person_id);
CREATE INDEX login_ends ON login (ends_at);

CREATE TABLE access_token (
    token_hash TEXT NOT NULL PRIMARY KEY,
    login_id TEXT NOT NULL REFERENCES login (id),
    expires_at BIGINT NOT NULL
);
CREATE INDEX access_token_login ON access_token (login_id);

-- next_seed makes, together with the token itself, the pair that followed it, once more for a lost answer.
CREATE TABLE refresh_token (
    token_hash TEXT NOT NULL PRIMARY KEY,
    login_id TEXT NOT NULL REFERENCES login (id),
    used_at BIGINT,
    next_seed TEXT
);
CREATE INDEX refresh_token_login ON refresh_token (login_id);

-- Of other systems: a person's rights, cut down to some permissions, until a day.
CREATE TABLE integration_token (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    person_id TEXT NOT NULL REFERENCES person (id),
    label TEXT NOT NULL,
    scopes TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX integration_token_person ON integration_token (person_id);

-- One chain for each writer; hash covers the row before it. What is personal stands beside it in audit_detail, and in the
-- hash as a salted digest, so that it can be deleted and the chain still holds.
CREATE TABLE audit_chain (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE audit (
    chain BIGINT NOT NULL REFERENCES audit_chain (id),
    seq BIGINT NOT NULL CHECK (seq > 0),
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    result TEXT NOT NULL,
    request_id TEXT,
    detail_digest TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_at ON audit (at, chain, seq);

CREATE TABLE audit_detail (
    chain BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    salt TEXT NOT NULL,
    person_id TEXT,
    device_id TEXT,
    address TEXT,
    object TEXT,
    purpose TEXT,
    PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_detail_person ON audit_detail (person_id);
CREATE INDEX audit_detail_object ON audit_detail (object);

-- The end of a chain at a moment, signed (ES256) with the gateway's key: what follows from it cannot be cut off unseen.
CREATE TABLE audit_head (
    chain BIGINT NOT NULL REFERENCES audit_chain (id),
    seq BIGINT NOT NULL,
    day TEXT NOT NULL,
    hash TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
);

-- Rows up to here were removed after the time that they are kept; hash is that of the last one.
CREATE TABLE audit_retired (
    chain BIGINT NOT NULL REFERENCES audit_chain (id),
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    retired_at BIGINT NOT NULL,
    PRIMARY KEY (chain, seq)
);

-- Records and photos are traced by the batch that they were written in: a row of the chain seals them all. The salt stands
-- between a record's digest and its seal.
ALTER TABLE report ADD COLUMN salt TEXT;
ALTER TABLE report ADD COLUMN seal_chain BIGINT;
ALTER TABLE report ADD COLUMN seal_seq BIGINT;
-- The device that handed it over, and what its key signed when the record was made (base64 of r and s).
ALTER TABLE report ADD COLUMN sent_by TEXT;
ALTER TABLE report ADD COLUMN signature TEXT;
ALTER TABLE report ADD COLUMN signed_with TEXT;
ALTER TABLE photo_possession ADD COLUMN seal_chain BIGINT;
ALTER TABLE photo_possession ADD COLUMN seal_seq BIGINT;
