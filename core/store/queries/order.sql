-- READ_ORDER.
SELECT object(
    'order', o.number, 'id', o.id,
    '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
    'provider', o.provider, 'provider_name', (SELECT n.name FROM v_orderer n WHERE n.orders = o.id),
    'priority', o.priority, 'mode', o.mode, 'reason', o.reason,
    'placer', coalesce(o.placer, ''), 'icd10', coalesce(o.icd10, ''),
    '=cancelled', (SELECT object('reason', c.reason, 'at', c.at,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = c.person))
        FROM order_cancel c WHERE c.orders = o.id),
    '=authorised', (SELECT object('method', a.method, 'note', a.note, 'at', a.at,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = a.person))
        FROM oral_authorisation a WHERE a.orders = o.id),
    '=recollects', (SELECT r.json FROM v_recollects r WHERE r.orders = o.id),
    'recollected_by', coalesce((SELECT n.number FROM recollection r JOIN orders n
        ON n.id = r.orders WHERE r.parent = o.id ORDER BY r.id DESC LIMIT 1), ''),
    'ordered_at', o.at, 'ekg', (SELECT e.ekg FROM v_ekg e WHERE e.orders = o.id),
    '=ordered_by', (SELECT n.json FROM v_person n WHERE n.id = o.person),
    '=tests', (SELECT list(json) FROM (SELECT object('code', t.code,
            'name', t.name) AS json
        FROM order_test x JOIN test t ON t.id = x.test WHERE x.orders = o.id
        ORDER BY x.id LIMIT -1)),
    'owner', coalesce(w.provider, o.provider),
    'owner_name', coalesce((SELECT l.name FROM v_login l
        WHERE l.login = coalesce(w.provider, o.provider)), coalesce(w.provider, o.provider)),
    'owned', coalesce(w.provider, o.provider) IN (SELECT login FROM v_signer),
    '=covered_by', coalesce((SELECT json_group_array(c.deputy) FROM v_cover c
        WHERE c.provider = coalesce(w.provider, o.provider) AND c.state = 'accepted'
        AND date(:now / 1000, 'unixepoch', 'localtime') BETWEEN c.from_day AND c.until_day), '[]'),
    'offered', coalesce((SELECT f.login FROM v_offer f WHERE f.orders = o.id), ''),
    '=missing', (SELECT m.json FROM v_missing m WHERE m.orders = o.id),
    'wanted', EXISTS (SELECT 1 FROM partial p WHERE p.orders = o.id),
    'stage', (SELECT g.stage FROM v_stage g WHERE g.orders = o.id),
    '=tasks', (SELECT list(json) FROM (SELECT t.json FROM v_task t WHERE t.orders = o.id
        ORDER BY t.id LIMIT -1)),
    '=hands', (SELECT list(json) FROM (SELECT object('login', h.login, 'name', h.name) AS json
        FROM v_hand h ORDER BY h.name LIMIT -1)),
    '=signers', (SELECT list(json) FROM (SELECT object('login', h.login, 'name', h.name) AS json
        FROM v_signer h ORDER BY h.name LIMIT -1)),
    '=return_answers', (SELECT list(json) FROM (SELECT object('note', a.note, 'at', a.at,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = a.person)) AS json
        FROM return_answer a JOIN review v ON v.id = a.review WHERE v.orders = o.id
        ORDER BY a.id LIMIT -1)),
    'severity', coalesce(w.severity, 0), 'version', coalesce(w.version, ''),
    'state', coalesce(w.state, ''), 'since', w.since,
    '=identifications', (SELECT list(json) FROM (SELECT object(
            'identifiers', i.identifiers, 'method', i.method,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = i.person), 'at', i.at) AS json
        FROM identification i WHERE i.orders = o.id ORDER BY i.id LIMIT -1)),
    '=specimens', (SELECT list(json) FROM (SELECT object(
            'accession', p.accession, 'type', p.type, 'container', p.container, 'site', p.site,
            'collector', p.collector,
            'collector_name', (SELECT k.name FROM v_collector k WHERE k.specimen = p.id),
            'collected_at', p.collected_at, 'state', c.state,
            'state_text', c.text, 'parent', coalesce((SELECT q.accession FROM aliquot a
                JOIN specimen q ON q.id = a.parent WHERE a.specimen = p.id), '')) AS json
        FROM specimen p JOIN v_state c ON c.specimen = p.id
        WHERE p.orders = o.id ORDER BY p.id LIMIT -1)),
    '=results', (SELECT list(json) FROM (
        SELECT json_set(v.json, '$.history', json((SELECT list(json) FROM (
            SELECT object('value', h.value, 'number', h.number, 'unit', h.unit, 'flag', h.flag,
                'at', h.at) AS json
            FROM result r CROSS JOIN result h ON h.analyte = r.analyte AND h.patient IN (SELECT coalesce((SELECT g.kept FROM merge_standing g
                    WHERE g.merged = r.patient), r.patient)
                UNION ALL SELECT g.merged FROM merge_standing g WHERE g.kept = coalesce((
                    SELECT k.kept FROM merge_standing k WHERE k.merged = r.patient), r.patient))
                AND h.id < r.id AND h.orders <> r.orders
            WHERE r.id = v.id AND h.status NOT IN ('W', 'X')
                AND NOT EXISTS (SELECT 1 FROM result n WHERE n.replaces = h.id)
            ORDER BY h.id DESC LIMIT 8))), '$.versions', json((
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
            'version', c.version, 'credential', coalesce(c.credential, ''),
            'contact', coalesce(c.contact, ''), 'value_read', coalesce(c.value_read, '')) AS json
        FROM critical_notice c WHERE c.orders = o.id ORDER BY c.id LIMIT -1)),
    'critical_since', (SELECT c.since FROM critical_open c WHERE c.orders = o.id),
    '=critical_calls', (SELECT list(json) FROM (SELECT v.json FROM v_call v
        WHERE v.orders = o.id ORDER BY v.id LIMIT -1)),
    '=critical_steps', (SELECT list(json) FROM (SELECT v.json FROM v_critical_step v
        WHERE v.orders = o.id ORDER BY v.id LIMIT -1)),
    '=corrections', (SELECT list(json) FROM (
        SELECT v.id, v.json FROM v_correction v WHERE v.orders = o.id
        UNION ALL SELECT v.id, v.json FROM v_correction_here v WHERE v.orders = o.id
        ORDER BY 1 LIMIT -1)),
    '=messages', (SELECT list(json) FROM (SELECT object('id', m.id,
            'instrument', i.name, 'model', m.model, 'serial', m.serial, 'software', m.software,
            'operator', m.operator, 'run', m.run, 'sent_at', m.sent_at,
            'received_at', m.received_at, 'device_offset_ms', m.device_offset_ms,
            'session', m.session) AS json
        FROM message m JOIN session s ON s.id = m.session JOIN instrument i ON i.id = s.instrument
        WHERE m.id IN (SELECT r.message FROM result r WHERE r.orders = o.id)
        ORDER BY m.id LIMIT -1)),
    '=warnings', (SELECT list(json) FROM (SELECT w.json FROM v_warning w
        WHERE w.message IN (SELECT r.message FROM result r WHERE r.orders = o.id)
        ORDER BY w.id LIMIT -1)),
    '=delivery', (SELECT d.json FROM v_delivery d WHERE d.orders = o.id),
    '=views', (SELECT list(json) FROM (SELECT object(
            '=by', (SELECT n.json FROM v_person n WHERE n.id = v.person), 'at', v.at,
            'workstation', v.workstation) AS json
        FROM view v WHERE v.key = o.number AND v.key <> '' AND v.what = 'order'
        ORDER BY v.id LIMIT -1)))
FROM orders o LEFT JOIN worklist w ON w.orders = o.id
WHERE o.number = :key
