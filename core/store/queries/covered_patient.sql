-- On a covered connection nobody is anybody's twin, and looking for one would read every patient.
DROP VIEW temp.v_patient;
CREATE TEMP VIEW v_patient AS
SELECT r.id, p.mrn, p.family, p.given, p.birth_date, p.sex,
    object('id', p.root, 'mrn', p.mrn, 'family', p.family, 'given', p.given,
        'birth_date', p.birth_date, 'sex', p.sex, 'twin', '',
        '=merged', coalesce((SELECT json_group_array('P-' || g.merged) FROM merge_standing g
            WHERE g.kept = p.root), '[]')) AS json
FROM patient r JOIN patient p ON p.id = (SELECT max(v.id) FROM main.patient v WHERE v.root =
    coalesce((SELECT g.kept FROM merge_standing g WHERE g.merged = r.id), r.id))
WHERE r.root = r.id;
