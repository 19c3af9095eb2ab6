-- NULL for a password as old as its account. One from before passwords had an age counts from its last login, so that
-- nobody's session changes its meaning today.
ALTER TABLE person ADD COLUMN password_set_at BIGINT;
UPDATE person SET password_set_at = (SELECT MAX(s.created_at) FROM session AS s WHERE s.person_id = person.id);
-- Somebody else knows the password: it was handed out or reset.
ALTER TABLE person ADD COLUMN must_change BIGINT NOT NULL DEFAULT 0 CHECK (must_change IN (0, 1));

-- Passwords that may not be taken again, in the order in which they were given up.
CREATE TABLE password_history (
    person_id TEXT NOT NULL REFERENCES person (id),
    number BIGINT NOT NULL,
    password_hash TEXT NOT NULL,
    PRIMARY KEY (person_id, number)
);

-- Tries at passwords that failed, by digests: people type passwords where names belong.
CREATE TABLE login_failure (
    counter TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX login_failure_last ON login_failure (last_at);

-- Codes for a database that has no security administrator yet.
CREATE TABLE first_administrator_code (
    code_hash TEXT NOT NULL PRIMARY KEY,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Old sessions end with the upgrade: logins have taken their place.
DROP TABLE session;
