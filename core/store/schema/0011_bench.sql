-- The bench: what is known of a collection, aliquots, recollections, storage and how long a specimen
-- is good for; results that people read and type; authorisations of oral orders; merged patients.

-- The number that the order has where it came from, and the codes of its reason (ICD-10-CM) as given.
ALTER TABLE orders ADD COLUMN placer TEXT;
ALTER TABLE orders ADD COLUMN icd10 TEXT;

-- Who else has that name.
CREATE INDEX patient_name ON patient (family COLLATE NOCASE, given COLLATE NOCASE);
CREATE INDEX patient_family_birth ON patient (family COLLATE NOCASE, birth_date);

-- What else was asked or seen at the chair.
CREATE TABLE collection_detail (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    specimen INTEGER NOT NULL UNIQUE REFERENCES specimen (id),
    volume TEXT NOT NULL,
    fasting TEXT NOT NULL CHECK (fasting IN ('', 'yes', 'no')),
    last_menses TEXT NOT NULL,
    anticoagulant TEXT NOT NULL,
    note TEXT NOT NULL
) STRICT;

-- A part of another specimen of the same order, in a container and with a number of its own.
CREATE TABLE aliquot (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    specimen INTEGER NOT NULL UNIQUE REFERENCES specimen (id),
    parent INTEGER NOT NULL REFERENCES specimen (id) CHECK (parent < specimen),
    place INTEGER NOT NULL CHECK (place >= 1),
    volume TEXT NOT NULL,
    UNIQUE (parent, place)
) STRICT;

-- `specimen` was rejected; `orders` asks for another one in its place.
CREATE TABLE recollection (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    specimen INTEGER NOT NULL UNIQUE REFERENCES specimen (id),
    parent INTEGER NOT NULL REFERENCES orders (id),
    orders INTEGER NOT NULL UNIQUE REFERENCES orders (id) CHECK (orders <> parent)
) STRICT;
CREATE INDEX recollection_parent ON recollection (parent);

-- The orderer, or a cover, has seen that the specimen was rejected.
CREATE TABLE rejection_seen (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    event INTEGER NOT NULL UNIQUE REFERENCES event (id),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

-- An order ends with a result or with a reason why there will be none.
CREATE TABLE order_cancel (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    orders INTEGER NOT NULL UNIQUE REFERENCES orders (id),
    reason TEXT NOT NULL CHECK (reason <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

-- An order by word of mouth is authorised in writing within 30 days (42 CFR 493.1241(b)): by the
-- provider's signature here, or by a paper that somebody has filed.
CREATE TABLE oral_authorisation (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    orders INTEGER NOT NULL UNIQUE REFERENCES orders (id),
    method TEXT NOT NULL CHECK (method IN ('signed', 'paper')),
    note TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

-- Where a specimen is kept from `at` on. Before the first row it stands at room temperature.
CREATE TABLE storage (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    specimen INTEGER NOT NULL REFERENCES specimen (id),
    temperature TEXT NOT NULL CHECK (temperature IN ('room', 'cold', 'frozen')),
    location TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX storage_specimen ON storage (specimen, id);

-- How long a specimen is good for a test at a temperature. The newest row of both counts; without a
-- person it is an example, which judges nothing. `minutes` 0: no limit any more.
CREATE TABLE stability (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    test_code TEXT NOT NULL CHECK (test_code <> ''),
    temperature TEXT NOT NULL CHECK (temperature IN ('room', 'cold', 'frozen')),
    minutes INTEGER NOT NULL CHECK (minutes >= 0),
    source TEXT NOT NULL,
    person INTEGER REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX stability_test ON stability (test_code, temperature, id);

-- How a test is read by eye, or typed. The newest row of a test counts; without a person it is an
-- example, and nobody can enter that test by hand. Choices are separated by `;`, the one that finds
-- nothing first. `choices` has one line for all analytes of the test, or one line for each, in their
-- order. Seconds from the start; `read_to` 0: there is no clock.
CREATE TABLE reading (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    test_code TEXT NOT NULL CHECK (test_code <> ''),
    kind TEXT NOT NULL CHECK (kind IN ('choice', 'number')),
    choices TEXT NOT NULL,
    read_from INTEGER NOT NULL CHECK (read_from >= 0),
    read_to INTEGER NOT NULL CHECK (read_to = 0 OR read_to > read_from),
    control INTEGER NOT NULL CHECK (control IN (0, 1)),
    second_look TEXT NOT NULL CHECK (second_look IN ('never', 'positive', 'always')),
    low TEXT NOT NULL,
    high TEXT NOT NULL,
    source TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    person INTEGER REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX reading_test ON reading (test_code, id);

-- A kit in use on a specimen: its clock runs from `at` on.
CREATE TABLE reading_run (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    specimen INTEGER NOT NULL REFERENCES specimen (id),
    test INTEGER NOT NULL REFERENCES test (id),
    reading INTEGER NOT NULL REFERENCES reading (id),
    lot TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    workstation TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX reading_run_specimen ON reading_run (specimen, id);

-- What somebody saw. `found` has one line for each analyte.
CREATE TABLE reading_look (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    run INTEGER NOT NULL REFERENCES reading_run (id),
    place INTEGER NOT NULL CHECK (place IN (1, 2)),
    control TEXT NOT NULL CHECK (control IN ('', 'valid', 'invalid')),
    found TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    workstation TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0),
    UNIQUE (run, place)
) STRICT;

-- What became of the run. Only one that was entered has a message: it stands there, linked or held.
CREATE TABLE reading_end (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    run INTEGER NOT NULL UNIQUE REFERENCES reading_run (id),
    how TEXT NOT NULL CHECK (how IN ('entered', 'invalid', 'late', 'disagree', 'void')),
    message INTEGER REFERENCES message (id) CHECK ((message IS NOT NULL) = (how = 'entered')),
    reason TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX reading_end_message ON reading_end (message) WHERE message IS NOT NULL;

-- Two records of one patient: what is filed under `merged` is shown as of `kept`, until it is undone.
-- Both are roots.
CREATE TABLE patient_merge (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    kept INTEGER NOT NULL REFERENCES patient (id),
    merged INTEGER NOT NULL REFERENCES patient (id) CHECK (merged <> kept),
    identifiers TEXT NOT NULL CHECK (identifiers <> ''),
    reason TEXT NOT NULL CHECK (reason <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX patient_merge_merged ON patient_merge (merged, id);
CREATE INDEX patient_merge_kept ON patient_merge (kept, id);

CREATE TABLE patient_unmerge (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    merge INTEGER NOT NULL UNIQUE REFERENCES patient_merge (id),
    reason TEXT NOT NULL CHECK (reason <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

-- Merges that stand.
CREATE VIEW merge_standing AS
SELECT m.id, m.kept, m.merged, m.identifiers, m.reason, m.person, m.at FROM patient_merge m
WHERE NOT EXISTS (SELECT 1 FROM patient_unmerge u WHERE u.merge = m.id);

CREATE TRIGGER recollection_to_do AFTER INSERT ON recollection
BEGIN
    DELETE FROM to_do WHERE orders = NEW.parent;
END;

CREATE TRIGGER order_cancel_to_do AFTER INSERT ON order_cancel
BEGIN
    DELETE FROM to_do WHERE orders = NEW.orders;
END;

-- An EKG's order that loses its last tracing is to be done again, unless it was cancelled meanwhile.
CREATE TRIGGER order_cancel_stays AFTER INSERT ON to_do
    WHEN EXISTS (SELECT 1 FROM order_cancel WHERE orders = NEW.orders)
BEGIN
    DELETE FROM to_do WHERE orders = NEW.orders;
END;
