-- READ_LOT_SCAN.
WITH told AS MATERIALIZED (
    SELECT gs1(:key, strftime('%Y', :now / 1000, 'unixepoch'), 'gtin') AS gtin,
        gs1(:key, strftime('%Y', :now / 1000, 'unixepoch'), 'lot') AS number,
        gs1(:key, strftime('%Y', :now / 1000, 'unixepoch'), 'expires') AS expires
), product AS MATERIALIZED (
    SELECT i.root, i.name FROM told t JOIN item_now i ON i.active AND t.gtin <> ''
        AND (i.gtin = t.gtin OR EXISTS (SELECT 1 FROM v_lot l WHERE l.item_root = i.root
            AND l.gtin = t.gtin AND l.status <> 'void'))
    ORDER BY i.gtin = t.gtin DESC, i.id DESC LIMIT 1
), found AS MATERIALIZED (
    SELECT l.lot, l.item_root, l.use_by, l.status FROM told t JOIN v_lot l ON l.status <> 'void'
        AND ((t.number <> '' AND l.number = t.number COLLATE NOCASE
                AND l.item_root = coalesce((SELECT root FROM product), l.item_root))
            OR (t.gtin = '' AND l.number = trim(:key) COLLATE NOCASE))
    ORDER BY l.number = trim(:key) COLLATE NOCASE DESC, l.lot DESC LIMIT 1
)
SELECT object('gtin', t.gtin, 'number', t.number, 'expires', t.expires,
    'item', coalesce((SELECT root FROM product), (SELECT item_root FROM found)),
    'item_name', coalesce((SELECT name FROM product), (SELECT i.name FROM found f
        JOIN item_now i ON i.root = f.item_root), ''),
    'lot', (SELECT lot FROM found),
    'use_by', coalesce((SELECT use_by FROM found), ''),
    'status', coalesce((SELECT status FROM found), ''))
FROM told t
