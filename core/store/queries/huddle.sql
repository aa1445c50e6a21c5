-- READ_HUDDLE. One line for each thing that a clinic looks at in the morning.
WITH today AS MATERIALIZED (
    SELECT date(:now / 1000, 'unixepoch', 'localtime') AS day,
        date(:now / 1000, 'unixepoch', 'localtime', '+30 days') AS soon
), kept AS MATERIALIZED (
    SELECT v.use_by FROM v_lot v JOIN item_now i ON i.root = v.item_root
    WHERE v.status IN ('open', 'stock') AND i.active = 1
), signed_on AS MATERIALIZED (
    SELECT k.valid_until FROM v_certificate c JOIN certificate k ON k.id = c.id
    JOIN v_staff s ON s.root = c.person_root WHERE c.valid = 1 AND s.active = 1
), open_task AS MATERIALIZED (
    SELECT v.due, (SELECT t.at FROM task t WHERE t.id = v.id) AS at FROM v_task v
    WHERE v.closed IS NULL
), waiting AS MATERIALIZED (
    SELECT w.since, w.severity, :now - w.since AS age FROM worklist w WHERE w.state = 'waiting'
), line (section, position, what, text, count, oldest, link) AS (
    SELECT 'due', 1, 'qc', 'Quality control', count(*), min(w.good_at), 'qc' FROM (
        SELECT w.test, w.instrument_root, max(w.good_at) AS good_at FROM qc_watch w
        WHERE qc_due(w.kind, w.every, w.good_at, :now, :since, w.runs, w.since)
        GROUP BY w.test, w.instrument_root) w
    UNION ALL
    SELECT 'due', 2, 'temperatures', 'Temperatures not written down today', count(*), NULL,
        'temperatures'
    FROM place_now p JOIN today d WHERE p.active = 1 AND NOT EXISTS (SELECT 1 FROM temperature t
        WHERE t.place_root = p.root AND t.day = d.day)
    UNION ALL
    SELECT 'due', 3, 'collect', 'Orders to collect', count(*), min(o.at), 'collect'
    FROM to_do d JOIN orders o ON o.id = d.orders WHERE NOT EXISTS (SELECT 1 FROM specimen p
        JOIN specimen_state c ON c.specimen = p.id WHERE p.orders = d.orders
        AND c.state <> 'rejected') AND NOT (SELECT e.ekg FROM v_ekg e WHERE e.orders = o.id)
    UNION ALL
    SELECT 'due', 4, 'tasks', 'Tasks due today', count(*), min(t.at), 'tasks'
    FROM open_task t JOIN today d WHERE t.due = d.day
    UNION ALL
    SELECT 'due', 5, 'oral', 'Orders by word of mouth to be authorised', count(*), min(o.at), ''
    FROM orders o INDEXED BY orders_oral WHERE o.mode = 'oral' AND NOT EXISTS (SELECT 1 FROM oral_authorisation a
        WHERE a.orders = o.id)
    UNION ALL
    SELECT 'expiring', 1, 'lots', 'Lots to be used within 30 days', count(*), NULL, 'lots'
    FROM kept k JOIN today d WHERE k.use_by >= d.day AND k.use_by <= d.soon
    UNION ALL
    SELECT 'expiring', 2, 'certificates', 'Certificates that end within 30 days', count(*), NULL,
        'operators'
    FROM signed_on k JOIN today d WHERE k.valid_until >= d.day AND k.valid_until <= d.soon
    UNION ALL
    SELECT 'outstanding', 1, 'review', 'Results that wait for a provider', count(*), min(w.since),
        'inbox' FROM waiting w
    UNION ALL
    SELECT 'outstanding', 2, 'held', 'Held or unmatched', count(*), min(m.received_at), 'unmatched'
    FROM v_unmatched h CROSS JOIN message m ON m.id = h.message
    UNION ALL
    SELECT 'outstanding', 7, 'ekg', 'EKGs that nobody has tied to an order', count(*),
        min(m.received_at), 'ekg'
    FROM held h CROSS JOIN message m ON m.id = h.message WHERE m.kind = 'ecg'
    UNION ALL
    SELECT 'outstanding', 6, 'paper', 'Results under paper labels that nobody has entered', count(*),
        min(m.received_at), 'downtime'
    FROM held h CROSS JOIN message m ON m.id = h.message JOIN paper_number n ON n.accession = m.specimen_text
    WHERE m.reason_code = 'paper'
        AND NOT EXISTS (SELECT 1 FROM paper_end e WHERE e.number = n.id)
    UNION ALL
    SELECT 'outstanding', 3, 'sendouts', 'At a reference laboratory', count(*), min(u.sent_at),
        'sendouts' FROM v_outstanding u
    UNION ALL
    SELECT 'outstanding', 4, 'returned', 'Sent back by a provider', count(*), min(w.since), 'inbox'
    FROM worklist w WHERE w.state = 'returned'
    UNION ALL
    SELECT 'overdue', 1, 'critical', 'Critical values nobody was told for 15 minutes', count(*),
        min(c.since), 'inbox' FROM critical_open c WHERE :now - c.since > 900000
    UNION ALL
    SELECT 'overdue', 8, 'critical-held', 'Held critical values nobody placed for 15 minutes',
        count(*), min(v.since), 'unmatched' FROM critical_held v WHERE :now - v.since > 900000
    UNION ALL
    SELECT 'overdue', 2, 'review', 'Unsigned for too long (1 h critical, 7 d abnormal, 14 d normal)',
        count(*), min(w.since), 'inbox' FROM waiting w WHERE w.age > CASE w.severity
            WHEN 2 THEN 3600000 WHEN 1 THEN 604800000 ELSE 1209600000 END
    UNION ALL
    SELECT 'overdue', 3, 'sendouts', 'Send-outs a day past their time', count(*), min(u.sent_at),
        'sendouts' FROM v_outstanding u WHERE u.due_at + 86400000 <= :now
    UNION ALL
    SELECT 'overdue', 4, 'tasks', 'Tasks past their day', count(*), min(t.at), 'tasks'
    FROM open_task t JOIN today d WHERE t.due < d.day
    UNION ALL
    SELECT 'overdue', 5, 'lots', 'Expired lots still on the shelf', count(*), NULL, 'lots'
    FROM kept k JOIN today d WHERE k.use_by < d.day
    UNION ALL
    SELECT 'overdue', 7, 'missing', 'Tests without a result a day after the tube was taken',
        count(*), min(v.since), 'overdue' FROM v_never v WHERE v.since < :now - 86400000
    UNION ALL
    SELECT 'outstanding', 5, 'outbox-parked', 'Refused by a health record', count(*), min(v.since),
        'outbox' FROM outbox_queue q JOIN v_outbox v ON v.id = q.outbox WHERE q.state = 'parked'
    UNION ALL
    SELECT 'overdue', 9, 'outbox', 'Results that a health record should have by now', count(*),
        min(m.at), 'outbox' FROM outbox_queue q JOIN outbox_message m ON m.id = q.outbox
    JOIN outbox_endpoint e ON e.name = q.endpoint
        AND e.id = (SELECT max(n.id) FROM outbox_endpoint n WHERE n.name = e.name)
    WHERE q.state <> 'parked' AND :now - m.at > e.alarm * 60000
    UNION ALL
    SELECT 'overdue', 6, 'certificates', 'Certificates that have ended', count(*), NULL, 'operators'
    FROM signed_on k JOIN today d WHERE k.valid_until < d.day
)
SELECT json_group_object(s.section, json(coalesce((SELECT list(json) FROM (SELECT object(
        'what', l.what, 'text', l.text, 'count', l.count, 'oldest', nullif(l.oldest, 0),
        'link', l.link) AS json
    FROM line l WHERE l.section = s.section ORDER BY l.position LIMIT -1)), '[]')))
FROM (SELECT 'due' AS section UNION ALL SELECT 'expiring' UNION ALL SELECT 'outstanding'
    UNION ALL SELECT 'overdue') s
