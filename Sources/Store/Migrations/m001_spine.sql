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
