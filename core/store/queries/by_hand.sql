-- READ_BY_HAND. What waits is looked for among the newest specimens.
SELECT object('now', :now,
    '=runs', coalesce((SELECT list(json) FROM (
        SELECT object('run', r.id, 'accession', s.accession, 'order', o.number,
            '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
            '=test', (SELECT t.json FROM v_hand_test t WHERE t.id = r.test),
            '=reading', (SELECT g.json FROM v_reading g WHERE g.id = r.reading),
            'lot', r.lot, '=by', (SELECT n.json FROM v_person n WHERE n.id = r.person), 'at', r.at,
            'looks', (SELECT count(*) FROM reading_look k WHERE k.run = r.id),
            '=looked_by', (SELECT n.json FROM reading_look k JOIN v_person n ON n.id = k.person
                WHERE k.run = r.id AND k.place = 1),
            'opens', iif(g.read_to, r.at + g.read_from * 1000, NULL),
            'closes', iif(g.read_to, r.at + g.read_to * 1000, NULL)) AS json
        FROM reading_run r JOIN reading g ON g.id = r.reading JOIN specimen s ON s.id = r.specimen
        JOIN orders o ON o.id = s.orders
        WHERE NOT EXISTS (SELECT 1 FROM reading_end e WHERE e.run = r.id)
        ORDER BY r.id LIMIT :limit)), '[]'),
    '=ended', coalesce((SELECT list(json) FROM (
        SELECT object('run', r.id, 'accession', s.accession,
            '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
            'test', t.name, 'how', e.how, 'reason', e.reason, 'at', e.at,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = e.person),
            'disposition', coalesce(m.disposition, ''),
            'held', iif(h.message IS NULL, '', m.reason)) AS json
        FROM (SELECT * FROM reading_end z WHERE z.at > :now - run_shown_time()
            ORDER BY z.id DESC LIMIT 20) e
        JOIN reading_run r ON r.id = e.run JOIN specimen s ON s.id = r.specimen
        JOIN orders o ON o.id = s.orders JOIN test t ON t.id = r.test
        LEFT JOIN message m ON m.id = e.message LEFT JOIN held h ON h.message = e.message
        ORDER BY e.id DESC LIMIT -1)), '[]'),
    '=waiting', coalesce((SELECT list(json) FROM (
        SELECT object('accession', s.accession, 'order', o.number, 'priority', o.priority,
            '=patient', (SELECT p.json FROM v_patient p WHERE p.id = o.patient),
            'state', c.state, 'collected_at', s.collected_at,
            '=test', (SELECT t.json FROM v_hand_test t WHERE t.id = x.test),
            '=reading', g.json) AS json
        FROM (SELECT * FROM specimen n ORDER BY n.id DESC LIMIT 500) s
        JOIN specimen_state c ON c.specimen = s.id
            AND c.state IN ('verified', 'received', 'tested', 'stored')
        JOIN orders o ON o.id = s.orders JOIN order_test x ON x.orders = o.id
        JOIN test t ON t.id = x.test
        JOIN v_reading g ON g.id = (SELECT max(n.id) FROM reading n WHERE n.test_code = t.code)
        WHERE g.live AND NOT EXISTS (SELECT 1 FROM result r WHERE r.orders = o.id
                AND r.test = x.test)
            AND NOT EXISTS (SELECT 1 FROM reading_run r WHERE r.specimen = s.id AND r.test = x.test
                AND NOT EXISTS (SELECT 1 FROM reading_end e WHERE e.run = r.id))
            AND NOT EXISTS (SELECT 1 FROM reading_run r JOIN reading_end e ON e.run = r.id
                JOIN held h ON h.message = e.message WHERE r.specimen = s.id AND r.test = x.test)
        ORDER BY o.priority DESC, s.id, x.id LIMIT :limit)), '[]'))
