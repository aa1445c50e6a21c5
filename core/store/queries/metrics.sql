-- READ_METRICS: domain.md 8, from :since to :now, by what happened then. `n` is the denominator,
-- `count` the numerator where the value is a share.
WITH collected AS MATERIALIZED (
    SELECT p.id, p.orders, p.collected_at FROM specimen p
    WHERE p.collected_at >= :since AND p.collected_at < :now
), first AS MATERIALIZED (
    SELECT r.id, r.orders, r.specimen, r.message, r.severity, r.at, r.lot FROM result r
    WHERE r.at >= :since AND r.at < :now AND r.replaces IS NULL
), turn AS MATERIALIZED (
    SELECT p.id, min(f.at) - p.collected_at AS ms FROM first f JOIN specimen p ON p.id = f.specimen
    WHERE NOT EXISTS (SELECT 1 FROM manifest_line l WHERE l.specimen = p.id AND l.packed = 1)
    GROUP BY p.id
), reviewed AS MATERIALIZED (
    SELECT v.orders, v.at - (SELECT max(r.at) FROM result r WHERE r.orders = v.orders
            AND r.at <= v.at) AS ms,
        (SELECT max(r.severity) FROM result r WHERE r.orders = v.orders AND r.at <= v.at) AS severity
    FROM review v WHERE v.kind = 'signed' AND v.at >= :since AND v.at < :now
        AND NOT EXISTS (SELECT 1 FROM review e WHERE e.orders = v.orders AND e.kind = 'signed'
            AND e.version = v.version AND e.id < v.id)
), told AS MATERIALIZED (
    SELECT c.id, c.read_back, c.at - (SELECT min(r.at) FROM result r WHERE r.orders = c.orders
        AND r.severity = 2 AND r.at <= c.at) AS ms
    FROM critical_notice c WHERE c.at >= :since AND c.at < :now
), arrived AS MATERIALIZED (
    SELECT m.id, m.disposition FROM message m WHERE m.received_at >= :since AND m.received_at < :now
        AND m.disposition IN ('linked', 'held', 'incomplete')
), metric (position, id, title, n, count, value, p90, unit, target, screen) AS (
    SELECT 1, 'labelling', 'Labelling errors, of specimens collected', count(*),
        (SELECT count(*) FROM event e WHERE e.at >= :since AND e.at < :now
            AND (e.type = 'wrong-label' OR (e.type = 'rejected' AND substr(e.reason, 1, 2)
                IN ('RM', 'RI', 'RA', 'RE', 'RS')))), NULL, NULL, '/1000', 'below 0.5', 'specimens'
    FROM collected
    UNION ALL
    SELECT 2, 'verified', 'Labels scanned back, of specimens collected', count(*),
        sum(EXISTS (SELECT 1 FROM event e WHERE e.specimen = c.id AND e.type = 'label-verified')),
        NULL, NULL, '%', '98 or more', 'specimens' FROM collected c
    UNION ALL
    SELECT 3, 'rejected', 'Rejected, of specimens collected', count(*),
        sum(EXISTS (SELECT 1 FROM event e WHERE e.specimen = c.id AND e.type = 'rejected')),
        NULL, NULL, '%', 'below 1', 'specimens' FROM collected c
    UNION ALL
    SELECT 4, 'turnaround', 'Collection to first result, tested here', count(*), NULL,
        percentile(ms / 60000.0, 0.5), percentile(ms / 60000.0, 0.9), 'min', 'below 20 for rapid tests',
        'specimens' FROM turn
    UNION ALL
    SELECT 5, 'review-critical', 'Result to signature, critical', count(*), NULL,
        percentile(ms / 60000.0, 0.5), percentile(ms / 60000.0, 0.9), 'min', '30 or less', 'inbox'
    FROM reviewed WHERE severity = 2
    UNION ALL
    SELECT 6, 'review-abnormal', 'Result to signature, abnormal', count(*), NULL,
        percentile(ms / 60000.0, 0.5), percentile(ms / 60000.0, 0.9), 'min', 'within a day',
        'inbox' FROM reviewed WHERE severity = 1
    UNION ALL
    SELECT 7, 'review-normal', 'Result to signature, normal', count(*), NULL,
        percentile(ms / 60000.0, 0.5), percentile(ms / 60000.0, 0.9), 'min', 'within 3 days',
        'inbox' FROM reviewed WHERE severity = 0
    UNION ALL
    SELECT 8, 'informed', 'Calls to patients that were asked for and are done', count(*),
        sum(EXISTS (SELECT 1 FROM task_step s WHERE s.task = t.id AND s.kind = 'done')), NULL, NULL,
        '%', '100', 'tasks'
    FROM task t WHERE t.kind = 'call-patient' AND t.at >= :since AND t.at < :now
    UNION ALL
    SELECT 9, 'critical-call', 'Critical result to read-back', count(*), NULL,
        percentile(ms / 60000.0, 0.5), percentile(ms / 60000.0, 0.9), 'min', '15 or less', 'inbox'
    FROM told
    UNION ALL
    SELECT 10, 'read-back', 'Critical calls with the value read back', count(*),
        sum(trim(read_back) <> '' AND lower(trim(read_back)) <> 'no'), NULL, NULL, '%', '100', 'inbox'
    FROM told
    UNION ALL
    SELECT 11, 'qc', 'Results filed with a warning of quality control', count(*),
        sum(EXISTS (SELECT 1 FROM gate_warning w WHERE w.message = f.message AND w.rule = 'qc'
            AND w.finding = 'against')), NULL, NULL, '%', '0', 'qc' FROM first f
    UNION ALL
    SELECT 12, 'lots', 'Results on a lot that was not to be used', count(*),
        sum(EXISTS (SELECT 1 FROM gate_warning w WHERE w.message = f.message AND w.rule = 'lot'
            AND w.finding = 'against')), NULL, NULL, '%', '0', 'lots' FROM first f
    UNION ALL
    SELECT 13, 'unmatched', 'Transmissions that were held', count(*), sum(disposition <> 'linked'),
        NULL, NULL, '%', 'below 1', 'unmatched' FROM arrived
    UNION ALL
    SELECT 14, 'corrected', 'Results that were corrected', count(*),
        sum(EXISTS (SELECT 1 FROM correction c WHERE c.result_old = f.id)), NULL, NULL, '/1000',
        'each is looked at', 'inbox' FROM first f
    UNION ALL
    SELECT 15, 'sendouts', 'Send-outs a day past their time, of those outstanding now', count(*),
        sum(due_at + 86400000 <= :now), NULL, NULL, '%', '0', 'sendouts' FROM v_outstanding
    UNION ALL
    SELECT 16, 'unsigned', 'Unsigned for more than 7 days, of those waiting now', count(*),
        sum(:now - since > 604800000), NULL, NULL, '%', '0', 'inbox' FROM worklist
    WHERE state = 'waiting'
    UNION ALL
    SELECT 17, 'broken', 'Transmissions that broke off', count(*), sum(disposition = 'incomplete'),
        NULL, NULL, '%', '0', 'instruments' FROM arrived
    UNION ALL
    SELECT 18, 'overread', 'EKG readings in which the provider differed from the cart', count(*),
        sum(o.opinion <> 'agree'), NULL, NULL, '%', 'is looked at', 'ekg'
    FROM overread o JOIN review v ON v.id = o.review WHERE v.at >= :since AND v.at < :now
    UNION ALL
    SELECT 19, 'competency', 'Certificates that have ended', count(*),
        sum(k.valid_until < date(:now / 1000, 'unixepoch', 'localtime')), NULL, NULL, '%', '0',
        'operators'
    FROM v_certificate c JOIN certificate k ON k.id = c.id
    JOIN v_staff s ON s.root = c.person_root WHERE c.valid = 1 AND s.active = 1
)
SELECT object('=rows', (SELECT list(json) FROM (SELECT object('id', m.id, 'title', m.title, 'n', m.n,
        'count', m.count,
        '=value', CASE WHEN m.n = 0 THEN NULL WHEN m.unit = 'min' THEN round(m.value, 1)
            WHEN m.unit = '%' THEN round(100.0 * m.count / m.n, 2)
            ELSE round(1000.0 * m.count / m.n, 2) END,
        '=p90', round(m.p90, 1), 'unit', m.unit, 'target', m.target, 'screen', m.screen) AS json
    FROM metric m ORDER BY m.position LIMIT -1)))
