-- READ_SPECIMEN. Events are those of the specimen, those of its order without a specimen, and the
-- views of both. `stay`: where it was, and from when; an aliquot was where its parent was until it was
-- made.
SELECT object(
    'accession', p.accession, 'type', p.type, 'container', p.container, 'site', p.site,
    'lot', p.lot, 'collector', p.collector,
    'collector_name', (SELECT k.name FROM v_collector k WHERE k.specimen = p.id), 'collected_at', p.collected_at,
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
    '=parent', (SELECT object('accession', q.accession, 'site', q.site) FROM aliquot a
        JOIN specimen q ON q.id = a.parent WHERE a.specimen = p.id),
    '=aliquots', coalesce((SELECT list(json) FROM (SELECT object('accession', q.accession,
            'container', q.container, 'volume', a.volume, 'state', z.state,
            'state_text', z.text) AS json
        FROM aliquot a JOIN specimen q ON q.id = a.specimen JOIN v_state z ON z.specimen = q.id
        WHERE a.parent = p.id ORDER BY a.place LIMIT -1)), '[]'),
    '=detail', (SELECT object('volume', d.volume, 'fasting', d.fasting,
            'last_menses', d.last_menses, 'anticoagulant', d.anticoagulant, 'note', d.note)
        FROM collection_detail d WHERE d.specimen = p.id),
    '=storage', coalesce((SELECT list(json) FROM (SELECT object('temperature', g.temperature,
            'location', g.location, 'at', g.at) AS json
        FROM storage g WHERE g.specimen = p.id ORDER BY g.id LIMIT -1)), '[]'),
    '=stability', coalesce((WITH stay AS (
            SELECT 0 AS level, p.collected_at AS at, 0 AS place
            UNION ALL
            SELECT CASE g.temperature WHEN 'room' THEN 0 WHEN 'cold' THEN 1 ELSE 2 END, g.at, g.id
            FROM storage g WHERE g.specimen IN (p.id, (SELECT a.parent FROM aliquot a
                    WHERE a.specimen = p.id))
                AND (g.specimen = p.id OR g.id < (SELECT a.id FROM aliquot a
                    WHERE a.specimen = p.id)))
        SELECT list(json) FROM (
        SELECT object('test', t.name, 'code', t.code, 'temperature', b.temperature,
            'minutes', b.minutes, 'deadline', (
                SELECT iif(max(y.until) FILTER (WHERE y.level <= b.level) >= 9e15,
                    b.minutes * 60000 + max(y.at) FILTER (WHERE y.until >= 9e15)
                        - coalesce(sum(y.until - y.at) FILTER (WHERE y.level <= b.level
                            AND y.until < 9e15), 0), NULL)
                FROM (SELECT z.level, z.at, coalesce(lead(z.at) OVER (ORDER BY z.place), 9e15)
                    AS until FROM stay z) y)) AS json
        FROM order_test x JOIN test t ON t.id = x.test
        JOIN (SELECT *, CASE temperature WHEN 'room' THEN 0 WHEN 'cold' THEN 1 ELSE 2 END AS level
            FROM stability) b ON b.test_code = t.code AND b.person IS NOT NULL AND b.minutes > 0
            AND b.id = (SELECT max(n.id) FROM stability n WHERE n.test_code = b.test_code
                AND n.temperature = b.temperature)
        WHERE x.orders = o.id ORDER BY x.id, b.level LIMIT -1)), '[]'),
    'recollection', coalesce((SELECT n.number FROM recollection r JOIN orders n ON n.id = r.orders
        WHERE r.specimen = p.id), ''),
    '=recollects', (SELECT r.json FROM v_recollects r WHERE r.orders = o.id),
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
