-- What was held or unmatched, and what became of it.
SELECT site_time(m.received_at) AS "Received", i.name AS "Instrument", m.specimen_text AS "As sent",
    (SELECT v.reason FROM v_reason v WHERE v.message = m.id) AS "Why it was held",
    coalesce(x.kind, 'still waits') AS "Resolved as",
    coalesce((SELECT p.accession FROM specimen p WHERE p.id = x.specimen), '') AS "Linked to",
    coalesce(x.identifiers, '') AS "Compared", coalesce(x.reason, '') AS "Reason",
    coalesce(n.name, '') AS "By", coalesce(site_time(x.at), '') AS "At", m.id AS "Row"
FROM message m JOIN session s ON s.id = m.session JOIN instrument i ON i.id = s.instrument
LEFT JOIN resolution x ON x.message = m.id LEFT JOIN person n ON n.id = x.person
WHERE m.disposition IN ('held', 'incomplete') AND m.received_at >= :since
    AND m.received_at < :until ORDER BY m.id
