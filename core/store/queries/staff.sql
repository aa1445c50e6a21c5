-- READ_STAFF.
SELECT object(
    '=rows', (SELECT list(json) FROM (
        SELECT object('id', p.id, 'login', p.login, 'name', p.name, 'role', p.role,
            '=roles', p.roles, 'active', p.active,
            'since', (SELECT f.at FROM person f WHERE f.id = p.root),
            '=changed_by', (SELECT n.json FROM person c JOIN v_person n ON n.id = c.setter
                WHERE c.id = p.id),
            'reason', coalesce((SELECT c.reason FROM person c WHERE c.id = p.id), ''),
            'npi', coalesce((SELECT c.npi FROM person c WHERE c.id = p.id), ''),
            'address', coalesce((SELECT c.address FROM person c WHERE c.id = p.id), ''),
            'phone', coalesce((SELECT c.phone FROM person c WHERE c.id = p.id), ''),
            'last_sign_in', (SELECT s.at FROM sign_in s WHERE s.login = p.login AND s.ok = 1
                ORDER BY s.id DESC LIMIT 1),
            'pin_set_at', (SELECT s.at FROM pin_set s JOIN person o ON o.id = s.person
                WHERE o.root = p.root ORDER BY s.id DESC LIMIT 1),
            'pin_set_by', coalesce((SELECT n.login FROM pin_set s JOIN person o ON o.id = s.person
                LEFT JOIN person n ON n.id = s.setter
                WHERE o.root = p.root ORDER BY s.id DESC LIMIT 1), ''),
            '=badge', (SELECT iif(b.code = '', NULL, object('code', b.code, 'at', b.at,
                    '=by', (SELECT n.json FROM v_person n WHERE n.id = b.setter)))
                FROM badge b WHERE b.person_root = p.root ORDER BY b.id DESC LIMIT 1),
            '=operator_names', (SELECT json_group_array(o.name) FROM operator_name o
                WHERE o.person_root = p.root AND o.id = (SELECT max(n.id) FROM operator_name n
                    WHERE lower(n.name) = lower(o.name))),
            '=certificates', (SELECT list(json) FROM (SELECT c.json FROM v_certificate c
                WHERE c.person_root = p.root ORDER BY c.test LIMIT -1)),
            'failed', (SELECT count(*) FROM sign_in s WHERE s.login = p.login AND s.ok = 0
                AND s.at > :now - 2592000000)) AS json
        FROM v_staff p ORDER BY p.active DESC, p.name, p.login LIMIT -1)),
    '=changes', (SELECT list(json) FROM (
        SELECT x.id, object('at', x.at, 'login', p.login, 'name', p.name, 'text', x.text,
            'reason', coalesce(x.reason, ''),
            '=by', (SELECT n.json FROM v_person n WHERE n.id = x.setter)) AS json
        FROM (
            SELECT c.id, c.at, c.root, c.setter, c.reason,
                iif(c.id = c.root, 'added as ', iif(c.active, 'is ', 'deactivated, was ')) ||
                    (SELECT t.text FROM role_type t WHERE t.id = c.role) || ', ' || c.name AS text
            FROM person c
            UNION ALL
            SELECT r.id, r.at, r.person_root, r.setter, r.reason,
                iif(r.held, 'may also sign in as ', 'may no longer sign in as ') ||
                    (SELECT t.text FROM role_type t WHERE t.id = r.role)
            FROM person_role r
            UNION ALL
            SELECT b.id, b.at, b.person_root, b.setter, b.reason,
                iif(b.code = '', 'badge taken away', 'new badge')
            FROM badge b
            UNION ALL
            SELECT s.id, s.at, (SELECT o.root FROM person o WHERE o.id = s.person), s.setter, '',
                'new PIN'
            FROM pin_set s
        ) x JOIN v_staff p ON p.root = x.root ORDER BY x.id DESC LIMIT 200)))
