-- The parts that several shapes of read.h share, as temporary views of the reading connection.

-- A patient by root, as the newest version says; a record that was merged into another is that other.
-- `twin`: who else has that name, or that family name and birth date.
CREATE TEMP VIEW v_patient AS
SELECT r.id, p.mrn, p.family, p.given, p.birth_date, p.sex,
    object('id', p.root, 'mrn', p.mrn, 'family', p.family, 'given', p.given,
        'birth_date', p.birth_date, 'sex', p.sex,
        'twin', CASE WHEN EXISTS (SELECT 1 FROM patient q WHERE q.family = p.family COLLATE NOCASE
                AND q.given = p.given COLLATE NOCASE AND q.root <> p.root
                AND NOT EXISTS (SELECT 1 FROM patient n WHERE n.root = q.root AND n.id > q.id)
                AND NOT EXISTS (SELECT 1 FROM merge_standing g WHERE g.merged = q.root)) THEN 'name'
            WHEN EXISTS (SELECT 1 FROM patient q WHERE q.family = p.family COLLATE NOCASE
                AND q.birth_date = p.birth_date AND q.root <> p.root
                AND NOT EXISTS (SELECT 1 FROM patient n WHERE n.root = q.root AND n.id > q.id)
                AND NOT EXISTS (SELECT 1 FROM merge_standing g WHERE g.merged = q.root))
            THEN 'birth date' ELSE '' END,
        '=merged', coalesce((SELECT json_group_array(mrn) FROM (SELECT m.mrn FROM merge_standing g
            JOIN patient m ON m.id = (SELECT max(n.id) FROM patient n WHERE n.root = g.merged)
            WHERE g.kept = p.root ORDER BY g.id LIMIT -1)), '[]')) AS json
FROM patient r JOIN patient p ON p.id = (SELECT max(v.id) FROM patient v WHERE v.root =
    coalesce((SELECT g.kept FROM merge_standing g WHERE g.merged = r.id), r.id))
WHERE r.root = r.id;

-- Whose records a number finds: whose it is now. Who bore it before (`former`: and bears another one
-- now) is found by it only as long as it is nobody's.
CREATE TEMP VIEW v_mrn (mrn, root, former) AS
SELECT p.mrn, p.root, p.mrn <> (SELECT s.mrn FROM patient s WHERE s.root = p.root
    ORDER BY s.id DESC LIMIT 1)
FROM patient p
WHERE NOT EXISTS (SELECT 1 FROM patient n WHERE n.root = p.root AND n.id > p.id)
    OR NOT EXISTS (SELECT 1 FROM patient x WHERE x.mrn = p.mrn AND x.root <> p.root
        AND NOT EXISTS (SELECT 1 FROM patient n WHERE n.root = x.root AND n.id > x.id));

CREATE TEMP VIEW v_person AS
SELECT id, name, object('login', login, 'name', name, 'role', role) AS json FROM person;

-- The names of the tests ordered.
CREATE TEMP VIEW v_test_names AS
SELECT o.id AS orders, (SELECT json_group_array(name) FROM (SELECT t.name FROM order_test x
    JOIN test t ON t.id = x.test WHERE x.orders = o.id ORDER BY x.id LIMIT -1)) AS json
FROM orders o;

