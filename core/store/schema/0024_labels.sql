-- Tubes whose newest label says something else of the patient than what stands, as long as somebody
-- tests them: not what was rejected or disposed of, nor what a reference laboratory has told all of.
DROP VIEW label_differs;
CREATE VIEW label_differs (specimen, orders, label, version, state) AS
SELECT s.id, s.orders, l.label, l.version, coalesce(c.state, 'none')
FROM orders o CROSS JOIN specimen s ON s.orders = o.id
CROSS JOIN label_patient l ON l.specimen = s.id
CROSS JOIN patient t ON t.id = l.version
CROSS JOIN patient p ON p.id = (SELECT max(v.id) FROM patient v WHERE v.root =
    coalesce((SELECT g.kept FROM merge_standing g WHERE g.merged = o.patient), o.patient))
LEFT JOIN specimen_state c ON c.specimen = s.id
WHERE p.id <> t.id AND (p.mrn <> t.mrn OR p.family <> t.family OR p.given <> t.given
        OR p.birth_date <> t.birth_date OR p.sex <> t.sex)
    AND NOT EXISTS (SELECT 1 FROM label_patient n WHERE n.specimen = s.id AND n.label > l.label)
    AND coalesce(c.state, 'none') NOT IN ('rejected', 'disposed')
    AND NOT (coalesce(c.state, 'none') = 'sent' AND EXISTS (SELECT 1 FROM manifest_line m
        CROSS JOIN reference_result r ON r.line = m.id AND r.complete = 1
        WHERE m.specimen = s.id));
