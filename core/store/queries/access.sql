-- READ_ACCESS. What showed the patient: by an order, a specimen, a tracing or a message of theirs, by
-- a search that their number or name answers; and everything that somebody did to what is theirs.
-- Records that were merged are one patient. `keys`: whose lists an order may have stood in. What
-- an auditor may not read is looked up all the same
-- (main.patient), and not shown.
WITH asked AS MATERIALIZED (
    SELECT coalesce(
        (SELECT o.patient FROM orders o WHERE o.number = upper(trim(:key))),
        (SELECT o.patient FROM specimen s JOIN orders o ON o.id = s.orders
            WHERE s.accession = replace(trim(:key), ' ', '')),
        (SELECT p.root FROM main.patient p WHERE p.mrn = trim(:key)
            ORDER BY p.id DESC LIMIT 1)) AS id
), one AS MATERIALIZED (
    SELECT coalesce((SELECT g.kept FROM merge_standing g WHERE g.merged = a.id), a.id) AS id
    FROM asked a
), who AS MATERIALIZED (
    SELECT id FROM one WHERE id IS NOT NULL
    UNION SELECT g.merged FROM one JOIN merge_standing g ON g.kept = one.id
), theirs AS MATERIALIZED (
    SELECT o.id, o.number, o.at, o.provider,
        (SELECT min(r.at) FROM result r WHERE r.orders = o.id) AS resulted,
        (SELECT max(v.at) FROM review v WHERE v.orders = o.id AND v.kind = 'signed') AS signed
    FROM orders o JOIN who w ON o.patient = w.id
), readers AS MATERIALIZED (
    SELECT t.id, '' AS login FROM theirs t
    UNION SELECT t.id, t.provider FROM theirs t
    UNION SELECT t.id, w.owner FROM theirs t JOIN ownership w ON w.orders = t.id
), keys AS MATERIALIZED (
    SELECT id, login FROM readers
    UNION SELECT r.id, c.deputy FROM readers r JOIN cover c ON c.provider = r.login
), looks AS MATERIALIZED (
    SELECT v.id FROM theirs t JOIN main.view v ON v.key = t.number
    UNION
    SELECT v.id FROM theirs t JOIN specimen s ON s.orders = t.id JOIN main.view v ON v.key = s.accession
    UNION
    SELECT v.id FROM theirs t JOIN tracing_tie x ON x.orders = t.id
        JOIN main.view v ON v.key = CAST(x.tracing AS TEXT) AND v.what = 'tracing'
    UNION
    SELECT v.id FROM theirs t JOIN event e ON e.orders = t.id AND e.message IS NOT NULL
        JOIN main.view v ON v.key = CAST(e.message AS TEXT) AND v.what = 'message'
    UNION
    SELECT v.id FROM who w JOIN main.patient p ON p.root = w.id
        JOIN main.view v ON v.key <> '' AND v.what NOT IN ('order', 'specimen', 'label', 'ekg',
            'tracing', 'message', 'access', 'access_by')
            AND (lower(v.key) = lower(p.mrn) OR (v.what IN ('search', 'find')
                AND (p.family LIKE replace(replace(trim(substr(v.key || ',', 1,
                    instr(v.key || ',', ',') - 1)), '%', ''), '_', '') || '%'
                    OR p.mrn LIKE replace(replace(v.key, '%', ''), '_', '') || '%')))
), rows AS MATERIALIZED (
    SELECT v.id, v.at, 'view' AS kind, v.person, v.role, v.workstation, v.what, '' AS text, v.key,
        v.orders, v.emergency
    FROM looks l JOIN v_seen v ON v.id = l.id
    UNION ALL
    SELECT e.id, e.at, 'act', e.person, e.role, e.workstation, e.type, n.text,
        coalesce((SELECT s.accession FROM specimen s WHERE s.id = e.specimen), t.number), e.orders,
        NULL
    FROM theirs t JOIN event e ON e.orders = t.id JOIN event_type n ON n.id = e.type
    WHERE e.person IS NOT NULL
), wanted AS MATERIALIZED (
    SELECT * FROM rows WHERE at >= :since AND (:now = 0 OR at < :now)
)
SELECT object(
    'mrn', (SELECT p.mrn FROM v_patient p WHERE p.id = w.id),
    '=orders', (SELECT json_group_array(number) FROM (SELECT number FROM theirs ORDER BY id)),
    'count', (SELECT count(*) FROM wanted),
    'people', (SELECT count(DISTINCT p.root) FROM wanted x JOIN person p ON p.id = x.person),
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
            FROM (SELECT DISTINCT v.id, v.what, v.at, v.person
                FROM theirs t CROSS JOIN main.view v ON v.at >= t.at
                    AND ((v.what = 'order_list' AND +v.key = ''
                            AND v.at <= coalesce(t.resulted, v.at))
                        OR (v.what IN ('inbox', 'ekgs', 'overdue', 'criticals')
                            AND +v.key IN (SELECT k.login FROM keys k WHERE k.id = t.id)
                            AND v.at >= coalesce(t.resulted, t.at)
                            AND v.at <= coalesce(t.signed, v.at)))
                WHERE v.what IN ('order_list', 'inbox', 'ekgs', 'overdue', 'criticals') AND v.at >= :since AND (:now = 0 OR v.at < :now)) v
                JOIN person p ON p.id = v.person
            GROUP BY p.root, v.what) g
        ORDER BY g.last DESC LIMIT 200)))
FROM one w WHERE w.id IS NOT NULL
