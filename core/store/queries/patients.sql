-- READ_PATIENTS. '%' and '_' typed by a person are letters.
WITH needle AS MATERIALIZED (
    SELECT trim(:key) AS text,
        replace(replace(replace(trim(:key), '\', '\\'), '%', '\%'), '_', '\_') AS safe
    WHERE length(trim(:key)) >= 2
), found AS (
    SELECT t.root FROM needle n JOIN v_mrn t
        ON t.mrn >= n.text AND t.mrn < n.text || x'f48fbfbf'
    UNION
    SELECT t.root FROM needle n JOIN patient t ON t.family LIKE n.safe || '%' ESCAPE '\'
)
SELECT object(
    '=rows', coalesce((SELECT list(json) FROM (
        SELECT json_set(p.json,
            '$.formerly', coalesce((SELECT m.mrn FROM needle n CROSS JOIN v_mrn m
                ON m.root = p.id AND m.former AND m.mrn >= n.text
                AND m.mrn < n.text || x'f48fbfbf' LIMIT 1), ''),
            '$.orders', (SELECT count(*) FROM orders o WHERE o.patient = p.id),
            '$.last_order', (SELECT max(o.at) FROM orders o WHERE o.patient = p.id)) AS json
        FROM found f JOIN v_patient p ON p.id = f.root
        WHERE NOT EXISTS (SELECT 1 FROM merge_standing g WHERE g.merged = f.root)
        ORDER BY p.family, p.given, p.id LIMIT :limit)), '[]'),
    '=merges', coalesce((SELECT list(json) FROM (
        SELECT object('merge', m.id,
            '=kept', (SELECT p.json FROM v_patient p WHERE p.id = m.kept),
            '=merged', (SELECT object('mrn', p.mrn, 'family', p.family, 'given', p.given,
                    'birth_date', p.birth_date, 'sex', p.sex)
                FROM patient p WHERE p.root = m.merged ORDER BY p.id DESC LIMIT 1),
            'identifiers', m.identifiers, 'reason', m.reason,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = m.person), 'at', m.at,
            '=undone', (SELECT object('reason', u.reason,
                    '=by', (SELECT n.json FROM v_person n WHERE n.id = u.person), 'at', u.at)
                FROM patient_unmerge u WHERE u.merge = m.id)) AS json
        FROM patient_merge m ORDER BY m.id DESC LIMIT 20)), '[]'))
