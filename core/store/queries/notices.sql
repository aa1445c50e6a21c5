-- READ_NOTICES. What its owner has signed since, they have seen.
SELECT object('=rows', coalesce((SELECT list(json) FROM (
    SELECT object('item', i.id, 'order', o.number,
        '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
        'name', n.name, '=old', object('value', w.value, 'unit', w.unit, 'flag', w.flag),
        '=new', object('value', n.value, 'unit', n.unit, 'flag', n.flag, 'status', n.status),
        'kind', c.kind, 'reason_code', c.reason_code, 'reason', c.reason,
        '=by', (SELECT p.json FROM v_person p WHERE p.id = c.person), 'at', c.at,
        'how', i.how, 'outside', iif(i.person_root IS NULL, i.name, '')) AS json
    FROM notice_item i JOIN correction c ON c.id = i.correction
        JOIN result w ON w.id = c.result_old JOIN result n ON n.id = c.result_new
        JOIN orders o ON o.id = c.orders
    WHERE (i.person_root IS NULL
            OR i.person_root IN (SELECT p.root FROM person p WHERE p.login = :key))
        AND NOT EXISTS (SELECT 1 FROM notice_seen s WHERE s.item = i.id)
        AND NOT EXISTS (SELECT 1 FROM review v JOIN person p ON p.id = v.person
            WHERE v.orders = c.orders AND v.id > c.id AND p.root = i.person_root)
    ORDER BY i.id DESC LIMIT :limit)), '[]'))
