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

INSERT INTO schema_version VALUES (1);
INSERT INTO schema_version VALUES (2);
INSERT INTO area VALUES ('A0000001', 'county', NULL, 1766192400000);
INSERT INTO area VALUES ('A0000002', 'town', NULL, 1766192400000);
INSERT INTO area VALUES ('A0000003', 'station', NULL, 1766192400000);
INSERT INTO area VALUES ('A0000004', 'station', NULL, 1766192400000);
INSERT INTO area VALUES ('A0000005', 'grid', 'general', 1766192400000);
INSERT INTO area VALUES ('A0000006', 'grid', 'general', 1766192400000);
INSERT INTO area VALUES ('A0000007', 'grid', 'general', 1766192400000);
INSERT INTO area VALUES ('A0000008', 'grid', 'general', 1766192400000);
INSERT INTO area VALUES ('A0000009', 'grid', 'special', 1766192400000);
INSERT INTO area_name VALUES ('A0000001', '南浔区', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_name VALUES ('A0000002', '练市镇', '2026-01-01', '2026-03-01', 1766192400000);
INSERT INTO area_name VALUES ('A0000002', '练市街道', '2026-03-01', NULL, 1773968400000);
INSERT INTO area_name VALUES ('A0000003', '练市一站', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_name VALUES ('A0000004', '练市二站', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_name VALUES ('A0000005', '第一网格', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_name VALUES ('A0000006', '第二网格', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_name VALUES ('A0000007', '第三网格', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_name VALUES ('A0000008', '第四网格', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_name VALUES ('A0000009', '区医院专属网格', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000002', 'law', 'A0000001', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000002', 'managed', 'A0000001', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000003', 'law', 'A0000002', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000003', 'managed', 'A0000002', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000004', 'law', 'A0000002', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000004', 'managed', 'A0000002', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000005', 'law', 'A0000003', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000005', 'managed', 'A0000003', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000006', 'law', 'A0000003', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000006', 'managed', 'A0000003', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000007', 'law', 'A0000004', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000007', 'managed', 'A0000004', '2026-01-01', '2026-03-21', 1766192400000);
INSERT INTO area_parent VALUES ('A0000007', 'managed', 'A0000003', '2026-03-21', NULL, 1773968400000);
INSERT INTO area_parent VALUES ('A0000008', 'law', 'A0000004', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000008', 'managed', 'A0000004', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000009', 'law', 'A0000001', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_parent VALUES ('A0000009', 'managed', 'A0000001', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_code VALUES ('A0000001', 'division', '330503', '2026-01-01', NULL, 1766192400000);
INSERT INTO area_code VALUES ('A0000002', 'division', '330503104', '2026-01-01', '2026-03-01', 1766192400000);
INSERT INTO area_code VALUES ('A0000002', 'division', '330503004', '2026-03-01', NULL, 1773968400000);
INSERT INTO person VALUES ('W5', 'w5', '人员 W5', 'unusable', NULL, 1766192400000);
INSERT INTO person VALUES ('W6', 'w6', '人员 W6', 'unusable', NULL, 1766192400000);
INSERT INTO person VALUES ('W7', 'w7', '人员 W7', 'unusable', NULL, 1766192400000);
INSERT INTO person VALUES ('W8', 'w8', '人员 W8', 'unusable', NULL, 1766192400000);
INSERT INTO person VALUES ('W9', 'w9', '人员 W9', 'unusable', NULL, 1766192400000);
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
INSERT INTO place VALUES ('P5-1', '场所 P5-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P5-2', '场所 P5-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P5-3', '场所 P5-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P6-1', '场所 P6-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P6-2', '场所 P6-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P6-3', '场所 P6-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P7-1', '场所 P7-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P7-2', '场所 P7-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P7-3', '场所 P7-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P8-1', '场所 P8-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P8-2', '场所 P8-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P8-3', '场所 P8-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P9-1', '场所 P9-1', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P9-2', '场所 P9-2', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
INSERT INTO place VALUES ('P9-3', '场所 P9-3', '小餐饮', '适园路 1 号', 30.8701, 120.4256, 'WGS-84', 30.8701, 120.4256, 50.0, 1766192400000);
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
INSERT INTO key_person VALUES ('K5-1', '对象 K5-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000);
INSERT INTO key_person VALUES ('K5-2', '对象 K5-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000);
INSERT INTO key_person VALUES ('K6-1', '对象 K6-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000);
INSERT INTO key_person VALUES ('K6-2', '对象 K6-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000);
INSERT INTO key_person VALUES ('K7-1', '对象 K7-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000);
INSERT INTO key_person VALUES ('K7-2', '对象 K7-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000);
INSERT INTO key_person VALUES ('K8-1', '对象 K8-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000);
INSERT INTO key_person VALUES ('K8-2', '对象 K8-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000);
INSERT INTO key_person VALUES ('K9-1', '对象 K9-1', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000);
INSERT INTO key_person VALUES ('K9-2', '对象 K9-2', '适园路 2 号', '先电话联系', NULL, '区司法局', '社区矫正法', 1766192400000);
INSERT INTO key_person_roster VALUES ('K5-1', 'A0000005', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_roster VALUES ('K5-2', 'A0000005', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_roster VALUES ('K6-1', 'A0000006', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_roster VALUES ('K6-2', 'A0000006', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_roster VALUES ('K7-1', 'A0000007', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_roster VALUES ('K7-2', 'A0000007', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_roster VALUES ('K8-1', 'A0000008', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_roster VALUES ('K8-2', 'A0000008', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_roster VALUES ('K9-1', 'A0000009', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO key_person_roster VALUES ('K9-2', 'A0000009', '2026-01-01', NULL, 1766192400000, NULL);
INSERT INTO report VALUES ('01956a00-0000-7000-8000-000000000001', 'W7', 'tablet-W7', 2, '1b3c9f328ba2d9c43dd330090debaa6e98d06fdd73007c05740d62b3d9c0d898', 'captured 1770685200000
place P7-1
outcome checked', 1770685200000, 1770685260000, 1770685200000, '2026-02', 'A0000007', 'place', 0, '');
INSERT INTO report VALUES ('01956a00-0000-7000-8000-000000000002', 'W5', 'tablet-W5', 3, '6febbd538b309b7d981861f38ac662e978ceecdf692ea9498267808a2a135a8a', 'captured 1772672400000
place P5-1
outcome checked
photo 0000000000000000000000000000000000000000000000000000000000000001', 1772672400000, 1772672460000, 1772672400000, '2026-03', 'A0000005', 'place', 0, '');
INSERT INTO report VALUES ('01956a00-0000-7000-8000-000000000003', 'W9', 'tablet-W9', 4, 'aa1aaeae91ad1048d0b025a945662eac6ca6d46175b8c8f0a49d2385dddbd8d7', 'captured 1772672400000
place P9-1
outcome checked
photo 0000000000000000000000000000000000000000000000000000000000000001
photo 0000000000000000000000000000000000000000000000000000000000000002', 1772672400000, 1772672460000, 1772672400000, '2026-03', 'A0000009', 'place', 1, '');
INSERT INTO report VALUES ('01956a00-0000-7000-8000-000000000004', 'W6', 'tablet-W6', 5, '638925797d996869eae7a1b14bfbc284d453d6b954b822a4a039aa7d05d5fc79', 'captured 1772672400000
place P6-1
outcome suspended', 1772672400000, 1772672460000, 1772672400000, '2026-03', 'A0000006', 'place', 0, '');
INSERT INTO report VALUES ('01956a00-0000-7000-8000-000000000005', 'W5', 'tablet-W5', 6, '7178288c3d6f159ac894b6ad0cb69b0adc98742968ee5c3d61400a9697ac20bd', 'captured 1772672400000
keyPerson K5-1
outcome met', 1772672400000, 1772672460000, 1772672400000, '2026-03', 'A0000005', 'keyPerson', 0, '/weather');
INSERT INTO report VALUES ('01956a00-0000-7000-8000-000000000006', 'W8', 'tablet-W8', 7, '631d76a5b968f19cf0955089e29f5aef75f81a2ae5fd480b335f1e258350cd45', 'captured 1772672400000
place P8-1
outcome checked', 1772672400000, 1772672460000, 1772672400000, '2026-03', 'A0000008', 'place', 0, '');
INSERT INTO place_visit VALUES ('01956a00-0000-7000-8000-000000000001', 'P7-1', '2026-02', 1770685200000, 'checked', 4, 'weak', 'no-fix', 1, 1, 'fullTime', NULL);
INSERT INTO place_visit VALUES ('01956a00-0000-7000-8000-000000000002', 'P5-1', '2026-03', 1772672400000, 'checked', 4, 'verified', 'inside-place', 1, 1, 'fullTime', NULL);
INSERT INTO place_visit VALUES ('01956a00-0000-7000-8000-000000000003', 'P9-1', '2026-03', 1772672400000, 'checked', 3, 'weak', 'no-fix', 1, 1, 'fullTime', NULL);
INSERT INTO place_visit VALUES ('01956a00-0000-7000-8000-000000000004', 'P6-1', '2026-03', 1772672400000, 'suspended', 2, 'weak', 'no-fix', 1, 1, 'fullTime', NULL);
INSERT INTO place_visit VALUES ('01956a00-0000-7000-8000-000000000006', 'P8-1', '2026-03', 1772672400000, 'checked', 4, 'weak', 'no-fix', 1, 1, 'fullTime', NULL);
INSERT INTO key_person_visit VALUES ('01956a00-0000-7000-8000-000000000005', 'K5-1', '2026-03', 1772672400000, 'met', 4, 'plausible', 'person-without-position', 1, 1, 'fullTime', NULL);
INSERT INTO finding VALUES ('01956a00-0000-7000-8000-000000000006', 0, 'dispute', '噪声扰民 ''A'' 栋', 1);
INSERT INTO report_photo VALUES ('01956a00-0000-7000-8000-000000000002', 0, '0000000000000000000000000000000000000000000000000000000000000001', 1000, NULL);
INSERT INTO report_photo VALUES ('01956a00-0000-7000-8000-000000000003', 0, '0000000000000000000000000000000000000000000000000000000000000001', 1000, NULL);
INSERT INTO report_photo VALUES ('01956a00-0000-7000-8000-000000000003', 1, '0000000000000000000000000000000000000000000000000000000000000002', 1000, NULL);
INSERT INTO photo VALUES ('0000000000000000000000000000000000000000000000000000000000000001', 1000, 'stored', NULL, 1200, 900, '0000000000000000000000000000000000000000000000000000000000000001', '0000000000000000000000000000000000000000000000000000000000000001', 1, '2026-03-05T09:00:00', NULL, 120.4, 'Tester', NULL, 1772755200000);
INSERT INTO photo_possession VALUES ('0000000000000000000000000000000000000000000000000000000000000001', 'W5', 1772755200000);
INSERT INTO photo_possession VALUES ('0000000000000000000000000000000000000000000000000000000000000001', 'W9', 1772755200000);
INSERT INTO ledger_month VALUES ('2026-02', 1770685260000);
INSERT INTO ledger_month VALUES ('2026-03', 1772672460000);
INSERT INTO grid_month VALUES ('2026-02', 'A0000005', 'place', 'A0000001A0000002A0000003A0000005', 3, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-02', 'A0000005', 'keyPerson', 'A0000001A0000002A0000003A0000005', 2, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-02', 'A0000006', 'place', 'A0000001A0000002A0000003A0000006', 3, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-02', 'A0000006', 'keyPerson', 'A0000001A0000002A0000003A0000006', 2, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-02', 'A0000007', 'place', 'A0000001A0000002A0000004A0000007', 3, 1, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-02', 'A0000007', 'keyPerson', 'A0000001A0000002A0000004A0000007', 2, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-02', 'A0000008', 'place', 'A0000001A0000002A0000004A0000008', 3, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-02', 'A0000008', 'keyPerson', 'A0000001A0000002A0000004A0000008', 2, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-02', 'A0000009', 'place', 'A0000001A0000009', 3, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-02', 'A0000009', 'keyPerson', 'A0000001A0000009', 2, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000005', 'place', 'A0000001A0000002A0000003A0000005', 2, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000005', 'keyPerson', 'A0000001A0000002A0000003A0000005', 2, 1, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000006', 'place', 'A0000001A0000002A0000003A0000006', 3, 0, 0, 0, 1);
INSERT INTO grid_month VALUES ('2026-03', 'A0000006', 'keyPerson', 'A0000001A0000002A0000003A0000006', 2, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000007', 'place', 'A0000001A0000002A0000003A0000007', 3, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000007', 'keyPerson', 'A0000001A0000002A0000003A0000007', 2, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000008', 'place', 'A0000001A0000002A0000004A0000008', 4, 2, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000008', 'keyPerson', 'A0000001A0000002A0000004A0000008', 2, 0, 0, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000009', 'place', 'A0000001A0000009', 3, 1, 1, 0, 0);
INSERT INTO grid_month VALUES ('2026-03', 'A0000009', 'keyPerson', 'A0000001A0000009', 2, 0, 0, 0, 0);
INSERT INTO place_obligation VALUES ('P5-1', '2026-02', 'A0000005', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P5-1', '2026-03', 'A0000008', 'done', 4, 1772672400000, '01956a00-0000-7000-8000-000000000002');
INSERT INTO place_obligation VALUES ('P5-2', '2026-02', 'A0000005', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P5-2', '2026-03', 'A0000005', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P5-3', '2026-02', 'A0000005', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P5-3', '2026-03', 'A0000005', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P6-1', '2026-02', 'A0000006', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P6-1', '2026-03', 'A0000006', 'awaiting', 2, 1772672400000, '01956a00-0000-7000-8000-000000000004');
INSERT INTO place_obligation VALUES ('P6-2', '2026-02', 'A0000006', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P6-2', '2026-03', 'A0000006', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P6-3', '2026-02', 'A0000006', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P6-3', '2026-03', 'A0000006', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P7-1', '2026-02', 'A0000007', 'done', 4, 1770685200000, '01956a00-0000-7000-8000-000000000001');
INSERT INTO place_obligation VALUES ('P7-1', '2026-03', 'A0000007', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P7-2', '2026-02', 'A0000007', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P7-2', '2026-03', 'A0000007', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P7-3', '2026-02', 'A0000007', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P7-3', '2026-03', 'A0000007', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P8-1', '2026-02', 'A0000008', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P8-1', '2026-03', 'A0000008', 'done', 4, 1772672400000, '01956a00-0000-7000-8000-000000000006');
INSERT INTO place_obligation VALUES ('P8-2', '2026-02', 'A0000008', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P8-2', '2026-03', 'A0000008', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P8-3', '2026-02', 'A0000008', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P8-3', '2026-03', 'A0000008', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P9-1', '2026-02', 'A0000009', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P9-1', '2026-03', 'A0000009', 'done', 3, 1772672400000, '01956a00-0000-7000-8000-000000000003');
INSERT INTO place_obligation VALUES ('P9-2', '2026-02', 'A0000009', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P9-2', '2026-03', 'A0000009', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P9-3', '2026-02', 'A0000009', 'due', -1, NULL, NULL);
INSERT INTO place_obligation VALUES ('P9-3', '2026-03', 'A0000009', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K5-1', '2026-02', 'A0000005', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K5-1', '2026-03', 'A0000005', 'done', 4, 1772672400000, '01956a00-0000-7000-8000-000000000005');
INSERT INTO key_person_obligation VALUES ('K5-2', '2026-02', 'A0000005', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K5-2', '2026-03', 'A0000005', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K6-1', '2026-02', 'A0000006', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K6-1', '2026-03', 'A0000006', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K6-2', '2026-02', 'A0000006', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K6-2', '2026-03', 'A0000006', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K7-1', '2026-02', 'A0000007', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K7-1', '2026-03', 'A0000007', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K7-2', '2026-02', 'A0000007', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K7-2', '2026-03', 'A0000007', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K8-1', '2026-02', 'A0000008', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K8-1', '2026-03', 'A0000008', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K8-2', '2026-02', 'A0000008', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K8-2', '2026-03', 'A0000008', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K9-1', '2026-02', 'A0000009', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K9-1', '2026-03', 'A0000009', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K9-2', '2026-02', 'A0000009', 'due', -1, NULL, NULL);
INSERT INTO key_person_obligation VALUES ('K9-2', '2026-03', 'A0000009', 'due', -1, NULL, NULL);
