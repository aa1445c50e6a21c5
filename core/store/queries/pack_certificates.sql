-- Who may run which test, on what evidence, until when.
SELECT n.name AS "Operator", n.login AS "Login", c.test AS "Test", c.trained_on AS "Trained",
    c.methods AS "Methods", c.valid_until AS "Valid until", c.evidence AS "Evidence",
    c.note AS "Note", iif(c.valid, 'given', 'withdrawn') AS "What", s.name AS "By",
    site_time(c.at) AS "At",
    iif(c.id = (SELECT max(x.id) FROM certificate x WHERE x.person_root = c.person_root
        AND x.test = c.test), 'stands', 'replaced') AS "Row stands", c.id AS "Row"
FROM certificate c JOIN person s ON s.id = c.certifier
JOIN person n ON n.id = (SELECT max(m.id) FROM person m WHERE m.root = c.person_root)
ORDER BY n.name, c.test, c.id