-- What was ordered and has no result.
CREATE TEMP VIEW v_missing AS
SELECT o.id AS orders, (SELECT json_group_array(m.name) FROM order_missing m
    WHERE m.orders = o.id) AS json
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
        '=performed_by', (SELECT f.json FROM v_performed f WHERE f.message = r.message),
        'instrument', (SELECT i.name FROM message m JOIN session s ON s.id = m.session
            JOIN instrument i ON i.id = s.instrument WHERE m.id = r.message),
        '=previous', (SELECT object('value', p.value, 'number', p.number, 'unit', p.unit,
                'flag', p.flag, 'at', p.at)
            FROM result p WHERE p.patient IN (SELECT coalesce((SELECT g.kept FROM merge_standing g
                    WHERE g.merged = r.patient), r.patient)
                UNION ALL SELECT g.merged FROM merge_standing g WHERE g.kept = coalesce((
                    SELECT k.kept FROM merge_standing k WHERE k.merged = r.patient), r.patient))
                AND p.analyte = r.analyte AND p.id < r.id
                AND p.orders <> r.orders AND p.status NOT IN ('W', 'X')
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

-- What the laboratory's rules said about a message, and who released what they held.
CREATE TEMP VIEW v_warning AS
SELECT w.id, w.message, object('rule', w.rule, 'finding', w.finding, 'level', w.level,
    'sentence', w.sentence, 'message', w.message, 'at', w.at,
    '=released', (SELECT object('by', n.name, 'role', x.role, 'reason', x.reason, 'at', x.at)
        FROM gate_override x JOIN person n ON n.id = x.person
        WHERE x.message = w.message AND x.rule = w.rule ORDER BY x.id DESC LIMIT 1)) AS json
FROM gate_warning w;

-- Why a message waits, or waited: what came under a paper label was looked at again when the label
-- was entered, and may wait for another reason since.
CREATE TEMP VIEW v_reason AS
SELECT m.id AS message,
    coalesce((SELECT h.reason_code FROM paper_held h WHERE h.message = m.id), m.reason_code) AS code,
    coalesce((SELECT h.reason FROM paper_held h WHERE h.message = m.id), m.reason) AS reason
FROM message m;

-- A message that waits, or waited, on the unmatched list.
CREATE TEMP VIEW v_message AS
SELECT m.id, m.session, object('message', m.id,
    'reason_code', (SELECT v.code FROM v_reason v WHERE v.message = m.id),
    'reason', (SELECT v.reason FROM v_reason v WHERE v.message = m.id),
    'disposition', m.disposition, 'received_at', m.received_at,
    'instrument', i.name, 'profile', s.profile, 'model', m.model, 'serial', m.serial,
    'run', m.run, 'operator', m.operator, 'sent_at', m.sent_at, 'specimen', m.specimen_text,
    '=patient', object('id', m.patient_id, 'name', m.patient_name,
        'birth_date', m.patient_birth_date, 'sex', m.patient_sex),
    '=results', coalesce(json_extract(m.record, '$.results'), '[]'),
    '=complaints', coalesce(json_extract(m.record, '$.complaints'), '[]'),
    '=warnings', (SELECT list(json) FROM (SELECT w.json FROM v_warning w
        WHERE w.message = m.id ORDER BY w.id LIMIT -1)),
    'locked', EXISTS (SELECT 1 FROM gate_warning w WHERE w.message = m.id
        AND w.level = 'lockout'),
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
SELECT m.id AS message, x.id AS tracing, x.proposed, i.root AS cart, m.received_at,
    m.patient_id, m.patient_name,
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

-- What of an order's patient agrees with what a waiting file says, or, when it names nobody, that
-- the order was opened at its cart within procedure_time before it came: a suggestion to a person.
CREATE TEMP VIEW v_candidate AS
SELECT w.message, o.id AS orders,
    (w.patient_id <> '' AND ltrim(w.patient_id, '0') = ltrim(p.mrn, '0')) AS by_mrn,
    (w.patient_name <> '' AND p.family <> ''
        AND instr(lower(w.patient_name), lower(p.family)) > 0) AS by_name,
    instr(lower(w.patient_name), lower(substr(p.given || ' ', 1, instr(p.given || ' ', ' ') - 1)))
        > 0 AS by_given,
    (length(w.birth) >= 8 AND substr(w.birth, 1, 8) = replace(p.birth_date, '-', '')) AS by_birth,
    (w.patient_id = '' AND w.patient_name = '' AND EXISTS (SELECT 1 FROM procedure r
        WHERE r.orders = u.orders AND r.instrument_root = w.cart
            AND r.at BETWEEN w.received_at - procedure_time() AND w.received_at)) AS by_cart
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
            'provider', o.provider,
            'provider_name', (SELECT n.name FROM v_orderer n WHERE n.orders = o.id),
            'ordered_at', o.at, '=why', '[]')
        FROM orders o WHERE o.id = w.proposed) AS proposed,
    coalesce((SELECT list(json) FROM (
        SELECT object('order', o.number,
            '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
            'provider', o.provider,
            'provider_name', (SELECT n.name FROM v_orderer n WHERE n.orders = o.id),
            'ordered_at', o.at,
            '=why', (SELECT json_group_array(word) FROM (SELECT 'mrn' AS word WHERE c.by_mrn
                UNION ALL SELECT 'name' WHERE c.by_name AND c.by_given
                UNION ALL SELECT 'birth_date' WHERE c.by_birth
                UNION ALL SELECT 'cart' WHERE c.by_cart))) AS json
        FROM v_candidate c JOIN orders o ON o.id = c.orders
        WHERE c.message = w.message AND (c.by_mrn OR c.by_name OR c.by_birth OR c.by_cart)
        ORDER BY c.by_mrn * 2 + c.by_name + c.by_birth DESC, o.id DESC LIMIT 8)), '[]') AS json
FROM v_waiting w;

-- Everybody once, as the newest row says, with all roles that are held.
CREATE TEMP VIEW v_staff AS
SELECT p.root, p.id, p.login, p.name, p.role, p.active,
    (SELECT json_group_array(role) FROM (SELECT p.role AS role UNION ALL
        SELECT r.role FROM person_role r WHERE r.person_root = p.root AND r.held = 1
            AND r.role <> p.role AND r.id = (SELECT max(n.id) FROM person_role n
                WHERE n.person_root = p.root AND n.role = r.role))) AS roles
FROM person p
WHERE p.id = (SELECT max(n.id) FROM person n WHERE n.root = p.root);

