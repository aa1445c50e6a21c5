-- Who saw what, and in which role.
SELECT site_time(v.at) AS "At", n.name AS "Who", coalesce(v.role, n.role) AS "Role",
    v.workstation AS "Workstation", v.what AS "What", v.key AS "Which", v.id AS "Row"
FROM view v JOIN person n ON n.id = v.person
WHERE v.at >= :since AND v.at < :until ORDER BY v.id
