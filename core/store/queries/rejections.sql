-- READ_REJECTIONS.
SELECT object('=rows', coalesce((SELECT list(json) FROM (
    SELECT object('order', o.number, 'accession', s.accession,
        '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
        'provider', o.provider, '=tests', (SELECT t.json FROM v_test_names t WHERE t.orders = o.id),
        'reason', e.reason, 'at', e.at,
        '=by', (SELECT n.json FROM v_person n WHERE n.id = e.person),
        'recollection', coalesce((SELECT n.number FROM recollection r JOIN orders n
            ON n.id = r.orders WHERE r.specimen = s.id), '')) AS json
    FROM specimen_state c CROSS JOIN event e ON e.specimen = c.specimen AND e.type = 'rejected'
    JOIN specimen s ON s.id = c.specimen JOIN orders o ON o.id = s.orders
    WHERE c.state = 'rejected' AND (:key = '' OR o.provider = :key)
        AND NOT EXISTS (SELECT 1 FROM rejection_seen n WHERE n.event = e.id)
    ORDER BY e.id DESC LIMIT :limit OFFSET :from)), '[]'))
