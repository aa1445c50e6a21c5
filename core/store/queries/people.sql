-- READ_PEOPLE.
SELECT object('=rows', (SELECT list(json) FROM (
    SELECT object('id', p.id, 'login', p.login, 'name', p.name, 'role', p.role,
        'active', p.active,
        '=roles', (SELECT f.roles FROM v_staff f WHERE f.root = p.root),
        'last_sign_in', (SELECT s.at FROM sign_in s WHERE s.login = p.login AND s.ok = 1
            ORDER BY s.id DESC LIMIT 1),
        'pin_set_at', (SELECT s.at FROM pin_set s JOIN person o ON o.id = s.person
            WHERE o.root = p.root ORDER BY s.id DESC LIMIT 1),
        'pin_set_by', coalesce((SELECT n.login FROM pin_set s JOIN person o ON o.id = s.person
            LEFT JOIN person n ON n.id = s.setter
            WHERE o.root = p.root ORDER BY s.id DESC LIMIT 1), '')) AS json
    FROM person p WHERE p.id = (SELECT max(n.id) FROM person n WHERE n.root = p.root)
    ORDER BY p.login LIMIT -1)))
