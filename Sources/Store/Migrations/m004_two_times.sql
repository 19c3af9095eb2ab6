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
