-- Specimens that could not be used, why, and what was asked for instead.
SELECT site_time(e.at) AS "Rejected", p.accession AS "Sample number", o.number AS "Order",
    n.mrn AS "Patient ID", n.family || ', ' || n.given AS "Patient", e.reason AS "Reason",
    coalesce(w.name, '') AS "By",
    coalesce((SELECT x.number FROM recollection c JOIN orders x ON x.id = c.orders
        WHERE c.specimen = p.id), '') AS "Recollection order", e.id AS "Row"
FROM event e JOIN specimen p ON p.id = e.specimen JOIN orders o ON o.id = p.orders
JOIN v_patient n ON n.id = o.patient LEFT JOIN person w ON w.id = e.person
WHERE e.type = 'rejected' AND e.at >= :since AND e.at < :until ORDER BY e.id
