-- READ_REPORT.
SELECT object(
    'order', o.number, 'ordered_at', o.at,
    'ekg', (SELECT e.ekg FROM v_ekg e WHERE e.orders = o.id),
    'provider', coalesce((SELECT p.name FROM person p WHERE p.login = o.provider
        ORDER BY p.id DESC LIMIT 1), o.provider),
    '=requester', (SELECT object('npi', coalesce(p.npi, ''), 'address', coalesce(p.address, ''),
        'phone', coalesce(p.phone, '')) FROM person p WHERE p.login = o.provider
        ORDER BY p.id DESC LIMIT 1),
    '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
    '=signed_as', (SELECT object('mrn', p.mrn, 'family', p.family, 'given', p.given,
            'birth_date', p.birth_date, 'sex', p.sex,
            '=since', (SELECT object('how', c.how, 'at', c.at,
                    'by', (SELECT n.name FROM person n WHERE n.id = c.person))
                FROM (SELECT v.id, 'corrected' AS how, v.person, v.at FROM patient v
                        WHERE v.root IN (o.patient, t.root) AND v.id > s.id
                    UNION ALL SELECT g.id, 'merged', g.person, g.at FROM patient_merge g
                        WHERE g.merged = o.patient AND g.id > s.id
                    UNION ALL SELECT u.id, 'unmerged', u.person, u.at FROM patient_merge g
                        CROSS JOIN patient_unmerge u ON u.merge = g.id
                        WHERE g.merged = o.patient AND u.id > s.id) c
                ORDER BY c.id DESC LIMIT 1))
        FROM (SELECT max(v.id) AS id FROM review v WHERE v.orders = o.id AND v.kind = 'signed'
            AND v.version = w.version AND w.state = 'signed') s
        JOIN patient t ON t.id = (SELECT max(n.id) FROM patient n WHERE n.root = coalesce(
            (SELECT g.kept FROM merge_standing g WHERE g.merged = o.patient), o.patient))
        JOIN patient p ON p.id = (SELECT max(n.id) FROM patient n WHERE n.id < s.id
            AND n.root = coalesce((SELECT g.kept FROM patient_merge g WHERE g.merged = o.patient
                AND g.id < s.id AND NOT EXISTS (SELECT 1 FROM patient_unmerge u
                    WHERE u.merge = g.id AND u.id < s.id)), o.patient))
        WHERE (p.mrn, p.family, p.given, p.birth_date, p.sex)
            <> (t.mrn, t.family, t.given, t.birth_date, t.sex)),
    '=site', (SELECT object('name', s.name, 'address', coalesce(s.address, ''),
        'clia', coalesce(s.clia, ''), 'director', coalesce(s.director, ''))
        FROM site s ORDER BY s.id DESC LIMIT 1),
    'state', coalesce(w.state, ''),
    '=recollects', (SELECT r.json FROM v_recollects r WHERE r.orders = o.id),
    'printed_by', coalesce((SELECT p.name FROM view v JOIN person p ON p.id = v.person
        WHERE v.key = o.number AND v.key <> '' AND v.what = 'export' ORDER BY v.id DESC LIMIT 1), ''),
    '=not_done', coalesce((SELECT json_group_array(m.name) FROM order_missing m
        WHERE m.orders = o.id), '[]'),
    '=specimens', (SELECT list(json) FROM (SELECT object(
            'accession', p.accession, 'type', p.type, 'container', p.container, 'site', p.site,
            'collected_at', p.collected_at, 'state', c.state,
            'part_of', coalesce((SELECT q.accession FROM aliquot a JOIN specimen q
                ON q.id = a.parent WHERE a.specimen = p.id), ''),
            'received_at', (SELECT min(e.at) FROM event e WHERE e.specimen = p.id
                AND e.type = 'received'),
            'condition', coalesce((SELECT e.detail FROM event e WHERE e.specimen = p.id
                AND e.type = 'received' AND e.detail <> '' ORDER BY e.id DESC LIMIT 1), ''),
            '=rejected', (SELECT object('reason', e.reason, 'at', e.at) FROM event e
                WHERE e.specimen = p.id AND e.type = 'rejected' ORDER BY e.id DESC LIMIT 1),
            'disposed_at', (SELECT max(e.at) FROM event e WHERE e.specimen = p.id
                AND e.type = 'disposed')) AS json
        FROM specimen p JOIN v_state c ON c.specimen = p.id
        WHERE p.orders = o.id ORDER BY p.id LIMIT -1)),
    '=results', (SELECT list(json) FROM (
        SELECT json_set(v.json, '$.accession', p.accession,
            '$.limit', r.reference_limit,
            '$.expected_unit', coalesce((SELECT a.ucum FROM test_analyte a WHERE a.test = r.test
                AND iif(a.loinc = '', a.code = r.code, a.loinc = r.loinc) LIMIT 1), ''),
            '$.warnings', json((SELECT list(g.json) FROM v_warning g
                WHERE g.message = v.message)),
            '$.corrections', json((
                WITH RECURSIVE older (id, newer) AS (
                    SELECT v.replaces, v.id WHERE v.replaces IS NOT NULL
                    UNION ALL
                    SELECT n.replaces, n.id FROM older JOIN result n ON n.id = older.id
                    WHERE n.replaces IS NOT NULL)
                SELECT list(json) FROM (SELECT object('value', x.value, 'unit', x.unit,
                        'at', x.at, 'kind', coalesce(c.kind, 'device'),
                        'reason', coalesce(nullif(c.reason, ''), c.reason_code, ''),
                        'by', coalesce((SELECT n.name FROM person n WHERE n.id = c.person), ''),
                        'corrected_at', coalesce(c.at, (SELECT n.at FROM result n
                            WHERE n.id = older.newer))) AS json
                    FROM older JOIN result x ON x.id = older.id
                    LEFT JOIN correction c ON c.result_old = x.id ORDER BY x.id DESC LIMIT -1))))
            AS json
        FROM v_result v JOIN result r ON r.id = v.id JOIN specimen p ON p.id = r.specimen
        LEFT JOIN order_test t ON t.orders = v.orders AND t.test = r.test
        WHERE v.orders = o.id ORDER BY coalesce(t.id, 0x7fffffff), r.message, r.position, v.id
        LIMIT -1)),
    '=reviews', (SELECT list(json) FROM (SELECT object(
            '=current', iif(v.version = coalesce(w.version, ''), 'true', 'false'),
            'meaning', v.meaning, 'note', v.note,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = v.person), 'at', v.at) AS json
        FROM review v WHERE v.orders = o.id AND v.kind = 'signed' ORDER BY v.id LIMIT -1)))
FROM orders o LEFT JOIN worklist w ON w.orders = o.id
WHERE o.number = :key
