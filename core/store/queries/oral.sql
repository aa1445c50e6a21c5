-- READ_ORAL. 30 days from the order (42 CFR 493.1241(b)).
SELECT object('=rows', coalesce((SELECT list(json) FROM (
    SELECT object('order', o.number,
        '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
        'provider', o.provider,
        'provider_name', (SELECT n.name FROM v_orderer n WHERE n.orders = o.id),
        '=tests', (SELECT t.json FROM v_test_names t WHERE t.orders = o.id),
        'ordered_at', o.at, '=entered_by', (SELECT n.json FROM v_person n WHERE n.id = o.person),
        'due', o.at + 2592000000, 'days', (o.at + 2592000000 - :now) / 86400000) AS json
    FROM orders o
    WHERE o.mode = 'oral'
        AND NOT EXISTS (SELECT 1 FROM oral_authorisation a WHERE a.orders = o.id)
        AND NOT EXISTS (SELECT 1 FROM order_cancel c WHERE c.orders = o.id)
        AND NOT EXISTS (SELECT 1 FROM recollection r WHERE r.orders = o.id)
    ORDER BY o.at, o.id LIMIT :limit OFFSET :from)), '[]'))
