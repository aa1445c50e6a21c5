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

-- All frames of a session; of an EKG's file only where each begins.
CREATE TEMP VIEW v_frames AS
SELECT s.id AS session, (SELECT list(json) FROM (SELECT object('id', f.id,
        'number', f.number, 'direction', f.direction, 'at', f.at,
        'text', frame_text(iif(i.ekg IS NULL, f.bytes, substr(f.bytes, 1, 256))),
        'bytes', length(f.bytes)) AS json
    FROM frame f WHERE f.session = s.id ORDER BY f.id LIMIT -1)) AS json
FROM session s JOIN instrument i ON i.id = s.instrument;

CREATE TEMP VIEW v_state AS
SELECT p.id AS specimen, coalesce(c.state, 'none') AS state,
    (SELECT t.text FROM specimen_state_type t WHERE t.id = coalesce(c.state, 'none')) AS text
FROM specimen p LEFT JOIN specimen_state c ON c.specimen = p.id;

-- Custody: an event, and a look as one.
CREATE TEMP VIEW v_event AS
SELECT e.id, e.specimen, e.orders, object('id', e.id, 'type', e.type, 'text', t.text, 'at', e.at,
    'zone_offset', e.zone_offset,
    '=person', (SELECT n.json FROM v_person n WHERE n.id = e.person),
    'workstation', e.workstation,
    'instrument', coalesce((SELECT i.name FROM instrument i WHERE i.id = e.instrument), ''),
    'location', e.location, 'reason', e.reason, 'detail', e.detail,
    'state_from', e.state_from, 'state_to', e.state_to, 'message', e.message,
    'clock_unset', e.clock_unset, 'link', lower(substr(hex(e.link), 1, 16))) AS json
FROM event e JOIN event_type t ON t.id = e.type;

CREATE TEMP VIEW v_viewed AS
SELECT v.id, v.key, object('id', v.id, 'type', 'viewed',
    'text', (SELECT t.text FROM event_type t WHERE t.id = 'viewed'), 'at', v.at,
    'zone_offset', 0,
    '=person', (SELECT n.json FROM v_person n WHERE n.id = v.person),
    'workstation', v.workstation, 'instrument', '', 'location', '', 'reason', '',
    'detail', v.what, 'state_from', '', 'state_to', '', 'message', NULL,
    'clock_unset', 0, 'link', lower(substr(hex(v.link), 1, 16))) AS json
FROM view v WHERE v.key <> '';

-- What waits for a person, without EKGs: they have a page of their own; how many of those do.
CREATE TEMP VIEW v_unmatched AS
SELECT h.message FROM held h CROSS JOIN message m ON m.id = h.message WHERE m.kind <> 'ecg';

CREATE TEMP VIEW v_ekg_counts AS
SELECT object('waiting', (SELECT count(*) FROM held h CROSS JOIN message m ON m.id = h.message
        WHERE m.kind = 'ecg'),
    'review', (SELECT count(*) FROM worklist w WHERE w.state = 'waiting'
        AND EXISTS (SELECT 1 FROM tracing_tie t WHERE t.orders = w.orders))) AS json;

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

-- ---- EKGs ----

-- Whether an order is an EKG's.
CREATE TEMP VIEW v_ekg AS
SELECT o.id AS orders, EXISTS (SELECT 1 FROM order_test x JOIN test t ON t.id = x.test
    WHERE x.orders = o.id AND t.specimen_type = 'none') AS ekg
FROM orders o;

-- A tie that stands.
CREATE TEMP VIEW v_tie AS
SELECT t.id, t.tracing, t.orders, t.identifiers, t.differs, t.reason, t.person, t.at
FROM tracing_tie t
WHERE t.orders IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM tracing_tie n WHERE n.tracing = t.tracing AND n.id > t.id);

-- A choice that counts: the order's newest, of a tracing that is tied, and none was tied later.
CREATE TEMP VIEW v_choice AS
SELECT c.id, c.orders, c.tracing, c.reason, c.person, c.at
FROM tracing_choice c
WHERE c.id = (SELECT max(h.id) FROM tracing_choice h WHERE h.orders = c.orders)
    AND EXISTS (SELECT 1 FROM v_tie t WHERE t.tracing = c.tracing AND t.orders = c.orders)
    AND NOT EXISTS (SELECT 1 FROM v_tie t WHERE t.orders = c.orders AND t.id > c.id);

