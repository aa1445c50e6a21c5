-- What a rule held and somebody released.
SELECT site_time(x.at) AS "At", x.rule AS "Rule",
    coalesce((SELECT w.sentence FROM gate_warning w WHERE w.message = x.message AND w.rule = x.rule
        ORDER BY w.id LIMIT 1), '') AS "What it said", x.reason AS "Why it was released",
    n.name AS "By", x.role AS "Role",
    coalesce((SELECT c.name FROM proposal q JOIN proposal_end e ON e.proposal = q.id
            AND e.kind = 'confirmed' AND e.at = x.at JOIN person c ON c.id = e.person
        WHERE q.message = x.message ORDER BY e.id DESC LIMIT 1), '') AS "Confirmed by", x.message AS "Transmission", x.id AS "Row"
FROM gate_override x JOIN person n ON n.id = x.person
WHERE x.at >= :since AND x.at < :until ORDER BY x.id
