-- READ_PROPOSALS.
SELECT object('=rows', coalesce((SELECT list(json) FROM (
    SELECT object('proposal', p.id, 'kind', p.kind, 'message', p.message,
        'resolution', p.resolution, 'accession', p.accession, 'identifiers', p.identifiers,
        'reason_code', p.reason_code, 'reason', p.reason, 'released', p.released,
        '=by', (SELECT n.json FROM v_person n WHERE n.id = p.person), 'at', p.at,
        '=patient_from', (SELECT t.json FROM result r JOIN orders o ON o.id = r.orders
            JOIN v_patient t ON t.id = o.patient WHERE r.message = p.message
            ORDER BY r.id DESC LIMIT 1),
        'order_from', coalesce((SELECT o.number FROM result r JOIN orders o ON o.id = r.orders
            WHERE r.message = p.message ORDER BY r.id DESC LIMIT 1), ''),
        '=patient_to', (SELECT t.json FROM specimen s JOIN orders o ON o.id = s.orders
            JOIN v_patient t ON t.id = o.patient WHERE s.accession = p.accession),
        '=told', object('id', m.patient_id, 'name', m.patient_name,
            'birth_date', m.patient_birth_date, 'sex', m.patient_sex),
        '=values', coalesce((SELECT list(json) FROM (SELECT object(
                'name', coalesce(nullif(json_extract(z.value, '$.name'), ''),
                    json_extract(z.value, '$.code')),
                'value', json_extract(z.value, '$.value'),
                'unit', json_extract(z.value, '$.unit')) AS json
            FROM json_each(m.record, '$.results') z LIMIT 64)), '[]'),
        'specimen', m.specimen_text, 'received_at', m.received_at,
        'instrument', i.name) AS json
    FROM proposal_open q JOIN proposal p ON p.id = q.id JOIN message m ON m.id = p.message
        JOIN session s ON s.id = m.session JOIN instrument i ON i.id = s.instrument
    ORDER BY p.id LIMIT :limit)), '[]'))
