-- READ_LOTS.
SELECT object(
    'today', date(:now / 1000, 'unixepoch', 'localtime'),
    '=items', coalesce((SELECT list(json) FROM (
        SELECT object(
            'item', i.root, 'name', i.name, 'kind', i.kind, 'maker', i.maker, 'gtin', i.gtin,
            'instrument', i.instrument, 'open_days', i.open_days, 'storage', i.storage,
            'place', i.place,
            'place_name', coalesce((SELECT p.name FROM place_now p WHERE p.root = i.place), ''),
            'active', i.active,
            '=tests', (SELECT list(json) FROM (SELECT object('code', x.test,
                    'name', coalesce((SELECT t.name FROM test t WHERE t.code = x.test
                        ORDER BY t.id DESC LIMIT 1), x.test)) AS json
                FROM item_test x WHERE x.item = i.id ORDER BY x.id LIMIT -1)),
            '=lots', (SELECT list(json) FROM (SELECT json_set(v.json, '$.days_left',
                    CAST(julianday(v.use_by)
                        - julianday(date(:now / 1000, 'unixepoch', 'localtime')) AS INTEGER),
                    '$.expired', v.use_by < date(:now / 1000, 'unixepoch', 'localtime')) AS json
                FROM v_lot v WHERE v.item_root = i.root
                ORDER BY v.place, v.use_by, v.lot LIMIT -1))) AS json
        FROM item_now i ORDER BY i.active DESC, i.kind = 'tube', i.kind = 'control', i.name, i.root
        LIMIT -1)), '[]'))
