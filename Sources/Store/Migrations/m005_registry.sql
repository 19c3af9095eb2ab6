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
