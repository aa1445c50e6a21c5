-- READ_ORDER.
SELECT object(
    'order', o.number, 'id', o.id,
    '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
    'provider', o.provider, 'priority', o.priority, 'mode', o.mode, 'reason', o.reason,
    'ordered_at', o.at, 'ekg', (SELECT e.ekg FROM v_ekg e WHERE e.orders = o.id),
    '=ordered_by', (SELECT n.json FROM v_person n WHERE n.id = o.person),
    '=tests', (SELECT list(json) FROM (SELECT object('code', t.code,
            'name', t.name) AS json
        FROM order_test x JOIN test t ON t.id = x.test WHERE x.orders = o.id
        ORDER BY x.id LIMIT -1)),
    'severity', coalesce(w.severity, 0), 'version', coalesce(w.version, ''),
    'state', coalesce(w.state, ''), 'since', w.since,
    '=identifications', (SELECT list(json) FROM (SELECT object(
            'identifiers', i.identifiers, 'method', i.method,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = i.person), 'at', i.at) AS json
        FROM identification i WHERE i.orders = o.id ORDER BY i.id LIMIT -1)),
    '=specimens', (SELECT list(json) FROM (SELECT object(
            'accession', p.accession, 'type', p.type, 'container', p.container, 'site', p.site,
            'collector', p.collector, 'collected_at', p.collected_at, 'state', c.state,
            'state_text', c.text) AS json
        FROM specimen p JOIN v_state c ON c.specimen = p.id
        WHERE p.orders = o.id ORDER BY p.id LIMIT -1)),
    '=results', (SELECT list(json) FROM (
        SELECT json_set(v.json, '$.versions', json((
            WITH RECURSIVE older (id, depth) AS (
                SELECT v.replaces, 1 WHERE v.replaces IS NOT NULL
                UNION ALL
                SELECT r.replaces, depth + 1 FROM older JOIN result r ON r.id = older.id
                WHERE r.replaces IS NOT NULL)
            SELECT list(json) FROM (SELECT object('id', r.id,
                    'version', r.version, 'value', r.value, 'unit', r.unit, 'flag', r.flag,
                    'status', r.status, 'at', r.at) AS json
                FROM older JOIN result r ON r.id = older.id ORDER BY depth LIMIT -1)))) AS json
        FROM v_result v WHERE v.orders = o.id ORDER BY v.id LIMIT -1)),
    '=reviews', (SELECT list(json) FROM (SELECT object('kind', v.kind,
            'version', v.version,
            '=current', iif(v.version = coalesce(w.version, ''), 'true', 'false'),
            'meaning', v.meaning, 'disposition', v.disposition, 'note', v.note,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = v.person), 'at', v.at) AS json
        FROM review v WHERE v.orders = o.id ORDER BY v.id LIMIT -1)),
    '=critical_notices', (SELECT list(json) FROM (SELECT object(
            'told_to', c.told_to, 'method', c.method, 'read_back', c.read_back, 'note', c.note,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = c.person), 'at', c.at,
            'version', c.version) AS json
        FROM critical_notice c WHERE c.orders = o.id ORDER BY c.id LIMIT -1)),
    '=messages', (SELECT list(json) FROM (SELECT object('id', m.id,
            'instrument', i.name, 'model', m.model, 'serial', m.serial, 'software', m.software,
            'operator', m.operator, 'run', m.run, 'sent_at', m.sent_at,
            'received_at', m.received_at, 'device_offset_ms', m.device_offset_ms,
            'session', m.session) AS json
        FROM message m JOIN session s ON s.id = m.session JOIN instrument i ON i.id = s.instrument
        WHERE m.id IN (SELECT r.message FROM result r WHERE r.orders = o.id)
        ORDER BY m.id LIMIT -1)),
    '=views', (SELECT list(json) FROM (SELECT object(
            '=by', (SELECT n.json FROM v_person n WHERE n.id = v.person), 'at', v.at,
            'workstation', v.workstation) AS json
        FROM view v WHERE v.key = o.number AND v.key <> '' AND v.what = 'order'
        ORDER BY v.id LIMIT -1)))
FROM orders o LEFT JOIN worklist w ON w.orders = o.id
WHERE o.number = :key
