-- READ_OVERDUE. The targets: domain.md 5.3 (critical) and 5.6 (evidence: 7 and 14 days). A result that
-- has not come is late a day after the tube was taken; what a reference laboratory has is on the list
-- of send-outs.
WITH target (severity, ms) AS (VALUES (2, 3600000), (1, 604800000), (0, 1209600000)),
late AS MATERIALIZED (
    SELECT w.orders, w.provider, w.severity, w.since, 'waiting' AS list FROM target t
    CROSS JOIN worklist w ON w.state = 'waiting' AND w.severity = t.severity
    WHERE w.since < :now - t.ms
    UNION ALL
    SELECT w.orders, w.provider, w.severity, w.since, 'returned' FROM worklist w
    WHERE w.state = 'returned' AND (SELECT max(v.at) FROM review v WHERE v.orders = w.orders)
        < :now - 86400000
    LIMIT 500
), row AS MATERIALIZED (
    SELECT l.list, l.severity, l.since, o.id, object('order', o.number,
        '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
        '=tests', (SELECT t.json FROM v_test_names t WHERE t.orders = o.id),
        'severity', l.severity, 'since', l.since, 'owner', l.provider,
        'owner_name', coalesce((SELECT s.name FROM v_signer s WHERE s.login = l.provider), ''),
        'ekg', (SELECT e.ekg FROM v_ekg e WHERE e.orders = o.id)) AS json
    FROM late l JOIN orders o ON o.id = l.orders
), never AS MATERIALIZED (
    SELECT v.orders, v.since FROM v_never v WHERE v.since < :now - 86400000
    ORDER BY v.since, v.orders LIMIT 500
)
SELECT object(
    '=targets', object('critical', 3600000, 'abnormal', 604800000, 'normal', 1209600000),
    '=rows', coalesce((SELECT list(json) FROM (SELECT r.json FROM row r WHERE r.list = 'waiting'
        ORDER BY r.severity DESC, r.since, r.id LIMIT -1)), '[]'),
    '=returned', coalesce((SELECT list(json) FROM (SELECT r.json FROM row r
        WHERE r.list = 'returned' ORDER BY r.since, r.id LIMIT -1)), '[]'),
    '=missing', coalesce((SELECT list(json) FROM (SELECT object('order', o.number,
            '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
            '=tests', (SELECT t.json FROM v_test_names t WHERE t.orders = o.id),
            '=missing', (SELECT m.json FROM v_missing m WHERE m.orders = o.id),
            'since', n.since, 'owner', o.provider,
            'owner_name', coalesce((SELECT s.name FROM v_signer s WHERE s.login = o.provider), ''),
            'state', coalesce((SELECT w.state FROM worklist w WHERE w.orders = o.id), 'none')
            ) AS json
        FROM never n JOIN orders o ON o.id = n.orders
        ORDER BY n.since, o.id LIMIT -1)), '[]'),
    '=tasks', coalesce((SELECT list(json) FROM (SELECT t.json FROM v_task t WHERE t.closed IS NULL
        AND t.due < date(:now / 1000, 'unixepoch', 'localtime')
        ORDER BY t.due, t.id LIMIT 200)), '[]'))
