-- READ_ORDER_LIST.
SELECT json_object('rows', json(coalesce((SELECT json_group_array(json(json)) FROM (
    SELECT json_object(
        'order', o.number,
        'patient', json((SELECT p.json FROM v_patient p WHERE p.id = o.patient)),
        'provider', o.provider, 'priority', o.priority,
        'tests', json((SELECT json_group_array(json_object('code', t.code, 'name', t.name,
                'specimen_type', t.specimen_type, 'container', t.container))
            FROM order_test x JOIN test t ON t.id = x.test WHERE x.orders = o.id)),
        'ordered_at', o.at,
        'identified', EXISTS (SELECT 1 FROM identification i WHERE i.orders = o.id),
        'accession', coalesce(p.accession, ''), 'state', coalesce(c.state, 'none'),
        'state_text', coalesce(c.text, (SELECT text FROM specimen_state_type WHERE id = 'none')),
        'collected_at', p.collected_at) AS json
    FROM to_do d JOIN orders o ON o.id = d.orders
    LEFT JOIN v_order_specimen x ON x.orders = o.id
    LEFT JOIN specimen p ON p.id = x.specimen
    LEFT JOIN v_state c ON c.specimen = p.id
    WHERE coalesce(c.state, 'none') <> 'disposed'
    ORDER BY o.priority DESC, o.id LIMIT :limit OFFSET :from)), '[]')))
