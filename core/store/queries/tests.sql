-- READ_TESTS.
SELECT object(
    '=tests', (SELECT list(json) FROM (
        SELECT object('code', t.code, 'name', t.name,
            'live', NOT EXISTS (SELECT 1 FROM test_analyte a WHERE a.test = t.id AND NOT EXISTS (
                SELECT 1 FROM limit_signed v WHERE v.since <= :now
                    AND v.loinc = iif(a.loinc = '', 'local:' || a.code, a.loinc))),
            'specimen_type', t.specimen_type,
            'container', t.container,
            'billing', coalesce((SELECT b.codes FROM billing_code b WHERE b.test_code = t.code
                ORDER BY b.id DESC LIMIT 1), ''),
            '=analytes', (SELECT list(object('code', a.code, 'loinc', a.loinc,
                'name', a.name, 'ucum', a.ucum)) FROM test_analyte a WHERE a.test = t.id)) AS json
        FROM test t WHERE t.active = 1
            AND t.id = (SELECT max(n.id) FROM test n WHERE n.code = t.code)
        ORDER BY t.name LIMIT -1)),
    '=reference_sets', (SELECT list(json) FROM (
        SELECT object('name', r.name, 'source', r.source, 'at', r.at,
            '=approved_by', (SELECT n.json FROM reference_approval a
                JOIN v_person n ON n.id = a.person WHERE a.reference_set = r.id
                ORDER BY a.id DESC LIMIT 1),
            'approved_at', (SELECT a.at FROM reference_approval a WHERE a.reference_set = r.id
                ORDER BY a.id DESC LIMIT 1),
            'limits', (SELECT count(*) FROM reference_limit l WHERE l.reference_set = r.id)) AS json
        FROM reference_set r ORDER BY r.id DESC LIMIT -1)))
