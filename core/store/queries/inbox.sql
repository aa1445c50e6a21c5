-- READ_INBOX. The page is chosen in worklist alone, by an index; the rest is read for its rows only.
WITH today AS (
    SELECT date(:now / 1000, 'unixepoch', 'localtime') AS day
), owners AS MATERIALIZED (
    SELECT :key AS login UNION SELECT c.provider FROM v_cover c, today t
    WHERE c.deputy = :key AND c.state = 'accepted' AND t.day BETWEEN c.from_day AND c.until_day
), page AS MATERIALIZED (
    SELECT w.orders, w.provider, w.severity, w.since, w.version, w.state FROM worklist w
    WHERE w.state = iif(:state = '', 'waiting', :state) AND :key = ''
    ORDER BY w.severity DESC, w.since, w.orders LIMIT :limit OFFSET :from
), mine AS MATERIALIZED (
    SELECT w.orders, w.provider, w.severity, w.since, w.version, w.state FROM worklist w
    WHERE w.state = iif(:state = '', 'waiting', :state) AND :key <> ''
        AND w.provider IN (SELECT login FROM owners)
    ORDER BY w.severity DESC, w.since, w.orders LIMIT :limit OFFSET :from
), open AS MATERIALIZED (
    SELECT w.orders, w.provider, w.severity, w.since, w.version, w.state FROM v_follow_up f
    CROSS JOIN worklist w ON w.orders = f.orders
    WHERE :state = 'follow-up' AND w.state = 'signed'
        AND (:key = '' OR w.provider IN (SELECT login FROM owners))
    ORDER BY w.severity DESC, w.since, w.orders LIMIT :limit OFFSET :from
), pool AS MATERIALIZED (
    SELECT w.orders, w.provider, w.severity, w.since, w.version, w.state FROM worklist w
    WHERE :state = 'pool' AND w.state = 'waiting'
        AND w.provider NOT IN (SELECT login FROM v_signer)
    ORDER BY w.severity DESC, w.since, w.orders LIMIT :limit OFFSET :from
), offered AS MATERIALIZED (
    SELECT w.orders, w.provider, w.severity, w.since, w.version, w.state FROM v_offer f
    CROSS JOIN worklist w ON w.orders = f.orders
    WHERE :state = 'offered' AND w.state = 'waiting' AND f.login = :key
    ORDER BY w.severity DESC, w.since, w.orders LIMIT :limit OFFSET :from
), shown AS (
    SELECT * FROM page UNION ALL SELECT * FROM mine UNION ALL SELECT * FROM open
    UNION ALL SELECT * FROM pool UNION ALL SELECT * FROM offered
)
SELECT object(
    '=counts', object(
        'waiting', (SELECT count(*) FROM worklist WHERE state = 'waiting'),
        'critical', (SELECT count(*) FROM worklist WHERE state = 'waiting' AND severity = 2),
        'abnormal', (SELECT count(*) FROM worklist WHERE state = 'waiting' AND severity = 1),
        'normal', (SELECT count(*) FROM worklist WHERE state = 'waiting' AND severity = 0),
        'returned', (SELECT count(*) FROM worklist WHERE state = 'returned'),
        'pool', (SELECT count(*) FROM worklist p WHERE p.state = 'waiting'
            AND p.provider NOT IN (SELECT login FROM v_signer)),
        'offered', (SELECT count(*) FROM v_offer f JOIN worklist p ON p.orders = f.orders
            WHERE f.login = :key AND p.state = 'waiting'),
        'mine', (SELECT count(*) FROM worklist p WHERE p.state = 'waiting'
            AND p.provider IN (SELECT login FROM owners)),
        '=mine_by_severity', (SELECT object('critical', coalesce(sum(p.severity = 2), 0),
                'abnormal', coalesce(sum(p.severity = 1), 0),
                'normal', coalesce(sum(p.severity = 0), 0)) FROM worklist p
            WHERE p.state = 'waiting' AND p.provider IN (SELECT login FROM owners)),
        'follow_up', (SELECT count(*) FROM v_follow_up f JOIN worklist p ON p.orders = f.orders
            WHERE p.state = 'signed'),
        'held', (SELECT count(*) FROM v_unmatched),
        '=ekg', (SELECT c.json FROM v_ekg_counts c),
        'oldest', (SELECT min(since) FROM (
            SELECT (SELECT min(since) FROM worklist WHERE state = 'waiting' AND severity = 2)
                AS since
            UNION ALL SELECT (SELECT min(since) FROM worklist WHERE state = 'waiting'
                AND severity = 1)
            UNION ALL SELECT (SELECT min(since) FROM worklist WHERE state = 'waiting'
                AND severity = 0)))),
    '=last_result', (SELECT object('at', m.received_at, 'instrument', i.name)
        FROM result r JOIN message m ON m.id = r.message JOIN session s ON s.id = m.session
        JOIN instrument i ON i.id = s.instrument ORDER BY r.id DESC LIMIT 1),
    '=rows', coalesce((SELECT list(json) FROM (
        SELECT object(
            'order', o.number,
            '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
            '=tests', (SELECT t.json FROM v_test_names t WHERE t.orders = o.id),
            'priority', o.priority, 'provider', o.provider, 'owner', w.provider,
            'owner_name', coalesce((SELECT l.name FROM v_login l WHERE l.login = w.provider),
                w.provider),
            'owned', w.provider IN (SELECT login FROM v_signer),
            'offered', coalesce((SELECT f.login FROM v_offer f WHERE f.orders = o.id), ''),
            'open_tasks', coalesce((SELECT f.tasks FROM v_follow_up f WHERE f.orders = o.id), 0),
            'severity', w.severity,
            'since', w.since, 'version', w.version, 'state', w.state,
            'accession', coalesce(p.accession, ''), 'collected_at', p.collected_at,
            '=results', (SELECT r.json FROM v_order_results r WHERE r.orders = o.id),
            '=warnings', (SELECT list(json) FROM (SELECT g.json FROM v_warning g
                WHERE g.message IN (SELECT r.message FROM result r WHERE r.orders = o.id)
                ORDER BY g.id LIMIT -1)),
            'ekg', (SELECT e.ekg FROM v_ekg e WHERE e.orders = o.id),
            '=missing', coalesce((SELECT m.json FROM partial t JOIN v_missing m ON m.orders = t.orders
                WHERE t.orders = o.id), '[]'),
            '=tracing', (SELECT object('tracing', x.id, 'recorded_at', m.sent_at,
                    'severity_words', coalesce(json_extract(m.record, '$.severity'), ''),
                    '=statements', coalesce(json_extract(m.record, '$.statements'), '[]'),
                    '=routing', (SELECT v.json FROM v_routing v WHERE v.orders = o.id),
                    'tracings', c.tied, 'choice', c.choice)
                FROM v_chosen c JOIN tracing x ON x.id = c.shown JOIN message m ON m.id = x.message
                WHERE c.orders = o.id),
            '=review', (SELECT object('kind', v.kind, 'by', n.name, 'at', v.at,
                    'note', v.note, 'meaning', v.meaning, 'disposition', v.disposition)
                FROM review v JOIN person n ON n.id = v.person
                WHERE v.orders = o.id ORDER BY v.id DESC LIMIT 1),
            'delivery', coalesce((SELECT CASE max(CASE v.state WHEN 'parked' THEN 3
                    WHEN 'acked' THEN 1 WHEN 'dropped' THEN 0 ELSE 2 END) WHEN 3 THEN 'parked'
                    WHEN 2 THEN 'waiting' WHEN 1 THEN 'acked' WHEN 0 THEN 'dropped' END
                FROM v_outbox v WHERE v.orders = o.id AND (v.state NOT IN ('acked', 'dropped')
                    OR v.id = (SELECT max(m.id) FROM outbox_message m WHERE m.orders = o.id
                        AND m.endpoint = v.endpoint))), ''),
            'critical_told', EXISTS (SELECT 1 FROM critical_notice c WHERE c.orders = o.id
                AND c.version = w.version)) AS json
        FROM shown w JOIN orders o ON o.id = w.orders
        LEFT JOIN specimen p ON p.id = (SELECT q.id FROM specimen q
            JOIN specimen_state z ON z.specimen = q.id
            WHERE q.orders = o.id AND z.state <> 'rejected' ORDER BY q.id DESC LIMIT 1)
        ORDER BY w.severity DESC, w.since, w.orders LIMIT -1)), '[]'))
