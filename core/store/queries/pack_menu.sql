-- The test menu as it stands.
SELECT t.code AS "Test", t.name AS "Name", t.specimen_type AS "Specimen", t.container AS "Container",
    a.name AS "Analyte", a.loinc AS "LOINC", a.ucum AS "Unit",
    iif(t.active, 'in use', 'not in use') AS "State", a.id AS "Row"
FROM test t JOIN test_analyte a ON a.test = t.id
WHERE t.id = (SELECT max(n.id) FROM test n WHERE n.code = t.code) ORDER BY t.code, a.id
