-- Who signed in, and who tried in vain.
SELECT site_time(s.at) AS "At", s.login AS "Login", coalesce(n.name, 'nobody has that login') AS "Name",
    coalesce(s.role, '') AS "Role", s.workstation AS "Workstation",
    iif(s.ok, 'signed in', 'refused') AS "Outcome", s.reason AS "Why", s.id AS "Row"
FROM sign_in s LEFT JOIN person n ON n.id = s.person
WHERE s.at >= :since AND s.at < :until ORDER BY s.id
