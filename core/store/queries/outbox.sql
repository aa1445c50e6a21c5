-- READ_OUTBOX.
WITH shown (place, id) AS MATERIALIZED (
    SELECT * FROM (SELECT 'parked', q.outbox FROM outbox_queue q WHERE q.state = 'parked'
        ORDER BY q.outbox LIMIT 200)
    UNION ALL
    SELECT 'waiting', q.outbox FROM outbox_endpoint e JOIN outbox_queue q ON q.outbox IN (
        SELECT w.outbox FROM outbox_queue w WHERE w.endpoint = e.name AND w.state <> 'parked'
        ORDER BY w.outbox LIMIT 50)
    WHERE e.id = (SELECT max(n.id) FROM outbox_endpoint n WHERE n.name = e.name)
    UNION ALL
    SELECT * FROM (SELECT 'over', s.outbox FROM outbox_state s WHERE s.state IN ('acked', 'dropped')
        ORDER BY s.id DESC LIMIT 50)
), line (place, id, json) AS MATERIALIZED (
    SELECT h.place, h.id, json_set(v.json, '$.order', o.number,
        '$.patient', json((SELECT p.json FROM v_patient p WHERE p.id = o.patient)),
        '$.tests', json((SELECT t.json FROM v_test_names t WHERE t.orders = o.id)))
    FROM shown h JOIN v_outbox v ON v.id = h.id JOIN orders o ON o.id = v.orders
)
SELECT object(
    '=endpoints', (SELECT list(json) FROM (SELECT object('name', e.name, 'profile', e.profile,
            'target', e.target, 'sends', e.sends, 'active', e.active, 'alarm', e.alarm,
            'waiting', (SELECT count(*) FROM outbox_queue q WHERE q.endpoint = e.name
                AND q.state <> 'parked'),
            'parked', (SELECT count(*) FROM outbox_queue q WHERE q.endpoint = e.name
                AND q.state = 'parked'),
            'oldest', (SELECT min(m.at) FROM outbox_queue q JOIN outbox_message m ON m.id = q.outbox
                WHERE q.endpoint = e.name AND q.state <> 'parked'),
            'late', coalesce((SELECT :now - min(m.at) > e.alarm * 60000 FROM outbox_queue q
                JOIN outbox_message m ON m.id = q.outbox
                WHERE q.endpoint = e.name AND q.state <> 'parked'), 0),
            'last_acked_at', (SELECT s.at FROM outbox_state s JOIN outbox_message m
                ON m.id = s.outbox WHERE s.state = 'acked' AND m.endpoint = e.name
                ORDER BY s.id DESC LIMIT 1)) AS json
        FROM outbox_endpoint e
        WHERE e.id = (SELECT max(n.id) FROM outbox_endpoint n WHERE n.name = e.name)
            AND (e.active = 1 OR EXISTS (SELECT 1 FROM outbox_queue q WHERE q.endpoint = e.name))
        ORDER BY e.name LIMIT -1)),
    '=parked', (SELECT list(json) FROM (SELECT l.json FROM line l WHERE l.place = 'parked'
        ORDER BY l.id LIMIT -1)),
    '=waiting', (SELECT list(json) FROM (SELECT l.json FROM line l WHERE l.place = 'waiting'
        ORDER BY l.id LIMIT -1)),
    '=over', (SELECT list(json) FROM (SELECT l.json FROM line l WHERE l.place = 'over'
        ORDER BY json_extract(l.json, '$.since') DESC, l.id DESC LIMIT -1)))
