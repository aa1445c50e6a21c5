-- Reference and critical limits, with who signed each version.
SELECT s.name AS "Set", s.source AS "Source", l.loinc AS "Analyte", l.sex AS "Sex",
    l.age_from AS "From day", l.age_to AS "To day", coalesce(l.specimen_type, '') AS "Specimen",
    l.low AS "Low", l.high AS "High", l.critical_low AS "Critical low",
    l.critical_high AS "Critical high", l.text_normal AS "Normal", l.unit AS "Unit",
    coalesce(n.name || ', ' || site_time(a.at), 'not signed: judges nothing') AS "Signed",
    l.id AS "Row"
FROM reference_limit l JOIN reference_set s ON s.id = l.reference_set
LEFT JOIN reference_approval a ON a.id = (SELECT min(x.id) FROM reference_approval x
    WHERE x.reference_set = s.id)
LEFT JOIN person n ON n.id = a.person ORDER BY l.id
