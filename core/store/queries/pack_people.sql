-- Everybody with access, and each change of a role.
SELECT p.login AS "Login", p.name AS "Name", p.role AS "Role",
    iif(p.active, 'active', 'not active') AS "State", site_time(p.at) AS "Since",
    coalesce((SELECT s.name FROM person s WHERE s.id = p.setter), 'at the console') AS "Set by",
    coalesce(p.reason, '') AS "Reason",
    iif(p.id = (SELECT max(n.id) FROM person n WHERE n.root = p.root), 'stands', 'replaced')
        AS "Row stands", p.id AS "Row"
FROM person p
UNION ALL
SELECT n.login, n.name, r.role, iif(r.held, 'held as well', 'no longer held'), site_time(r.at),
    coalesce((SELECT s.name FROM person s WHERE s.id = r.setter), 'at the console'), r.reason,
    iif(r.id = (SELECT max(x.id) FROM person_role x WHERE x.person_root = r.person_root
        AND x.role = r.role), 'stands', 'replaced'), r.id
FROM person_role r JOIN person n ON n.id = (SELECT max(m.id) FROM person m
    WHERE m.root = r.person_root)
ORDER BY 9