-- The newest certificate of each person and test.
CREATE TEMP VIEW v_certificate AS
SELECT c.id, c.person_root, c.test, c.valid,
    object('id', c.id, 'test', c.test,
        'test_name', coalesce((SELECT t.name FROM test t WHERE t.code = c.test
            ORDER BY t.id DESC LIMIT 1), c.test),
        'trained_on', c.trained_on,
        '=methods', iif(c.methods = '', '[]', '["' || replace(c.methods, ' ', '","') || '"]'),
        'valid_until', c.valid_until, 'evidence', c.evidence, 'note', c.note, 'valid', c.valid,
        '=by', (SELECT n.json FROM v_person n WHERE n.id = c.certifier),
        'by_role', c.certifier_role, 'at', c.at) AS json
FROM certificate c
WHERE c.id = (SELECT max(n.id) FROM certificate n
    WHERE n.person_root = c.person_root AND n.test = c.test);

-- What a person looked at, and of which order it was, where it was of one.
CREATE TEMP VIEW v_seen AS
SELECT v.id, v.at, v.person, v.what, v.key,
    CASE WHEN v.key = '' THEN NULL
        WHEN v.what IN ('order', 'ekg') THEN (SELECT o.id FROM orders o WHERE o.number = v.key)
        WHEN v.what IN ('specimen', 'label') THEN (SELECT s.orders FROM specimen s
            WHERE s.accession = v.key)
        WHEN v.what = 'tracing' THEN (SELECT t.orders FROM tracing_tie t
            WHERE t.tracing = CAST(v.key AS INTEGER) AND t.orders IS NOT NULL
            ORDER BY t.id DESC LIMIT 1)
        WHEN v.what = 'message' THEN coalesce((SELECT r.orders FROM result r
            WHERE r.message = CAST(v.key AS INTEGER) LIMIT 1), (SELECT e.orders FROM event e
            WHERE e.message = CAST(v.key AS INTEGER) LIMIT 1))
        ELSE coalesce((SELECT o.id FROM orders o WHERE o.number = v.key), (SELECT s.orders
            FROM specimen s WHERE s.accession = v.key)) END AS orders,
    coalesce(v.role, (SELECT n.role FROM person n WHERE n.id = v.person)) AS role,
    v.workstation, v.emergency
FROM view v;

-- ---- Review ----

-- Who holds which role, of those who may sign in.
CREATE TEMP VIEW v_holds AS
SELECT p.login, p.name, p.role FROM person p
WHERE p.active = 1 AND p.id = (SELECT max(n.id) FROM person n WHERE n.root = p.root)
UNION
SELECT p.login, p.name, r.role FROM person p JOIN person_role r ON r.person_root = p.root
WHERE p.active = 1 AND p.id = (SELECT max(n.id) FROM person n WHERE n.root = p.root)
    AND r.held = 1 AND r.id = (SELECT max(m.id) FROM person_role m
        WHERE m.person_root = r.person_root AND m.role = r.role);

-- Those who may sign results, and those who may be given a task.
CREATE TEMP VIEW v_signer AS
SELECT DISTINCT h.login, h.name FROM v_holds h WHERE role_may(h.role, 'sign');
CREATE TEMP VIEW v_hand AS
SELECT DISTINCT h.login, h.name FROM v_holds h WHERE role_may(h.role, 'follow-up');

-- The name behind a login; the login itself when nobody has it.
CREATE TEMP VIEW v_login AS
SELECT p.login, p.name FROM person p
WHERE p.id = (SELECT max(n.id) FROM person n WHERE n.login = p.login);

CREATE TEMP VIEW v_task AS
SELECT t.id, t.orders, t.owner, t.due, t.closed, object('task', t.id, 'order', o.number,
    '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
    '=tests', (SELECT n.json FROM v_test_names n WHERE n.orders = o.id),
    'kind', t.kind, 'instruction', t.instruction, 'owner', t.owner,
    'owner_name', coalesce((SELECT l.name FROM v_login l WHERE l.login = t.owner), t.owner),
    'due', t.due, '=by', (SELECT n.json FROM v_person n WHERE n.id = t.person), 'at', t.at,
    'ekg', (SELECT e.ekg FROM v_ekg e WHERE e.orders = o.id),
    '=steps', (SELECT list(json) FROM (SELECT v.json FROM v_task_step v WHERE v.task = t.id
        ORDER BY v.id LIMIT -1)),
    '=outcome', (SELECT v.json FROM v_task_step v WHERE v.id = t.closed)) AS json
FROM (SELECT k.id, k.orders, k.kind, k.instruction, k.person, k.at,
        coalesce((SELECT s.owner FROM task_step s WHERE s.task = k.id AND s.kind = 'handed'
            ORDER BY s.id DESC LIMIT 1), k.owner) AS owner,
        coalesce((SELECT s.due FROM task_step s WHERE s.task = k.id AND s.kind = 'handed'
            ORDER BY s.id DESC LIMIT 1), k.due) AS due,
        (SELECT s.id FROM task_step s WHERE s.task = k.id AND s.kind IN ('done', 'not-needed'))
            AS closed
    FROM task k) t JOIN orders o ON o.id = t.orders;

