-- Who asked to see covered names, and emergency access.
SELECT site_time(r.at) AS "At", n.name AS "Who", 'names of ' || r.what || iif(r.patient IS NULL, '',
    ' of patient P-' || r.patient) AS "What", r.reason AS "Reason", site_time(r.until) AS "Until",
    r.id AS "Row"
FROM reveal r JOIN person n ON n.id = r.person WHERE r.at >= :since AND r.at < :until
UNION ALL
SELECT site_time(e.at), n.name, 'emergency access as ' || e.role, e.reason, site_time(e.until), e.id
FROM emergency e JOIN person n ON n.id = e.person WHERE e.at >= :since AND e.at < :until
ORDER BY 6
