-- READ_SEARCH. Each way of finding uses its own index; '%' and '_' typed by a person are letters.
WITH needle AS MATERIALIZED (
    SELECT trim(:key) AS text, replace(trim(:key), ' ', '') AS plain,
        replace(replace(replace(trim(:key), '\', '\\'), '%', '\%'), '_', '\_') AS safe
    WHERE length(trim(:key)) >= 2
), found AS (
    SELECT o.id FROM needle n JOIN specimen p ON p.accession >= n.plain
        AND p.accession < n.plain || 'A' JOIN orders o ON o.id = p.orders
    WHERE n.plain NOT GLOB '*[^0-9]*'
    UNION
    SELECT o.id FROM needle n JOIN specimen p ON p.accession LIKE '%' || n.safe ESCAPE '\'
        JOIN orders o ON o.id = p.orders
    WHERE n.plain NOT GLOB '*[^0-9]*' AND length(n.plain) BETWEEN 4 AND 12
    UNION
    SELECT o.id FROM needle n JOIN v_mrn t ON t.mrn >= n.text AND t.mrn < n.text || x'f48fbfbf'
        JOIN orders o ON o.patient = t.root
    UNION
    SELECT o.id FROM needle n JOIN orders o ON o.number = upper(n.text)
    UNION
    SELECT o.id FROM needle n JOIN patient t ON t.family LIKE n.safe || '%' ESCAPE '\'
        JOIN orders o ON o.patient = t.root
    UNION
    SELECT o.id FROM needle n JOIN patient t ON instr(n.text, ',') > 0
        AND t.family LIKE trim(substr(n.safe, 1, instr(n.safe, ',') - 1)) || '%' ESCAPE '\'
        AND t.given LIKE trim(substr(n.safe, instr(n.safe, ',') + 1)) || '%' ESCAPE '\'
        JOIN orders o ON o.patient = t.root
)
SELECT object('=rows', coalesce((SELECT list(json) FROM (
    SELECT object(
        '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
        'formerly', coalesce((SELECT m.mrn FROM needle n CROSS JOIN v_mrn m
            ON m.root = o.patient AND m.former AND m.mrn >= n.text
            AND m.mrn < n.text || x'f48fbfbf' LIMIT 1), ''),
        'order', o.number, 'ekg', (SELECT e.ekg FROM v_ekg e WHERE e.orders = o.id),
        '=tests', (SELECT t.json FROM v_test_names t WHERE t.orders = o.id),
        'accession', coalesce(p.accession, ''), 'state', coalesce(c.state, 'none'),
        'state_text', (SELECT t.text FROM specimen_state_type t 
            WHERE t.id = coalesce(c.state, 'none')),
        'ordered_at', o.at, 'collected_at', p.collected_at) AS json
    FROM found f CROSS JOIN orders o ON o.id = f.id
    LEFT JOIN specimen p ON p.orders = o.id LEFT JOIN specimen_state c ON c.specimen = p.id
    ORDER BY o.id DESC, p.id DESC LIMIT :limit)), '[]'))
