-- READ_LOT. Its results are those that the instrument, or a hand, said were made with it.
SELECT json_set(v.json,
    '$.days_left', CAST(julianday(v.use_by)
        - julianday(date(:now / 1000, 'unixepoch', 'localtime')) AS INTEGER),
    '$.expired', v.use_by < date(:now / 1000, 'unixepoch', 'localtime'),
    '$.item', i.root, '$.name', i.name, '$.kind', i.kind, '$.maker', i.maker, '$.gtin', v.gtin,
    '$.storage', i.storage, '$.open_days', i.open_days,
    '$.receipts', json((SELECT list(json) FROM (SELECT object('quantity', r.quantity,
            'shipment', r.shipment, 'scanned', r.scanned,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = r.person), 'at', r.at) AS json
        FROM lot_receipt r WHERE r.lot = v.lot ORDER BY r.id DESC LIMIT -1))),
    '$.openings', json((SELECT list(json) FROM (SELECT object('opened_on', o.opened_on,
            'use_by', o.use_by, 'reason', o.reason,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = o.person), 'at', o.at) AS json
        FROM lot_opening o WHERE o.lot = v.lot ORDER BY o.id DESC LIMIT -1))),
    '$.marks', json((SELECT list(json) FROM (SELECT object('kind', m.kind, 'reason', m.reason,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = m.person), 'at', m.at) AS json
        FROM lot_mark m WHERE m.lot = v.lot ORDER BY m.id DESC LIMIT -1))),
    '$.result_count', (SELECT count(*) FROM v_lot_result x WHERE x.lot = v.lot),
    '$.results', json((SELECT list(json) FROM (SELECT object('order', o.number,
            'accession', p.accession,
            '=patient', (SELECT t.json FROM v_patient t WHERE t.id = o.patient),
            'test', r.name, 'value', r.value, 'unit', r.unit, 'at', r.at,
            'state', coalesce(w.state, '')) AS json
        FROM v_lot_result x JOIN result r ON r.id = x.result JOIN orders o ON o.id = r.orders
        JOIN specimen p ON p.id = r.specimen LEFT JOIN worklist w ON w.orders = o.id
        WHERE x.lot = v.lot ORDER BY r.id DESC LIMIT 200))))
FROM v_lot v JOIN item_now i ON i.root = v.item_root
WHERE v.lot = CAST(:key AS INTEGER) AND CAST(v.lot AS TEXT) = :key
