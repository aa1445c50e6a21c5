-- READ_PAPER.
WITH number AS MATERIALIZED (
    SELECT n.id, n.accession, n.sheet, n.place, h.at FROM paper_number n
    JOIN paper_sheet h ON h.id = n.sheet
    WHERE NOT EXISTS (SELECT 1 FROM paper_end e WHERE e.number = n.id)
), waiting AS MATERIALIZED (
    SELECT n.id AS number, m.id AS message, object('message', m.id, 'instrument', i.name,
        'received_at', m.received_at, '=tests', (SELECT json_group_array(coalesce(
            nullif(json_extract(r.value, '$.name'), ''), json_extract(r.value, '$.code')))
            FROM json_each(m.record, '$.results') r)) AS json
    FROM held w CROSS JOIN message m ON m.id = w.message
    CROSS JOIN number n ON n.accession = m.specimen_text CROSS JOIN session s ON s.id = m.session
    CROSS JOIN instrument i ON i.id = s.instrument
    WHERE m.reason_code = 'paper'
)
SELECT object(
    'open', (SELECT count(*) FROM number), 'waiting', (SELECT count(*) FROM waiting),
    '=sheets', (SELECT list(json) FROM (
        SELECT object('sheet', h.id, 'count', h.count,
            'entered', (SELECT count(*) FROM paper_number n JOIN paper_end e ON e.number = n.id
                WHERE n.sheet = h.id AND e.how = 'entered'),
            'void', (SELECT count(*) FROM paper_number n JOIN paper_end e ON e.number = n.id
                WHERE n.sheet = h.id AND e.how = 'void'),
            'open', (SELECT count(*) FROM number n WHERE n.sheet = h.id),
            'reason', h.reason, '=by', (SELECT p.json FROM v_person p WHERE p.id = h.person),
            'workstation', h.workstation, 'at', h.at) AS json
        FROM paper_sheet h ORDER BY h.id DESC LIMIT 50)),
    '=rows', (SELECT list(json) FROM (
        SELECT object('accession', n.accession, 'sheet', n.sheet, 'place', n.place, 'at', n.at,
            '=messages', coalesce((SELECT list(w.json) FROM waiting w WHERE w.number = n.id),
                '[]')) AS json
        FROM number n ORDER BY EXISTS (SELECT 1 FROM waiting w WHERE w.number = n.id) DESC, n.id
        LIMIT :limit OFFSET :from)),
    '=ended', (SELECT list(json) FROM (
        SELECT object('accession', n.accession, 'sheet', n.sheet, 'place', n.place, 'how', e.how,
            'reason', e.reason, '=by', (SELECT p.json FROM v_person p WHERE p.id = e.person),
            'at', e.at, 'collected_at', z.collected_at, 'collector', coalesce(z.collector, ''))
            AS json
        FROM paper_end e JOIN paper_number n ON n.id = e.number
        LEFT JOIN specimen z ON z.accession = n.accession
        ORDER BY e.id DESC LIMIT 50)))
