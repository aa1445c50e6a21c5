-- Temperatures and humidity, as written down.
SELECT t.day AS "Day", p.name AS "Place", p.measure AS "Measure", t.lowest AS "Lowest",
    t.highest AS "Highest", t.present AS "Now", t.low || '-' || t.high AS "Range",
    iif(t.in_range, 'yes', 'no') AS "In range", t.action AS "What was done",
    iif(t.usable, 'yes', 'no') AS "Still usable", coalesce(n.name, '') AS "By",
    site_time(t.at) AS "Written", t.id AS "Row"
FROM temperature t JOIN place_now p ON p.root = t.place_root LEFT JOIN person n ON n.id = t.person
WHERE t.at >= :since AND t.at < :until ORDER BY t.id
