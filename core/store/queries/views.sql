-- The parts that several shapes of read.h share, as temporary views of the reading connection.

-- A patient by root, as the newest version says.
CREATE TEMP VIEW v_patient AS
SELECT p.root AS id, p.mrn, p.family, p.given, p.birth_date, p.sex,
    object('id', p.root, 'mrn', p.mrn, 'family', p.family, 'given', p.given,
        'birth_date', p.birth_date, 'sex', p.sex) AS json
FROM patient p
WHERE p.id = (SELECT max(v.id) FROM patient v WHERE v.root = p.root);

CREATE TEMP VIEW v_person AS
SELECT id, name, object('login', login, 'name', name, 'role', role) AS json FROM person;

-- The names of the tests ordered.
CREATE TEMP VIEW v_test_names AS
SELECT o.id AS orders, (SELECT json_group_array(name) FROM (SELECT t.name FROM order_test x
    JOIN test t ON t.id = x.test WHERE x.orders = o.id ORDER BY x.id LIMIT -1)) AS json
FROM orders o;

-- A current result, complete.
CREATE TEMP VIEW v_result AS
SELECT r.id, r.orders, r.specimen, r.message, r.replaces,
    object('id', r.id, 'test', coalesce((SELECT t.name FROM test t WHERE t.id = r.test), ''),
        'code', r.code, 'loinc', r.loinc, 'name', r.name, 'value', r.value,
        'comparator', r.comparator, 'number', r.number, 'unit', r.unit, 'ucum', r.ucum,
        'flag', r.flag, 'flag_source', r.flag_source, 'device_flags', r.device_flags,
        'site_flag', r.site_flag, 'severity', r.severity, 'device_range', r.device_range,
        'reference_range', r.reference_range, 'status', r.status, 'observed_at', r.observed_at,
        'at', r.at, 'lot', r.lot, 'comments', r.comments, 'version', r.version,
        'identical_repeat', r.identical_repeat, 'message', r.message,
        'instrument', (SELECT i.name FROM message m JOIN session s ON s.id = m.session
            JOIN instrument i ON i.id = s.instrument WHERE m.id = r.message),
        '=previous', (SELECT object('value', p.value, 'number', p.number, 'unit', p.unit,
                'flag', p.flag, 'at', p.at)
            FROM result p WHERE p.patient = r.patient AND p.analyte = r.analyte AND p.id < r.id
                AND p.orders <> r.orders
                AND NOT EXISTS (SELECT 1 FROM result n WHERE n.replaces = p.id)
            ORDER BY p.id DESC LIMIT 1)) AS json
FROM result r
WHERE NOT EXISTS (SELECT 1 FROM result n WHERE n.replaces = r.id);

CREATE TEMP VIEW v_order_results AS
SELECT o.id AS orders, (SELECT list(json) FROM (SELECT v.json FROM v_result v
    WHERE v.orders = o.id ORDER BY v.id LIMIT -1)) AS json
FROM orders o;

-- All frames of a session.
CREATE TEMP VIEW v_frames AS
SELECT s.id AS session, (SELECT list(json) FROM (SELECT object('id', f.id,
        'number', f.number, 'direction', f.direction, 'at', f.at, 'text', frame_text(f.bytes),
        'bytes', length(f.bytes)) AS json
    FROM frame f WHERE f.session = s.id ORDER BY f.id LIMIT -1)) AS json
FROM session s;

CREATE TEMP VIEW v_state AS
SELECT p.id AS specimen, coalesce(c.state, 'none') AS state,
    (SELECT t.text FROM specimen_state_type t WHERE t.id = coalesce(c.state, 'none')) AS text
FROM specimen p LEFT JOIN specimen_state c ON c.specimen = p.id;

-- A message that waits, or waited, on the unmatched list.
CREATE TEMP VIEW v_message AS
SELECT m.id, m.session, object('message', m.id, 'reason_code', m.reason_code,
    'reason', m.reason, 'disposition', m.disposition, 'received_at', m.received_at,
    'instrument', i.name, 'profile', s.profile, 'model', m.model, 'serial', m.serial,
    'run', m.run, 'operator', m.operator, 'sent_at', m.sent_at, 'specimen', m.specimen_text,
    '=patient', object('id', m.patient_id, 'name', m.patient_name,
        'birth_date', m.patient_birth_date, 'sex', m.patient_sex),
    '=results', coalesce(json_extract(m.record, '$.results'), '[]'),
    '=complaints', coalesce(json_extract(m.record, '$.complaints'), '[]'),
    'session', m.session,
    'ending', coalesce((SELECT t.text FROM session_end e JOIN session_end_type t ON t.id = e.how
        WHERE e.session = s.id), '')) AS json
FROM message m JOIN session s ON s.id = m.session JOIN instrument i ON i.id = s.instrument;
