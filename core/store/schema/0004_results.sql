-- Results in versions, what people made of what was held, and reviews.

-- `analyte` is what results of one patient are compared by: the LOINC, else "local:" and the code.
CREATE TABLE result (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    message INTEGER NOT NULL REFERENCES message (id),
    orders INTEGER NOT NULL REFERENCES orders (id),
    specimen INTEGER NOT NULL REFERENCES specimen (id),
    patient INTEGER NOT NULL REFERENCES patient (id),
    test INTEGER REFERENCES test (id),
    position INTEGER NOT NULL CHECK (position >= 0),
    version INTEGER NOT NULL CHECK (version >= 1),
    replaces INTEGER REFERENCES result (id),
    analyte TEXT NOT NULL,
    code TEXT NOT NULL,
    loinc TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    comparator TEXT NOT NULL,
    number TEXT NOT NULL,
    unit TEXT NOT NULL,
    ucum TEXT NOT NULL,
    device_range TEXT NOT NULL,
    device_flags TEXT NOT NULL,
    site_flag TEXT NOT NULL,
    flag TEXT NOT NULL,
    flag_source TEXT NOT NULL CHECK (flag_source IN ('', 'device', 'site', 'both')),
    severity INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 2),
    reference_limit INTEGER REFERENCES reference_limit (id),
    reference_range TEXT NOT NULL,
    status TEXT NOT NULL,
    observed_at TEXT NOT NULL,
    lot TEXT NOT NULL,
    comments TEXT NOT NULL,
    identical_repeat INTEGER NOT NULL CHECK (identical_repeat IN (0, 1)),
    at INTEGER NOT NULL CHECK (at >= 0),
    UNIQUE (message, position, version)
) STRICT;
CREATE INDEX result_orders ON result (orders, id);
CREATE INDEX result_specimen ON result (specimen, id);
CREATE INDEX result_previous ON result (patient, analyte, id);
CREATE UNIQUE INDEX result_replaces ON result (replaces) WHERE replaces IS NOT NULL;

CREATE TABLE resolution (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    message INTEGER NOT NULL UNIQUE REFERENCES message (id),
    kind TEXT NOT NULL CHECK (kind IN ('link', 'qc', 'not-ours', 'test-run', 'superseded')),
    specimen INTEGER REFERENCES specimen (id) CHECK ((specimen IS NOT NULL) = (kind = 'link')),
    identifiers TEXT NOT NULL,
    reason TEXT NOT NULL,
    person INTEGER REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

-- `version` is what the person saw and the signature binds.
CREATE TABLE review (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    orders INTEGER NOT NULL REFERENCES orders (id),
    version TEXT NOT NULL CHECK (length(version) = 64),
    kind TEXT NOT NULL CHECK (kind IN ('signed', 'returned')),
    meaning TEXT NOT NULL,
    disposition TEXT NOT NULL,
    note TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX review_orders ON review (orders, id);

CREATE TABLE critical_notice (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    orders INTEGER NOT NULL REFERENCES orders (id),
    version TEXT NOT NULL CHECK (length(version) = 64),
    told_to TEXT NOT NULL,
    method TEXT NOT NULL,
    read_back TEXT NOT NULL,
    note TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX critical_notice_orders ON critical_notice (orders, id);
