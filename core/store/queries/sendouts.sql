-- READ_SENDOUTS.
SELECT object(
    '=labs', (SELECT list(json) FROM (SELECT object('laboratory', b.root, 'name', b.name,
            'address', b.address, 'clia', b.clia, 'phone', b.phone, 'active', b.active,
            '=tests', (SELECT list(json) FROM (SELECT object('code', k.test_code,
                    'name', coalesce((SELECT t.name FROM test t WHERE t.code = k.test_code
                        ORDER BY t.id DESC LIMIT 1), k.test_code), 'days', k.days) AS json
                FROM reference_lab_test k WHERE k.lab = b.id ORDER BY k.id LIMIT -1))) AS json
        FROM v_lab b ORDER BY b.name LIMIT -1)),
    '=open', (SELECT list(json) FROM (SELECT v.json FROM v_manifest v WHERE v.sent_at IS NULL
        ORDER BY v.id DESC LIMIT 30)),
    '=sent', (SELECT list(json) FROM (SELECT v.json FROM v_manifest v WHERE v.sent_at IS NOT NULL
        ORDER BY v.id DESC LIMIT 30)),
    '=to_send', (SELECT list(json) FROM (SELECT object('accession', p.accession,
            '=patient', (SELECT n.json FROM v_patient n WHERE n.id = o.patient),
            '=tests', (SELECT t.json FROM v_test_names t WHERE t.orders = o.id),
            'state_text', y.text,
            '=labs', (SELECT json_group_array(DISTINCT b.root) FROM order_test x
                JOIN test t ON t.id = x.test JOIN reference_lab_test k ON k.test_code = t.code
                JOIN v_lab b ON b.id = k.lab WHERE x.orders = o.id AND b.active = 1)) AS json
        FROM specimen_state c JOIN specimen p ON p.id = c.specimen
        JOIN orders o ON o.id = p.orders JOIN specimen_state_type y ON y.id = c.state
        WHERE c.state IN ('verified', 'received', 'tested', 'stored')
            AND EXISTS (SELECT 1 FROM order_test x JOIN test t ON t.id = x.test
                JOIN reference_lab_test k ON k.test_code = t.code JOIN v_lab b ON b.id = k.lab
                WHERE x.orders = o.id AND b.active = 1 AND NOT EXISTS (SELECT 1 FROM result r
                    WHERE r.orders = o.id AND r.test = t.id))
        ORDER BY p.id LIMIT 200)),
    '=outstanding', (SELECT list(json) FROM (SELECT object('accession', p.accession,
            'order', o.number,
            '=patient', (SELECT n.json FROM v_patient n WHERE n.id = o.patient),
            '=tests', (SELECT list(json) FROM (SELECT object('code', t.code, 'name', t.name) AS json
                FROM order_test x JOIN test t ON t.id = x.test
                JOIN reference_lab_test k ON k.test_code = t.code AND k.lab = u.lab
                WHERE x.orders = o.id ORDER BY x.id LIMIT -1)),
            '=analytes', (SELECT list(json) FROM (SELECT object('code', a.code, 'loinc', a.loinc,
                    'name', a.name, 'ucum', a.ucum) AS json
                FROM order_test x JOIN test t ON t.id = x.test
                JOIN reference_lab_test k ON k.test_code = t.code AND k.lab = u.lab
                JOIN test_analyte a ON a.test = t.id
                WHERE x.orders = o.id AND NOT EXISTS (SELECT 1 FROM result r WHERE r.orders = o.id
                    AND r.test = t.id AND r.loinc = a.loinc AND (a.loinc <> '' OR r.code = a.code))
                ORDER BY x.id, a.id LIMIT -1)),
            '=lab', (SELECT b.json FROM v_lab_then b WHERE b.id = u.lab),
            'manifest', u.number, 'provider', o.provider, 'sent_at', u.sent_at, 'days', u.days,
            'due_at', u.due_at, 'late', u.due_at + 86400000 <= :now) AS json
        FROM v_outstanding u JOIN specimen p ON p.id = u.specimen JOIN orders o ON o.id = p.orders
        ORDER BY u.due_at, u.line LIMIT 500)))
