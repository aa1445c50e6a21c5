-- Corrected reports with both versions, and who was told.
SELECT site_time(c.at) AS "Corrected", o.number AS "Order", n.mrn AS "Patient ID",
    n.family || ', ' || n.given AS "Patient", a.name AS "Analyte",
    a.value || ' ' || a.unit AS "Before", iif(c.kind = 'cancel', 'cancelled',
        iif(c.kind = 'patient', 'withdrawn: not this patient''s', b.value || ' ' || b.unit)) AS "After",
    c.kind AS "Kind", c.reason_code || ' ' || c.reason AS "Reason", c.requested_by AS "Asked for by",
    coalesce(w.name, 'the instrument') AS "By",
    coalesce((SELECT group_concat(i.name || ' (' || i.how || ')' || iif(EXISTS (SELECT 1
        FROM notice_seen s WHERE s.item = i.id), ', has seen it', ''), '; ') FROM notice_item i
        WHERE i.correction = c.id), '') AS "Told", c.id AS "Row"
FROM correction c JOIN result a ON a.id = c.result_old JOIN result b ON b.id = c.result_new
JOIN orders o ON o.id = c.orders JOIN v_patient n ON n.id = a.patient
LEFT JOIN person w ON w.id = c.person
WHERE c.at >= :since AND c.at < :until ORDER BY c.id
