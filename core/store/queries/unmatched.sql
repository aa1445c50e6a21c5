-- READ_UNMATCHED.
SELECT object(
    'count', (SELECT count(*) FROM held),
    'oldest', (SELECT m.received_at FROM held h JOIN message m ON m.id = h.message
        ORDER BY h.message LIMIT 1),
    '=rows', coalesce((SELECT list(json) FROM (
        SELECT v.json FROM held h JOIN v_message v ON v.id = h.message
        ORDER BY h.message LIMIT :limit OFFSET :from)), '[]'))