CREATE TEMP VIEW v_task_step AS
SELECT s.id, s.task, object('kind', s.kind, 'note', s.note, 'owner', s.owner, 'due', s.due,
    '=by', (SELECT n.json FROM v_person n WHERE n.id = s.person), 'at', s.at) AS json
FROM task_step s;

-- Tasks of an order that have no outcome yet: as long as there are, a signed order is open.
CREATE TEMP VIEW v_follow_up AS
SELECT t.orders, count(*) AS tasks FROM task t
WHERE NOT EXISTS (SELECT 1 FROM task_step s WHERE s.task = t.id
    AND s.kind IN ('done', 'not-needed'))
GROUP BY t.orders;

CREATE TEMP VIEW v_cover AS
SELECT c.id, c.provider, c.deputy, c.from_day, c.until_day, c.reason, c.person, c.at,
    coalesce((SELECT s.kind FROM cover_step s WHERE s.cover = c.id ORDER BY s.id DESC LIMIT 1),
        'asked') AS state
FROM cover c;

-- To whom an order is offered; no row when to nobody.
CREATE TEMP VIEW v_offer AS
SELECT w.orders, w.owner AS login FROM ownership w
WHERE w.kind = 'offered' AND w.id = (SELECT max(x.id) FROM ownership x WHERE x.orders = w.orders);

-- Where an order is (domain.md 5.1), in the words of its states.
CREATE TEMP VIEW v_stage AS
SELECT o.id AS orders, CASE
    WHEN w.state = 'signed' AND EXISTS (SELECT 1 FROM v_follow_up f WHERE f.orders = o.id)
        THEN 'follow-up-open'
    WHEN w.state = 'signed' AND EXISTS (SELECT 1 FROM partial p WHERE p.orders = o.id)
        THEN 'in-process'
    WHEN w.state = 'signed' THEN 'closed'
    WHEN w.state IS NOT NULL THEN 'resulted'
    WHEN EXISTS (SELECT 1 FROM specimen p JOIN specimen_state c ON c.specimen = p.id
        WHERE p.orders = o.id AND c.state = 'received') THEN 'in-process'
    WHEN EXISTS (SELECT 1 FROM specimen p JOIN specimen_state c ON c.specimen = p.id
        WHERE p.orders = o.id AND c.state NOT IN ('none', 'rejected')) THEN 'collected'
    ELSE 'new' END AS stage
FROM orders o LEFT JOIN worklist w ON w.orders = o.id;

-- ---- By hand ----

CREATE TEMP VIEW v_reading AS
SELECT g.id, g.test_code, (g.person IS NOT NULL AND g.active) AS live,
    object('reading', g.id, 'kind', g.kind, 'choices', g.choices, 'read_from', g.read_from,
        'read_to', g.read_to, 'control', g.control, 'second_look', g.second_look, 'low', g.low,
        'high', g.high, 'source', g.source, 'live', (g.person IS NOT NULL AND g.active),
        '=by', (SELECT n.json FROM v_person n WHERE n.id = g.person), 'at', g.at) AS json
FROM reading g;

CREATE TEMP VIEW v_hand_test AS
SELECT t.id, object('code', t.code, 'name', t.name,
    '=analytes', (SELECT list(json) FROM (SELECT object('name', a.name, 'ucum', a.ucum) AS json
        FROM test_analyte a WHERE a.test = t.id ORDER BY a.id LIMIT -1))) AS json
FROM test t;

-- What an order's specimen stands in for.
CREATE TEMP VIEW v_recollects AS
SELECT r.orders, object('order', o.number, 'accession', s.accession, 'reason', coalesce((
    SELECT e.reason FROM event e WHERE e.specimen = s.id AND e.type = 'rejected'
    ORDER BY e.id DESC LIMIT 1), '')) AS json
FROM recollection r JOIN specimen s ON s.id = r.specimen JOIN orders o ON o.id = r.parent;

-- ---- Send-outs ----

-- A laboratory as its newest row says, and as it stood when a manifest was opened.
CREATE TEMP VIEW v_lab AS
SELECT b.id, b.root, b.name, b.address, b.clia, b.phone, b.active FROM reference_lab b
WHERE b.id = (SELECT max(n.id) FROM reference_lab n WHERE n.root = b.root);

CREATE TEMP VIEW v_lab_then AS
SELECT b.id, object('name', b.name, 'address', b.address, 'clia', b.clia, 'phone', b.phone) AS json
FROM reference_lab b;

-- What is on a manifest.
CREATE TEMP VIEW v_packed AS
SELECT l.id, l.manifest, l.specimen, l.days, l.person, l.at FROM manifest_line l
WHERE l.packed = 1
    AND NOT EXISTS (SELECT 1 FROM manifest_line n WHERE n.specimen = l.specimen AND n.id > l.id);

