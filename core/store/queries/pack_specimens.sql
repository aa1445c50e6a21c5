-- Every specimen that was collected, and where it is.
SELECT site_time(p.collected_at) AS "Collected", p.accession AS "Sample number", o.number AS "Order",
    n.mrn AS "Patient ID", n.family || ', ' || n.given AS "Patient", p.type AS "Type",
    p.container AS "Container", p.site AS "Site", p.lot AS "Tube lot", p.collector AS "Collector",
    coalesce((SELECT d.identifiers || ' (' || d.method || ')' FROM identification d
        WHERE d.orders = o.id ORDER BY d.id DESC LIMIT 1), '') AS "Identified by",
    c.text AS "State", p.id AS "Row"
FROM specimen p JOIN orders o ON o.id = p.orders JOIN v_patient n ON n.id = o.patient
JOIN v_state c ON c.specimen = p.id
WHERE p.collected_at >= :since AND p.collected_at < :until ORDER BY p.id
