-- READ_EXPORT. Events and views, one a row.
SELECT json FROM (
    SELECT e.id AS id, object('id', e.id, 'at', e.at, 'zone_offset', e.zone_offset,
        'type', e.type, 'text', t.text, 'accession', coalesce(p.accession, ''),
        'order', o.number, 'state_from', e.state_from, 'state_to', e.state_to,
        '=person', (SELECT n.json FROM v_person n WHERE n.id = e.person), 'role', e.role,
        'workstation', e.workstation,
        'instrument', coalesce((SELECT i.name FROM instrument i WHERE i.id = e.instrument), ''),
        'location', e.location, 'reason', e.reason, 'detail', e.detail, 'message', e.message,
        'clock_unset', e.clock_unset, 'link', lower(hex(e.link))) AS json
    FROM event e JOIN event_type t ON t.id = e.type JOIN orders o ON o.id = e.orders
    LEFT JOIN specimen p ON p.id = e.specimen
    WHERE (:key = '' OR p.accession = :key OR o.number = :key OR (e.specimen IS NULL
            AND e.orders = (SELECT s.orders FROM specimen s WHERE s.accession = :key)))
        AND e.at >= :since AND (:now = 0 OR e.at < :now)
    UNION ALL
    SELECT v.id, object('id', v.id, 'at', v.at, 'zone_offset', 0, 'type', 'viewed',
        'text', (SELECT t.text FROM event_type t WHERE t.id = 'viewed'),
        'accession', coalesce((SELECT s.accession FROM specimen s WHERE s.accession = v.key), ''),
        'order', coalesce((SELECT s.number FROM orders s WHERE s.number = v.key), ''),
        'state_from', '', 'state_to', '',
        '=person', (SELECT n.json FROM v_person n WHERE n.id = v.person),
        'role', (SELECT n.role FROM person n WHERE n.id = v.person),
        'workstation', v.workstation, 'instrument', '', 'location', '', 'reason', '',
        'detail', v.what, 'message', NULL, 'clock_unset', 0, 'link', lower(hex(v.link)))
    FROM view v
    WHERE (:key = '' OR v.key = :key OR (v.key <> '' AND v.key = (SELECT o.number FROM specimen s
            JOIN orders o ON o.id = s.orders WHERE s.accession = :key)))
        AND v.at >= :since AND (:now = 0 OR v.at < :now)
    ORDER BY 1)
