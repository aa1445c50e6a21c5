-- Each specimen on each manifest: when it left, with whom, and what came back.
SELECT m.number AS "Manifest", b.name AS "Laboratory", b.address AS "Address", b.clia AS "CLIA",
    m.temperature AS "Travels", p.accession AS "Sample number", o.number AS "Order",
    n.mrn AS "Patient ID", n.family || ', ' || n.given AS "Patient", site_time(l.at) AS "Packed",
    coalesce(site_time(h.at), '') AS "Handed over", coalesce(c.courier, '') AS "Courier",
    coalesce(c.counted || ' of ' || c.listed, '') AS "Counted", l.days AS "Days expected",
    coalesce((SELECT iif(r.message IS NULL, 'none: ' || r.reason, r.lab_number || ', '
        || r.reported_at) FROM reference_result r WHERE r.line = l.id ORDER BY r.id DESC LIMIT 1),
        iif(h.id IS NULL, 'not handed over', 'outstanding')) AS "Result", l.id AS "Row"
FROM v_packed l JOIN manifest m ON m.id = l.manifest JOIN reference_lab b ON b.id = m.lab
LEFT JOIN hand_over h ON h.manifest = m.id LEFT JOIN manifest_count c ON c.id = h.count
JOIN specimen p ON p.id = l.specimen JOIN orders o ON o.id = p.orders
JOIN v_patient n ON n.id = o.patient
WHERE l.at >= :since AND l.at < :until ORDER BY l.id
