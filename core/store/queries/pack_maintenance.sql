-- What was done to instruments.
SELECT site_time(m.at) AS "At", i.name AS "Instrument", m.kind AS "Kind", m.what AS "What",
    m.note AS "Note", n.name AS "By", m.id AS "Row"
FROM maintenance m JOIN person n ON n.id = m.person
JOIN instrument i ON i.id = (SELECT max(x.id) FROM instrument x WHERE x.root = m.instrument_root)
WHERE m.at >= :since AND m.at < :until ORDER BY m.id
