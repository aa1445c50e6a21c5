-- READ_QC_LEVEL.
SELECT coalesce((
    SELECT json_set(v.json, '$.runs', json((SELECT list(json) FROM (SELECT r.json FROM v_qc_run r
        WHERE r.level_root = v.level_root ORDER BY r.id DESC LIMIT 100))))
    FROM v_qc_level v WHERE v.level_root = CAST(:key AS INTEGER)), '{}')
