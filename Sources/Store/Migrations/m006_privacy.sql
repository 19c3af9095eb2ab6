-- Lists of key persons (重点人员名册): whose, on what paper, for what, in whose hands, for how long. No basis, no row.
-- valid_to: NULL only where the term was never stated, of lists from before this step.
CREATE TABLE key_person_list (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL CHECK (owner <> ''),
    area_id TEXT NOT NULL REFERENCES area (id),
    legal_basis TEXT NOT NULL CHECK (legal_basis <> ''),
    purpose TEXT NOT NULL CHECK (purpose <> ''),
    entrusted_to TEXT,
    minors BIGINT NOT NULL CHECK (minors IN (0, 1)),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    ended_at BIGINT,
    ended_by TEXT,
    ended_because TEXT
);
CREATE INDEX key_person_list_area ON key_person_list (area_id);
CREATE INDEX key_person_list_owner ON key_person_list (owner, legal_basis);

-- Who is on which list, in two times. reason: on what paper somebody entered it.
CREATE TABLE key_person_member (
    list_id TEXT NOT NULL REFERENCES key_person_list (id),
    key_person_id TEXT NOT NULL REFERENCES key_person (id),
    reason TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (list_id, key_person_id, valid_from, recorded_at)
);
CREATE INDEX key_person_member_person ON key_person_member (key_person_id);

-- Whose account acts for a list's owner.
CREATE TABLE key_person_steward (
    list_id TEXT NOT NULL REFERENCES key_person_list (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (list_id, person_id, valid_from)
);
CREATE INDEX key_person_steward_person ON key_person_steward (person_id);

-- What only the list's owner knows. Overwritten in place: of a secret there is no history.
CREATE TABLE key_person_vault (
    list_id TEXT NOT NULL REFERENCES key_person_list (id),
    key_person_id TEXT NOT NULL REFERENCES key_person (id),
    category TEXT NOT NULL CHECK (category <> ''),
    identity_number TEXT,
    case_text TEXT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (list_id, key_person_id)
);
CREATE INDEX key_person_vault_person ON key_person_vault (key_person_id);

-- Until now a person named owner and basis themselves. Each pair is a list of the county that the person's grid is in.
INSERT INTO key_person_list (id, owner, area_id, legal_basis, purpose, entrusted_to, minors, valid_from, valid_to,
    recorded_at, recorded_by, ended_at, ended_by, ended_because)
WITH RECURSIVE climb (grid, area) AS (
    SELECT id, id FROM area WHERE level = 'grid'
    UNION SELECT c.grid, p.parent_id FROM climb AS c JOIN area_parent AS p
        ON p.area_id = c.area AND p.tree = 'managed' AND p.superseded_at IS NULL
), home (person, area) AS (
    SELECT r.key_person_id, COALESCE(MIN(CASE WHEN a.level = 'county' THEN a.id END), MIN(a.id))
    FROM key_person_roster AS r JOIN climb AS c ON c.grid = r.grid_id JOIN area AS a ON a.id = c.area
    GROUP BY r.key_person_id
), stated (owner, legal_basis, area, recorded_at) AS (
    SELECT d.list_owner, d.legal_basis, h.area, MIN(d.recorded_at)
    FROM key_person_detail AS d JOIN home AS h ON h.person = d.key_person_id
    WHERE d.superseded_at IS NULL AND d.list_owner <> '' AND d.legal_basis <> ''
    GROUP BY d.list_owner, d.legal_basis, h.area
)
SELECT 'list-' || CAST(ROW_NUMBER() OVER (ORDER BY owner, legal_basis, area) AS TEXT), owner, area, legal_basis,
    '未写明，请主管部门补正 · not stated; the owner has to say it', NULL, 0, '0001-01-01', NULL, recorded_at, 'migration',
    NULL, NULL, NULL
FROM stated;

INSERT INTO key_person_member (list_id, key_person_id, reason, valid_from, valid_to, recorded_at, superseded_at)
WITH RECURSIVE climb (grid, area) AS (
    SELECT id, id FROM area WHERE level = 'grid'
    UNION SELECT c.grid, p.parent_id FROM climb AS c JOIN area_parent AS p
        ON p.area_id = c.area AND p.tree = 'managed' AND p.superseded_at IS NULL
), home (person, area) AS (
    SELECT r.key_person_id, COALESCE(MIN(CASE WHEN a.level = 'county' THEN a.id END), MIN(a.id))
    FROM key_person_roster AS r JOIN climb AS c ON c.grid = r.grid_id JOIN area AS a ON a.id = c.area
    GROUP BY r.key_person_id
)
SELECT l.id, d.key_person_id, 'migration', d.valid_from, d.valid_to, d.recorded_at, NULL
FROM key_person_detail AS d JOIN home AS h ON h.person = d.key_person_id
JOIN key_person_list AS l ON l.owner = d.list_owner AND l.legal_basis = d.legal_basis AND l.area_id = h.area
WHERE d.superseded_at IS NULL;

-- Whose details are deleted: the row stays for the ledger's sake.
ALTER TABLE key_person ADD COLUMN shredded_at BIGINT;

-- cut: what was deleted from the body, 'position' or 'content'; where that changed it, sha256 is '' and salt and
-- signature NULL from then on, and sealed_digest, SHA-256(salt, raw digest), is all that is left of both.
ALTER TABLE report ADD COLUMN sealed_digest TEXT;
ALTER TABLE report ADD COLUMN cut TEXT CHECK (cut IN ('position', 'content'));
ALTER TABLE report ADD COLUMN cut_at BIGINT;
CREATE INDEX report_uncut ON report (subject_kind, received_at) WHERE cut IS NULL;

-- Words that look classified (疑似涉密), kept from everybody until somebody entitled has decided. signs: JSON Pointers
-- into the record and what was found there, one a line.
CREATE TABLE quarantine (
    report_id TEXT NOT NULL PRIMARY KEY REFERENCES report (id),
    signs TEXT NOT NULL,
    quarantined_at BIGINT NOT NULL,
    decision TEXT CHECK (decision IN ('release', 'remove')),
    reason TEXT,
    decided_by TEXT,
    decided_at BIGINT
);

-- What was deleted at somebody's wish, by duty or by job, on what grounds, and what had to stay.
CREATE TABLE deletion (
    id TEXT NOT NULL PRIMARY KEY,
    subject_id TEXT NOT NULL,
    whose TEXT NOT NULL CHECK (whose IN ('keyPerson', 'account')),
    reason TEXT NOT NULL,
    kept TEXT NOT NULL,
    deleted_at BIGINT NOT NULL,
    deleted_by TEXT NOT NULL
);
CREATE INDEX deletion_subject ON deletion (subject_id);
