CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY);

-- Instants are milliseconds since 1970 UTC, days 'YYYY-MM-DD', months 'YYYY-MM', flags 0/1, digests lower-case hexadecimal.
-- valid_from … valid_to (exclusive, NULL = open) says when a fact holds; recorded_at … superseded_at when we knew it.

-- What the whole database was made for and can't be changed under it: the time zone of its months.
CREATE TABLE deployment (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE area (
    id TEXT NOT NULL PRIMARY KEY,
    level TEXT NOT NULL CHECK (level IN ('province', 'city', 'county', 'town', 'station', 'village', 'grid', 'microGrid')),
    grid_kind TEXT CHECK (grid_kind IN ('general', 'special')),
    recorded_at BIGINT NOT NULL
);

CREATE TABLE area_name (
    area_id TEXT NOT NULL REFERENCES area (id),
    name TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (area_id, valid_from)
);

CREATE TABLE area_parent (
    area_id TEXT NOT NULL REFERENCES area (id),
    tree TEXT NOT NULL CHECK (tree IN ('law', 'managed')),
    parent_id TEXT NOT NULL REFERENCES area (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (area_id, tree, valid_from)
);
CREATE INDEX area_parent_parent ON area_parent (parent_id);

CREATE TABLE area_code (
    area_id TEXT NOT NULL REFERENCES area (id),
    scheme TEXT NOT NULL,
    value TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (scheme, value, valid_from)
);
CREATE INDEX area_code_area ON area_code (area_id);

CREATE TABLE area_succession (
    from_area TEXT NOT NULL REFERENCES area (id),
    to_area TEXT NOT NULL REFERENCES area (id),
    day TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('rename', 'recode', 'merge', 'split', 'transfer')),
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (from_area, to_area, day)
);
CREATE INDEX area_succession_to ON area_succession (to_area);

CREATE TABLE person (
    id TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled_at BIGINT,
    recorded_at BIGINT NOT NULL
);

CREATE TABLE role_assignment (
    person_id TEXT NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    area_id TEXT NOT NULL REFERENCES area (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, role, area_id, valid_from)
);
CREATE INDEX role_assignment_area ON role_assignment (area_id);

CREATE TABLE duty (
    person_id TEXT NOT NULL REFERENCES person (id),
    grid_id TEXT NOT NULL REFERENCES area (id),
    capacity TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (person_id, grid_id, valid_from, recorded_at)
);
CREATE INDEX duty_grid ON duty (grid_id);

CREATE TABLE session (
    token_hash TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX session_person ON session (person_id);

-- Latitude and longitude as given, with their system, beside the converted WGS-84 values.
CREATE TABLE place (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    address TEXT NOT NULL,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    coordinate_system TEXT,
    wgs84_latitude DOUBLE PRECISION,
    wgs84_longitude DOUBLE PRECISION,
    radius_metres DOUBLE PRECISION NOT NULL,
    recorded_at BIGINT NOT NULL
);

CREATE TABLE place_roster (
    place_id TEXT NOT NULL REFERENCES place (id),
    grid_id TEXT NOT NULL REFERENCES area (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (place_id, valid_from, recorded_at)
);
CREATE INDEX place_roster_grid ON place_roster (grid_id);

-- No category here: it stays with the list's owner.
CREATE TABLE key_person (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    contact_rule TEXT NOT NULL,
    safety_hint TEXT,
    list_owner TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    recorded_at BIGINT NOT NULL
);

CREATE TABLE key_person_roster (
    key_person_id TEXT NOT NULL REFERENCES key_person (id),
    grid_id TEXT NOT NULL REFERENCES area (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (key_person_id, valid_from, recorded_at)
);
CREATE INDEX key_person_roster_grid ON key_person_roster (grid_id);

CREATE TABLE report (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    device_id TEXT NOT NULL,
    device_sequence BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    body TEXT NOT NULL,
    captured_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    visited_at BIGINT NOT NULL,
    month TEXT NOT NULL,
    grid_id TEXT REFERENCES area (id),
    subject_kind TEXT CHECK (subject_kind IN ('place', 'keyPerson')),
    missing_photos BIGINT NOT NULL,
    unknown_members TEXT NOT NULL
);
CREATE INDEX report_person ON report (person_id, month, received_at, id);
CREATE INDEX report_grid ON report (grid_id, month, received_at, id);

CREATE TABLE place_visit (
    report_id TEXT NOT NULL PRIMARY KEY REFERENCES report (id),
    subject_id TEXT NOT NULL,
    month TEXT NOT NULL,
    visited_at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    standing BIGINT NOT NULL,
    grade TEXT NOT NULL,
    reasons TEXT NOT NULL,
    rule_version BIGINT NOT NULL,
    policy_version BIGINT NOT NULL,
    capacity TEXT,
    downgraded_because TEXT
);
CREATE INDEX place_visit_subject ON place_visit (subject_id, month);

CREATE TABLE key_person_visit (
    report_id TEXT NOT NULL PRIMARY KEY REFERENCES report (id),
    subject_id TEXT NOT NULL,
    month TEXT NOT NULL,
    visited_at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    standing BIGINT NOT NULL,
    grade TEXT NOT NULL,
    reasons TEXT NOT NULL,
    rule_version BIGINT NOT NULL,
    policy_version BIGINT NOT NULL,
    capacity TEXT,
    downgraded_because TEXT
);
CREATE INDEX key_person_visit_subject ON key_person_visit (subject_id, month);

CREATE TABLE finding (
    report_id TEXT NOT NULL REFERENCES report (id),
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    urgent BIGINT NOT NULL CHECK (urgent IN (0, 1)),
    PRIMARY KEY (report_id, position)
);

CREATE TABLE report_photo (
    report_id TEXT NOT NULL REFERENCES report (id),
    position BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    role TEXT,
    PRIMARY KEY (report_id, position)
);
CREATE INDEX report_photo_sha256 ON report_photo (sha256);

CREATE TABLE photo (
    sha256 TEXT NOT NULL PRIMARY KEY,
    bytes BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('stored', 'damaged', 'quarantined')),
    problem TEXT,
    width BIGINT,
    height BIGINT,
    large_sha256 TEXT,
    thumbnail_sha256 TEXT,
    pipeline_version BIGINT,
    captured_at TEXT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    make TEXT,
    model TEXT,
    received_at BIGINT NOT NULL
);

-- Who sent the bytes: a digest counts for a report only when its own person sent them.
CREATE TABLE photo_possession (
    sha256 TEXT NOT NULL REFERENCES photo (sha256),
    person_id TEXT NOT NULL REFERENCES person (id),
    received_at BIGINT NOT NULL,
    PRIMARY KEY (sha256, person_id)
);
CREATE INDEX photo_possession_person ON photo_possession (person_id);

-- The month's ledger (月度巡查台账).
CREATE TABLE ledger_month (
    month TEXT NOT NULL PRIMARY KEY,
    opened_at BIGINT NOT NULL
);

-- Counters of one grid, month and subject kind; path is the grid's place in that month's managed-by tree.
CREATE TABLE grid_month (
    month TEXT NOT NULL REFERENCES ledger_month (month),
    grid_id TEXT NOT NULL REFERENCES area (id),
    kind TEXT NOT NULL CHECK (kind IN ('place', 'keyPerson')),
    path TEXT NOT NULL,
    due BIGINT NOT NULL,
    done BIGINT NOT NULL,
    provisional BIGINT NOT NULL,
    excused BIGINT NOT NULL,
    awaiting BIGINT NOT NULL,
    PRIMARY KEY (month, grid_id, kind)
);
CREATE INDEX grid_month_path ON grid_month (month, path);
CREATE INDEX grid_month_grid ON grid_month (grid_id);

-- best_* name the visit that carries the state; best_standing is -1 while there is none.
CREATE TABLE place_obligation (
    subject_id TEXT NOT NULL REFERENCES place (id),
    month TEXT NOT NULL REFERENCES ledger_month (month),
    grid_id TEXT NOT NULL REFERENCES area (id),
    state TEXT NOT NULL CHECK (state IN ('due', 'done', 'awaiting', 'excused')),
    best_standing BIGINT NOT NULL,
    best_visited_at BIGINT,
    best_report_id TEXT,
    PRIMARY KEY (subject_id, month)
);
CREATE INDEX place_obligation_grid ON place_obligation (grid_id, month, state, subject_id);
CREATE INDEX place_obligation_month ON place_obligation (month);

CREATE TABLE key_person_obligation (
    subject_id TEXT NOT NULL REFERENCES key_person (id),
    month TEXT NOT NULL REFERENCES ledger_month (month),
    grid_id TEXT NOT NULL REFERENCES area (id),
    state TEXT NOT NULL CHECK (state IN ('due', 'done', 'awaiting', 'excused')),
    best_standing BIGINT NOT NULL,
    best_visited_at BIGINT,
    best_report_id TEXT,
    PRIMARY KEY (subject_id, month)
);
CREATE INDEX key_person_obligation_grid ON key_person_obligation (grid_id, month, state, subject_id);
CREATE INDEX key_person_obligation_month ON key_person_obligation (month);

-- Who does a piece of background work just now, so that of several gateways one does it.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    held_until BIGINT NOT NULL
);

-- Policies: what is owed, how often, what counts for it. Sets are kept one member a line; '' stands for the empty set.
CREATE TABLE policy (
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('place', 'keyPerson')),
    task TEXT NOT NULL CHECK (task IN ('patrol', 'professional', 'keyPeriod')),
    title TEXT NOT NULL,
    basis TEXT NOT NULL,
    every TEXT NOT NULL CHECK (every IN ('month', 'week', 'span')),
    times BIGINT NOT NULL CHECK (times >= 1),
    span_first TEXT,
    span_last TEXT,
    classes TEXT NOT NULL,
    areas TEXT NOT NULL,
    outcomes TEXT NOT NULL,
    capacities TEXT NOT NULL,
    together TEXT NOT NULL,
    units TEXT NOT NULL,
    demands TEXT NOT NULL,
    attempts_suffice BIGINT NOT NULL CHECK (attempts_suffice IN (0, 1)),
    joined_days BIGINT NOT NULL,
    photo_grace_days BIGINT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (id, version)
);

-- What else the gateway saw of the handheld's clocks, and by which rules it made the visit's time of them.
ALTER TABLE report ADD COLUMN time_rule BIGINT NOT NULL DEFAULT 1;
ALTER TABLE report ADD COLUMN sent_uptime BIGINT;
ALTER TABLE report ADD COLUMN sent_clock BIGINT;

-- earliest_at … latest_at: the interval of a time that is not certain to the day. others: capacities and units of those
-- who came along, one a line. brings: what the record shows besides words. ruled: a standing that a person gave.
ALTER TABLE place_visit ADD COLUMN earliest_at BIGINT;
ALTER TABLE place_visit ADD COLUMN latest_at BIGINT;
ALTER TABLE place_visit ADD COLUMN others TEXT NOT NULL DEFAULT '';
ALTER TABLE place_visit ADD COLUMN brings TEXT NOT NULL DEFAULT '';
ALTER TABLE place_visit ADD COLUMN policy TEXT NOT NULL DEFAULT 'monthly';
ALTER TABLE place_visit ADD COLUMN ruled BIGINT;
ALTER TABLE place_visit ADD COLUMN until_day TEXT;
UPDATE place_visit SET standing = standing + 2 WHERE standing >= 3;
UPDATE place_visit SET ruled = standing WHERE downgraded_because IS NOT NULL;

ALTER TABLE key_person_visit ADD COLUMN earliest_at BIGINT;
ALTER TABLE key_person_visit ADD COLUMN latest_at BIGINT;
ALTER TABLE key_person_visit ADD COLUMN others TEXT NOT NULL DEFAULT '';
ALTER TABLE key_person_visit ADD COLUMN brings TEXT NOT NULL DEFAULT '';
ALTER TABLE key_person_visit ADD COLUMN policy TEXT NOT NULL DEFAULT 'monthly';
ALTER TABLE key_person_visit ADD COLUMN ruled BIGINT;
ALTER TABLE key_person_visit ADD COLUMN until_day TEXT;
UPDATE key_person_visit SET standing = standing + 2 WHERE standing >= 3;
UPDATE key_person_visit SET ruled = standing WHERE downgraded_because IS NOT NULL;

-- closed: when the month was closed here, 0 while it is open; whatever changes afterwards is told in the journal.
ALTER TABLE grid_month ADD COLUMN outside_only BIGINT NOT NULL DEFAULT 0;
ALTER TABLE grid_month ADD COLUMN late BIGINT NOT NULL DEFAULT 0;
ALTER TABLE grid_month ADD COLUMN closed BIGINT NOT NULL DEFAULT 0;

-- One duty: the ordinal-th visit of a policy's period. last_day decides the month and the grid that owes it. A month's
-- duties are found by its grids.
CREATE TABLE place_duty (
    subject_id TEXT NOT NULL REFERENCES place (id),
    month TEXT NOT NULL,
    policy TEXT NOT NULL,
    first_day TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    last_day TEXT NOT NULL,
    policy_version BIGINT NOT NULL,
    grid_id TEXT NOT NULL REFERENCES area (id),
    state TEXT NOT NULL CHECK (state IN ('due', 'done', 'awaiting', 'excused')),
    best_standing BIGINT NOT NULL,
    best_visited_at BIGINT,
    best_received_at BIGINT,
    best_report_id TEXT,
    late BIGINT NOT NULL CHECK (late IN (0, 1)),
    PRIMARY KEY (subject_id, month, policy, first_day, ordinal)
);
INSERT INTO place_duty
SELECT o.subject_id, o.month, 'monthly', o.month || '-01', 1,
    o.month || CASE WHEN substr(o.month, 6, 2) IN ('04', '06', '09', '11') THEN '-30'
        WHEN substr(o.month, 6, 2) <> '02' THEN '-31'
        WHEN CAST(substr(o.month, 1, 4) AS BIGINT) % 400 = 0 THEN '-29'
        WHEN CAST(substr(o.month, 1, 4) AS BIGINT) % 100 = 0 THEN '-28'
        WHEN CAST(substr(o.month, 1, 4) AS BIGINT) % 4 = 0 THEN '-29' ELSE '-28' END,
    1, o.grid_id, o.state, CASE WHEN o.best_standing >= 3 THEN o.best_standing + 2 ELSE o.best_standing END,
    o.best_visited_at, r.received_at, o.best_report_id, 0
FROM place_obligation AS o LEFT JOIN report AS r ON r.id = o.best_report_id;
DROP TABLE place_obligation;
ALTER TABLE place_duty RENAME TO place_obligation;
CREATE INDEX place_obligation_grid ON place_obligation (grid_id, month, subject_id);

CREATE TABLE key_person_duty (
    subject_id TEXT NOT NULL REFERENCES key_person (id),
    month TEXT NOT NULL,
    policy TEXT NOT NULL,
    first_day TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    last_day TEXT NOT NULL,
    policy_version BIGINT NOT NULL,
    grid_id TEXT NOT NULL REFERENCES area (id),
    state TEXT NOT NULL CHECK (state IN ('due', 'done', 'awaiting', 'excused')),
    best_standing BIGINT NOT NULL,
    best_visited_at BIGINT,
    best_received_at BIGINT,
    best_report_id TEXT,
    late BIGINT NOT NULL CHECK (late IN (0, 1)),
    PRIMARY KEY (subject_id, month, policy, first_day, ordinal)
);
INSERT INTO key_person_duty
SELECT o.subject_id, o.month, 'monthly', o.month || '-01', 1,
    o.month || CASE WHEN substr(o.month, 6, 2) IN ('04', '06', '09', '11') THEN '-30'
        WHEN substr(o.month, 6, 2) <> '02' THEN '-31'
        WHEN CAST(substr(o.month, 1, 4) AS BIGINT) % 400 = 0 THEN '-29'
        WHEN CAST(substr(o.month, 1, 4) AS BIGINT) % 100 = 0 THEN '-28'
        WHEN CAST(substr(o.month, 1, 4) AS BIGINT) % 4 = 0 THEN '-29' ELSE '-28' END,
    1, o.grid_id, o.state, CASE WHEN o.best_standing >= 3 THEN o.best_standing + 2 ELSE o.best_standing END,
    o.best_visited_at, r.received_at, o.best_report_id, 0
FROM key_person_obligation AS o LEFT JOIN report AS r ON r.id = o.best_report_id;
DROP TABLE key_person_obligation;
ALTER TABLE key_person_duty RENAME TO key_person_obligation;
CREATE INDEX key_person_obligation_grid ON key_person_obligation (grid_id, month, subject_id);

-- Shorter: what comes in one millisecond is put in order when it is read.
DROP INDEX report_person;
CREATE INDEX report_person ON report (person_id, month, received_at);
DROP INDEX report_grid;
CREATE INDEX report_grid ON report (grid_id, month, received_at);

-- By which rules a month was opened: 1 knew neither a joining day nor lateness.
ALTER TABLE ledger_month ADD COLUMN rules BIGINT NOT NULL DEFAULT 1;

-- A county closes a month as a unit.
CREATE TABLE closing (
    unit_id TEXT NOT NULL REFERENCES area (id),
    month TEXT NOT NULL REFERENCES ledger_month (month),
    closed_at BIGINT NOT NULL,
    closed_by TEXT NOT NULL,
    PRIMARY KEY (unit_id, month)
);
CREATE INDEX closing_month ON closing (month);

-- One version of a closed month. tree: the areas as they stood, in version 1. sha256: over tree and pages.
CREATE TABLE ledger_version (
    unit_id TEXT NOT NULL REFERENCES area (id),
    month TEXT NOT NULL REFERENCES ledger_month (month),
    version BIGINT NOT NULL,
    cut_at BIGINT NOT NULL,
    tree TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (unit_id, month, version)
);
CREATE INDEX ledger_version_month ON ledger_version (month);

-- A grid's page of a version; a later version holds only the pages that changed. body: one duty a line. journal: the last
-- entry of the grid's journal that the page includes.
CREATE TABLE place_page (
    month TEXT NOT NULL REFERENCES ledger_month (month),
    grid_id TEXT NOT NULL REFERENCES area (id),
    version BIGINT NOT NULL,
    unit_id TEXT NOT NULL REFERENCES area (id),
    cut_at BIGINT NOT NULL,
    path TEXT NOT NULL,
    journal BIGINT NOT NULL,
    body TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    due BIGINT NOT NULL,
    done BIGINT NOT NULL,
    provisional BIGINT NOT NULL,
    outside_only BIGINT NOT NULL,
    late BIGINT NOT NULL,
    excused BIGINT NOT NULL,
    awaiting BIGINT NOT NULL,
    PRIMARY KEY (month, grid_id, version)
);
CREATE INDEX place_page_grid ON place_page (grid_id);
CREATE INDEX place_page_unit ON place_page (unit_id, month, version);
CREATE INDEX place_page_path ON place_page (month, path);

CREATE TABLE key_person_page (
    month TEXT NOT NULL REFERENCES ledger_month (month),
    grid_id TEXT NOT NULL REFERENCES area (id),
    version BIGINT NOT NULL,
    unit_id TEXT NOT NULL REFERENCES area (id),
    cut_at BIGINT NOT NULL,
    path TEXT NOT NULL,
    journal BIGINT NOT NULL,
    body TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    due BIGINT NOT NULL,
    done BIGINT NOT NULL,
    provisional BIGINT NOT NULL,
    outside_only BIGINT NOT NULL,
    late BIGINT NOT NULL,
    excused BIGINT NOT NULL,
    awaiting BIGINT NOT NULL,
    PRIMARY KEY (month, grid_id, version)
);
CREATE INDEX key_person_page_grid ON key_person_page (grid_id);
CREATE INDEX key_person_page_unit ON key_person_page (unit_id, month, version);
CREATE INDEX key_person_page_path ON key_person_page (month, path);

-- What changed in a month after its closing, appended and never edited: who, when, why, and the duty's line before and
-- after. source: the record or ruling that caused it.
CREATE TABLE place_journal (
    month TEXT NOT NULL REFERENCES ledger_month (month),
    grid_id TEXT NOT NULL REFERENCES area (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    cause TEXT NOT NULL CHECK (cause IN ('arrival', 'photo', 'ruling', 'roster', 'policy', 'job')),
    by_whom TEXT NOT NULL,
    source TEXT,
    subject_id TEXT NOT NULL,
    line_before TEXT,
    line_after TEXT,
    PRIMARY KEY (month, grid_id, number)
);
CREATE INDEX place_journal_grid ON place_journal (grid_id);

CREATE TABLE key_person_journal (
    month TEXT NOT NULL REFERENCES ledger_month (month),
    grid_id TEXT NOT NULL REFERENCES area (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    cause TEXT NOT NULL CHECK (cause IN ('arrival', 'photo', 'ruling', 'roster', 'policy', 'job')),
    by_whom TEXT NOT NULL,
    source TEXT,
    subject_id TEXT NOT NULL,
    line_before TEXT,
    line_after TEXT,
    PRIMARY KEY (month, grid_id, number)
);
CREATE INDEX key_person_journal_grid ON key_person_journal (grid_id);

-- Rulings (认定) of the executive deputy, appended and never edited; the latest one on a visit holds. report_id is NULL for
-- an excuse without a visit, which then names its days. standing: what the visit counts for by it, NULL where it is judged
-- anew. until_day: of a dated status. batch_id: of a bulk ruling. answers: the ruling that an appeal was about.
CREATE TABLE place_ruling (
    id TEXT NOT NULL PRIMARY KEY,
    subject_id TEXT NOT NULL,
    month TEXT NOT NULL,
    report_id TEXT REFERENCES report (id),
    matter TEXT NOT NULL CHECK (matter IN ('time', 'status', 'roster', 'family', 'evidence', 'attempts', 'dispute', 'excuse')),
    decision TEXT NOT NULL CHECK (decision IN ('granted', 'refused', 'raised')),
    standing BIGINT,
    into_month TEXT,
    first_day TEXT,
    until_day TEXT,
    reason TEXT NOT NULL,
    basis TEXT NOT NULL,
    manner TEXT NOT NULL CHECK (manner IN ('single', 'bulk', 'rule', 'confirmation', 'appeal')),
    batch_id TEXT,
    answers TEXT,
    ruled_by TEXT NOT NULL,
    ruled_at BIGINT NOT NULL
);
CREATE INDEX place_ruling_report ON place_ruling (report_id);
CREATE INDEX place_ruling_subject ON place_ruling (subject_id, month);
CREATE INDEX place_ruling_month ON place_ruling (month, ruled_at);

CREATE TABLE key_person_ruling (
    id TEXT NOT NULL PRIMARY KEY,
    subject_id TEXT NOT NULL,
    month TEXT NOT NULL,
    report_id TEXT REFERENCES report (id),
    matter TEXT NOT NULL CHECK (matter IN ('time', 'status', 'roster', 'family', 'evidence', 'attempts', 'dispute', 'excuse')),
    decision TEXT NOT NULL CHECK (decision IN ('granted', 'refused', 'raised')),
    standing BIGINT,
    into_month TEXT,
    first_day TEXT,
    until_day TEXT,
    reason TEXT NOT NULL,
    basis TEXT NOT NULL,
    manner TEXT NOT NULL CHECK (manner IN ('single', 'bulk', 'rule', 'confirmation', 'appeal')),
    batch_id TEXT,
    answers TEXT,
    ruled_by TEXT NOT NULL,
    ruled_at BIGINT NOT NULL
);
CREATE INDEX key_person_ruling_report ON key_person_ruling (report_id);
CREATE INDEX key_person_ruling_subject ON key_person_ruling (subject_id, month);
CREATE INDEX key_person_ruling_month ON key_person_ruling (month, ruled_at);

-- Rules by which the county grants what waits.
CREATE TABLE ruling_rule (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('place', 'keyPerson')),
    matter TEXT NOT NULL,
    classes TEXT NOT NULL,
    areas TEXT NOT NULL,
    months_in_row BIGINT NOT NULL,
    longest_days BIGINT NOT NULL,
    basis TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL
);

-- A bulk ruling on its way: what it is to hold for, and which of it was drawn to be looked at first.
CREATE TABLE ruling_batch (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('place', 'keyPerson')),
    area_id TEXT NOT NULL REFERENCES area (id),
    month TEXT NOT NULL,
    matter TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('granted', 'refused')),
    reason TEXT NOT NULL,
    basis TEXT NOT NULL,
    seed BIGINT NOT NULL,
    drawn_by TEXT NOT NULL,
    drawn_at BIGINT NOT NULL,
    applied_at BIGINT
);
CREATE INDEX ruling_batch_area ON ruling_batch (area_id);

