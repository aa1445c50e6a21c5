-- What is past its retention goes, by two people; a tombstone stays for each row.

CREATE TABLE purge (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    before INTEGER NOT NULL CHECK (before >= 0),
    reason TEXT NOT NULL CHECK (reason <> ''),
    orders INTEGER NOT NULL CHECK (orders >= 0),
    facts INTEGER NOT NULL CHECK (facts >= 0),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

CREATE TABLE purge_approval (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    purge INTEGER NOT NULL UNIQUE REFERENCES purge (id),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

CREATE TRIGGER purge_by_two BEFORE INSERT ON purge_approval
    WHEN (SELECT root FROM person WHERE id = NEW.person)
        = (SELECT n.root FROM purge p JOIN person n ON n.id = p.person WHERE p.id = NEW.purge)
BEGIN
    SELECT RAISE(ABORT, 'whoever proposed it cannot approve it');
END;

-- `hash` is the link of the row that went: the hash of all that it said.
CREATE TABLE tombstone (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    purge INTEGER NOT NULL REFERENCES purge (id),
    fact TEXT NOT NULL,
    gone INTEGER NOT NULL UNIQUE,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- A deleted row's references are looked up by these.
CREATE INDEX event_message ON event (message) WHERE message IS NOT NULL;
CREATE INDEX resolution_specimen ON resolution (specimen) WHERE specimen IS NOT NULL;
CREATE INDEX tracing_choice_tracing ON tracing_choice (tracing);

-- Of earlier versions, which knew of no tombstones; core makes them anew (schema.c).
DROP TRIGGER IF EXISTS site_no_delete;
DROP TRIGGER IF EXISTS person_no_delete;
DROP TRIGGER IF EXISTS sign_in_no_delete;
DROP TRIGGER IF EXISTS view_no_delete;
DROP TRIGGER IF EXISTS instrument_no_delete;
DROP TRIGGER IF EXISTS test_no_delete;
DROP TRIGGER IF EXISTS test_analyte_no_delete;
DROP TRIGGER IF EXISTS reference_set_no_delete;
DROP TRIGGER IF EXISTS reference_limit_no_delete;
DROP TRIGGER IF EXISTS reference_approval_no_delete;
DROP TRIGGER IF EXISTS patient_no_delete;
DROP TRIGGER IF EXISTS orders_no_delete;
DROP TRIGGER IF EXISTS order_test_no_delete;
DROP TRIGGER IF EXISTS identification_no_delete;
DROP TRIGGER IF EXISTS accession_issue_no_delete;
DROP TRIGGER IF EXISTS specimen_no_delete;
DROP TRIGGER IF EXISTS label_print_no_delete;
DROP TRIGGER IF EXISTS label_outcome_no_delete;
DROP TRIGGER IF EXISTS session_no_delete;
DROP TRIGGER IF EXISTS frame_no_delete;
DROP TRIGGER IF EXISTS session_end_no_delete;
DROP TRIGGER IF EXISTS decoded_no_delete;
DROP TRIGGER IF EXISTS message_no_delete;
DROP TRIGGER IF EXISTS event_no_delete;
DROP TRIGGER IF EXISTS result_no_delete;
DROP TRIGGER IF EXISTS resolution_no_delete;
DROP TRIGGER IF EXISTS review_no_delete;
DROP TRIGGER IF EXISTS critical_notice_no_delete;
DROP TRIGGER IF EXISTS pin_set_no_delete;
DROP TRIGGER IF EXISTS procedure_no_delete;
DROP TRIGGER IF EXISTS tracing_no_delete;
DROP TRIGGER IF EXISTS waveform_no_delete;
DROP TRIGGER IF EXISTS tracing_tie_no_delete;
DROP TRIGGER IF EXISTS tracing_choice_no_delete;
DROP TRIGGER IF EXISTS overread_no_delete;
