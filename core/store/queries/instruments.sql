-- READ_INSTRUMENTS: every instrument of the site, as its newest row says, and what it told last.
WITH unit AS MATERIALIZED (
    SELECT i.root, i.name, i.profile, i.port,
        (SELECT max(s.id) FROM session s WHERE s.instrument_root = i.root) AS last_session
    FROM instrument i WHERE i.id = (SELECT max(n.id) FROM instrument n WHERE n.root = i.root)
)
SELECT object('=rows', coalesce((SELECT list(json) FROM (
    SELECT object('name', u.name, 'profile', u.profile, 'port', u.port,
        'model', coalesce(m.model, ''), 'serial', coalesce(m.serial, ''),
        'software', coalesce(m.software, ''), 'last_message', m.received_at,
        'device_offset_ms', m.device_offset_ms,
        'last_session', (SELECT s.at FROM session s WHERE s.id = u.last_session),
        'last_ending', coalesce((SELECT t.text FROM session_end e JOIN session_end_type t
            ON t.id = e.how WHERE e.session = u.last_session), ''),
        'last_result', (SELECT r.received_at FROM message r WHERE r.instrument_root = u.root
            AND r.disposition = 'linked' ORDER BY r.id DESC LIMIT 1),
        'last_qc', (SELECT r.received_at FROM message r WHERE r.instrument_root = u.root
            AND r.disposition = 'qc' ORDER BY r.id DESC LIMIT 1),
        'held', (SELECT count(*) FROM held h JOIN message r ON r.id = h.message
            WHERE r.instrument_root = u.root AND r.kind <> 'ecg'),
        'held_ekg', (SELECT count(*) FROM held h JOIN message r ON r.id = h.message
            WHERE r.instrument_root = u.root AND r.kind = 'ecg')) AS json
    FROM unit u LEFT JOIN message m ON m.id = (SELECT max(r.id) FROM message r
        WHERE r.session = (SELECT x.session FROM message x JOIN session s ON s.id = x.session
            WHERE s.instrument_root = u.root ORDER BY s.id DESC, x.id DESC LIMIT 1))
    ORDER BY u.name LIMIT -1)), '[]'))
