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