CREATE TABLE ruling_batch_item (
    batch_id TEXT NOT NULL REFERENCES ruling_batch (id),
    report_id TEXT NOT NULL REFERENCES report (id),
    sampled BIGINT NOT NULL CHECK (sampled IN (0, 1)),
    PRIMARY KEY (batch_id, report_id)
);
CREATE INDEX ruling_batch_item_report ON ruling_batch_item (report_id);

-- A worker's answer to a ruling on their record (申诉).
CREATE TABLE place_appeal (
    ruling_id TEXT NOT NULL PRIMARY KEY REFERENCES place_ruling (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    text TEXT NOT NULL,
    appealed_at BIGINT NOT NULL,
    answer TEXT,
    answered_by TEXT,
    answered_at BIGINT
);
CREATE INDEX place_appeal_person ON place_appeal (person_id);

CREATE TABLE key_person_appeal (
    ruling_id TEXT NOT NULL PRIMARY KEY REFERENCES key_person_ruling (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    text TEXT NOT NULL,
    appealed_at BIGINT NOT NULL,
    answer TEXT,
    answered_by TEXT,
    answered_at BIGINT
);
CREATE INDEX key_person_appeal_person ON key_person_appeal (person_id);

-- What the town found when it looked at a drawn ruling.
CREATE TABLE ruling_review (
    ruling_id TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    agrees BIGINT NOT NULL CHECK (agrees IN (0, 1)),
    note TEXT NOT NULL,
    reviewed_at BIGINT NOT NULL,
    PRIMARY KEY (ruling_id, reviewer)
);

-- Places that a record found to be new, gone or changed, until somebody has decided.
CREATE TABLE place_proposal (
    report_id TEXT NOT NULL PRIMARY KEY REFERENCES report (id),
    subject_id TEXT,
    change TEXT NOT NULL CHECK (change IN ('add', 'remove', 'replace')),
    grid_id TEXT REFERENCES area (id),
    from_day TEXT NOT NULL,
    name TEXT,
    address TEXT,
    decision TEXT CHECK (decision IN ('accepted', 'refused')),
    decided_by TEXT,
    decided_at BIGINT,
    result_id TEXT
);
CREATE INDEX place_proposal_grid ON place_proposal (grid_id, decision);

-- Key persons that a record found to be off the list: a request to the list's owner.
CREATE TABLE key_person_proposal (
    report_id TEXT NOT NULL PRIMARY KEY REFERENCES report (id),
    subject_id TEXT,
    change TEXT NOT NULL CHECK (change IN ('add', 'remove', 'replace')),
    grid_id TEXT REFERENCES area (id),
    from_day TEXT NOT NULL,
    name TEXT,
    address TEXT,
    decision TEXT CHECK (decision IN ('accepted', 'refused')),
    decided_by TEXT,
    decided_at BIGINT,
    result_id TEXT
);
CREATE INDEX key_person_proposal_grid ON key_person_proposal (grid_id, decision);

-- Names, managers, codes of areas in two times, as rosters have them: a correction keeps what was known before.
CREATE TABLE area_name_dated (
    area_id TEXT NOT NULL REFERENCES area (id),
    name TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (area_id, valid_from, recorded_at)
);
INSERT INTO area_name_dated SELECT area_id, name, valid_from, valid_to, recorded_at, NULL FROM area_name;
DROP TABLE area_name;
ALTER TABLE area_name_dated RENAME TO area_name;

CREATE TABLE area_parent_dated (
    area_id TEXT NOT NULL REFERENCES area (id),
    tree TEXT NOT NULL CHECK (tree IN ('law', 'managed')),
    parent_id TEXT NOT NULL REFERENCES area (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (area_id, tree, valid_from, recorded_at)
);
INSERT INTO area_parent_dated
SELECT area_id, tree, parent_id, valid_from, valid_to, recorded_at, NULL FROM area_parent;
DROP TABLE area_parent;
ALTER TABLE area_parent_dated RENAME TO area_parent;
CREATE INDEX area_parent_parent ON area_parent (parent_id);

CREATE TABLE area_code_dated (
    area_id TEXT NOT NULL REFERENCES area (id),
    scheme TEXT NOT NULL,
    value TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (scheme, value, valid_from, recorded_at)
);
INSERT INTO area_code_dated SELECT area_id, scheme, value, valid_from, valid_to, recorded_at, NULL FROM area_code;
DROP TABLE area_code;
ALTER TABLE area_code_dated RENAME TO area_code;
CREATE INDEX area_code_area ON area_code (area_id);

-- What a place or key person is called and where, in two times; place and key_person hold what is known now.
CREATE TABLE place_detail (
    place_id TEXT NOT NULL REFERENCES place (id),
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    address TEXT NOT NULL,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    coordinate_system TEXT,
    wgs84_latitude DOUBLE PRECISION,
    wgs84_longitude DOUBLE PRECISION,
    radius_metres DOUBLE PRECISION NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (place_id, valid_from, recorded_at)
);
INSERT INTO place_detail
SELECT p.id, p.name, p.category, p.address, p.latitude, p.longitude, p.coordinate_system, p.wgs84_latitude,
    p.wgs84_longitude, p.radius_metres,
    '0001-01-01', NULL,
    p.recorded_at, NULL
FROM place AS p;

CREATE TABLE key_person_detail (
    key_person_id TEXT NOT NULL REFERENCES key_person (id),
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    contact_rule TEXT NOT NULL,
    safety_hint TEXT,
    list_owner TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (key_person_id, valid_from, recorded_at)
);
INSERT INTO key_person_detail
SELECT k.id, k.name, k.address, k.contact_rule, k.safety_hint, k.list_owner, k.legal_basis,
    '0001-01-01', NULL,
    k.recorded_at, NULL
FROM key_person AS k;

-- ruled_matter: what the ruling on a visit was about, since only some of them override every duty. into_first …
-- into_last: the days that a time was ruled into; the judged interval stays as it was.
ALTER TABLE place_visit ADD COLUMN ruled_matter TEXT;
ALTER TABLE place_visit ADD COLUMN into_first TEXT;
ALTER TABLE place_visit ADD COLUMN into_last TEXT;
ALTER TABLE key_person_visit ADD COLUMN ruled_matter TEXT;
ALTER TABLE key_person_visit ADD COLUMN into_first TEXT;
ALTER TABLE key_person_visit ADD COLUMN into_last TEXT;

-- Where the subject was owed when it was ruled on: a ruling that takes it off the roster is counted all the same.
ALTER TABLE place_ruling ADD COLUMN grid_id TEXT;
ALTER TABLE key_person_ruling ADD COLUMN grid_id TEXT;

-- What is known of areas besides name, code and manager, in two times. geojson: Polygon or MultiPolygon in WGS-84.
CREATE TABLE area_boundary (
    area_id TEXT NOT NULL REFERENCES area (id),
    geojson TEXT NOT NULL,
    square_metres DOUBLE PRECISION NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (area_id, valid_from, recorded_at)
);

CREATE TABLE area_size (
    area_id TEXT NOT NULL REFERENCES area (id),
    households BIGINT NOT NULL,
    people BIGINT,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (area_id, valid_from, recorded_at)
);

-- A town may be renamed, recoded and handed over on one day.
CREATE TABLE area_succession_kinds (
    from_area TEXT NOT NULL REFERENCES area (id),
    to_area TEXT NOT NULL REFERENCES area (id),
    day TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('rename', 'recode', 'merge', 'split', 'transfer')),
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (from_area, to_area, day, kind)
);
INSERT INTO area_succession_kinds SELECT from_area, to_area, day, kind, recorded_at FROM area_succession;
DROP TABLE area_succession;
ALTER TABLE area_succession_kinds RENAME TO area_succession;
CREATE INDEX area_succession_to ON area_succession (to_area);

-- 持证上岗: valid_from … valid_to is the certificate's own term.
CREATE TABLE certificate (
    person_id TEXT NOT NULL REFERENCES person (id),
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (person_id, number, valid_from, recorded_at)
);

-- Which unit is resident, rotating or linked at which station (常驻/轮驻/联驻).
CREATE TABLE unit_posting (
    station_id TEXT NOT NULL REFERENCES area (id),
    unit TEXT NOT NULL,
    manner TEXT NOT NULL CHECK (manner IN ('resident', 'rotating', 'linked')),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    recorded_at BIGINT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (station_id, unit, valid_from, recorded_at)
);

-- Which place or key person another one came from: a new owner at the same door, a merger, a division.
CREATE TABLE place_succession (
    from_id TEXT NOT NULL REFERENCES place (id),
    to_id TEXT NOT NULL REFERENCES place (id),
    day TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('owner', 'merge', 'split')),
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (from_id, to_id, day)
);
CREATE INDEX place_succession_to ON place_succession (to_id);

-- The premises, which stay when the tenant changes; the place's own id where nobody was there before.
ALTER TABLE place ADD COLUMN site_id TEXT;
CREATE INDEX place_site ON place (site_id);

-- How many days a month waits for what is under way; the month keeps what it began under.
CREATE TABLE closing_rule (
    valid_from TEXT NOT NULL,
    grace_days BIGINT NOT NULL CHECK (grace_days BETWEEN 0 AND 15),
    basis TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (valid_from, recorded_at)
);
ALTER TABLE ledger_month ADD COLUMN grace_days BIGINT NOT NULL DEFAULT 3;

-- Joint inspections (巡查联查) and consultations (联勤会商) of a station. withdrawn_at: entered by mistake.
CREATE TABLE joint_work (
    id TEXT NOT NULL PRIMARY KEY,
    station_id TEXT NOT NULL REFERENCES area (id),
    task TEXT NOT NULL CHECK (task IN ('inspection', 'consultation')),
    scope TEXT NOT NULL CHECK (scope IN ('weekly', 'monthly', 'adHoc')),
    day TEXT NOT NULL,
    led_by TEXT NOT NULL,
    minutes TEXT NOT NULL,
    decisions TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    withdrawn_at BIGINT,
    withdrawn_by TEXT
);
CREATE INDEX joint_work_station ON joint_work (station_id, day);

CREATE TABLE joint_work_participant (
    work_id TEXT NOT NULL REFERENCES joint_work (id),
    position BIGINT NOT NULL,
    capacity TEXT NOT NULL,
    unit TEXT,
    name TEXT NOT NULL,
    person_id TEXT,
    PRIMARY KEY (work_id, position)
);

-- What is looked at in a place of a category, item by item; versions are appended.
CREATE TABLE checklist (
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    basis TEXT NOT NULL,
    classes TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (id, version)
);

CREATE TABLE checklist_item (
    checklist_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    code TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (checklist_id, version, position)
);

-- A comparison of the roster with another list (市场监管登记 and the like), and what became of its lines.
CREATE TABLE comparison (
    id TEXT NOT NULL PRIMARY KEY,
    area_id TEXT NOT NULL REFERENCES area (id),
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    listed BIGINT NOT NULL,
    rostered BIGINT NOT NULL,
    same BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL
);
CREATE INDEX comparison_area ON comparison (area_id);

CREATE TABLE comparison_line (
    comparison_id TEXT NOT NULL REFERENCES comparison (id),
    position BIGINT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('likely', 'onlyListed', 'onlyRostered')),
    listed_key TEXT,
    listed_name TEXT,
    listed_address TEXT,
    place_id TEXT REFERENCES place (id),
    score DOUBLE PRECISION,
    reasons TEXT NOT NULL,
    PRIMARY KEY (comparison_id, position)
);
CREATE INDEX comparison_line_place ON comparison_line (place_id);

