-- READ_ACCESS_BY. The same of one person: what they looked at, and what they did.
WITH who AS MATERIALIZED (
    SELECT root, login, name FROM v_staff WHERE login = trim(:key)
), rows AS MATERIALIZED (
    SELECT v.id, v.at, 'view' AS kind, v.person, v.role, v.workstation, v.what, '' AS text, v.key,
        v.orders, v.emergency
    FROM who w JOIN person p ON p.root = w.root JOIN v_seen v ON v.person = p.id
    WHERE v.at >= :since AND (:now = 0 OR v.at < :now)
    UNION ALL
    SELECT e.id, e.at, 'act', e.person, e.role, e.workstation, e.type, n.text,
        coalesce((SELECT s.accession FROM specimen s WHERE s.id = e.specimen), o.number), e.orders,
        NULL
    FROM who w JOIN person p ON p.root = w.root JOIN event e ON e.person = p.id
        JOIN event_type n ON n.id = e.type JOIN orders o ON o.id = e.orders
    WHERE e.at >= :since AND (:now = 0 OR e.at < :now)
)
SELECT object('login', w.login, 'name', w.name, 'count', (SELECT count(*) FROM rows),
    '=rows', (SELECT list(json) FROM (
        SELECT object('id', x.id, 'at', x.at, 'kind', x.kind,
            '=person', (SELECT n.json FROM v_person n WHERE n.id = x.person), 'role', x.role,
            'workstation', x.workstation, 'what', x.what, 'text', x.text, 'key', x.key,
            'order', coalesce(o.number, ''),
            'mrn', coalesce((SELECT p.mrn FROM v_patient p WHERE p.id = o.patient), ''),
            '=emergency', (SELECT object('id', e.id, 'reason', e.reason) FROM emergency e
                WHERE e.id = x.emergency)) AS json
        FROM rows x LEFT JOIN orders o ON o.id = x.orders
        ORDER BY x.id DESC LIMIT :limit OFFSET :from)))
FROM who w
