-- READ_ORDER_LIST. What is to be done at the chair comes first: tubes that only wait for their result
-- never push it off a page.
SELECT object('=rows', coalesce((SELECT list(json) FROM (
    SELECT object(
        'order', o.number,
        '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
        'provider', o.provider,
        'provider_name', (SELECT n.name FROM v_orderer n WHERE n.orders = o.id),
        'priority', o.priority,
        '=tests', (SELECT list(object('code', t.code, 'name', t.name,
                'specimen_type', t.specimen_type, 'container', t.container))
            FROM order_test x JOIN test t ON t.id = x.test WHERE x.orders = o.id),
        'ordered_at', o.at, 'ekg', (SELECT e.ekg FROM v_ekg e WHERE e.orders = o.id),
        'identified', EXISTS (SELECT 1 FROM identification i WHERE i.orders = o.id),
        'accession', coalesce(p.accession, ''), 'state', coalesce(c.state, 'none'),
        'state_text', (SELECT t.text FROM specimen_state_type t 
            WHERE t.id = coalesce(c.state, 'none')),
        'collected_at', p.collected_at,
        '=recollects', (SELECT r.json FROM v_recollects r WHERE r.orders = o.id)) AS json
    FROM to_do d CROSS JOIN orders o ON o.id = d.orders
    LEFT JOIN specimen p ON p.id = (SELECT q.id FROM specimen q
        JOIN specimen_state z ON z.specimen = q.id
        WHERE q.orders = o.id AND z.state NOT IN ('rejected', 'disposed')
        ORDER BY q.id DESC LIMIT 1)
    LEFT JOIN specimen_state c ON c.specimen = p.id
    WHERE coalesce(c.state, 'none') NOT IN ('packed', 'sent')
    ORDER BY coalesce(c.state, 'none') IN ('none', 'collected', 'labelled') DESC,
        o.priority DESC, o.id LIMIT :limit OFFSET :from)), '[]'))