-- Specimens that a laboratory has and that something is waited for of. A day is 86,400,000 ms.
CREATE TEMP VIEW v_outstanding AS
SELECT l.id AS line, l.specimen, m.id AS manifest, m.number, m.lab, h.at AS sent_at, l.days,
    h.at + l.days * 86400000 AS due_at
FROM v_packed l JOIN manifest m ON m.id = l.manifest JOIN hand_over h ON h.manifest = m.id
WHERE NOT EXISTS (SELECT 1 FROM reference_result r WHERE r.line = l.id AND r.complete = 1);

-- Orders whose tube was taken and that still want a result, since when it was; not those of which a
-- reference laboratory has a tube.
CREATE TEMP VIEW v_never AS
SELECT d.orders, coalesce((SELECT max(p.collected_at) FROM specimen p WHERE p.orders = d.orders), 0)
    AS since
FROM (SELECT orders FROM partial UNION ALL SELECT t.orders FROM to_do t
    WHERE EXISTS (SELECT 1 FROM specimen p JOIN specimen_state c ON c.specimen = p.id
        WHERE p.orders = t.orders AND c.state NOT IN ('rejected', 'disposed'))) d
WHERE NOT EXISTS (SELECT 1 FROM specimen p CROSS JOIN v_outstanding u ON u.specimen = p.id
    WHERE p.orders = d.orders);

CREATE TEMP VIEW v_manifest AS
SELECT m.id, h.at AS sent_at, object('manifest', m.number,
    '=lab', (SELECT b.json FROM v_lab_then b WHERE b.id = m.lab), 'temperature', m.temperature,
    'at', m.at, '=by', (SELECT n.json FROM v_person n WHERE n.id = m.person),
    'count', (SELECT count(*) FROM v_packed l WHERE l.manifest = m.id),
    'courier', coalesce((SELECT c.courier FROM manifest_count c WHERE c.id = h.count), ''),
    'sent_at', h.at, 'scanned', coalesce(h.scanned, ''),
    '=lines', (SELECT list(json) FROM (SELECT object('accession', p.accession,
            '=patient', (SELECT t.json FROM v_patient t WHERE t.id = o.patient),
            '=tests', (SELECT t.json FROM v_test_names t WHERE t.orders = o.id),
            'type', p.type, 'container', p.container, 'collected_at', p.collected_at,
            'packed_at', l.at,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = l.person)) AS json
        FROM v_packed l JOIN specimen p ON p.id = l.specimen JOIN orders o ON o.id = p.orders
        WHERE l.manifest = m.id ORDER BY l.id LIMIT -1)),
    '=counts', (SELECT list(json) FROM (SELECT object('counted', c.counted, 'listed', c.listed,
            'courier', c.courier, '=by', (SELECT n.json FROM v_person n WHERE n.id = c.person),
            'at', c.at) AS json
        FROM manifest_count c WHERE c.manifest = m.id ORDER BY c.id LIMIT -1))) AS json
FROM manifest m LEFT JOIN hand_over h ON h.manifest = m.id;

-- Who measured a message's results, when it was not this site.
CREATE TEMP VIEW v_performed AS
SELECT r.message, object('name', b.name, 'address', b.address, 'clia', b.clia, 'phone', b.phone,
    'number', r.lab_number, 'reported_at', r.reported_at) AS json
FROM reference_result r JOIN manifest_line l ON l.id = r.line
JOIN manifest m ON m.id = l.manifest JOIN reference_lab b ON b.id = m.lab
WHERE r.message IS NOT NULL;

-- ---- Lots and rules ----

-- A lot as it stands. `place` orders them: in use, in stock, what needs a look, what is over.
CREATE TEMP VIEW v_lot AS
SELECT l.lot, l.item_root, l.number, l.code, l.expires, l.gtin, l.use_by, l.status,
    CASE l.status WHEN 'open' THEN 0 WHEN 'stock' THEN 1 WHEN 'quarantine' THEN 2 ELSE 3 END
        AS place,
    object('lot', l.lot, 'number', l.number, 'code', l.code, 'expires', l.expires,
        'use_by', l.use_by, 'opened_on', l.opened_on, 'opened_by', l.opened_by,
        'status', l.status, 'reason', l.reason,
        'received_at', (SELECT max(r.at) FROM lot_receipt r WHERE r.lot = l.lot),
        'quantity', (SELECT sum(r.quantity) FROM lot_receipt r WHERE r.lot = l.lot),
        'shipments', (SELECT count(*) FROM lot_receipt r WHERE r.lot = l.lot)) AS json
FROM (SELECT n.lot, n.item_root, n.number, n.code, n.expires, n.gtin,
        min(n.expires, coalesce(o.use_by, n.expires)) AS use_by,
        coalesce(o.opened_on, '') AS opened_on,
        coalesce((SELECT p.name FROM person p WHERE p.id = o.person), '') AS opened_by,
        iif(coalesce(m.kind, 'usable') <> 'usable', m.kind, iif(o.id IS NULL, 'stock', 'open'))
            AS status,
        coalesce(m.reason, '') AS reason
    FROM lot_now n LEFT JOIN lot_opening o ON o.id = n.opening
    LEFT JOIN lot_mark m ON m.id = n.mark) l;

