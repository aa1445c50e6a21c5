-- READ_TASKS.
WITH shown AS MATERIALIZED (
    SELECT t.id, t.due, t.closed FROM v_task t
    WHERE (t.closed IS NOT NULL) = (:state = 'closed') AND (:key = '' OR t.owner = :key)
    ORDER BY iif(t.closed IS NULL, t.due, ''), t.closed DESC, t.id LIMIT :limit OFFSET :from
)
SELECT object(
    '=counts', object(
        'open', (SELECT count(*) FROM v_task t WHERE t.closed IS NULL),
        'late', (SELECT count(*) FROM v_task t WHERE t.closed IS NULL
            AND t.due < date(:now / 1000, 'unixepoch', 'localtime')),
        'mine', (SELECT count(*) FROM v_task t WHERE t.closed IS NULL AND t.owner = :key)),
    'today', date(:now / 1000, 'unixepoch', 'localtime'),
    '=rows', coalesce((SELECT list(json) FROM (SELECT t.json FROM shown s
        JOIN v_task t ON t.id = s.id
        ORDER BY iif(s.closed IS NULL, s.due, ''), s.closed DESC, s.id LIMIT -1)), '[]'),
    '=hands', coalesce((SELECT list(json) FROM (SELECT object('login', h.login, 'name', h.name)
        AS json FROM v_hand h ORDER BY h.name LIMIT -1)), '[]'))
