-- READ_QC. Failures are those that still want something.
WITH scope AS MATERIALIZED (
    SELECT test, instrument_root FROM qc_level_now
    UNION SELECT test, instrument_root FROM qc_trigger_now
), day AS (SELECT iif(:since > 0, :since, 1000 * CAST(strftime('%s',
        date(:now / 1000, 'unixepoch', 'localtime'), 'utc') AS INTEGER)) AS start
), watch AS MATERIALIZED (
    SELECT w.test, w.instrument_root, w.trigger_root, w.level_root, w.runs, w.every, w.basis,
        qc_due(w.kind, w.every, w.good_at, :now, d.start, w.runs, w.since) AS due,
        qc_until(w.kind, w.every, w.good_at, :now, d.start, w.runs, w.since) AS until
    FROM qc_watch w, day d
), rule AS (
    SELECT t.test, t.instrument_root, t.root, object('trigger', t.root, 'kind', t.kind,
        'text', qc_words(t.kind), 'every', t.every, 'basis', t.basis,
        'basis_text', qc_basis_words(t.basis), 'note', t.note,
        'due', coalesce((SELECT max(w.due) FROM watch w WHERE w.trigger_root = t.root), 1),
        'until', coalesce((SELECT min(w.until) FROM watch w WHERE w.trigger_root = t.root), 0),
        'runs', coalesce((SELECT max(w.runs) FROM watch w WHERE w.trigger_root = t.root), 0),
        '=waits', (SELECT json_group_array(name) FROM (SELECT l.control || ', ' || l.level AS name
            FROM watch w JOIN qc_level_now l ON l.root = w.level_root
            WHERE w.trigger_root = t.root AND w.due ORDER BY l.root LIMIT -1))) AS json
    FROM qc_trigger_now t
)
SELECT object(
    '=scopes', (SELECT list(json) FROM (
        SELECT object('test', c.test,
            'test_name', coalesce((SELECT t.name FROM test t WHERE t.code = c.test
                ORDER BY t.id DESC LIMIT 1), c.test),
            'instrument', i.name,
            'failing', EXISTS (SELECT 1 FROM v_qc_level v WHERE v.test = c.test
                AND v.instrument_root = c.instrument_root AND v.failing),
            'due', EXISTS (SELECT 1 FROM watch w WHERE w.test = c.test
                AND w.instrument_root = c.instrument_root AND w.due),
            '=triggers', (SELECT list(json) FROM (SELECT r.json FROM rule r WHERE r.test = c.test
                AND r.instrument_root = c.instrument_root ORDER BY r.root LIMIT -1)),
            '=levels', (SELECT list(json) FROM (SELECT v.json FROM v_qc_level v
                WHERE v.test = c.test AND v.instrument_root = c.instrument_root
                ORDER BY v.control, v.level LIMIT -1))) AS json
        FROM scope c JOIN instrument i ON i.id = (SELECT max(n.id) FROM instrument n
            WHERE n.root = c.instrument_root)
        ORDER BY i.name, c.test LIMIT -1)),
    '=failures', (SELECT list(json) FROM (
        SELECT v.json FROM qc_bad b JOIN v_qc_run v ON v.id = b.id
        WHERE NOT EXISTS (SELECT 1 FROM qc_review w WHERE w.run = b.id)
            OR EXISTS (SELECT 1 FROM qc_reach q WHERE q.run = b.id AND NOT EXISTS (SELECT 1
                FROM qc_look_back k WHERE k.run = q.run AND k.result = q.result))
        ORDER BY b.id DESC LIMIT 100)),
    '=unplaced', (SELECT list(json) FROM (
        SELECT object('message', u.message, 'instrument', i.name, 'received_at', m.received_at,
            'specimen', m.specimen_text, 'operator', m.operator, 'run', m.run,
            '=values', coalesce(json_extract(m.record, '$.results'), '[]'),
            '=levels', (SELECT list(object('level', l.root, 'control', l.control,
                    'level_name', l.level, 'test', l.test)) FROM qc_level_now l
                WHERE l.instrument_root = u.instrument_root)) AS json
        FROM qc_unplaced u JOIN message m ON m.id = u.message JOIN session s ON s.id = m.session
            JOIN instrument i ON i.id = s.instrument
        ORDER BY u.message DESC LIMIT 100)),
    '=maintenance', (SELECT list(json) FROM (
        SELECT object('instrument', (SELECT i.name FROM instrument i
                WHERE i.root = m.instrument_root ORDER BY i.id DESC LIMIT 1),
            'kind', m.kind, 'what', m.what, 'note', m.note, '=by', n.json, 'at', m.at) AS json
        FROM maintenance m JOIN v_person n ON n.id = m.person ORDER BY m.id DESC LIMIT 50)),
    '=controls', (SELECT list(json) FROM (SELECT object('item', i.root, 'name', i.name) AS json
        FROM item_now i WHERE i.kind = 'control' AND i.active = 1 ORDER BY i.name LIMIT -1)),
    '=kinds', qc_kinds(), '=bases', qc_bases())