-- Which results were made with a lot: current ones of the item's tests that name it.
CREATE TEMP VIEW v_lot_result AS
SELECT l.id AS lot, r.id AS result
FROM lot l CROSS JOIN result r ON r.lot <> '' AND (r.lot = l.number COLLATE NOCASE
    OR (l.code <> '' AND r.lot = l.code COLLATE NOCASE))
WHERE NOT EXISTS (SELECT 1 FROM result n WHERE n.replaces = r.id)
    AND EXISTS (SELECT 1 FROM item_now i JOIN item_test x ON x.item = i.id
        JOIN test t ON t.code = x.test WHERE i.root = l.item_root AND t.id = r.test);

-- How far a rule reaches: as the director set it last, else as at first.
CREATE TEMP VIEW v_rule_level AS
SELECT t.id AS rule, f.finding,
    object('level', coalesce(s.level, f.first), 'first', f.first,
        '=by', (SELECT n.json FROM v_person n WHERE n.id = s.person), 'at', s.at) AS json
FROM rule_type t
CROSS JOIN (SELECT id, 'against' AS finding, against AS first FROM rule_type
    UNION ALL SELECT id, 'unknown', unknown FROM rule_type) f ON f.id = t.id
LEFT JOIN rule_setting s ON s.id = (SELECT max(x.id) FROM rule_setting x
    WHERE x.rule = t.id AND x.finding = f.finding);

-- ---- Quality control ----

-- A run of a control, with what was done about it.
CREATE TEMP VIEW v_qc_run AS
SELECT r.id, r.level_root, object('run', r.id, 'level', r.level_root, 'level_name', l.level,
    'control', l.control, 'test', r.test,
    'test_name', coalesce((SELECT t.name FROM test t WHERE t.code = r.test
        ORDER BY t.id DESC LIMIT 1), r.test),
    'instrument', (SELECT i.name FROM instrument i WHERE i.root = r.instrument_root
        ORDER BY i.id DESC LIMIT 1),
    'at', r.at, 'passed', r.passed,
    'void', EXISTS (SELECT 1 FROM qc_void z WHERE z.run = r.id),
    'finding', r.finding, 'reason', r.reason, 'reason_text', CASE r.reason
        WHEN 'after_failure' THEN 'after a failure' ELSE qc_words(r.reason) END,
    'lot', r.lot_text, 'expires', r.expires, 'reagent_lot', r.reagent_lot, 'operator', r.operator,
    '=by', (SELECT n.json FROM v_person n WHERE n.id = r.person), 'message', r.message,
    '=values', (SELECT list(object('analyte', v.analyte, 'name', v.name, 'value', v.value,
            'number', v.number, 'unit', v.unit, 'passed', v.passed, 'finding', v.finding,
            'low', coalesce(x.low, ''), 'high', coalesce(x.high, ''),
            'expected', coalesce(x.expected, ''), 'mean', coalesce(x.mean, ''),
            'sd', coalesce(x.sd, '')))
        FROM qc_value v LEFT JOIN qc_range x ON x.id = v.expectation WHERE v.run = r.id),
    '=actions', (SELECT list(object('action', a.action, '=by', n.json, 'at', a.at))
        FROM qc_action a JOIN v_person n ON n.id = a.person WHERE a.run = r.id),
    '=review', (SELECT object('note', w.note, '=by', n.json, 'at', w.at) FROM qc_review w
        JOIN v_person n ON n.id = w.person WHERE w.run = r.id ORDER BY w.id DESC LIMIT 1),
    '=voided', (SELECT object('reason', z.reason, '=by', n.json, 'at', z.at,
            'lot_back', EXISTS (SELECT 1 FROM lot_mark m JOIN lot u ON u.id = m.lot
                WHERE m.kind = 'usable' AND m.id > z.id AND (u.id = r.lot OR (r.lot IS NULL
                    AND r.lot_text <> '' AND r.lot_text COLLATE NOCASE IN (u.number, u.code)))))
        FROM qc_void z
        JOIN v_person n ON n.id = z.person WHERE z.run = r.id),
    'reach', (SELECT count(*) FROM qc_reach q WHERE q.run = r.id),
    'reached', (SELECT count(*) FROM qc_reach q JOIN qc_look_back k ON k.run = q.run
        AND k.result = q.result WHERE q.run = r.id)) AS json
FROM qc_run r JOIN qc_level l ON l.id = r.level;

