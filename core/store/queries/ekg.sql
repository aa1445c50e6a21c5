-- READ_EKG.
SELECT object(
    'order', o.number, '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
    'provider', o.provider, 'provider_name', (SELECT n.name FROM v_orderer n WHERE n.orders = o.id),
    'priority', o.priority, 'reason', o.reason, 'ordered_at', o.at,
    'version', coalesce(w.version, ''), 'state', coalesce(w.state, ''), 'since', w.since,
    'severity', coalesce(w.severity, 0),
    '=routing', (SELECT r.json FROM v_routing r WHERE r.orders = o.id),
    '=hands', (SELECT list(json) FROM (SELECT object('login', h.login, 'name', h.name) AS json
        FROM v_hand h ORDER BY h.name LIMIT -1)),
    '=tracings', (SELECT list(json) FROM (
        SELECT object('tracing', x.id, 'message', m.id, 'format', x.format,
            'original', lower(hex(x.original)), 'size', x.size, 'recorded_at', m.sent_at,
            'received_at', m.received_at, 'instrument', i.name,
            'device_offset_ms', m.device_offset_ms, '=facts', m.record, 'differs', t.differs,
            '=tied', object('identifiers', t.identifiers, 'reason', t.reason,
                '=by', (SELECT n.json FROM v_person n WHERE n.id = t.person), 'at', t.at),
            'chosen', coalesce(x.id = c.tracing, 0)) AS json
        FROM v_tie t JOIN tracing x ON x.id = t.tracing JOIN message m ON m.id = x.message
        JOIN session s ON s.id = m.session JOIN instrument i ON i.id = s.instrument
        WHERE t.orders = o.id ORDER BY x.id LIMIT -1)),
    '=choice', (SELECT object('tracing', h.tracing, 'reason', h.reason,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = h.person), 'at', h.at)
        FROM v_choice h WHERE h.orders = o.id),
    '=previous', (SELECT object('tracing', x.id, 'order', p.number, 'recorded_at', m.sent_at,
            '=facts', m.record,
            '=overread', (SELECT object('opinion', r.opinion, 'reading', r.reading,
                    '=by', (SELECT n.json FROM v_person n WHERE n.id = v.person), 'at', v.at)
                FROM overread r JOIN review v ON v.id = r.review
                WHERE r.tracing = x.id ORDER BY r.id DESC LIMIT 1))
        FROM orders p JOIN v_chosen k ON k.orders = p.id JOIN tracing x ON x.id = k.tracing
        JOIN message m ON m.id = x.message
        JOIN tracing y ON y.id = c.shown JOIN message z ON z.id = y.message
        WHERE p.patient = o.patient AND p.id <> o.id
            AND iif(m.sent_at = '' OR z.sent_at = '', x.id < y.id,
                m.sent_at || printf('%012d', x.id) < z.sent_at || printf('%012d', y.id))
        ORDER BY m.sent_at DESC, x.id DESC LIMIT 1),
    '=reviews', (SELECT list(json) FROM (SELECT object('kind', v.kind, 'version', v.version,
            '=current', iif(v.version = coalesce(w.version, ''), 'true', 'false'),
            'meaning', v.meaning, 'disposition', v.disposition, 'note', v.note,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = v.person), 'at', v.at,
            '=overread', (SELECT object('opinion', r.opinion, 'reading', r.reading,
                    'tracing', r.tracing, 'original', lower(hex(r.original)),
                    'picture', lower(hex(r.picture)), 'renderer', r.renderer, 'layout', r.layout)
                FROM overread r WHERE r.review = v.id)) AS json
        FROM review v WHERE v.orders = o.id ORDER BY v.id LIMIT -1)),
    '=critical_notices', (SELECT list(json) FROM (SELECT object(
            'told_to', c.told_to, 'method', c.method, 'read_back', c.read_back, 'note', c.note,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = c.person), 'at', c.at,
            'version', c.version) AS json
        FROM critical_notice c WHERE c.orders = o.id ORDER BY c.id LIMIT -1)),
    '=delivery', (SELECT d.json FROM v_delivery d WHERE d.orders = o.id),
    '=events', (SELECT list(json) FROM (SELECT id, json FROM (
        SELECT e.id, e.json FROM v_event e WHERE e.orders = o.id
        UNION ALL
        SELECT v.id, v.json FROM v_viewed v WHERE v.key = o.number)
        ORDER BY id LIMIT -1)),
    '=views', (SELECT list(json) FROM (SELECT object(
            '=by', (SELECT n.json FROM v_person n WHERE n.id = v.person), 'at', v.at,
            'workstation', v.workstation) AS json
        FROM view v WHERE v.key = o.number AND v.key <> '' AND v.what IN ('order', 'ekg')
        ORDER BY v.id LIMIT -1)))
FROM orders o JOIN v_ekg e ON e.orders = o.id JOIN v_chosen c ON c.orders = o.id
LEFT JOIN worklist w ON w.orders = o.id
WHERE o.number = :key AND e.ekg
