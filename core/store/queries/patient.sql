-- READ_PATIENT.
WITH asked AS MATERIALIZED (
    SELECT coalesce((SELECT g.kept FROM merge_standing g WHERE g.merged = p.root), p.root) AS id
    FROM patient p WHERE p.mrn = trim(:key) ORDER BY p.id DESC LIMIT 1
), versions AS MATERIALIZED (
    SELECT p.id, p.mrn, p.family, p.given, p.birth_date, p.sex, p.reason, p.identifiers, p.person,
        p.at, b.id AS before, b.mrn AS old_mrn, b.family AS old_family, b.given AS old_given,
        b.birth_date AS old_birth_date, b.sex AS old_sex
    FROM asked a CROSS JOIN patient p ON p.root = a.id
    LEFT JOIN patient b ON b.id = (SELECT max(o.id) FROM main.patient o
        WHERE o.root = p.root AND o.id < p.id)
), records AS MATERIALIZED (
    SELECT id FROM asked UNION SELECT g.merged FROM asked a CROSS JOIN merge_standing g
        ON g.kept = a.id
)
SELECT object(
    '=patient', (SELECT p.json FROM v_patient p WHERE p.id = a.id),
    'version', (SELECT max(id) FROM versions),
    'settled', EXISTS (SELECT 1 FROM records r CROSS JOIN orders o ON o.patient = r.id
        WHERE EXISTS (SELECT 1 FROM specimen x WHERE x.orders = o.id)
            OR EXISTS (SELECT 1 FROM result x WHERE x.orders = o.id)
            OR EXISTS (SELECT 1 FROM tracing_tie x WHERE x.orders = o.id)),
    '=versions', (SELECT list(json) FROM (SELECT object('version', v.id, 'mrn', v.mrn,
            'family', v.family, 'given', v.given, 'birth_date', v.birth_date, 'sex', v.sex,
            '=changed', (SELECT json_group_array(w.text) FROM (
                SELECT 'name' AS text WHERE v.family <> v.old_family OR v.given <> v.old_given
                UNION ALL SELECT 'birth date' WHERE v.birth_date <> v.old_birth_date
                UNION ALL SELECT 'sex' WHERE v.sex <> v.old_sex
                UNION ALL SELECT 'MRN' WHERE v.mrn <> v.old_mrn) w),
            'reason', coalesce(v.reason, ''), 'identifiers', coalesce(v.identifiers, ''),
            '=by', (SELECT n.json FROM v_person n WHERE n.id = v.person), 'at', v.at) AS json
        FROM versions v ORDER BY v.id DESC LIMIT -1)),
    '=labels', (SELECT list(json) FROM (SELECT object('accession', s.accession,
            'order', o.number, 'container', s.container, 'state', c.state,
            'state_text', c.text,
            'copy', l.copy, 'printed_at', l.at,
            '=label', object('mrn', t.mrn, 'family', t.family, 'given', t.given,
                'birth_date', t.birth_date, 'sex', t.sex)) AS json
        FROM records r CROSS JOIN orders o ON o.patient = r.id
        CROSS JOIN label_differs d ON d.orders = o.id
        CROSS JOIN specimen s ON s.id = d.specimen CROSS JOIN v_state c ON c.specimen = s.id
        CROSS JOIN label_print l ON l.id = d.label CROSS JOIN patient t ON t.id = d.version
        ORDER BY s.id DESC LIMIT 200)))
FROM asked a
