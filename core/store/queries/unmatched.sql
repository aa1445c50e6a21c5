-- READ_UNMATCHED.
SELECT object(
    'count', (SELECT count(*) FROM v_unmatched),
    'oldest', (SELECT m.received_at FROM v_unmatched h JOIN message m ON m.id = h.message
        ORDER BY h.message LIMIT 1),
    '=rows', coalesce((SELECT list(json) FROM (
        SELECT v.json FROM v_unmatched h JOIN v_message v ON v.id = h.message
        ORDER BY h.message LIMIT :limit OFFSET :from)), '[]'))