CREATE TEMP VIEW v_qc_level AS
SELECT s.level_root, s.test, s.instrument_root, l.control, l.level,
    s.bad_run > s.good_run AS failing,
    object('level', s.level_root, 'control', l.control, 'level_name', l.level, 'test', s.test,
        'test_name', coalesce((SELECT t.name FROM test t WHERE t.code = s.test
            ORDER BY t.id DESC LIMIT 1), s.test),
        'instrument', (SELECT i.name FROM instrument i WHERE i.root = s.instrument_root
            ORDER BY i.id DESC LIMIT 1),
        'source', l.source, 'matches', l.matches, 'westgard', l.westgard, 'item', l.item,
        'failing', s.bad_run > s.good_run, 'good_at', s.good_at,
        '=ranges', (SELECT list(object('analyte', x.analyte, 'name', x.name, 'low', x.low,
                'high', x.high, 'expected', x.expected, 'mean', x.mean, 'sd', x.sd,
                'unit', x.unit)) FROM qc_range x WHERE x.level = s.level),
        '=last', (SELECT v.json FROM v_qc_run v WHERE v.id = s.last_run)) AS json
FROM qc_state s JOIN qc_level l ON l.id = s.level;

-- Calls about a critical value: those in vain, and those that were read back.
CREATE TEMP VIEW v_call AS
SELECT a.id, a.orders, object('kind', 'attempt', 'outcome', a.outcome, 'to', a.sought,
    'credential', a.credential, 'contact', a.contact, 'method', a.method,
    'value_read', a.value_read, 'read_back', '', 'note', a.note,
    '=by', (SELECT n.json FROM v_person n WHERE n.id = a.person), 'at', a.at) AS json
FROM critical_attempt a
UNION ALL
SELECT c.id, c.orders, object('kind', 'told', 'outcome', 'read-back', 'to', c.told_to,
    'credential', coalesce(c.credential, ''), 'contact', coalesce(c.contact, ''),
    'method', c.method, 'value_read', coalesce(c.value_read, ''), 'read_back', c.read_back,
    'note', c.note,
    '=by', (SELECT n.json FROM v_person n WHERE n.id = c.person), 'at', c.at)
FROM critical_notice c;

-- The clock of a critical value ran: who was to be called from then.
CREATE TEMP VIEW v_critical_step AS
SELECT t.id, t.orders, t.anchor, object('step', t.step, 'login', t.login,
    'name', coalesce((SELECT p.name FROM person p WHERE p.login = t.login
        ORDER BY p.id DESC LIMIT 1), t.login),
    'role', t.role, 'since', t.since, 'at', t.at) AS json
FROM critical_step t;

-- Likewise of a held one, that nobody had placed.
CREATE TEMP VIEW v_held_step AS
SELECT t.id, t.message, object('step', t.step, 'login', t.login,
    'name', coalesce((SELECT p.name FROM person p WHERE p.login = t.login
        ORDER BY p.id DESC LIMIT 1), t.login),
    'role', t.role, 'since', t.since, 'at', t.at) AS json
FROM held_step t;

-- A correction, with both values, and who learns of it.
CREATE TEMP VIEW v_correction AS
SELECT c.id, c.orders, c.result_new, object('result', c.result_new, 'name', n.name,
    '=old', object('id', w.id, 'value', w.value, 'unit', w.unit, 'flag', w.flag, 'at', w.at),
    '=new', object('id', n.id, 'value', n.value, 'unit', n.unit, 'flag', n.flag,
        'status', n.status),
    'kind', c.kind, 'reason_code', c.reason_code, 'reason', c.reason,
    'requested_by', c.requested_by,
    '=by', (SELECT p.json FROM v_person p WHERE p.id = c.person), 'at', c.at,
    'moved_to', coalesce((SELECT o.number FROM correction_move m JOIN result r ON r.id = m.result
        JOIN orders o ON o.id = r.orders WHERE m.correction = c.id), ''), 'moved_from', '',
    '=notified', (SELECT list(json) FROM (SELECT object('name', i.name, 'how', i.how,
            'seen_at', (SELECT s.at FROM notice_seen s WHERE s.item = i.id)) AS json
        FROM notice_item i WHERE i.correction = c.id ORDER BY i.id LIMIT -1))) AS json
FROM correction c JOIN result w ON w.id = c.result_old JOIN result n ON n.id = c.result_new;

-- The same, seen from the order that the measurement belongs to.
CREATE TEMP VIEW v_correction_here AS
SELECT c.id, r.orders, object('result', r.id, 'name', r.name, '=old', NULL,
    '=new', object('id', r.id, 'value', r.value, 'unit', r.unit, 'flag', r.flag,
        'status', r.status),
    'kind', c.kind, 'reason_code', c.reason_code, 'reason', c.reason,
    'requested_by', c.requested_by,
    '=by', (SELECT p.json FROM v_person p WHERE p.id = c.person), 'at', c.at,
    'moved_to', '', 'moved_from', o.number, '=notified', '[]') AS json
FROM correction_move m JOIN correction c ON c.id = m.correction JOIN result r ON r.id = m.result
    JOIN orders o ON o.id = c.orders;

-- Who ordered, and who collected, by the name that the page shows; the login where nobody has it.
CREATE TEMP VIEW v_orderer AS
SELECT o.id AS orders, coalesce((SELECT l.name FROM v_login l WHERE l.login = o.provider),
    o.provider) AS name
