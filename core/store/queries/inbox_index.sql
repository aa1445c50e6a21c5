-- READ_INBOX_INDEX. The whole list in the order of READ_INBOX, by numbers alone: the page draws only
-- what is in sight, and asks for those rows.
WITH today AS (
    SELECT date(:now / 1000, 'unixepoch', 'localtime') AS day
), owners AS MATERIALIZED (
    SELECT :key AS login UNION SELECT c.provider FROM v_cover c, today t
    WHERE c.deputy = :key AND c.state = 'accepted' AND t.day BETWEEN c.from_day AND c.until_day
), page AS MATERIALIZED (
    SELECT w.orders, w.provider, w.severity, w.since, w.version, w.state FROM worklist w
    WHERE w.state = iif(:state = '', 'waiting', :state) AND :key = ''
    ORDER BY w.severity DESC, w.since, w.orders LIMIT 20000
), mine AS MATERIALIZED (
    SELECT w.orders, w.provider, w.severity, w.since, w.version, w.state FROM worklist w
    WHERE w.state = iif(:state = '', 'waiting', :state) AND :key <> ''
        AND w.provider IN (SELECT login FROM owners)
    ORDER BY w.severity DESC, w.since, w.orders LIMIT 20000
), open AS MATERIALIZED (
    SELECT w.orders, w.provider, w.severity, w.since, w.version, w.state FROM v_follow_up f
    CROSS JOIN worklist w ON w.orders = f.orders
    WHERE :state = 'follow-up' AND w.state = 'signed'
        AND (:key = '' OR w.provider IN (SELECT login FROM owners))
    ORDER BY w.severity DESC, w.since, w.orders LIMIT 20000
), pool AS MATERIALIZED (
    SELECT w.orders, w.provider, w.severity, w.since, w.version, w.state FROM worklist w
    WHERE :state = 'pool' AND w.state = 'waiting'
        AND w.provider NOT IN (SELECT login FROM v_signer)
    ORDER BY w.severity DESC, w.since, w.orders LIMIT 20000
), offered AS MATERIALIZED (
    SELECT w.orders, w.provider, w.severity, w.since, w.version, w.state FROM v_offer f
    CROSS JOIN worklist w ON w.orders = f.orders
    WHERE :state = 'offered' AND w.state = 'waiting' AND f.login = :key
    ORDER BY w.severity DESC, w.since, w.orders LIMIT 20000
), shown AS (
    SELECT * FROM page UNION ALL SELECT * FROM mine UNION ALL SELECT * FROM open
    UNION ALL SELECT * FROM pool UNION ALL SELECT * FROM offered
)
SELECT object('=rows', coalesce((SELECT list(json) FROM (
    SELECT json_array(o.number, w.severity, substr(w.version, 1, 12) || w.state
        || (SELECT count(*) FROM critical_notice c WHERE c.orders = w.orders)
        || '.' || coalesce((SELECT f.tasks FROM v_follow_up f WHERE f.orders = w.orders), 0)
        || '.' || (SELECT coalesce(max(x.id), 0) FROM ownership x WHERE x.orders = w.orders),
        (SELECT e.ekg FROM v_ekg e WHERE e.orders = w.orders)) AS json
    FROM shown w JOIN orders o ON o.id = w.orders
    ORDER BY w.severity DESC, w.since, w.orders LIMIT 20000)), '[]'))
