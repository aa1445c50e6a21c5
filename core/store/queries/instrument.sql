-- READ_INSTRUMENT. Codes are counted over the newest messages only, and of a session that lasts all
-- day only the newest frames are shown, so that an old installation answers as quickly as a new one.
WITH unit AS MATERIALIZED (
    SELECT i.root, i.name FROM instrument i WHERE i.name = :key ORDER BY i.id DESC LIMIT 1
), latest AS MATERIALIZED (
    SELECT m.id, m.received_at, m.record FROM session s JOIN message m ON m.session = s.id
    WHERE s.instrument_root = (SELECT root FROM unit) ORDER BY s.id DESC, m.id DESC LIMIT 500
), code AS MATERIALIZED (
    SELECT json_extract(z.value, '$.code') AS code, json_extract(z.value, '$.unit') AS unit,
        max(json_extract(z.value, '$.name')) AS name, count(*) AS times,
        max(l.received_at) AS last
    FROM latest l, json_each(l.record, '$.results') z
    WHERE json_extract(z.value, '$.loinc') = ''
    GROUP BY 1, 2
)
SELECT object('name', u.name,
    '=unmapped', coalesce((SELECT list(json) FROM (
        SELECT object('code', c.code, 'name', c.name, 'unit', c.unit, 'times', c.times,
            'last', c.last) AS json
        FROM code c ORDER BY c.last DESC, c.code LIMIT 100)), '[]'),
    '=sessions', coalesce((SELECT list(json) FROM (
        SELECT object('session', s.id, 'at', s.at, 'port', s.port, 'profile', s.profile,
            'ending', coalesce((SELECT t.text FROM session_end e JOIN session_end_type t
                ON t.id = e.how WHERE e.session = s.id), ''),
            '=messages', coalesce((SELECT list(json) FROM (
                SELECT object('kind', m.kind, 'disposition', m.disposition,
                    'reason', (SELECT v.reason FROM v_reason v WHERE v.message = m.id),
                    'specimen', m.specimen_text) AS json
                FROM message m WHERE m.session = s.id ORDER BY m.ordinal LIMIT 50)), '[]'),
            'frames_in_all', (SELECT count(*) FROM frame f WHERE f.session = s.id),
            '=frames', coalesce((SELECT list(json) FROM (SELECT json FROM (
                SELECT f.id, object('id', f.id, 'number', f.number, 'direction', f.direction,
                    'at', f.at,
                    'text', frame_text(iif(i.ekg IS NULL, f.bytes, substr(f.bytes, 1, 256))),
                    'bytes', length(f.bytes)) AS json
                FROM frame f JOIN instrument i ON i.id = s.instrument
                WHERE f.session = s.id ORDER BY f.id DESC LIMIT 60)
                ORDER BY id LIMIT -1)), '[]')) AS json
        FROM session s WHERE s.instrument_root = u.root ORDER BY s.id DESC LIMIT 10)), '[]'))
FROM unit u
