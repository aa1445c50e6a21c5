-- Every lot that was ever received, with its life.
SELECT i.name AS "Item", i.maker AS "Maker", i.kind AS "Kind", v.number AS "Lot", v.code AS "Code",
    v.expires AS "Printed expiry", v.use_by AS "Use by",
    coalesce((SELECT group_concat(r.quantity || iif(r.shipment <> '', ' (' || r.shipment || ')', '')
        || ' on ' || site_time(r.at), '; ') FROM lot_receipt r WHERE r.lot = v.lot), '') AS "Received",
    coalesce((SELECT group_concat(o.opened_on || ' by ' || coalesce(n.name, ''), '; ')
        FROM lot_opening o LEFT JOIN person n ON n.id = o.person WHERE o.lot = v.lot), '') AS "Opened",
    v.status AS "State",
    (SELECT count(*) FROM v_lot_result x WHERE x.lot = v.lot) AS "Patient results", v.lot AS "Row"
FROM v_lot v JOIN item_now i ON i.root = v.item_root ORDER BY i.name, v.lot
