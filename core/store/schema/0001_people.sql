-- The site, its people, instruments, test menu and limits.
--
-- A fact table has `id` from the one sequence over all fact tables and `link`, its place in the
-- chain (core/store/facts.h lists them). What changes does so by a newer row: `root` is the id of
-- the first row of the same thing. The *_type tables are filled from core/model when core opens
-- the database.

CREATE TABLE role_type (id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE site (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    name TEXT NOT NULL,
    salt TEXT NOT NULL CHECK (salt <> '' AND salt NOT GLOB '*[^0-9]*'),
    zone TEXT NOT NULL
) STRICT;

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    root INTEGER NOT NULL REFERENCES person (id),
    login TEXT NOT NULL CHECK (login <> ''),
    name TEXT NOT NULL,
    role TEXT NOT NULL REFERENCES role_type (id),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX person_login ON person (login, id);
CREATE INDEX person_root ON person (root, id);

-- A new PIN of `person`; `setter` is NULL at the console and at the first start.
CREATE TABLE pin_set (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    person INTEGER NOT NULL REFERENCES person (id),
    setter INTEGER REFERENCES person (id),
    workstation TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX pin_set_person ON pin_set (person, id);

CREATE TABLE sign_in (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    person INTEGER REFERENCES person (id),
    login TEXT NOT NULL,
    workstation TEXT NOT NULL,
    ok INTEGER NOT NULL CHECK (ok IN (0, 1)),
    reason TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX sign_in_login ON sign_in (login, id);

CREATE TABLE view (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    person INTEGER NOT NULL REFERENCES person (id),
    workstation TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what <> ''),
    key TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX view_key ON view (key, what, id) WHERE key <> '';

CREATE TABLE instrument (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    root INTEGER NOT NULL REFERENCES instrument (id),
    name TEXT NOT NULL CHECK (name <> ''),
    profile TEXT NOT NULL,
    port TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX instrument_name ON instrument (name, id);
CREATE INDEX instrument_root ON instrument (root, id);

CREATE TABLE test (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    code TEXT NOT NULL CHECK (code <> ''),
    name TEXT NOT NULL,
    specimen_type TEXT NOT NULL,
    container TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX test_code ON test (code, id);

CREATE TABLE test_analyte (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    test INTEGER NOT NULL REFERENCES test (id),
    code TEXT NOT NULL,
    loinc TEXT NOT NULL,
    name TEXT NOT NULL,
    ucum TEXT NOT NULL
) STRICT;
CREATE INDEX test_analyte_test ON test_analyte (test);

CREATE TABLE reference_set (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    name TEXT NOT NULL CHECK (name <> ''),
    source TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX reference_set_name ON reference_set (name, id);

-- Ages in days, from inclusive, to exclusive, 0 for no end. Limits are decimals as text: exact.
CREATE TABLE reference_limit (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    reference_set INTEGER NOT NULL REFERENCES reference_set (id),
    loinc TEXT NOT NULL CHECK (loinc <> ''),
    sex TEXT NOT NULL CHECK (sex IN ('', 'F', 'M', 'X', 'U')),
    age_from INTEGER NOT NULL CHECK (age_from >= 0),
    age_to INTEGER NOT NULL CHECK (age_to = 0 OR age_to > age_from),
    low TEXT NOT NULL,
    high TEXT NOT NULL,
    critical_low TEXT NOT NULL,
    critical_high TEXT NOT NULL,
    text_normal TEXT NOT NULL,
    unit TEXT NOT NULL
) STRICT;
CREATE INDEX reference_limit_loinc ON reference_limit (loinc, reference_set);
CREATE INDEX reference_limit_set ON reference_limit (reference_set);

CREATE TABLE reference_approval (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    reference_set INTEGER NOT NULL REFERENCES reference_set (id),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX reference_approval_set ON reference_approval (reference_set, id);
