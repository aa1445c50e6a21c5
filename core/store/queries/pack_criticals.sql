-- Critical values: each call, reached or not.
SELECT site_time(c.at) AS "Called", o.number AS "Order", n.mrn AS "Patient ID",
    n.family || ', ' || n.given AS "Patient", 'told' AS "Outcome", c.told_to AS "To",
    coalesce(c.credential, '') AS "Credential", coalesce(c.contact, '') AS "Contact",
    c.method AS "How", coalesce(c.value_read, '') AS "Value read", c.read_back AS "Read back",
    w.name AS "Caller",
    round((c.at - (SELECT min(r.at) FROM result r WHERE r.orders = c.orders AND r.severity = 2
        AND r.at <= c.at)) / 60000.0, 1) AS "Minutes since the result", c.id AS "Row"
FROM critical_notice c JOIN orders o ON o.id = c.orders JOIN v_patient n ON n.id = o.patient
JOIN person w ON w.id = c.person WHERE c.at >= :since AND c.at < :until
UNION ALL
SELECT site_time(a.at), o.number, n.mrn, n.family || ', ' || n.given, a.outcome, a.sought,
    a.credential, a.contact, a.method, a.value_read, '', w.name, NULL, a.id
FROM critical_attempt a JOIN orders o ON o.id = a.orders JOIN v_patient n ON n.id = o.patient
JOIN person w ON w.id = a.person WHERE a.at >= :since AND a.at < :until
ORDER BY 14
