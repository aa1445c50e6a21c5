-- Send-outs: reference laboratories, manifests, couriers, what came back. And: who asked to see
-- patients' names where they are covered, and whether the whole site is for practice.

-- A laboratory that specimens are sent to. The newest row of a root counts; a manifest names the row
-- that counted when it was opened, so that its report keeps that name and address.
CREATE TABLE reference_lab (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    root INTEGER NOT NULL REFERENCES reference_lab (id),
    name TEXT NOT NULL CHECK (name <> ''),
    address TEXT NOT NULL CHECK (address <> ''),
    clia TEXT NOT NULL CHECK (clia GLOB '[0-9][0-9]D[0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
    phone TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX reference_lab_root ON reference_lab (root, id);

-- A test that it does, and after how many days its result is expected; `lab` is that row alone.
CREATE TABLE reference_lab_test (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    lab INTEGER NOT NULL REFERENCES reference_lab (id),
    test_code TEXT NOT NULL CHECK (test_code <> ''),
    days INTEGER NOT NULL CHECK (days BETWEEN 0 AND 90),
    UNIQUE (lab, test_code)
) STRICT;

-- A list of specimens for one courier. It is open until it is handed over.
CREATE TABLE manifest (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    number TEXT NOT NULL UNIQUE,
    lab INTEGER NOT NULL REFERENCES reference_lab (id),
    temperature TEXT NOT NULL CHECK (temperature IN ('room', 'cold', 'frozen')),
    person INTEGER NOT NULL REFERENCES person (id),
    workstation TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX manifest_at ON manifest (at);

-- A specimen is put on it, or (`packed` 0) taken off again; the newest row of a specimen counts.
-- `days`: after how many its results are expected.
CREATE TABLE manifest_line (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    manifest INTEGER NOT NULL REFERENCES manifest (id),
    specimen INTEGER NOT NULL REFERENCES specimen (id),
    packed INTEGER NOT NULL CHECK (packed IN (0, 1)),
    days INTEGER NOT NULL CHECK (days >= 0),
    reason TEXT NOT NULL CHECK (packed = 1 OR reason <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX manifest_line_manifest ON manifest_line (manifest, id);
CREATE INDEX manifest_line_specimen ON manifest_line (specimen, id);

-- Somebody counted what is in the bag, with the courier there. Only equal counts are handed over.
CREATE TABLE manifest_count (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    manifest INTEGER NOT NULL REFERENCES manifest (id),
    counted INTEGER NOT NULL CHECK (counted >= 0),
    listed INTEGER NOT NULL CHECK (listed >= 0),
    courier TEXT NOT NULL CHECK (courier <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX manifest_count_manifest ON manifest_count (manifest, id);

CREATE TABLE hand_over (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    manifest INTEGER NOT NULL UNIQUE REFERENCES manifest (id),
    count INTEGER NOT NULL REFERENCES manifest_count (id),
    scanned TEXT NOT NULL CHECK (scanned <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

-- What ends the waiting for a specimen that was sent out: its result, as the laboratory wrote it
-- (the message holds it verbatim), or the reason why there will be none.
CREATE TABLE reference_result (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    line INTEGER NOT NULL REFERENCES manifest_line (id),
    message INTEGER UNIQUE REFERENCES message (id),
    lab_number TEXT NOT NULL,
    reported_at TEXT NOT NULL,
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    reason TEXT NOT NULL CHECK (message IS NOT NULL OR reason <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX reference_result_line ON reference_result (line, id);

-- Somebody who sees covered names asked to see those of one view, and said why (domain.md 4). It
-- holds for the patient of the order or specimen, where it was one, until `until`.
CREATE TABLE reveal (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    person INTEGER NOT NULL REFERENCES person (id),
    what TEXT NOT NULL CHECK (what <> ''),
    key TEXT NOT NULL,
    patient INTEGER REFERENCES patient (id),
    reason TEXT NOT NULL CHECK (reason <> ''),
    workstation TEXT NOT NULL,
    until INTEGER NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0),
    CHECK (until > at)
) STRICT;
CREATE INDEX reveal_person ON reveal (person, until);
CREATE INDEX reveal_patient ON reveal (patient) WHERE patient IS NOT NULL;

-- A site for practice: it was made so, and stays so.
CREATE TABLE practice (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

-- Who was born on that day; orders by word of mouth, which every morning's page counts.
CREATE INDEX patient_birth ON patient (birth_date);
CREATE INDEX orders_oral ON orders (at) WHERE mode = 'oral';
