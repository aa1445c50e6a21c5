-- READ_QC_LOOK_BACK: the patient results that a bad run reaches.
SELECT coalesce((
    SELECT json_set(v.json,
        '$.good_before', json((SELECT object('run', g.id, 'at', g.at) FROM qc_run g
            WHERE g.id = b.after_run)),
        '$.good_after', json((SELECT object('run', g.id, 'at', g.at) FROM qc_run g
            WHERE g.id = b.before_run)),
        '$.results', json((SELECT list(json) FROM (
            SELECT object('result', r.id, 'order', o.number, 'accession', p.accession,
                '=patient', n.json, 'name', r.name, 'value', r.value, 'unit', r.unit,
                'flag', r.flag, 'severity', r.severity, 'at', r.at, 'lot', r.lot,
                'provider', o.provider,
                'signed', coalesce((SELECT w.state = 'signed' FROM worklist w
                    WHERE w.orders = o.id), 0),
                '=tick', (SELECT object('outcome', k.outcome, 'note', k.note, '=by', e.json,
                        'at', k.at) FROM qc_look_back k JOIN v_person e ON e.id = k.person
                    WHERE k.run = b.id AND k.result = r.id)) AS json
            FROM qc_reach q JOIN result r ON r.id = q.result JOIN orders o ON o.id = r.orders
                JOIN specimen p ON p.id = r.specimen JOIN v_patient n ON n.id = r.patient
            WHERE q.run = b.id ORDER BY r.id LIMIT -1))))
    FROM qc_bad b JOIN v_qc_run v ON v.id = b.id WHERE b.id = CAST(:key AS INTEGER)), '{}')
