-- Quality control: each run with its values, what was done about a failure, who read it.
SELECT site_time(r.at) AS "Run", i.name AS "Instrument", r.test AS "Test", l.control AS "Control",
    l.level AS "Level", r.lot_text AS "Control lot", r.expires AS "Expires",
    r.reagent_lot AS "Reagent lot", r.reason AS "Why it was run",
    coalesce((SELECT group_concat(v.name || ' ' || v.value || ' ' || v.unit || coalesce(' (expected '
        || iif(g.expected <> '', g.expected, g.low || '-' || g.high) || ')', ''), '; ')
        FROM qc_value v LEFT JOIN qc_range g ON g.id = v.expectation WHERE v.run = r.id), '')
        AS "Values",
    iif(r.passed, 'passed', 'failed') AS "Outcome", r.finding AS "Finding",
    coalesce((SELECT group_concat(a.action, '; ') FROM qc_action a WHERE a.run = r.id), '')
        AS "Corrective action",
    coalesce((SELECT group_concat(n.name || ', ' || site_time(w.at), '; ') FROM qc_review w
        JOIN person n ON n.id = w.person WHERE w.run = r.id), '') AS "Reviewed by",
    coalesce((SELECT d.reason FROM qc_void d WHERE d.run = r.id), '') AS "Found void",
    r.operator AS "Operator",
    (SELECT count(*) FROM qc_look_back k WHERE k.run = r.id) AS "Patient results looked back at",
    r.id AS "Row"
FROM qc_run r JOIN qc_level l ON l.id = r.level
JOIN instrument i ON i.id = (SELECT max(n.id) FROM instrument n WHERE n.root = r.instrument_root)
WHERE r.at >= :since AND r.at < :until ORDER BY r.id