-- What looks at a line found; the last one counts, the others stay.
CREATE TABLE comparison_look (
    comparison_id TEXT NOT NULL REFERENCES comparison (id),
    position BIGINT NOT NULL,
    number BIGINT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('missing', 'same', 'noPlace', 'gone', 'kept')),
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (comparison_id, position, number)
);

-- A street walked door by door, to see how many doors no roster has.
CREATE TABLE street_walk (
    id TEXT NOT NULL PRIMARY KEY,
    area_id TEXT NOT NULL REFERENCES area (id),
    street TEXT NOT NULL,
    day TEXT NOT NULL,
    doors BIGINT NOT NULL,
    unlisted BIGINT NOT NULL,
    note TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL
);
CREATE INDEX street_walk_area ON street_walk (area_id, day);

-- Visits drawn to be checked again, and what was found (回访抽查).
CREATE TABLE spot_check (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('place', 'keyPerson')),
    area_id TEXT NOT NULL REFERENCES area (id),
    month TEXT NOT NULL,
    population BIGINT NOT NULL,
    seed TEXT NOT NULL,
    drawn_by TEXT NOT NULL,
    drawn_at BIGINT NOT NULL
);
CREATE INDEX spot_check_area ON spot_check (area_id, month);

CREATE TABLE spot_check_item (
    check_id TEXT NOT NULL REFERENCES spot_check (id),
    report_id TEXT NOT NULL REFERENCES report (id),
    subject_id TEXT NOT NULL,
    PRIMARY KEY (check_id, report_id)
);
CREATE INDEX spot_check_item_report ON spot_check_item (report_id);
CREATE INDEX spot_check_item_subject ON spot_check_item (subject_id);

