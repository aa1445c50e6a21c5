-- READ_UNMATCHED.
SELECT json_object(
    'count', (SELECT count(*) FROM held),
    'oldest', (SELECT m.received_at FROM held h JOIN message m ON m.id = h.message
        ORDER BY h.message LIMIT 1),
    'rows', json(coalesce((SELECT json_group_array(json(json)) FROM (
        SELECT v.json FROM held h JOIN v_message v ON v.id = h.message
        ORDER BY h.message LIMIT :limit OFFSET :from)), '[]')))
