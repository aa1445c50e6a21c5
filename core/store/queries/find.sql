-- READ_FIND. The same ways of finding as READ_SEARCH; no value, no flag, no severity leaves here.
WITH needle AS MATERIALIZED (
    SELECT trim(:key) AS text, replace(trim(:key), ' ', '') AS plain,
        replace(replace(replace(trim(:key), '\', '\\'), '%', '\%'), '_', '\_') AS safe
    WHERE length(trim(:key)) >= 2
), found AS (
    SELECT p.orders AS id FROM needle n JOIN specimen p ON p.accession = n.plain
    UNION
    SELECT o.id FROM needle n JOIN orders o ON o.number = upper(n.text)
    UNION
    SELECT o.id FROM needle n JOIN v_mrn t ON t.mrn = n.text JOIN orders o ON o.patient = t.root
    UNION
    SELECT o.id FROM needle n JOIN patient t ON t.birth_date = n.text
        JOIN orders o ON o.patient = t.root
    UNION
    SELECT o.id FROM needle n JOIN patient t ON t.family LIKE n.safe || '%' ESCAPE '\'
        JOIN orders o ON o.patient = t.root
    UNION
    SELECT o.id FROM needle n JOIN patient t ON instr(n.text, ',') > 0
        AND t.family LIKE trim(substr(n.safe, 1, instr(n.safe, ',') - 1)) || '%' ESCAPE '\'
        AND t.given LIKE trim(substr(n.safe, instr(n.safe, ',') + 1)) || '%' ESCAPE '\'
        JOIN orders o ON o.patient = t.root
), told AS (
    SELECT o.id, o.at AS ordered_at, w.state AS work, w.since,
        (SELECT max(p.id) FROM specimen p WHERE p.orders = o.id) AS specimen,
        (SELECT c.at FROM order_cancel c WHERE c.orders = o.id) AS cancelled,
        (SELECT v.at FROM review v WHERE v.orders = o.id AND v.kind = 'signed'
            ORDER BY v.id DESC LIMIT 1) AS signed_at
    FROM found f CROSS JOIN orders o ON o.id = f.id LEFT JOIN worklist w ON w.orders = o.id
), status AS (
    SELECT t.id, t.ordered_at, t.since, t.signed_at, t.cancelled, p.collected_at,
        u.due_at, u.sent_at, u.lab,
        CASE WHEN t.work = 'signed' THEN 'signed'
            WHEN t.work = 'returned' THEN 'returned'
            WHEN t.work IS NOT NULL THEN 'back'
            WHEN t.cancelled IS NOT NULL THEN 'cancelled'
            WHEN u.line IS NOT NULL THEN iif(u.due_at + 86400000 <= :now, 'late', 'sent')
            WHEN c.state = 'rejected' THEN 'rejected'
            WHEN c.state IN ('received', 'tested', 'stored', 'packed') THEN 'at-bench'
            WHEN c.state IS NOT NULL THEN 'collected'
            ELSE 'ordered' END AS status
    FROM told t LEFT JOIN specimen p ON p.id = t.specimen
    LEFT JOIN specimen_state c ON c.specimen = t.specimen
    LEFT JOIN v_outstanding u ON u.specimen = t.specimen
)
SELECT object('=rows', coalesce((SELECT list(json) FROM (
    SELECT object('order', o.number,
        '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
        'formerly', coalesce((SELECT m.mrn FROM needle n CROSS JOIN v_mrn m
            ON m.root = o.patient AND m.former AND m.mrn >= n.text
            AND m.mrn < n.text || x'f48fbfbf' LIMIT 1), ''),
        '=tests', (SELECT n.json FROM v_test_names n WHERE n.orders = o.id),
        'ekg', (SELECT e.ekg FROM v_ekg e WHERE e.orders = o.id),
        'provider', coalesce((SELECT n.name FROM person n WHERE n.login = o.provider
            ORDER BY n.id DESC LIMIT 1), o.provider),
        'ordered_at', o.at, 'status', s.status,
        'status_text', CASE s.status
            WHEN 'signed' THEN 'The result is back and the provider has seen it'
            WHEN 'returned' THEN 'The provider has sent it back with a question'
            WHEN 'back' THEN 'The result is back and waits for the provider'
            WHEN 'cancelled' THEN 'Cancelled: there will be no result'
            WHEN 'sent' THEN 'At the reference laboratory'
            WHEN 'late' THEN 'At the reference laboratory, and overdue'
            WHEN 'rejected' THEN 'The specimen could not be used: another one is needed'
            WHEN 'at-bench' THEN 'In our laboratory'
            WHEN 'collected' THEN 'Collected'
            ELSE iif((SELECT e.ekg FROM v_ekg e WHERE e.orders = o.id), 'Ordered, not done yet',
                'Ordered, not collected yet') END,
        'at', CASE s.status WHEN 'signed' THEN s.signed_at WHEN 'returned' THEN s.since
            WHEN 'back' THEN s.since WHEN 'cancelled' THEN s.cancelled
            WHEN 'sent' THEN s.sent_at WHEN 'late' THEN s.sent_at WHEN 'ordered' THEN s.ordered_at
            ELSE s.collected_at END,
        'sent_to', coalesce((SELECT b.name FROM reference_lab b WHERE b.id = s.lab), ''),
        'due_at', s.due_at) AS json
    FROM status s CROSS JOIN orders o ON o.id = s.id ORDER BY o.id DESC LIMIT :limit)), '[]'))