-- What looks at a door found; the last one counts, the others stay.
CREATE TABLE spot_check_look (
    check_id TEXT NOT NULL REFERENCES spot_check (id),
    report_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('confirmed', 'wrong', 'unreachable')),
    manner TEXT NOT NULL CHECK (manner IN ('visit', 'telephone')),
    note TEXT NOT NULL,
    checked_by TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    PRIMARY KEY (check_id, report_id, number)
);

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

-- The retention job walks over the records by their ids: every record that came in paid for an index that served it once a
-- day. Databases that were made while m006 lacked the index have none to drop.
DROP INDEX IF EXISTS report_uncut;

INSERT INTO schema_version VALUES (1);
INSERT INTO schema_version VALUES (2);
INSERT INTO schema_version VALUES (3);
INSERT INTO schema_version VALUES (4);
INSERT INTO schema_version VALUES (5);
INSERT INTO schema_version VALUES (6);
INSERT INTO schema_version VALUES (7);
INSERT INTO area VALUES ('A0000001', 'county', NULL, 1766192400000);
INSERT INTO area VALUES ('A0000002', 'town', NULL, 1766192400000);
INSERT INTO area VALUES ('A0000003', 'station', NULL, 1766192400000);
INSERT INTO area VALUES ('A0000004', 'station', NULL, 1766192400000);
INSERT INTO area VALUES ('A0000005', 'grid', 'general', 1766192400000);
INSERT INTO area VALUES ('A0000006', 'grid', 'general', 1766192400000);
INSERT INTO area VALUES ('A0000007', 'grid', 'general', 1766192400000);
INSERT INTO area VALUES ('A0000008', 'grid', 'general', 1766192400000);
INSERT INTO area VALUES ('A0000009', 'grid', 'special', 1766192400000);
INSERT INTO area_name VALUES ('A0000001', '南浔区', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_name VALUES ('A0000002', '练市镇', '2026-01-01', NULL, 1766192400000, 1773968400000);
INSERT INTO area_name VALUES ('A0000002', '练市镇', '2026-01-01', '2026-03-01', 1773968400000, NULL);
INSERT INTO area_name VALUES ('A0000002', '练市街道', '2026-03-01', NULL, 1773968400000, NULL);
INSERT INTO area_name VALUES ('A0000003', '练市一站', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_name VALUES ('A0000004', '练市二站', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_name VALUES ('A0000005', '第一网格', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_name VALUES ('A0000006', '第二网格', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_name VALUES ('A0000007', '第三网格', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_name VALUES ('A0000008', '第四网格', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_name VALUES ('A0000009', '区医院专属网格', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000002', 'law', 'A0000001', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000002', 'managed', 'A0000001', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000003', 'law', 'A0000002', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000003', 'managed', 'A0000002', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000004', 'law', 'A0000002', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000004', 'managed', 'A0000002', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000005', 'law', 'A0000003', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000005', 'managed', 'A0000003', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000006', 'law', 'A0000003', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000006', 'managed', 'A0000003', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000007', 'law', 'A0000004', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000007', 'managed', 'A0000004', '2026-01-01', NULL, 1766192400000, 1773968400000);
INSERT INTO area_parent VALUES ('A0000007', 'managed', 'A0000004', '2026-01-01', '2026-03-21', 1773968400000, NULL);
INSERT INTO area_parent VALUES ('A0000007', 'managed', 'A0000003', '2026-03-21', NULL, 1773968400000, NULL);
INSERT INTO area_parent VALUES ('A0000008', 'law', 'A0000004', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000008', 'managed', 'A0000004', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000009', 'law', 'A0000001', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_parent VALUES ('A0000009', 'managed', 'A0000001', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_code VALUES ('A0000001', 'division', '330503', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO area_code VALUES ('A0000002', 'division', '330503104', '2026-01-01', NULL, 1766192400000, 1773968400000);
INSERT INTO area_code VALUES ('A0000002', 'division', '330503104', '2026-01-01', '2026-03-01', 1773968400000, NULL);
INSERT INTO area_code VALUES ('A0000002', 'division', '330503004', '2026-03-01', NULL, 1773968400000, NULL);
INSERT INTO area_succession VALUES ('A0000002', 'A0000002', '2026-03-01', 'recode', 1773968400000);
INSERT INTO area_succession VALUES ('A0000007', 'A0000007', '2026-03-21', 'transfer', 1773968400000);
INSERT INTO person VALUES ('W5', 'w5', '人员 W5', 'unusable', NULL, 1766192400000, 1766192400000, 0);
INSERT INTO person VALUES ('W6', 'w6', '人员 W6', 'unusable', NULL, 1766192400000, 1766192400000, 0);
INSERT INTO person VALUES ('W7', 'w7', '人员 W7', 'unusable', NULL, 1766192400000, 1766192400000, 0);
INSERT INTO person VALUES ('W8', 'w8', '人员 W8', 'unusable', NULL, 1766192400000, 1766192400000, 0);
INSERT INTO person VALUES ('W9', 'w9', '人员 W9', 'unusable', NULL, 1766192400000, 1766192400000, 0);
INSERT INTO role_assignment VALUES ('W5', 'gridWorker', 'A0000005', '2026-01-01', NULL, 1766192400000);
INSERT INTO role_assignment VALUES ('W6', 'gridWorker', 'A0000006', '2026-01-01', NULL, 1766192400000);
INSERT INTO role_assignment VALUES ('W7', 'gridWorker', 'A0000007', '2026-01-01', NULL, 1766192400000);
INSERT INTO role_assignment VALUES ('W8', 'gridWorker', 'A0000008', '2026-01-01', NULL, 1766192400000);
INSERT INTO role_assignment VALUES ('W9', 'gridWorker', 'A0000009', '2026-01-01', NULL, 1766192400000);
INSERT INTO duty VALUES ('W5', 'A0000005', 'fullTime', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO duty VALUES ('W6', 'A0000006', 'fullTime', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO duty VALUES ('W7', 'A0000007', 'fullTime', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO duty VALUES ('W8', 'A0000008', 'fullTime', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO duty VALUES ('W9', 'A0000009', 'fullTime', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place VALUES ('P5-1', '场所 P5-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P5-2', '场所 P5-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P5-3', '场所 P5-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P6-1', '场所 P6-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P6-2', '场所 P6-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P6-3', '场所 P6-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P7-1', '场所 P7-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P7-2', '场所 P7-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P7-3', '场所 P7-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P8-1', '场所 P8-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P8-2', '场所 P8-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P8-3', '场所 P8-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P9-1', '场所 P9-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P9-2', '场所 P9-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place VALUES ('P9-3', '场所 P9-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P5-1', 'A0000005', '2026-01-01', NULL, 1766192400000, 1773968400000);
INSERT INTO place_roster VALUES ('P5-1', 'A0000005', '2026-01-01', '2026-03-21', 1773968400000, NULL);
INSERT INTO place_roster VALUES ('P5-1', 'A0000008', '2026-03-21', NULL, 1773968400000, NULL);
INSERT INTO place_roster VALUES ('P5-2', 'A0000005', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P5-3', 'A0000005', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P6-1', 'A0000006', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P6-2', 'A0000006', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P6-3', 'A0000006', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P7-1', 'A0000007', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P7-2', 'A0000007', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P7-3', 'A0000007', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P8-1', 'A0000008', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P8-2', 'A0000008', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P8-3', 'A0000008', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P9-1', 'A0000009', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P9-2', 'A0000009', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_roster VALUES ('P9-3', 'A0000009', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person VALUES ('K5-1', '对象 K5-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000, NULL);
INSERT INTO key_person VALUES ('K5-2', '对象 K5-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000, NULL);
INSERT INTO key_person VALUES ('K6-1', '对象 K6-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000, NULL);
INSERT INTO key_person VALUES ('K6-2', '对象 K6-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000, NULL);
INSERT INTO key_person VALUES ('K7-1', '对象 K7-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000, NULL);
INSERT INTO key_person VALUES ('K7-2', '对象 K7-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000, NULL);
INSERT INTO key_person VALUES ('K8-1', '对象 K8-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000, NULL);
INSERT INTO key_person VALUES ('K8-2', '对象 K8-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000, NULL);
INSERT INTO key_person VALUES ('K9-1', '对象 K9-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000, NULL);
INSERT INTO key_person VALUES ('K9-2', '对象 K9-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000, NULL);
INSERT INTO key_person_roster VALUES ('K5-1', 'A0000005', '2026-01-01', NULL, 1766192400000, 1766192400001);
INSERT INTO key_person_roster VALUES ('K5-1', 'A0000005', '2026-01-01', '2199-01-01', 1766192400001, NULL);
INSERT INTO key_person_roster VALUES ('K5-2', 'A0000005', '2026-01-01', NULL, 1766192400000, 1766192400001);
INSERT INTO key_person_roster VALUES ('K5-2', 'A0000005', '2026-01-01', '2199-01-01', 1766192400001, NULL);
INSERT INTO key_person_roster VALUES ('K6-1', 'A0000006', '2026-01-01', NULL, 1766192400000, 1766192400001);
INSERT INTO key_person_roster VALUES ('K6-1', 'A0000006', '2026-01-01', '2199-01-01', 1766192400001, NULL);
INSERT INTO key_person_roster VALUES ('K6-2', 'A0000006', '2026-01-01', NULL, 1766192400000, 1766192400001);
INSERT INTO key_person_roster VALUES ('K6-2', 'A0000006', '2026-01-01', '2199-01-01', 1766192400001, NULL);
INSERT INTO key_person_roster VALUES ('K7-1', 'A0000007', '2026-01-01', NULL, 1766192400000, 1766192400001);
INSERT INTO key_person_roster VALUES ('K7-1', 'A0000007', '2026-01-01', '2199-01-01', 1766192400001, NULL);
INSERT INTO key_person_roster VALUES ('K7-2', 'A0000007', '2026-01-01', NULL, 1766192400000, 1766192400001);
INSERT INTO key_person_roster VALUES ('K7-2', 'A0000007', '2026-01-01', '2199-01-01', 1766192400001, NULL);
INSERT INTO key_person_roster VALUES ('K8-1', 'A0000008', '2026-01-01', NULL, 1766192400000, 1766192400001);
INSERT INTO key_person_roster VALUES ('K8-1', 'A0000008', '2026-01-01', '2199-01-01', 1766192400001, NULL);
INSERT INTO key_person_roster VALUES ('K8-2', 'A0000008', '2026-01-01', NULL, 1766192400000, 1766192400001);
INSERT INTO key_person_roster VALUES ('K8-2', 'A0000008', '2026-01-01', '2199-01-01', 1766192400001, NULL);
INSERT INTO key_person_roster VALUES ('K9-1', 'A0000009', '2026-01-01', NULL, 1766192400000, 1766192400001);
INSERT INTO key_person_roster VALUES ('K9-1', 'A0000009', '2026-01-01', '2199-01-01', 1766192400001, NULL);
INSERT INTO key_person_roster VALUES ('K9-2', 'A0000009', '2026-01-01', NULL, 1766192400000, 1766192400001);
INSERT INTO key_person_roster VALUES ('K9-2', 'A0000009', '2026-01-01', '2199-01-01', 1766192400001, NULL);
INSERT INTO report VALUES ('01956a00-0000-7000-8000-000000000001', 'W7', 'tablet-W7', 2, 'a77360b3ee848bc10425b99d1d4718785198fed1db35a7d64f2e9b621bde2483', 'captured 1770685200000
place P7-1
outcome checked', 1770685200000, 1770685260000, 1770685200000, '2026-02', 'A0000007', 'place', 0, '', 2, NULL, NULL, 'salt-01956a00-0000-7000-8000-000000000001', 1, 1, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO report VALUES ('01956a00-0000-7000-8000-000000000002', 'W5', 'tablet-W5', 3, 'a95d0934bd7eb72ca25f979b934d706d4eaf1731b78cb34b5fac48491a06bfff', 'captured 1772672400000
fix -1 unknown
place P5-1
outcome checked
photo 0000000000000000000000000000000000000000000000000000000000000001', 1772672400000, 1772672460000, 1772672400000, '2026-03', 'A0000005', 'place', 0, '', 2, NULL, NULL, 'salt-01956a00-0000-7000-8000-000000000002', 1, 2, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO report VALUES ('01956a00-0000-7000-8000-000000000003', 'W9', 'tablet-W9', 4, '5b2f028a37fef33c47b46eb6ba30846218e50406487f1ade6ea66fc17c80d1e0', 'captured 1772672400000
place P9-1
outcome checked
photo 0000000000000000000000000000000000000000000000000000000000000001
photo 0000000000000000000000000000000000000000000000000000000000000002', 1772672400000, 1772672460000, 1772672400000, '2026-03', 'A0000009', 'place', 1, '', 2, NULL, NULL, 'salt-01956a00-0000-7000-8000-000000000003', 1, 3, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO report VALUES ('01956a00-0000-7000-8000-000000000004', 'W6', 'tablet-W6', 5, '0cc01f3bbc09ebd36a082bac2812d0941cb64250ef2e8fcc1f1521b096d42fce', 'captured 1772672400000
place P6-1
outcome suspended', 1772672400000, 1772672460000, 1772672400000, '2026-03', 'A0000006', 'place', 0, '', 2, NULL, NULL, 'salt-01956a00-0000-7000-8000-000000000004', 1, 4, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO report VALUES ('01956a00-0000-7000-8000-000000000005', 'W5', 'tablet-W5', 6, 'f63dd09f763e84397b990ea379d5bce80b821771974f5c02feae2730ef944297', 'captured 1772672400000
keyPerson K5-1
outcome met', 1772672400000, 1772672460000, 1772672400000, '2026-03', 'A0000005', 'keyPerson', 0, '/weather', 2, NULL, NULL, 'salt-01956a00-0000-7000-8000-000000000005', 1, 5, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO report VALUES ('01956a00-0000-7000-8000-000000000006', 'W8', 'tablet-W8', 7, 'ba5433ff0130645cb01abb57c341264ea25f5af618d617359ecd978eda21687e', 'captured 1772672400000
place P8-1
outcome checked', 1772672400000, 1772672460000, 1772672400000, '2026-03', 'A0000008', 'place', 0, '', 2, NULL, NULL, 'salt-01956a00-0000-7000-8000-000000000006', 1, 6, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO report VALUES ('01956a00-0000-7000-8000-000000000007', 'W8', 'tablet-W8', 8, '4f08432b9d2eae511355fb206e575c9855e44432b81a8f585a9e4af4d0687a0b', 'captured 1770858000000
uptime 1000000
place P8-2
outcome checked', 1770858000000, 1774054800000, 1770858000000, '2026-02', 'A0000008', 'place', 0, '', 2, 3197800000, NULL, 'salt-01956a00-0000-7000-8000-000000000007', 1, 9, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO place_visit VALUES ('01956a00-0000-7000-8000-000000000001', 'P7-1', '2026-02', 1770685200000, 'checked', 6, 'weak', 'no-fix', 2, 2, 'fullTime', NULL, NULL, NULL, '', '', 'monthly', NULL, NULL, NULL, NULL, NULL);
INSERT INTO place_visit VALUES ('01956a00-0000-7000-8000-000000000002', 'P5-1', '2026-03', 1772672400000, 'checked', 6, 'verified', 'inside-place', 2, 2, 'fullTime', NULL, NULL, NULL, '', 'fix photo', 'monthly', NULL, NULL, NULL, NULL, NULL);
INSERT INTO place_visit VALUES ('01956a00-0000-7000-8000-000000000003', 'P9-1', '2026-03', 1772672400000, 'checked', 5, 'weak', 'no-fix', 2, 2, 'fullTime', NULL, NULL, NULL, '', 'photo', 'monthly', NULL, NULL, NULL, NULL, NULL);
INSERT INTO place_visit VALUES ('01956a00-0000-7000-8000-000000000004', 'P6-1', '2026-03', 1772672400000, 'suspended', 3, 'weak', 'no-fix', 2, 2, 'fullTime', NULL, NULL, NULL, '', '', 'monthly', 3, NULL, 'status', NULL, NULL);
INSERT INTO place_visit VALUES ('01956a00-0000-7000-8000-000000000006', 'P8-1', '2026-03', 1772672400000, 'checked', 6, 'weak', 'no-fix', 2, 2, 'fullTime', NULL, NULL, NULL, '', '', 'monthly', NULL, NULL, NULL, NULL, NULL);
INSERT INTO place_visit VALUES ('01956a00-0000-7000-8000-000000000007', 'P8-2', '2026-02', 1770858000000, 'checked', 6, 'weak', 'no-fix', 2, 2, 'fullTime', NULL, NULL, NULL, '', '', 'monthly', NULL, NULL, NULL, NULL, NULL);
INSERT INTO key_person_visit VALUES ('01956a00-0000-7000-8000-000000000005', 'K5-1', '2026-03', 1772672400000, 'met', 6, 'plausible', 'person-without-position', 2, 2, 'fullTime', NULL, NULL, NULL, '', '', 'monthly', NULL, NULL, NULL, NULL, NULL);
INSERT INTO finding VALUES ('01956a00-0000-7000-8000-000000000006', 0, 'dispute', '噪声扰民 ''A'' 栋', 1);
INSERT INTO report_photo VALUES ('01956a00-0000-7000-8000-000000000002', 0, '0000000000000000000000000000000000000000000000000000000000000001', 1000, NULL);
INSERT INTO report_photo VALUES ('01956a00-0000-7000-8000-000000000003', 0, '0000000000000000000000000000000000000000000000000000000000000001', 1000, NULL);
INSERT INTO report_photo VALUES ('01956a00-0000-7000-8000-000000000003', 1, '0000000000000000000000000000000000000000000000000000000000000002', 1000, NULL);
INSERT INTO photo VALUES ('0000000000000000000000000000000000000000000000000000000000000001', 1000, 'stored', NULL, 1200, 900, '0000000000000000000000000000000000000000000000000000000000000001', '0000000000000000000000000000000000000000000000000000000000000001', 1, '2026-03-05T09:00:00', NULL, 120.4, 'Tester', NULL, 1772755200000);
INSERT INTO photo_possession VALUES ('0000000000000000000000000000000000000000000000000000000000000001', 'W5', 1772755200000, 1, 7);
INSERT INTO photo_possession VALUES ('0000000000000000000000000000000000000000000000000000000000000001', 'W9', 1772755200000, 1, 8);
INSERT INTO ledger_month VALUES ('2026-02', 1770685260000, 2, 3);
INSERT INTO ledger_month VALUES ('2026-03', 1772672460000, 2, 3);
INSERT INTO grid_month VALUES ('2026-02', 'A0000005', 'place', 'A0000001A0000002A0000003A0000005', 3, 0, 0, 0, 0, 0, 0, 1773968400000);
INSERT INTO grid_month VALUES ('2026-02', 'A0000005', 'keyPerson', 'A0000001A0000002A0000003A0000005', 2, 0, 0, 0, 0, 0, 0, 1773968400000);
INSERT INTO grid_month VALUES ('2026-02', 'A0000006', 'place', 'A0000001A0000002A0000003A0000006', 3, 0, 0, 0, 0, 0, 0, 1773968400000);
INSERT INTO grid_month VALUES ('2026-02', 'A0000006', 'keyPerson', 'A0000001A0000002A0000003A0000006', 2, 0, 0, 0, 0, 0, 0, 1773968400000);
INSERT INTO grid_month VALUES ('2026-02', 'A0000007', 'place', 'A0000001A0000002A0000004A0000007', 3, 1, 0, 0, 0, 0, 0, 1773968400000);
INSERT INTO grid_month VALUES ('2026-02', 'A0000007', 'keyPerson', 'A0000001A0000002A0000004A0000007', 2, 0, 0, 0, 0, 0, 0, 1773968400000);
INSERT INTO grid_month VALUES ('2026-02', 'A0000008', 'place', 'A0000001A0000002A0000004A0000008', 3, 1, 0, 0, 0, 0, 1, 1773968400000);
INSERT INTO grid_month VALUES ('2026-02', 'A0000008', 'keyPerson', 'A0000001A0000002A0000004A0000008', 2, 0, 0, 0, 0, 0, 0, 1773968400000);
INSERT INTO grid_month VALUES ('2026-02', 'A0000009', 'place', 'A0000001A0000009', 3, 0, 0, 0, 0, 0, 0, 1773968400000);
INSERT INTO grid_month VALUES ('2026-02', 'A0000009', 'keyPerson', 'A0000001A0000009', 2, 0, 0, 0, 0, 0, 0, 1773968400000);
INSERT INTO grid_month VALUES ('2026-03', 'A0000005', 'place', 'A0000001A0000002A0000003A0000005', 2, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000005', 'keyPerson', 'A0000001A0000002A0000003A0000005', 2, 1, 0, 0, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000006', 'place', 'A0000001A0000002A0000003A0000006', 3, 0, 0, 1, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000006', 'keyPerson', 'A0000001A0000002A0000003A0000006', 2, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000007', 'place', 'A0000001A0000002A0000003A0000007', 3, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000007', 'keyPerson', 'A0000001A0000002A0000003A0000007', 2, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000008', 'place', 'A0000001A0000002A0000004A0000008', 4, 2, 0, 0, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000008', 'keyPerson', 'A0000001A0000002A0000004A0000008', 2, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000009', 'place', 'A0000001A0000009', 3, 1, 1, 0, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000009', 'keyPerson', 'A0000001A0000009', 2, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO place_obligation VALUES ('P5-1', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000005', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P5-1', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000008', 'done', 6, 1772672400000, 1772672460000, '01956a00-0000-7000-8000-000000000002', 0);
INSERT INTO place_obligation VALUES ('P5-2', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000005', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P5-2', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000005', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P5-3', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000005', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P5-3', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000005', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P6-1', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000006', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P6-1', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000006', 'excused', 3, 1772672400000, 1772672460000, '01956a00-0000-7000-8000-000000000004', 0);
INSERT INTO place_obligation VALUES ('P6-2', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000006', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P6-2', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000006', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P6-3', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000006', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P6-3', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000006', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P7-1', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000007', 'done', 6, 1770685200000, 1770685260000, '01956a00-0000-7000-8000-000000000001', 0);
INSERT INTO place_obligation VALUES ('P7-1', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000007', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P7-2', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000007', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P7-2', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000007', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P7-3', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000007', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P7-3', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000007', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P8-1', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000008', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P8-1', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000008', 'done', 6, 1772672400000, 1772672460000, '01956a00-0000-7000-8000-000000000006', 0);
INSERT INTO place_obligation VALUES ('P8-2', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000008', 'done', 6, 1770858000000, 1774054800000, '01956a00-0000-7000-8000-000000000007', 1);
INSERT INTO place_obligation VALUES ('P8-2', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000008', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P8-3', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000008', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P8-3', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000008', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P9-1', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000009', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P9-1', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000009', 'done', 5, 1772672400000, 1772672460000, '01956a00-0000-7000-8000-000000000003', 0);
INSERT INTO place_obligation VALUES ('P9-2', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000009', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P9-2', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000009', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P9-3', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000009', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO place_obligation VALUES ('P9-3', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000009', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K5-1', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000005', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K5-1', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000005', 'done', 6, 1772672400000, 1772672460000, '01956a00-0000-7000-8000-000000000005', 0);
INSERT INTO key_person_obligation VALUES ('K5-2', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000005', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K5-2', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000005', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K6-1', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000006', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K6-1', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000006', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K6-2', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000006', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K6-2', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000006', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K7-1', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000007', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K7-1', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000007', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K7-2', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000007', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K7-2', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000007', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K8-1', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000008', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K8-1', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000008', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K8-2', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000008', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K8-2', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000008', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K9-1', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000009', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K9-1', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000009', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K9-2', '2026-02', 'monthly', '2026-02-01', 1, '2026-02-28', 2, 'A0000009', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO key_person_obligation VALUES ('K9-2', '2026-03', 'monthly', '2026-03-01', 1, '2026-03-31', 2, 'A0000009', 'due', -1, NULL, NULL, NULL, 0);
INSERT INTO policy VALUES ('fire', 1, 'place', 'professional', '消防专业检查', '区消防〔2026〕8号', 'week', 1, NULL, NULL, '小餐饮', 'A0000003', 'checked', 'stationedStaff', '', '消防', 'checklist', 0, 10, 10, '2027-01-01', NULL, 1773968400000, 'W8');
INSERT INTO closing VALUES ('A0000001', '2026-02', 1773968400000, 'grace');
INSERT INTO ledger_version VALUES ('A0000001', '2026-02', 1, 1773968400000, 'A0000001	county	-	南浔区	division=330503
A0000002	town	A0000001	练市镇	division=330503104
A0000003	station	A0000002	练市一站
A0000004	station	A0000002	练市二站
A0000005	grid	A0000003	第一网格
A0000006	grid	A0000003	第二网格
A0000007	grid	A0000004	第三网格
A0000008	grid	A0000004	第四网格
A0000009	grid	A0000001	区医院专属网格', 'fd4a3f3ac626386fce10d1fa3d18d40761ad0322ef642d33f0fefa1f060aeb8d');
INSERT INTO place_page VALUES ('2026-02', 'A0000005', 1, 'A0000001', 1773968400000, 'A0000001A0000002A0000003A0000005', 0, '*	monthly@2	2026-02-01..2026-02-28	1
P5-1	*	due	-	-	-	-	-
P5-2	*	due	-	-	-	-	-
P5-3	*	due	-	-	-	-	-', 'e21567641408dc19244e18e313a2f6e7797bfd7a4d896e14eddb88f9b18dc24c', 3, 0, 0, 0, 0, 0, 0);
INSERT INTO place_page VALUES ('2026-02', 'A0000006', 1, 'A0000001', 1773968400000, 'A0000001A0000002A0000003A0000006', 0, '*	monthly@2	2026-02-01..2026-02-28	1
P6-1	*	due	-	-	-	-	-
P6-2	*	due	-	-	-	-	-
P6-3	*	due	-	-	-	-	-', '13be7d25cfb9c792b39dacc5312332bc18368dbf350dabab31d8385a426690a7', 3, 0, 0, 0, 0, 0, 0);
INSERT INTO place_page VALUES ('2026-02', 'A0000007', 1, 'A0000001', 1773968400000, 'A0000001A0000002A0000004A0000007', 0, '*	monthly@2	2026-02-01..2026-02-28	1
P7-1	*	done	done	01956a00-0000-7000-8000-000000000001	1770685200000	1770685260000	-
P7-2	*	due	-	-	-	-	-
P7-3	*	due	-	-	-	-	-', '9dcafcc315fed08bd7835d492d0e7bb1b339a77592ae6ca5db9543788c5ea1b4', 3, 1, 0, 0, 0, 0, 0);
INSERT INTO place_page VALUES ('2026-02', 'A0000008', 1, 'A0000001', 1773968400000, 'A0000001A0000002A0000004A0000008', 0, '*	monthly@2	2026-02-01..2026-02-28	1
P8-1	*	due	-	-	-	-	-
P8-2	*	due	-	-	-	-	-
P8-3	*	due	-	-	-	-	-', '77b559550e5af49a597272a77d87b2a6b8851dcd9416ade4d03bab200c992087', 3, 0, 0, 0, 0, 0, 0);
INSERT INTO place_page VALUES ('2026-02', 'A0000009', 1, 'A0000001', 1773968400000, 'A0000001A0000009', 0, '*	monthly@2	2026-02-01..2026-02-28	1
P9-1	*	due	-	-	-	-	-
P9-2	*	due	-	-	-	-	-
P9-3	*	due	-	-	-	-	-', '9940e0a53741e44631004c9075fda665bcaf82f8f19e4b135f7317c160d099bd', 3, 0, 0, 0, 0, 0, 0);
INSERT INTO key_person_page VALUES ('2026-02', 'A0000005', 1, 'A0000001', 1773968400000, 'A0000001A0000002A0000003A0000005', 0, '*	monthly@2	2026-02-01..2026-02-28	1
K5-1	*	due	-	-	-	-	-
K5-2	*	due	-	-	-	-	-', '63a0619f48746bc9513b7f77f9ff7011d56ff246d8b2a96deecb8a901069bfd2', 2, 0, 0, 0, 0, 0, 0);
INSERT INTO key_person_page VALUES ('2026-02', 'A0000006', 1, 'A0000001', 1773968400000, 'A0000001A0000002A0000003A0000006', 0, '*	monthly@2	2026-02-01..2026-02-28	1
K6-1	*	due	-	-	-	-	-
K6-2	*	due	-	-	-	-	-', 'a14e07f8b21d34b5f09cbea22f1b49779272bb8750a4419ea4ad39ad7d8dd78c', 2, 0, 0, 0, 0, 0, 0);
INSERT INTO key_person_page VALUES ('2026-02', 'A0000007', 1, 'A0000001', 1773968400000, 'A0000001A0000002A0000004A0000007', 0, '*	monthly@2	2026-02-01..2026-02-28	1
K7-1	*	due	-	-	-	-	-
K7-2	*	due	-	-	-	-	-', 'faa7c208c804fb6c7157350434d0a8624216ae7e1841a0dd6e5cdda51e14ea5a', 2, 0, 0, 0, 0, 0, 0);
INSERT INTO key_person_page VALUES ('2026-02', 'A0000008', 1, 'A0000001', 1773968400000, 'A0000001A0000002A0000004A0000008', 0, '*	monthly@2	2026-02-01..2026-02-28	1
K8-1	*	due	-	-	-	-	-
K8-2	*	due	-	-	-	-	-', '086c708d7fb682eb26b90f515471671ae2c3a69e75343bf0dd3bcf9bc5b519af', 2, 0, 0, 0, 0, 0, 0);
INSERT INTO key_person_page VALUES ('2026-02', 'A0000009', 1, 'A0000001', 1773968400000, 'A0000001A0000009', 0, '*	monthly@2	2026-02-01..2026-02-28	1
K9-1	*	due	-	-	-	-	-
K9-2	*	due	-	-	-	-	-', 'b80c62985d5c08f00c67109d89a924acb50f6b49c0c2dfbc1601b0844fd2db23', 2, 0, 0, 0, 0, 0, 0);
INSERT INTO place_journal VALUES ('2026-02', 'A0000008', 1, 1774054800000, 'arrival', 'W8', '01956a00-0000-7000-8000-000000000007', 'P8-2', 'P8-2	monthly@2	2026-02-01..2026-02-28	1	due	-	-	-	-	-', 'P8-2	monthly@2	2026-02-01..2026-02-28	1	done	done	01956a00-0000-7000-8000-000000000007	1770858000000	1774054800000	late');
INSERT INTO place_ruling VALUES ('ruling-4', 'P6-1', '2026-03', '01956a00-0000-7000-8000-000000000004', 'status', 'granted', 3, NULL, NULL, '2026-05-31', '现场核实', '', 'single', NULL, NULL, 'W8', 1773968400000, 'A0000006');
INSERT INTO place_detail VALUES ('P5-1', '场所 P5-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P5-2', '场所 P5-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P5-3', '场所 P5-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P6-1', '场所 P6-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P6-2', '场所 P6-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P6-3', '场所 P6-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P7-1', '场所 P7-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P7-2', '场所 P7-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P7-3', '场所 P7-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P8-1', '场所 P8-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P8-2', '场所 P8-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P8-3', '场所 P8-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P9-1', '场所 P9-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P9-2', '场所 P9-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO place_detail VALUES ('P9-3', '场所 P9-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_detail VALUES ('K5-1', '对象 K5-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_detail VALUES ('K5-2', '对象 K5-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_detail VALUES ('K6-1', '对象 K6-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_detail VALUES ('K6-2', '对象 K6-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_detail VALUES ('K7-1', '对象 K7-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_detail VALUES ('K7-2', '对象 K7-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_detail VALUES ('K8-1', '对象 K8-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_detail VALUES ('K8-2', '对象 K8-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_detail VALUES ('K9-1', '对象 K9-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_detail VALUES ('K9-2', '对象 K9-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', '0001-01-01', NULL, 1766192400000, NULL);
INSERT INTO audit_chain VALUES (1, 'gateway/records');
INSERT INTO audit VALUES (1, 1, 1770685260000, 'seal', 'done', NULL, 'cbf5b31291085830b4be2ff224519fa5be8674360b951b5b01958c15c61df48d', 'cd4e6c0ab2f1b75c9481b0dbd7095dfac80315e1a9589dd1227440bac9753505');
INSERT INTO audit VALUES (1, 2, 1772672460000, 'seal', 'done', NULL, '3d2f767c7673e5999749ab70052a5b9b78f50442b96aa03960282013742c2201', '0554ca3f83216c535a6de36745e16dd76be616eea9dedbc7cc416f36eacfe37d');
INSERT INTO audit VALUES (1, 3, 1772672460000, 'seal', 'done', NULL, 'ce83aba74086aff121c3bfb8637afe697656201a6e4ad5b5fab6d27babf4dc39', '252f8454783355d118ed2620a4d6135b41568e9340d99bfffd80d2647f169f41');
INSERT INTO audit VALUES (1, 4, 1772672460000, 'seal', 'done', NULL, '54256aa1e1cac4832e733b11b98912f6880e7ee11b04cb3c4d196dea8b3c1201', '98e51c5c00b2da9bf692250e5bf236abe9c2ab3eee67b291e138b4df4506e41f');
INSERT INTO audit VALUES (1, 5, 1772672460000, 'seal', 'done', NULL, '1f62d74792d0fe64a8c59cc487aeca5250b4175b67de4acfd91c342bbd3c45ce', '92bd709c385429ff4a177a548eb5496c6e4430c826594ee9232cb0fd9df3c95b');
INSERT INTO audit VALUES (1, 6, 1772672460000, 'seal', 'done', NULL, 'a557eca1abc59186428b4bb67accd627c9259f0ba9d7f4aa2d98270609e3b3a1', 'f9006efc18d628f5f198010f22b526ad30fdb6b44887e1e2b18c15243f84712b');
INSERT INTO audit VALUES (1, 7, 1772755200000, 'seal', 'done', NULL, 'f0df1c4e15d9bc8724154609114f8db1f6896671d0ac870d1d518c54b8f92d6c', '101e543a8146a2889393b45836f3004976fdb63a7bbff981fd36bc56462c1aa7');
INSERT INTO audit VALUES (1, 8, 1772755200000, 'seal', 'done', NULL, '507c55c0c6f294bc053ed8b7a404541fe908f5547d5920c9524aaa1b2e2ede18', '126f962a941fea88b3ede2fa42eb653e5195672d8c5615fbe8cd6baccbc85338');
INSERT INTO audit VALUES (1, 9, 1774054800000, 'seal', 'done', NULL, '1dca146559cf5d27d1459662dedade99bd045df54947597ea6d14cb65ecb126a', 'b3a3a99dda28fcf3ffcf4d2031760ef32838e4031e4e69ee33003afadb04f9a2');
INSERT INTO key_person_list VALUES ('corrections', '区司法局', 'A0000001', '社区矫正法', '社区矫正对象走访', NULL, 0, '2000-01-01', '2199-01-01', 1766192400000, 'roster', NULL, NULL, NULL);
INSERT INTO key_person_member VALUES ('corrections', 'K5-1', 'roster', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_member VALUES ('corrections', 'K5-2', 'roster', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_member VALUES ('corrections', 'K6-1', 'roster', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_member VALUES ('corrections', 'K6-2', 'roster', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_member VALUES ('corrections', 'K7-1', 'roster', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_member VALUES ('corrections', 'K7-2', 'roster', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_member VALUES ('corrections', 'K8-1', 'roster', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_member VALUES ('corrections', 'K8-2', 'roster', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_member VALUES ('corrections', 'K9-1', 'roster', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_member VALUES ('corrections', 'K9-2', 'roster', '2026-01-01', NULL, 1766192400000, NULL);
