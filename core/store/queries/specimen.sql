-- READ_SPECIMEN. Events are those of the specimen, those of its order without a specimen, and the
-- views of both.
SELECT object(
    'accession', p.accession, 'type', p.type, 'container', p.container, 'site', p.site,
    'lot', p.lot, 'collector', p.collector, 'collected_at', p.collected_at,
    'state', c.state, 'state_text', c.text,
    'where', coalesce((SELECT e.location FROM event e WHERE e.specimen = p.id AND e.location <> ''
        ORDER BY e.id DESC LIMIT 1), ''),
    'order', o.number, 'provider', o.provider, 'priority', o.priority,
    '=reviewed', (SELECT object('by', n.name, 'at', v.at) FROM review v
        JOIN person n ON n.id = v.person JOIN worklist w ON w.orders = v.orders
        WHERE v.orders = o.id AND v.kind = 'signed' AND w.state = 'signed'
        ORDER BY v.id DESC LIMIT 1),
    '=tests', (SELECT t.json FROM v_test_names t WHERE t.orders = o.id),
    '=patient', (SELECT t.json FROM v_patient t WHERE t.id = o.patient),
    '=events', (SELECT list(json) FROM (
        SELECT e.id, e.json FROM v_event e
        WHERE e.specimen = p.id OR (e.specimen IS NULL AND e.orders = o.id)
        UNION ALL
        SELECT v.id, v.json FROM v_viewed v WHERE v.key IN (p.accession, o.number)
        ORDER BY 1 LIMIT -1)),
    '=results', (SELECT list(json) FROM (SELECT v.json FROM v_result v
        WHERE v.specimen = p.id ORDER BY v.id LIMIT -1)),
    '=transmissions', (SELECT list(json) FROM (
        SELECT object('message', m.id, 'session', m.session, 'instrument', i.name,
            'port', s.port, 'run', m.run, 'hash', lower(hex(m.text_hash)),
            'device_offset_ms', m.device_offset_ms,
            '=frames', (SELECT f.json FROM v_frames f WHERE f.session = m.session)) AS json
        FROM message m JOIN session s ON s.id = m.session JOIN instrument i ON i.id = s.instrument
        WHERE m.id IN (SELECT r.message FROM result r WHERE r.specimen = p.id)
        ORDER BY m.id LIMIT -1)),
    '=labels', (SELECT list(json) FROM (SELECT object('copy', l.copy,
            'printer', l.printer, 'stock', l.stock, 'reason', l.reason,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = l.person), 'at', l.at,
            'outcome', coalesce(u.outcome, ''), 'sentence', coalesce(u.sentence, '')) AS json
        FROM label_print l LEFT JOIN label_outcome u ON u.label_print = l.id
        WHERE l.specimen = p.id ORDER BY l.id LIMIT -1)))
FROM specimen p JOIN orders o ON o.id = p.orders JOIN v_state c ON c.specimen = p.id
WHERE p.accession = :key
