-- Signatures: who, when, with what meaning, bound to which version of the results.
SELECT site_time(v.at) AS "At", o.number AS "Order", w.name AS "Who", v.kind AS "What",
    v.meaning AS "Meaning", v.disposition AS "Disposition", v.version AS "Version signed", v.id AS "Row"
FROM review v JOIN orders o ON o.id = v.orders JOIN person w ON w.id = v.person
WHERE v.at >= :since AND v.at < :until ORDER BY v.id
