-- READ_PAPER_SHEET.
SELECT object('sheet', h.id, 'count', h.count, 'reason', h.reason,
    '=by', (SELECT p.json FROM v_person p WHERE p.id = h.person), 'at', h.at,
    'site', (SELECT s.name FROM site s ORDER BY s.id DESC LIMIT 1),
    '=numbers', (SELECT json_group_array(accession) FROM (SELECT n.accession FROM paper_number n
        WHERE n.sheet = h.id ORDER BY n.place LIMIT -1)))
FROM paper_sheet h WHERE h.id = CAST(:key AS INTEGER) AND CAST(h.id AS TEXT) = :key
