-- READ_TODAY. What was done today is read backwards by id and stops at the start of the day.
WITH unit AS MATERIALIZED (
    SELECT i.id, i.root, i.name, i.profile, i.port,
        (SELECT max(s.id) FROM session s WHERE s.instrument_root = i.root) AS last_session
    FROM instrument i WHERE i.id = (SELECT max(n.id) FROM instrument n WHERE n.root = i.root)
)
SELECT object(
    '=instruments', (SELECT list(json) FROM (
        SELECT object('name', u.name, 'profile', u.profile, 'port', u.port,
            'last_message', (SELECT m.received_at FROM session s JOIN message m ON m.session = s.id
                WHERE s.instrument_root = u.root ORDER BY s.id DESC, m.id DESC LIMIT 1),
            'last_result', (SELECT m.received_at FROM message m
                WHERE m.instrument_root = u.root AND m.disposition = 'linked'
                ORDER BY m.id DESC LIMIT 1),
            'last_session', (SELECT s.at FROM session s WHERE s.id = u.last_session),
            'last_ending', coalesce((SELECT t.text FROM session_end e JOIN session_end_type t
                ON t.id = e.how WHERE e.session = u.last_session), ''),
            'sessions_today', (SELECT count(*) FROM session s WHERE s.instrument_root = u.root
                AND s.id > coalesce((SELECT p.id FROM session p
                    WHERE p.instrument_root = u.root AND p.at < :since
                    ORDER BY p.id DESC LIMIT 1), 0)),
            'last_qc', (SELECT m.received_at FROM message m
                WHERE m.instrument_root = u.root AND m.disposition = 'qc'
                ORDER BY m.id DESC LIMIT 1)) AS json
        FROM unit u ORDER BY u.name LIMIT -1)),
    '=criticals', (SELECT object('open', count(*), 'stamp', coalesce(group_concat(x.stamp, ' '), ''))
        FROM (SELECT c.anchor || '.' || (SELECT count(*) FROM critical_step t
                WHERE t.orders = c.orders AND t.anchor = c.anchor) AS stamp FROM critical_open c
            UNION ALL SELECT 'held.' || v.message || '.' || (SELECT count(*)
                FROM held_step t WHERE t.message = v.message) FROM critical_held v) x),
    'held', (SELECT count(*) FROM v_unmatched),
    'held_oldest', (SELECT m.received_at FROM v_unmatched h JOIN message m ON m.id = h.message
        ORDER BY h.message LIMIT 1),
    '=ekg', (SELECT c.json FROM v_ekg_counts c),
    '=waiting', object(
        'critical', (SELECT count(*) FROM worklist WHERE state = 'waiting' AND severity = 2),
        'abnormal', (SELECT count(*) FROM worklist WHERE state = 'waiting' AND severity = 1),
        'normal', (SELECT count(*) FROM worklist WHERE state = 'waiting' AND severity = 0),
        'oldest_critical', (SELECT min(since) FROM worklist WHERE state = 'waiting'
            AND severity = 2),
        'oldest_abnormal', (SELECT min(since) FROM worklist WHERE state = 'waiting'
            AND severity = 1),
        'oldest_normal', (SELECT min(since) FROM worklist WHERE state = 'waiting'
            AND severity = 0)),
    'orders_today', (SELECT count(*) FROM orders WHERE id > (SELECT coalesce((SELECT p.id
        FROM orders p WHERE p.at < :since ORDER BY p.id DESC LIMIT 1), 0))),
    'collected_today', (SELECT count(*) FROM specimen WHERE id > (SELECT coalesce((SELECT p.id
        FROM specimen p WHERE p.collected_at < :since ORDER BY p.id DESC LIMIT 1), 0))),
    'results_today', (SELECT count(*) FROM result WHERE id > (SELECT coalesce((SELECT p.id
        FROM result p WHERE p.at < :since ORDER BY p.id DESC LIMIT 1), 0))),
    'to_collect', (SELECT count(*) FROM to_do d WHERE NOT EXISTS (SELECT 1 FROM specimen p
        JOIN specimen_state c ON c.specimen = p.id WHERE p.orders = d.orders
        AND c.state <> 'rejected')
        AND NOT (SELECT e.ekg FROM v_ekg e WHERE e.orders = d.orders)))
