-- READ_ACCESS. What showed the patient: by an order, a specimen, a tracing or a message of theirs, by
-- what somebody typed that their number or name answers; and everything that somebody did to what is
-- theirs. Records that were merged are one patient. `standing`: on which list, of whom, the patient
-- stood from when to when (NULL: any list, anybody's, still). Where the records do not tell when they
-- left a list, they stand there: a look too many is named, and none is left out. What was typed is
-- compared as the lists read it: without blanks around it, a specimen's number without any. What an
-- auditor may not read is looked up all the same (main.patient), and not shown; who asks by an MRN
-- must be able to read it.
WITH asked AS MATERIALIZED (
    SELECT coalesce(
        (SELECT o.patient FROM orders o WHERE o.number = upper(trim(:key))),
        (SELECT o.patient FROM specimen s CROSS JOIN orders o ON o.id = s.orders
            WHERE s.accession = replace(trim(:key), ' ', '')),
        (SELECT p.root FROM patient p WHERE p.mrn = trim(:key) ORDER BY p.id DESC LIMIT 1)) AS id
), one AS MATERIALIZED (
    SELECT coalesce((SELECT g.kept FROM merge_standing g WHERE g.merged = a.id), a.id) AS id
    FROM asked a
), who AS MATERIALIZED (
    SELECT id FROM one WHERE id IS NOT NULL
    UNION SELECT g.merged FROM one CROSS JOIN merge_standing g ON g.kept = one.id
), names AS MATERIALIZED (
    SELECT p.root, p.mrn, p.family, p.given, p.birth_date
    FROM who w CROSS JOIN main.patient p ON p.root = w.id
), theirs AS MATERIALIZED (
    SELECT o.id, o.number, o.at, o.provider, o.mode,
        (SELECT min(at) FROM (SELECT min(r.at) AS at FROM result r WHERE r.orders = o.id
            UNION ALL SELECT min(i.at) FROM tracing_tie i WHERE i.orders = o.id)) AS resulted,
        (SELECT min(v.at) FROM review v WHERE v.orders = o.id AND v.kind = 'signed')
            AS first_signed,
        (SELECT max(v.at) FROM review v CROSS JOIN worklist w ON w.orders = v.orders
            AND w.state = 'signed' WHERE v.orders = o.id AND v.kind = 'signed') AS signed,
        (SELECT c.at FROM order_cancel c WHERE c.orders = o.id) AS cancelled
    FROM who w CROSS JOIN orders o ON o.patient = w.id
), tubes AS MATERIALIZED (
    SELECT s.id, s.orders, s.accession, s.collector, s.collected_at
    FROM theirs t CROSS JOIN specimen s ON s.orders = t.id
), measured AS MATERIALIZED (
    SELECT r.id, r.message, r.at, r.lot FROM theirs t CROSS JOIN result r ON r.orders = t.id
), sent AS MATERIALIZED (
    SELECT message AS id FROM measured WHERE message IS NOT NULL
    UNION SELECT e.message FROM theirs t CROSS JOIN event e ON e.orders = t.id
        WHERE e.message IS NOT NULL
    UNION SELECT x.message FROM theirs t CROSS JOIN tracing_tie i ON i.orders = t.id
        CROSS JOIN tracing x ON x.id = i.tracing
    UNION SELECT m.id FROM names n CROSS JOIN main.message m ON m.patient_id = n.mrn
        AND m.patient_id <> ''
    UNION SELECT h.message FROM held h CROSS JOIN main.message m ON m.id = h.message
        CROSS JOIN names n ON n.family <> '' AND instr(lower(m.patient_name), lower(n.family))
            AND instr(lower(m.patient_name), lower(n.given))
), readers AS MATERIALIZED (
    SELECT t.id, '' AS login FROM theirs t
    UNION SELECT t.id, t.provider FROM theirs t
    UNION SELECT t.id, w.owner FROM theirs t CROSS JOIN ownership w ON w.orders = t.id
), keys AS MATERIALIZED (
    SELECT id, login FROM readers
    UNION SELECT r.id, c.deputy FROM readers r CROSS JOIN cover c ON c.provider = r.login
), typed AS MATERIALIZED (
    SELECT v.id, v.what, trim(v.key) AS key, replace(v.key, ' ', '') AS plain,
        replace(replace(replace(trim(v.key), '\', '\\'), '%', '\%'), '_', '\_') AS safe
    FROM main.view v WHERE v.what IN ('search', 'find', 'patients', 'patient', 'trace', 'access')
        AND v.at >= :since AND trim(v.key) <> ''
), looks AS MATERIALIZED (
    SELECT v.id FROM theirs t CROSS JOIN main.view v ON v.key = t.number AND v.key <> ''
    UNION
    SELECT v.id FROM tubes s CROSS JOIN main.view v ON v.key = s.accession AND v.key <> ''
    UNION
    SELECT v.id FROM theirs t CROSS JOIN tracing_tie x ON x.orders = t.id
        CROSS JOIN main.view v ON v.key = CAST(x.tracing AS TEXT) AND v.key <> ''
            AND v.what = 'tracing'
    UNION
    SELECT v.id FROM sent m
        CROSS JOIN main.view v ON v.key = CAST(m.id AS TEXT) AND v.key <> '' AND v.what = 'message'
    UNION
    SELECT v.id FROM main.view v CROSS JOIN qc_reach q ON q.run = CAST(v.key AS INTEGER)
        CROSS JOIN measured r ON r.id = q.result WHERE v.what = 'qc_look_back' AND v.at >= :since
    UNION
    SELECT v.id FROM typed v CROSS JOIN names p ON lower(v.key) = lower(p.mrn)
        OR upper(v.key) = 'P-' || p.root
        OR (v.what = 'find' AND v.key = p.birth_date)
        OR (v.what IN ('search', 'find', 'patients') AND (p.mrn LIKE v.safe || '%' ESCAPE '\'
            OR p.family LIKE trim(substr(v.safe || ',', 1, instr(v.safe || ',', ',') - 1)) || '%'
                ESCAPE '\'))
    UNION
    SELECT v.id FROM typed v CROSS JOIN theirs t ON t.number = upper(v.plain)
    UNION
    SELECT v.id FROM typed v CROSS JOIN tubes s ON s.accession = v.plain
        OR (v.what = 'search' AND length(v.plain) >= 2 AND v.plain NOT GLOB '*[^0-9]*'
            AND (s.accession LIKE v.plain || '%'
                OR (length(v.plain) >= 4 AND s.accession LIKE '%' || v.plain)))
), rows AS MATERIALIZED (
    SELECT v.id, v.at, 'view' AS kind, v.person, v.role, v.workstation, v.what, '' AS text, v.key,
        v.orders, v.emergency
    FROM looks l CROSS JOIN v_seen v ON v.id = l.id
    UNION ALL
    SELECT e.id, e.at, 'act', e.person, e.role, e.workstation, e.type, n.text,
        coalesce((SELECT s.accession FROM specimen s WHERE s.id = e.specimen), t.number), e.orders,
        NULL
    FROM theirs t CROSS JOIN event e ON e.orders = t.id CROSS JOIN event_type n ON n.id = e.type
    WHERE e.person IS NOT NULL
), wanted AS MATERIALIZED (
    SELECT * FROM rows WHERE at >= :since AND (:now = 0 OR at < :now)
), waited AS MATERIALIZED (
    SELECT m.id, m.kind, m.received_at,
        iif(m.held, NULL,
            max(coalesce(m.resolved, 0), coalesce(m.released, 0), coalesce(m.tied, 0))) AS until
    FROM (SELECT m.id, m.kind, m.received_at,
            EXISTS (SELECT 1 FROM held h WHERE h.message = m.id) AS held,
            (SELECT max(x.at) FROM resolution x WHERE x.message = m.id) AS resolved,
            (SELECT max(x.at) FROM gate_override x WHERE x.message = m.id) AS released,
            (SELECT max(i.at) FROM tracing x CROSS JOIN tracing_tie i ON i.tracing = x.id
                WHERE x.message = m.id) AS tied
        FROM sent n CROSS JOIN main.message m ON m.id = n.id) m
    WHERE m.held OR m.resolved IS NOT NULL OR m.released IS NOT NULL OR m.tied IS NOT NULL
), hands AS MATERIALIZED (
    SELECT k.id, k.at, '' AS login,
        (SELECT s.at FROM task_step s WHERE s.task = k.id AND s.kind IN ('done', 'not-needed'))
            AS closed
    FROM theirs t CROSS JOIN task k ON k.orders = t.id
), due AS MATERIALIZED (
    SELECT t.id AS orders, c.code,
        (SELECT min(r.at) FROM result r WHERE r.orders = t.id AND r.test = c.id) AS at
    FROM theirs t CROSS JOIN order_test x ON x.orders = t.id CROSS JOIN test c ON c.id = x.test
), standing (what, list, key, first, last) AS MATERIALIZED (
    SELECT 'order_list', NULL, NULL, t.at, coalesce(t.signed, t.cancelled) FROM theirs t
    UNION ALL
    SELECT 'inbox', 'open', k.login, t.resulted, t.signed
    FROM theirs t CROSS JOIN keys k ON k.id = t.id WHERE t.resulted IS NOT NULL
    UNION ALL
    SELECT 'inbox', 'done', k.login, t.first_signed, NULL
    FROM theirs t CROSS JOIN keys k ON k.id = t.id WHERE t.first_signed IS NOT NULL
    UNION ALL
    SELECT 'ekgs', NULL, NULL, t.at, t.signed FROM theirs t CROSS JOIN v_ekg e ON e.orders = t.id
    WHERE e.ekg
    UNION ALL
    SELECT 'overdue', NULL, NULL, t.at, iif(t.resulted IS NULL, t.cancelled, NULL) FROM theirs t
    UNION ALL
    SELECT 'criticals', NULL, NULL, t.resulted, t.signed
    FROM theirs t WHERE EXISTS (SELECT 1 FROM result r WHERE r.orders = t.id AND r.severity = 2)
        OR EXISTS (SELECT 1 FROM tracing_tie i CROSS JOIN tracing x ON x.id = i.tracing
            WHERE i.orders = t.id AND x.severity = 2)
    UNION ALL
    SELECT 'tasks', 'open', o.login, h.at, h.closed FROM hands h CROSS JOIN (
        SELECT id AS task, login FROM hands UNION SELECT k.id, k.owner FROM task k
        UNION SELECT s.task, s.owner FROM task_step s WHERE s.owner <> '') o ON o.task = h.id
    UNION ALL
    SELECT 'tasks', 'done', NULL, h.closed, NULL FROM hands h WHERE h.closed IS NOT NULL
    UNION ALL
    SELECT 'overdue', NULL, NULL, h.at, h.closed FROM hands h
    UNION ALL
    SELECT 'oral', NULL, NULL, t.at, coalesce((SELECT a.at FROM oral_authorisation a
        WHERE a.orders = t.id), t.cancelled) FROM theirs t WHERE t.mode = 'oral'
    UNION ALL
    SELECT 'sendouts', NULL, NULL, s.collected_at, d.at
    FROM tubes s CROSS JOIN due d ON d.orders = s.orders
    WHERE EXISTS (SELECT 1 FROM reference_lab_test b WHERE b.test_code = d.code)
    UNION ALL
    SELECT 'sendouts', NULL, NULL, l.at, coalesce((SELECT n.at FROM manifest_line n
        WHERE n.specimen = l.specimen AND n.id > l.id ORDER BY n.id LIMIT 1),
        max((SELECT h.at FROM hand_over h WHERE h.manifest = l.manifest),
            (SELECT min(r.at) FROM reference_result r WHERE r.line = l.id AND r.complete = 1),
            (SELECT n.at FROM hand_over n WHERE n.manifest > l.manifest
                ORDER BY n.id LIMIT 1 OFFSET 29)))
    FROM tubes s CROSS JOIN manifest_line l ON l.specimen = s.id
    UNION ALL
    SELECT 'by_hand', NULL, NULL, s.collected_at, d.at
    FROM tubes s CROSS JOIN due d ON d.orders = s.orders
    WHERE EXISTS (SELECT 1 FROM reading g WHERE g.test_code = d.code)
    UNION ALL
    SELECT 'by_hand', NULL, NULL, g.at, e.at + run_shown_time()
    FROM tubes s CROSS JOIN reading_run g ON g.specimen = s.id
    LEFT JOIN reading_end e ON e.run = g.id
    UNION ALL
    SELECT 'outbox', NULL, NULL, m.at, (SELECT z.at FROM outbox_state s CROSS JOIN outbox_state z
        ON z.id > s.id AND z.state IN ('acked', 'dropped')
        WHERE s.outbox = m.id AND s.state IN ('acked', 'dropped') ORDER BY z.id LIMIT 1 OFFSET 49)
    FROM theirs t CROSS JOIN outbox_message m ON m.orders = t.id
    UNION ALL
    SELECT 'rejections', NULL, NULL, e.at, n.at
    FROM tubes s CROSS JOIN event e ON e.specimen = s.id AND e.type = 'rejected'
    LEFT JOIN rejection_seen n ON n.event = e.id
    UNION ALL
    SELECT 'unmatched', NULL, NULL, m.received_at, m.until FROM waited m WHERE m.kind <> 'ecg'
    UNION ALL
    SELECT 'criticals', NULL, NULL, m.received_at, m.until FROM waited m WHERE m.kind <> 'ecg'
    UNION ALL
    SELECT 'ekgs', NULL, NULL, m.received_at, m.until FROM waited m WHERE m.kind = 'ecg'
    UNION ALL
    SELECT 'proposals', NULL, NULL, p.at, e.at FROM (
        SELECT p.id, p.at FROM sent m CROSS JOIN proposal p ON p.message = m.id
        UNION SELECT p.id, p.at FROM tubes s CROSS JOIN proposal p ON p.accession = s.accession) p
    LEFT JOIN proposal_end e ON e.proposal = p.id
    UNION ALL
    SELECT 'notices', NULL, p.login, i.at, n.at
    FROM theirs t CROSS JOIN correction c ON c.orders = t.id
    CROSS JOIN notice_item i ON i.correction = c.id LEFT JOIN person p ON p.root = i.person_root
    LEFT JOIN notice_seen n ON n.item = i.id
    UNION ALL
    SELECT 'instrument', NULL, i.name, m.received_at, (SELECT x.at FROM session x
        WHERE x.instrument_root = m.instrument_root AND x.id > m.session
        ORDER BY x.id LIMIT 1 OFFSET 9)
    FROM sent n CROSS JOIN main.message m ON m.id = n.id
    CROSS JOIN instrument i ON i.root = m.instrument_root
    UNION ALL
    SELECT 'lot', NULL, CAST(x.id AS TEXT), r.at, NULL
    FROM measured r CROSS JOIN lot x ON x.number = r.lot COLLATE NOCASE
        OR x.code = r.lot COLLATE NOCASE WHERE r.lot <> ''
    UNION ALL
    SELECT 'trace', NULL, k.key, k.at, NULL FROM (
        SELECT r.lot AS key, r.at FROM measured r
        UNION SELECT l.number, r.at FROM measured r CROSS JOIN lot l
            ON l.code = r.lot COLLATE NOCASE WHERE r.lot <> ''
        UNION SELECT m.operator, m.received_at FROM sent n CROSS JOIN main.message m ON m.id = n.id
        UNION SELECT s.collector, s.collected_at FROM tubes s) k WHERE k.key <> ''
    UNION ALL
    SELECT 'export', NULL, '', t.at, NULL FROM theirs t
    UNION ALL
    SELECT 'pack', date(d.at / 1000, 'unixepoch', 'localtime'), NULL, min(d.at), NULL FROM (
        SELECT r.at FROM measured r
        UNION SELECT s.collected_at FROM tubes s
        UNION SELECT m.received_at FROM sent n CROSS JOIN main.message m ON m.id = n.id
        UNION SELECT x.at FROM sent n CROSS JOIN gate_override x ON x.message = n.id
        UNION SELECT e.at FROM theirs t CROSS JOIN event e ON e.orders = t.id
        UNION SELECT e.at FROM tubes s CROSS JOIN event e ON e.specimen = s.id
        UNION SELECT l.at FROM tubes s CROSS JOIN manifest_line l ON l.specimen = s.id
        UNION SELECT x.at FROM theirs t CROSS JOIN critical_notice x ON x.orders = t.id
        UNION SELECT x.at FROM theirs t CROSS JOIN critical_attempt x ON x.orders = t.id
        UNION SELECT x.at FROM theirs t CROSS JOIN correction x ON x.orders = t.id
        UNION SELECT x.at FROM theirs t CROSS JOIN review x ON x.orders = t.id
        UNION SELECT x.at FROM who w CROSS JOIN reveal x ON x.patient = w.id
        UNION SELECT v.at FROM looks l CROSS JOIN main.view v ON v.id = l.id) d
    GROUP BY 2
    UNION ALL
    SELECT 'patients', NULL, NULL, g.at, (SELECT x.at FROM patient_merge x WHERE x.id > g.id
        ORDER BY x.id LIMIT 1 OFFSET 19)
    FROM who w CROSS JOIN patient_merge g ON w.id IN (g.kept, g.merged)
    UNION ALL
    SELECT 'access_by', NULL, p.login, min(x.at), NULL
    FROM wanted x CROSS JOIN person a ON a.id = x.person CROSS JOIN person p ON p.root = a.root
    GROUP BY p.login
), listed AS MATERIALIZED (
    SELECT DISTINCT v.id, v.what, v.at, v.person
    FROM standing g CROSS JOIN main.view v ON v.what = g.what AND v.at >= g.first
        AND v.at >= :since AND (:now = 0 OR v.at < :now) AND (g.last IS NULL OR v.at <= g.last)
        AND (g.key IS NULL OR trim(v.key) = g.key COLLATE NOCASE)
        AND (g.list IS NULL OR CASE g.what
            WHEN 'pack' THEN g.list BETWEEN substr(v.key, 1, 10) AND substr(v.key, 13, 10)
            ELSE g.list = iif(v.list IN ('signed', 'follow-up', 'closed'), 'done', 'open') END)
    WHERE v.id NOT IN (SELECT id FROM looks)
)
SELECT object(
    'mrn', (SELECT p.mrn FROM v_patient p WHERE p.id = w.id),
    '=orders', (SELECT json_group_array(number) FROM (SELECT number FROM theirs ORDER BY id)),
    'count', (SELECT count(*) FROM wanted),
    'people', (SELECT count(DISTINCT p.root) FROM wanted x CROSS JOIN person p ON p.id = x.person),
    '=rows', (SELECT list(json) FROM (
        SELECT object('id', x.id, 'at', x.at, 'kind', x.kind,
            '=person', (SELECT n.json FROM v_person n WHERE n.id = x.person), 'role', x.role,
            'workstation', x.workstation, 'what', x.what, 'text', x.text, 'key', x.key,
            'order', coalesce((SELECT o.number FROM orders o WHERE o.id = x.orders), ''),
            '=emergency', (SELECT object('id', e.id, 'reason', e.reason) FROM emergency e
                WHERE e.id = x.emergency)) AS json
        FROM wanted x ORDER BY x.id DESC LIMIT :limit OFFSET :from)),
    '=lists', (SELECT list(json) FROM (
        SELECT object('=person', (SELECT n.json FROM v_person n WHERE n.id = g.person),
            'what', g.what, 'first', g.first, 'last', g.last, 'times', g.times) AS json
        FROM (
            SELECT max(v.person) AS person, v.what, min(v.at) AS first, max(v.at) AS last,
                count(*) AS times
            FROM listed v CROSS JOIN person p ON p.id = v.person
            GROUP BY p.root, v.what) g
        ORDER BY g.last DESC LIMIT 500)))
FROM one w WHERE w.id IS NOT NULL
