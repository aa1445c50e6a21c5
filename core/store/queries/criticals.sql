-- READ_CRITICALS.
SELECT object('=rows', coalesce((SELECT list(json) FROM (
    SELECT object('order', o.number, 'ekg', (SELECT e.ekg FROM v_ekg e WHERE e.orders = o.id),
        '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
        '=tests', (SELECT t.json FROM v_test_names t WHERE t.orders = o.id),
        'accession', coalesce(s.accession, ''), 'provider', c.provider,
        'provider_name', coalesce((SELECT p.name FROM person p WHERE p.login = c.provider
            ORDER BY p.id DESC LIMIT 1), c.provider),
        'version', c.version, 'anchor', c.anchor, 'since', c.since,
        'collected_at', s.collected_at,
        '=values', (SELECT list(json) FROM (SELECT object('name', r.name, 'value', r.value,
                'unit', r.unit, 'flag', r.flag, 'range', r.reference_range) AS json
            FROM result r WHERE r.orders = c.orders AND r.severity = 2
                AND NOT EXISTS (SELECT 1 FROM result n WHERE n.replaces = r.id)
            ORDER BY r.id LIMIT -1)),
        '=words', coalesce((SELECT v.json FROM v_routing v WHERE v.orders = c.orders), '[]'),
        '=calls', (SELECT list(json) FROM (SELECT v.json FROM v_call v
            WHERE v.orders = c.orders ORDER BY v.id LIMIT -1)),
        '=steps', (SELECT list(json) FROM (SELECT v.json FROM v_critical_step v
            WHERE v.orders = c.orders AND v.anchor = c.anchor ORDER BY v.id LIMIT -1)),
        'credential', coalesce((SELECT n.credential FROM critical_notice n
            WHERE n.credential IS NOT NULL AND n.told_to = (SELECT p.name FROM person p
                WHERE p.login = c.provider ORDER BY p.id DESC LIMIT 1)
            ORDER BY n.id DESC LIMIT 1), '')) AS json
    FROM critical_open c JOIN orders o ON o.id = c.orders
    LEFT JOIN specimen s ON s.id = (SELECT q.id FROM specimen q WHERE q.orders = o.id
        ORDER BY q.id DESC LIMIT 1)
    ORDER BY c.since, c.orders LIMIT :limit)), '[]'),
    '=held', coalesce((SELECT list(json) FROM (SELECT object('message', c.message,
            'since', c.since, 'instrument', i.name, 'specimen', m.specimen_text,
            'reason', (SELECT v.reason FROM v_reason v WHERE v.message = m.id),
            'locked', EXISTS (SELECT 1 FROM gate_warning w
                WHERE w.message = m.id AND w.level = 'lockout'),
            '=values', (SELECT list(json) FROM (SELECT object('name', v.name, 'value', v.value,
                    'unit', v.unit, 'flag', v.flag) AS json FROM held_critical v
                WHERE v.message = c.message ORDER BY v.position LIMIT -1)),
            '=steps', (SELECT list(json) FROM (SELECT v.json FROM v_held_step v
                WHERE v.message = c.message ORDER BY v.id LIMIT -1))) AS json
        FROM critical_held c JOIN message m ON m.id = c.message
        JOIN session s ON s.id = m.session JOIN instrument i ON i.id = s.instrument
        ORDER BY c.since, c.message LIMIT :limit)), '[]'))
