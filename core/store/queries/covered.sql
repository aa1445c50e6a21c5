-- What a covered connection reads in the place of the tables that name patients: temporary views
-- of the same names, so that no query, present or future, can tell a name by mistake. A patient is
-- P- and the number of the record, and a year of birth.
CREATE TEMP VIEW patient AS
SELECT id, link, root, 'P-' || root AS mrn, 'Patient' AS family, CAST(root AS TEXT) AS given,
    substr(birth_date, 1, 4) AS birth_date, sex, person, at,
    iif(reason IS NULL, NULL, '(covered)') AS reason, identifiers
FROM main.patient;

-- What an instrument or a cart sent of the patient; a specimen's number only where it is one.
CREATE TEMP VIEW message AS
SELECT id, link, session, instrument_root, ordinal, kind, text_hash,
    iif(specimen_text = '' OR (length(specimen_text) = 12 AND specimen_text NOT GLOB '*[^0-9]*'),
        specimen_text, '(covered)') AS specimen_text,
    iif(patient_id = '', '', '(covered)') AS patient_id,
    iif(patient_name = '', '', '(covered)') AS patient_name,
    substr(patient_birth_date, 1, 4) AS patient_birth_date, patient_sex, operator, run, sent_at,
    model, serial, software, received_at, device_offset_ms, repeats,
    json_set(json_set(record, '$.patient', json('{"id":"","name":"","birth_date":"","sex":""}')),
        '$.specimen', '') AS record,
    disposition, reason_code, iif(disposition = 'linked', reason, '(covered)') AS reason
FROM main.message;

CREATE TEMP VIEW paper_held AS
SELECT id, link, message, specimen, reason_code, '(covered)' AS reason, at FROM main.paper_held;

CREATE TEMP VIEW frame AS
SELECT id, link, session, number, direction, at, CAST('(covered)' AS BLOB) AS bytes
FROM main.frame;

-- What somebody typed to look for.
CREATE TEMP VIEW view AS
SELECT id, link, person, workstation, what,
    iif(what IN ('order', 'specimen', 'label', 'ekg', 'report', 'message', 'tracing', 'instrument', 'export',
        'pack'), key, '') AS key, at, role, emergency
FROM main.view;

-- What went to a health record, and what it said of it: its own words may name the patient.
CREATE TEMP VIEW outbox_message AS
SELECT id, link, endpoint, orders, patient, kind, control_id, version, content, cause,
    iif(length(bytes) = 0, bytes, CAST('(covered)' AS BLOB)) AS bytes, at
FROM main.outbox_message;

CREATE TEMP VIEW outbox_state AS
SELECT id, link, outbox, state, code,
    iif(state = 'sent' OR (state = 'retry' AND code = '') OR sentence = '', sentence,
        '(covered)') AS sentence,
    CAST('' AS BLOB) AS answer, due, person, at
FROM main.outbox_state;
