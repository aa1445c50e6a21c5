-- What instruments sent, as sent; what it was read as; and custody's events.

CREATE TABLE session_end_type (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE event_type (
    id TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    moves INTEGER NOT NULL CHECK (moves IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE TABLE specimen_state_type (id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE specimen_step (
    event TEXT NOT NULL,
    state_from TEXT NOT NULL,
    state_to TEXT NOT NULL,
    PRIMARY KEY (event, state_from, state_to)
) STRICT, WITHOUT ROWID;

-- `instrument_root` stays the same when the instrument's port or profile changes.
CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    instrument INTEGER NOT NULL REFERENCES instrument (id),
    instrument_root INTEGER NOT NULL REFERENCES instrument (id),
    profile TEXT NOT NULL,
    port TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX session_instrument ON session (instrument_root, id);

CREATE TABLE frame (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    session INTEGER NOT NULL REFERENCES session (id),
    number INTEGER NOT NULL,
    direction INTEGER NOT NULL CHECK (direction IN (0, 1)),
    at INTEGER NOT NULL CHECK (at >= 0),
    bytes BLOB NOT NULL
) STRICT;
CREATE INDEX frame_session ON frame (session, id);

CREATE TABLE session_end (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    session INTEGER NOT NULL UNIQUE REFERENCES session (id),
    how INTEGER NOT NULL REFERENCES session_end_type (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

CREATE TABLE decoded (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    session INTEGER NOT NULL UNIQUE REFERENCES session (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    session INTEGER NOT NULL REFERENCES session (id),
    instrument_root INTEGER NOT NULL REFERENCES instrument (id),
    ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
    kind TEXT NOT NULL CHECK (kind <> ''),
    text_hash BLOB NOT NULL CHECK (length(text_hash) = 32),
    specimen_text TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    patient_name TEXT NOT NULL,
    patient_birth_date TEXT NOT NULL,
    patient_sex TEXT NOT NULL,
    operator TEXT NOT NULL,
    run TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    model TEXT NOT NULL,
    serial TEXT NOT NULL,
    software TEXT NOT NULL,
    received_at INTEGER NOT NULL CHECK (received_at >= 0),
    device_offset_ms INTEGER,
    repeats INTEGER REFERENCES message (id),
    record TEXT NOT NULL,
    disposition TEXT NOT NULL CHECK (disposition IN ('linked', 'held', 'qc', 'service', 'query',
        'repeat', 'incomplete', 'calibration')),
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    UNIQUE (session, ordinal)
) STRICT;
CREATE INDEX message_run ON message (instrument_root, run, id) WHERE run <> '';
CREATE UNIQUE INDEX message_repeats ON message (repeats) WHERE repeats IS NOT NULL;
CREATE INDEX message_specimen ON message (specimen_text, id) WHERE specimen_text <> '';
CREATE INDEX message_disposition ON message (instrument_root, disposition, id);
CREATE INDEX message_hash ON message (instrument_root, text_hash, id);

-- Custody (domain.md 3.2). An event without a specimen belongs to its order.
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    specimen INTEGER REFERENCES specimen (id),
    orders INTEGER NOT NULL REFERENCES orders (id),
    type TEXT NOT NULL REFERENCES event_type (id),
    state_from TEXT NOT NULL REFERENCES specimen_state_type (id),
    state_to TEXT NOT NULL REFERENCES specimen_state_type (id),
    at INTEGER NOT NULL CHECK (at >= 0),
    zone_offset INTEGER NOT NULL CHECK (zone_offset BETWEEN -1080 AND 1080),
    clock_unset INTEGER NOT NULL CHECK (clock_unset IN (0, 1)),
    person INTEGER REFERENCES person (id),
    role TEXT NOT NULL,
    workstation TEXT NOT NULL,
    instrument INTEGER REFERENCES instrument (id),
    message INTEGER REFERENCES message (id),
    location TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX event_specimen ON event (specimen, id) WHERE specimen IS NOT NULL;
CREATE INDEX event_orders ON event (orders, id);
