-- READ_PURGES. What may go is counted as core/store/purge.c finds it.
SELECT object(
    'past', (SELECT count(*) FROM orders o WHERE o.at < :since
        AND NOT EXISTS (SELECT 1 FROM event e WHERE e.orders = o.id AND e.at >= :since)
        AND NOT EXISTS (SELECT 1 FROM worklist w WHERE w.orders = o.id AND w.state <> 'signed')
        AND NOT EXISTS (SELECT 1 FROM v_follow_up f WHERE f.orders = o.id)),
    '=rows', coalesce((SELECT list(json) FROM (SELECT object(
        'id', p.id, 'before', p.before, 'reason', p.reason, 'orders', p.orders, 'facts', p.facts,
        '=by', (SELECT n.json FROM v_person n WHERE n.id = p.person), 'at', p.at,
        '=approved_by', coalesce((SELECT n.json FROM purge_approval a JOIN v_person n
            ON n.id = a.person WHERE a.purge = p.id), 'null'),
        'approved_at', (SELECT a.at FROM purge_approval a WHERE a.purge = p.id)) AS json
    FROM purge p ORDER BY p.id DESC LIMIT :limit)), '[]'))