FROM orders o;

CREATE TEMP VIEW v_collector AS
SELECT p.id AS specimen, coalesce((SELECT l.name FROM v_login l WHERE l.login = p.collector),
    p.collector) AS name
FROM specimen p;

-- ---- Tracing both ways ----

-- A result (any version) with everything that it came from, and what was made of it. `control`: the
-- last control of its test on its instrument before it came.
CREATE TEMP VIEW v_trace AS
SELECT r.id, object('result', r.id, 'at', r.at, 'test', coalesce(t.name, r.name), 'name', r.name,
    'value', r.value, 'unit', r.unit, 'flag', r.flag, 'status', r.status, 'version', r.version,
    'replaced', EXISTS (SELECT 1 FROM result n WHERE n.replaces = r.id),
    'order', o.number, 'accession', p.accession, 'collected_at', p.collected_at,
    'collector', p.collector, 'provider', o.provider,
    '=patient', (SELECT n.json FROM v_patient n WHERE n.id = r.patient),
    'instrument', i.name, 'serial', m.serial, 'operator', m.operator, 'message', m.id,
    '=performed_by', (SELECT f.json FROM v_performed f WHERE f.message = r.message),
    'lot', r.lot, 'expires', coalesce((SELECT l.expires FROM lot l
        WHERE r.lot <> '' AND (l.number = r.lot COLLATE NOCASE
            OR (l.code <> '' AND l.code = r.lot COLLATE NOCASE)) ORDER BY l.id DESC LIMIT 1), ''),
    '=control', (SELECT object('run', q.id, 'at', q.at, 'passed', q.passed, 'lot', q.lot_text)
        FROM qc_run q WHERE q.test = t.code AND q.instrument_root = m.instrument_root
            AND q.id < r.id ORDER BY q.id DESC LIMIT 1),
    '=signed', (SELECT object('by', n.name, 'at', v.at) FROM review v JOIN person n ON n.id = v.person
        WHERE v.orders = r.orders AND v.kind = 'signed' AND v.id > r.id ORDER BY v.id LIMIT 1)) AS json
FROM result r JOIN orders o ON o.id = r.orders JOIN specimen p ON p.id = r.specimen
JOIN message m ON m.id = r.message JOIN session s ON s.id = m.session
JOIN instrument i ON i.id = s.instrument LEFT JOIN test t ON t.id = r.test;

-- ---- Health records ----

-- A message with the last that became of it.
CREATE TEMP VIEW v_outbox AS
SELECT m.id, m.orders, m.endpoint, m.patient, m.at, coalesce(l.state, 'new') AS state,
    coalesce(l.at, m.at) AS since,
    object('outbox', m.id, 'endpoint', m.endpoint, 'kind', m.kind, 'control_id', m.control_id,
        'at', m.at, 'state', coalesce(l.state, 'new'), 'since', coalesce(l.at, m.at),
        'code', coalesce(l.code, ''), 'sentence', coalesce(l.sentence, ''),
        'tries', coalesce(q.tries, 0), 'due', coalesce(q.due, 0),
        'behind', coalesce((SELECT min(b.outbox) FROM outbox_queue b WHERE b.endpoint = q.endpoint
                AND b.patient = q.patient AND b.outbox < q.outbox),
            (SELECT min(b.outbox) FROM outbox_message n JOIN outbox_queue b ON b.outbox = n.id
                WHERE n.orders = m.orders AND n.endpoint = q.endpoint AND n.id < q.outbox)),
        'written', length(m.bytes) > 0,
        '=by', (SELECT n.json FROM v_person n WHERE n.id = l.person),
        '=results', coalesce((SELECT json_group_array(x.result) FROM outbox_result x
            WHERE x.outbox = m.id), '[]')) AS json
FROM outbox_message m LEFT JOIN outbox_queue q ON q.outbox = m.id
    LEFT JOIN outbox_state l ON l.id = (SELECT max(n.id) FROM outbox_state n WHERE n.outbox = m.id);

-- What became of an order's messages, for each health record: those that are connected, and those
-- that have some of it.
CREATE TEMP VIEW v_delivery AS
SELECT o.id AS orders, (SELECT list(json) FROM (SELECT object('endpoint', e.name,
        'active', e.active, 'sends', e.sends,
        '=messages', coalesce((SELECT list(json) FROM (SELECT v.json
            FROM v_outbox v WHERE v.orders = o.id AND v.endpoint = e.name
            ORDER BY v.id DESC LIMIT 20)), '[]')) AS json
    FROM outbox_endpoint e
    WHERE e.id = (SELECT max(n.id) FROM outbox_endpoint n WHERE n.name = e.name)
        AND (e.active = 1 OR EXISTS (SELECT 1 FROM outbox_message m WHERE m.orders = o.id
            AND m.endpoint = e.name)) ORDER BY e.name LIMIT -1)) AS json
FROM orders o;
