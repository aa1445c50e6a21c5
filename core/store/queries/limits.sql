-- READ_LIMITS.
WITH set_rows (reference_set, loinc, json) AS (
    SELECT l.reference_set, l.loinc, list(object('analyte', l.loinc,
            'name', coalesce((SELECT a.name FROM test_analyte a
                WHERE iif(a.loinc = '', 'local:' || a.code, a.loinc) = l.loinc
                ORDER BY a.id DESC LIMIT 1), l.loinc),
            'sex', l.sex, 'age_from', l.age_from, 'age_to', l.age_to, 'low', l.low, 'high', l.high,
            'critical_low', l.critical_low, 'critical_high', l.critical_high,
            'text_normal', l.text_normal, 'unit', l.unit,
            'specimen_type', coalesce(l.specimen_type, '')))
    FROM reference_limit l GROUP BY l.reference_set, l.loinc),
sets (id, name, source, at, json) AS (
    SELECT s.id, s.name, s.source, s.at, object('set', s.id, 'name', s.name, 'source', s.source,
        'at', s.at, 'effective', s.effective,
        '=proposed_by', (SELECT n.json FROM v_person n WHERE n.id = s.person),
        '=signed_by', (SELECT n.json FROM reference_approval p JOIN v_person n ON n.id = p.person
            WHERE p.reference_set = s.id ORDER BY p.id LIMIT 1),
        'signed_at', (SELECT p.at FROM reference_approval p WHERE p.reference_set = s.id
            ORDER BY p.id LIMIT 1),
        '=withdrawn', (SELECT object('=by', (SELECT n.json FROM v_person n WHERE n.id = w.person),
                'at', w.at, 'reason', w.reason) FROM reference_withdrawal w
            WHERE w.reference_set = s.id),
        'judged', (SELECT count(*) FROM reference_limit l JOIN result r ON r.reference_limit = l.id
            WHERE l.reference_set = s.id),
        '=analytes', (SELECT list(object('analyte', r.loinc, '=rows', r.json)) FROM set_rows r
            WHERE r.reference_set = s.id))
    FROM reference_set s),
analytes (test, id, loinc, code, name, ucum, key) AS (
    SELECT a.test, a.id, a.loinc, a.code, a.name, a.ucum,
        iif(a.loinc = '', 'local:' || a.code, a.loinc) FROM test_analyte a),
states (test, id, json, live) AS (
    SELECT a.test, a.id, object('analyte', a.key, 'loinc', a.loinc, 'code', a.code,
        'name', a.name, 'ucum', a.ucum,
        'set', (SELECT v.reference_set FROM limit_signed v
            WHERE v.loinc = a.key AND v.since <= :now
            ORDER BY v.since DESC, v.approval DESC LIMIT 1),
        'since', (SELECT v.since FROM limit_signed v WHERE v.loinc = a.key AND v.since <= :now
            ORDER BY v.since DESC, v.approval DESC LIMIT 1),
        '=next', (SELECT object('set', v.reference_set, 'since', v.since) FROM limit_signed v
            WHERE v.loinc = a.key AND v.since > :now ORDER BY v.since LIMIT 1)),
        EXISTS (SELECT 1 FROM limit_signed v WHERE v.loinc = a.key AND v.since <= :now)
    FROM analytes a)
SELECT object(
    'certificate', (SELECT coalesce(certificate, '') FROM site ORDER BY id DESC LIMIT 1),
    '=tests', (SELECT list(json) FROM (
        SELECT object('code', t.code, 'name', t.name, 'specimen_type', t.specimen_type,
            'live', (SELECT min(s.live) FROM states s WHERE s.test = t.id),
            '=analytes', (SELECT list(json) FROM (SELECT s.json FROM states s WHERE s.test = t.id
                ORDER BY s.id LIMIT -1))) AS json
        FROM test t WHERE t.active = 1
            AND t.id = (SELECT max(n.id) FROM test n WHERE n.code = t.code)
            AND EXISTS (SELECT 1 FROM test_analyte a WHERE a.test = t.id)
        ORDER BY t.name LIMIT -1)),
    '=sets', (SELECT list(json) FROM (SELECT json FROM sets ORDER BY id DESC LIMIT 500)))