-- How many tracings an order has, the one for review (NULL: several, and none is chosen), and the
-- one to show of it.
CREATE TEMP VIEW v_chosen AS
SELECT o.id AS orders, (SELECT count(*) FROM v_tie t WHERE t.orders = o.id) AS tied,
    EXISTS (SELECT 1 FROM v_choice c WHERE c.orders = o.id) AS choice,
    coalesce((SELECT iif(count(*) = 1, max(t.tracing), NULL) FROM v_tie t WHERE t.orders = o.id),
        (SELECT c.tracing FROM v_choice c WHERE c.orders = o.id)) AS tracing,
    coalesce((SELECT c.tracing FROM v_choice c WHERE c.orders = o.id),
        (SELECT t.tracing FROM v_tie t WHERE t.orders = o.id ORDER BY t.id DESC LIMIT 1)) AS shown
FROM orders o;

-- Why an order stands where it stands among those to be looked at.
CREATE TEMP VIEW v_routing AS
SELECT o.id AS orders, (SELECT json_group_array(word) FROM (SELECT DISTINCT z.value AS word
    FROM v_tie t JOIN tracing x ON x.id = t.tracing, json_each(x.routing) z
    WHERE t.orders = o.id LIMIT 64)) AS json
FROM orders o;

-- A tracing, or a file that nobody could read, as it waits for an order.
CREATE TEMP VIEW v_waiting AS
SELECT m.id AS message, x.id AS tracing, x.proposed, m.patient_id, m.patient_name,
    replace(m.patient_birth_date, '-', '') AS birth,
    object('tracing', x.id, 'message', m.id, 'instrument', i.name,
        'format', coalesce(x.format, ''), 'recorded_at', m.sent_at, 'received_at', m.received_at,
        '=patient', object('id', m.patient_id, 'name', m.patient_name,
            'birth_date', m.patient_birth_date, 'sex', m.patient_sex),
        'model', m.model, 'serial', m.serial, 'differs', coalesce(x.differs, ''),
        'reason_code', m.reason_code, 'reason', m.reason, 'severity', coalesce(x.severity, 0),
        '=routing', coalesce(x.routing, '[]')) AS json
FROM message m JOIN session s ON s.id = m.session JOIN instrument i ON i.id = s.instrument
LEFT JOIN tracing x ON x.message = m.id
WHERE m.kind = 'ecg';

-- What of an order's patient agrees with what a waiting file says: a suggestion to a person.
CREATE TEMP VIEW v_candidate AS
SELECT w.message, o.id AS orders,
    (w.patient_id <> '' AND ltrim(w.patient_id, '0') = ltrim(p.mrn, '0')) AS by_mrn,
    (w.patient_name <> '' AND p.family <> ''
        AND instr(lower(w.patient_name), lower(p.family)) > 0) AS by_name,
    instr(lower(w.patient_name), lower(substr(p.given || ' ', 1, instr(p.given || ' ', ' ') - 1)))
        > 0 AS by_given,
    (length(w.birth) >= 8 AND substr(w.birth, 1, 8) = replace(p.birth_date, '-', '')) AS by_birth
FROM v_waiting w CROSS JOIN (
    SELECT d.orders FROM to_do d CROSS JOIN v_ekg e ON e.orders = d.orders WHERE e.ekg
    UNION ALL
    SELECT l.orders FROM worklist l WHERE l.state IN ('waiting', 'returned')
        AND EXISTS (SELECT 1 FROM tracing_tie t WHERE t.orders = l.orders)
) u CROSS JOIN orders o ON o.id = u.orders CROSS JOIN v_patient p ON p.id = o.patient;

CREATE TEMP VIEW v_candidates AS
SELECT w.message,
    (SELECT object('order', o.number,
            '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
            'provider', o.provider, 'ordered_at', o.at, '=why', '[]')
        FROM orders o WHERE o.id = w.proposed) AS proposed,
    coalesce((SELECT list(json) FROM (
        SELECT object('order', o.number,
            '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
            'provider', o.provider, 'ordered_at', o.at,
            '=why', (SELECT json_group_array(word) FROM (SELECT 'mrn' AS word WHERE c.by_mrn
                UNION ALL SELECT 'name' WHERE c.by_name AND c.by_given
                UNION ALL SELECT 'birth_date' WHERE c.by_birth))) AS json
        FROM v_candidate c JOIN orders o ON o.id = c.orders
        WHERE c.message = w.message AND (c.by_mrn OR c.by_name OR c.by_birth)
        ORDER BY c.by_mrn * 2 + c.by_name + c.by_birth DESC, o.id DESC LIMIT 8)), '[]') AS json
FROM v_waiting w;
