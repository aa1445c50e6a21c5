-- READ_OPERATORS.
SELECT object(
    '=tests', (SELECT list(json) FROM (
        SELECT object('code', t.code, 'name', t.name,
            'kept', EXISTS (SELECT 1 FROM certificate c WHERE c.test = t.code),
            '=operators', (SELECT list(json) FROM (
                SELECT json_set(c.json, '$.login', p.login, '$.name', p.name,
                    '$.active', p.active) AS json
                FROM v_certificate c JOIN v_staff p ON p.root = c.person_root
                WHERE c.test = t.code ORDER BY p.active DESC, p.name LIMIT -1))) AS json
        FROM test t WHERE t.id = (SELECT max(n.id) FROM test n WHERE n.code = t.code)
            AND t.active = 1
        ORDER BY t.name LIMIT -1)),
    '=people', (SELECT list(json) FROM (
        SELECT object('login', p.login, 'name', p.name, '=roles', p.roles,
            '=operator_names', (SELECT json_group_array(o.name) FROM operator_name o
                WHERE o.person_root = p.root AND o.id = (SELECT max(n.id) FROM operator_name n
                    WHERE lower(n.name) = lower(o.name)))) AS json
        FROM v_staff p WHERE p.active = 1 ORDER BY p.name LIMIT -1)),
    '=unknown', (SELECT list(json) FROM (
        SELECT object('name', m.operator, 'instrument', i.name, 'times', count(*),
            'last', max(m.received_at)) AS json
        FROM message m JOIN session s ON s.id = m.session JOIN instrument i ON i.id = s.instrument
        WHERE m.operator <> '' AND m.received_at > :now - 7776000000
            AND m.id > coalesce((SELECT p.id FROM message p WHERE p.received_at <= :now - 7776000000
                ORDER BY p.id DESC LIMIT 1), 0)
            AND coalesce((SELECT coalesce(o.person_root, -1) FROM operator_name o
                WHERE lower(o.name) = lower(m.operator) ORDER BY o.id DESC LIMIT 1),
                (SELECT p.root FROM person p WHERE p.login = lower(m.operator) LIMIT 1), -1) = -1
        GROUP BY m.operator, i.name ORDER BY max(m.received_at) DESC LIMIT 20)))
