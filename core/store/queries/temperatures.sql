-- READ_TEMPERATURES.
SELECT object(
    'today', date(:now / 1000, 'unixepoch', 'localtime'),
    '=places', coalesce((SELECT list(json) FROM (
        SELECT object(
            'place', p.root, 'name', p.name, 'measure', p.measure, 'low', p.low, 'high', p.high,
            'active', p.active,
            'due', p.active AND NOT EXISTS (SELECT 1 FROM temperature t
                WHERE t.place_root = p.root
                    AND t.day = date(:now / 1000, 'unixepoch', 'localtime')),
            '=items', (SELECT json_group_array(name) FROM (SELECT i.name FROM item_now i
                WHERE i.place = p.root AND i.active ORDER BY i.name LIMIT -1)),
            '=readings', (SELECT list(json) FROM (SELECT object('day', t.day, 'lowest', t.lowest,
                    'highest', t.highest, 'present', t.present, 'low', t.low, 'high', t.high,
                    'in_range', t.in_range, 'usable', t.usable, 'action', t.action,
                    '=by', (SELECT n.json FROM v_person n WHERE n.id = t.person),
                    'at', t.at) AS json
                FROM temperature t WHERE t.place_root = p.root ORDER BY t.id DESC LIMIT 60))
            ) AS json
        FROM place_now p ORDER BY p.active DESC, p.name, p.root LIMIT -1)), '[]'))
