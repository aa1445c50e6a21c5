-- READ_TRACE. Both ways: from a result, a specimen or an order to patient, operator, lot and control;
-- from a patient, a lot or a person to every result.
WITH needle AS MATERIALIZED (
    SELECT trim(:key) AS text, replace(trim(:key), ' ', '') AS plain WHERE length(trim(:key)) >= 2
), found (id, by) AS (
    SELECT r.id, 'accession' FROM needle n JOIN specimen p ON p.accession = n.plain
        JOIN result r ON r.specimen = p.id
    UNION ALL
    SELECT r.id, 'order' FROM needle n JOIN orders o ON o.number = upper(n.text)
        JOIN result r ON r.orders = o.id
    UNION ALL
    SELECT r.id, 'patient' FROM needle n JOIN v_mrn t ON t.mrn = n.text
        JOIN result r ON r.patient = t.root
    UNION ALL
    SELECT r.id, 'lot' FROM needle n JOIN result r ON r.lot = n.text COLLATE NOCASE AND r.lot <> ''
    UNION ALL
    SELECT r.id, 'lot' FROM needle n JOIN lot l ON l.number = n.text COLLATE NOCASE AND l.code <> ''
        JOIN result r ON r.lot = l.code COLLATE NOCASE AND r.lot <> ''
    UNION ALL
    SELECT r.id, 'person' FROM needle n JOIN message m ON m.operator = n.text COLLATE NOCASE
        AND m.operator <> ''
        JOIN result r ON r.message = m.id
    UNION ALL
    SELECT r.id, 'person' FROM needle n JOIN specimen p ON p.collector = n.text COLLATE NOCASE
        JOIN result r ON r.specimen = p.id
), each AS MATERIALIZED (SELECT DISTINCT id FROM found)
SELECT object(
    '=by', coalesce((SELECT json_group_array(DISTINCT by) FROM found), '[]'),
    'count', (SELECT count(*) FROM each),
    '=results', coalesce((SELECT list(json) FROM (SELECT v.json FROM each e
        JOIN v_trace v ON v.id = e.id ORDER BY v.id DESC LIMIT :limit)), '[]'))
