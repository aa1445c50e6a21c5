-- The results log in the shape of CDC's template, with what each result can be traced by.
SELECT site_time(r.at) AS "Date", (SELECT s.name FROM site s ORDER BY s.id DESC LIMIT 1) AS "Facility",
    coalesce(t.name, '') AS "Test", r.name AS "Analyte", p.accession AS "Sample number",
    o.number AS "Order", n.mrn AS "Patient ID", n.family || ', ' || n.given AS "Patient",
    r.value AS "Result", r.unit AS "Unit", r.flag AS "Flag",
    iif(r.reference_range <> '', r.reference_range, r.device_range) AS "Reference range",
    r.lot AS "Lot", coalesce((SELECT l.expires FROM lot l WHERE r.lot <> ''
        AND (l.number = r.lot COLLATE NOCASE OR (l.code <> '' AND l.code = r.lot COLLATE NOCASE))
        ORDER BY l.id DESC LIMIT 1), '') AS "Expiration",
    iif(m.operator <> '', m.operator, 'not sent') AS "Tester", i.name AS "Instrument",
    m.serial AS "Serial",
    coalesce((SELECT b.name || ', ' || b.address || ', CLIA ' || b.clia FROM reference_result x
        JOIN manifest_line l ON l.id = x.line JOIN manifest f ON f.id = l.manifest
        JOIN reference_lab b ON b.id = f.lab WHERE x.message = r.message), 'here') AS "Performed by",
    coalesce((SELECT q.id || iif(q.passed, ' passed', ' failed') FROM qc_run q WHERE q.test = t.code
        AND q.instrument_root = m.instrument_root AND q.id < r.id ORDER BY q.id DESC LIMIT 1),
        'none on record') AS "Control run before it",
    r.version AS "Version",
    iif(EXISTS (SELECT 1 FROM result c WHERE c.replaces = r.id), 'yes', 'no') AS "Corrected since",
    coalesce((SELECT s.name || ', ' || site_time(v.at) FROM review v JOIN person s ON s.id = v.person
        WHERE v.orders = r.orders AND v.kind = 'signed' AND v.id > r.id ORDER BY v.id LIMIT 1), '')
        AS "Signed", r.message AS "Transmission", r.id AS "Row"
FROM result r JOIN orders o ON o.id = r.orders JOIN specimen p ON p.id = r.specimen
JOIN v_patient n ON n.id = r.patient JOIN message m ON m.id = r.message
JOIN session s ON s.id = m.session JOIN instrument i ON i.id = s.instrument
LEFT JOIN test t ON t.id = r.test
WHERE r.at >= :since AND r.at < :until ORDER BY r.id
