-- Patients, orders, specimens and their labels.

CREATE TABLE patient (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    root INTEGER NOT NULL REFERENCES patient (id),
    mrn TEXT NOT NULL CHECK (mrn <> ''),
    family TEXT NOT NULL,
    given TEXT NOT NULL,
    birth_date TEXT NOT NULL CHECK (birth_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    sex TEXT NOT NULL CHECK (sex IN ('F', 'M', 'X', 'U')),
    person INTEGER REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX patient_mrn ON patient (mrn, id);
CREATE INDEX patient_root ON patient (root, id);
CREATE INDEX patient_family ON patient (family COLLATE NOCASE);
CREATE UNIQUE INDEX patient_new_mrn ON patient (mrn) WHERE root = id;

-- `patient` is the patient's root; the newest version tells who that is.
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    number TEXT NOT NULL UNIQUE,
    patient INTEGER NOT NULL REFERENCES patient (id),
    provider TEXT NOT NULL,
    priority TEXT NOT NULL CHECK (priority IN ('routine', 'stat')),
    mode TEXT NOT NULL CHECK (mode IN ('electronic', 'written', 'oral')),
    reason TEXT NOT NULL,
    person INTEGER REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX orders_patient ON orders (patient, id);

CREATE TABLE order_test (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    orders INTEGER NOT NULL REFERENCES orders (id),
    test INTEGER NOT NULL REFERENCES test (id),
    UNIQUE (orders, test)
) STRICT;

CREATE TABLE identification (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    orders INTEGER NOT NULL REFERENCES orders (id),
    identifiers TEXT NOT NULL CHECK (identifiers <> ''),
    method TEXT NOT NULL,
    person INTEGER REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX identification_orders ON identification (orders);

-- One row for each number given out; the row with a note skips all numbers up to its own.
CREATE TABLE accession_issue (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    day INTEGER NOT NULL CHECK (day BETWEEN 101 AND 991231),
    running INTEGER NOT NULL CHECK (running BETWEEN 0 AND 99999),
    note TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0),
    UNIQUE (day, running)
) STRICT;

CREATE TABLE specimen (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    accession TEXT NOT NULL UNIQUE CHECK (length(accession) = 12 AND accession NOT GLOB '*[^0-9]*'),
    issue INTEGER NOT NULL UNIQUE REFERENCES accession_issue (id),
    orders INTEGER NOT NULL REFERENCES orders (id),
    type TEXT NOT NULL,
    container TEXT NOT NULL,
    site TEXT NOT NULL,
    lot TEXT NOT NULL,
    collector TEXT NOT NULL,
    collected_at INTEGER NOT NULL CHECK (collected_at >= 0)
) STRICT;
CREATE INDEX specimen_orders ON specimen (orders);

CREATE TABLE label_print (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    specimen INTEGER NOT NULL REFERENCES specimen (id),
    copy INTEGER NOT NULL CHECK (copy >= 1),
    printer TEXT NOT NULL,
    stock TEXT NOT NULL,
    reason TEXT NOT NULL,
    person INTEGER REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX label_print_specimen ON label_print (specimen);

CREATE TABLE label_outcome (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    label_print INTEGER NOT NULL UNIQUE REFERENCES label_print (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('printed', 'failed', 'unknown')),
    sentence TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
