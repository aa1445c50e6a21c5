-- READ_EKGS.
WITH cart AS MATERIALIZED (
    SELECT i.root, i.name, i.profile, i.ekg FROM instrument i
    WHERE i.id = (SELECT max(n.id) FROM instrument n WHERE n.root = i.root) AND i.ekg IS NOT NULL
)
SELECT object(
    '=carts', (SELECT list(json) FROM (
        SELECT object('name', c.name, 'profile', c.profile, 'live', c.ekg = 'live',
            '=open', (SELECT object('order', o.number,
                    '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
                    '=by', (SELECT n.json FROM v_person n WHERE n.id = r.person), 'at', r.at)
                FROM procedure r JOIN orders o ON o.id = r.orders
                WHERE r.id = (SELECT max(n.id) FROM procedure n WHERE n.instrument_root = c.root)
                    AND r.at > :now - procedure_time()
                    AND NOT EXISTS (SELECT 1 FROM worklist w
                        WHERE w.orders = r.orders AND w.state = 'signed'))) AS json
        FROM cart c ORDER BY c.name = 'import', c.name LIMIT -1)),
    '=to_do', (SELECT list(json) FROM (
        SELECT object('order', o.number,
            '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
            'provider', o.provider,
            'provider_name', (SELECT n.name FROM v_orderer n WHERE n.orders = o.id),
            'priority', o.priority, 'ordered_at', o.at,
            'reason', o.reason) AS json
        FROM to_do d CROSS JOIN orders o ON o.id = d.orders CROSS JOIN v_ekg e ON e.orders = o.id
        WHERE e.ekg ORDER BY o.priority DESC, o.id LIMIT :limit)),
    '=waiting', (SELECT list(json) FROM (
        SELECT json_set(v.json, '$.proposed', json(c.proposed), '$.candidates', json(c.json))
            AS json
        FROM held h CROSS JOIN v_waiting v ON v.message = h.message
        CROSS JOIN v_candidates c ON c.message = v.message ORDER BY h.message LIMIT :limit)),
    '=review', (SELECT list(json) FROM (
        SELECT object('order', o.number,
            '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
            'provider', o.provider,
            'provider_name', (SELECT n.name FROM v_orderer n WHERE n.orders = o.id),
            'priority', o.priority, 'tracing', c.tracing,
            'recorded_at', coalesce((SELECT m.sent_at FROM tracing x
                JOIN message m ON m.id = x.message WHERE x.id = c.shown), ''),
            'state', w.state, 'since', w.since, 'severity', w.severity, 'tracings', c.tied,
            'choice', c.choice) AS json
        FROM worklist w CROSS JOIN orders o ON o.id = w.orders
        CROSS JOIN v_chosen c ON c.orders = o.id
        WHERE w.state <> 'signed' AND EXISTS (SELECT 1 FROM tracing_tie t WHERE t.orders = o.id)
        ORDER BY w.severity DESC, w.since, w.orders LIMIT :limit)))
