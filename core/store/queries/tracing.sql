-- READ_TRACING.
SELECT json_set(v.json, '$.proposed', json(c.proposed), '$.candidates', json(c.json),
    '$.facts', json(m.record), '$.original', lower(hex(x.original)), '$.size', x.size,
    '$.order', coalesce((SELECT o.number FROM v_tie t JOIN orders o ON o.id = t.orders
        WHERE t.tracing = x.id), ''))
FROM tracing x JOIN message m ON m.id = x.message JOIN v_waiting v ON v.message = x.message
JOIN v_candidates c ON c.message = x.message
WHERE x.id = CAST(:key AS INTEGER) AND CAST(x.id AS TEXT) = :key
