-- READ_READINGS.
SELECT object('=tests', coalesce((SELECT list(json) FROM (
    SELECT object('code', t.code, 'name', t.name, 'specimen_type', t.specimen_type,
        '=analytes', (SELECT list(json) FROM (SELECT object('name', a.name, 'ucum', a.ucum) AS json
            FROM test_analyte a WHERE a.test = t.id ORDER BY a.id LIMIT -1)),
        '=reading', (SELECT g.json FROM v_reading g WHERE g.test_code = t.code
            ORDER BY g.id DESC LIMIT 1),
        '=stability', coalesce((SELECT list(json) FROM (SELECT object(
                'temperature', b.temperature, 'minutes', b.minutes, 'source', b.source,
                'live', b.person IS NOT NULL,
                '=by', (SELECT n.json FROM v_person n WHERE n.id = b.person), 'at', b.at) AS json
            FROM stability b WHERE b.test_code = t.code
                AND b.id = (SELECT max(n.id) FROM stability n WHERE n.test_code = b.test_code
                    AND n.temperature = b.temperature)
            ORDER BY b.minutes LIMIT -1)), '[]')) AS json
    FROM test t WHERE t.active = 1 AND t.specimen_type <> 'none'
        AND t.id = (SELECT max(n.id) FROM test n WHERE n.code = t.code)
    ORDER BY t.name LIMIT -1)), '[]'))
