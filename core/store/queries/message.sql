-- READ_MESSAGE. Candidates are open specimens that agree with something the instrument said; they
-- are a suggestion to a person and never link anything (DESIGN 3.2).
WITH told AS MATERIALIZED (
    SELECT m.id, m.specimen_text, m.patient_id, m.patient_name,
        replace(m.patient_birth_date, '-', '') AS birth, m.record
    FROM message m WHERE m.id = CAST(:key AS INTEGER)
), fits AS MATERIALIZED (
    SELECT p.id AS specimen, o.id AS orders, o.patient,
        (m.specimen_text <> '' AND near_accession(m.specimen_text, p.accession)) AS by_accession,
        (m.patient_id <> '' AND m.patient_id = t.mrn) AS by_mrn,
        (m.patient_name <> '' AND t.family <> ''
            AND instr(lower(m.patient_name), lower(t.family)) > 0) AS by_name,
        (length(m.birth) >= 8 AND substr(m.birth, 1, 8) = replace(t.birth_date, '-', ''))
            AS by_birth,
        EXISTS (SELECT 1 FROM order_test x JOIN test_analyte y ON y.test = x.test
            JOIN json_each(m.record, '$.results') z
            WHERE x.orders = o.id AND ((y.loinc <> ''
                    AND y.loinc = json_extract(z.value, '$.loinc'))
                OR (y.code <> '' AND y.code = json_extract(z.value, '$.code')))) AS ordered
    FROM told m
    CROSS JOIN specimen_state c
    JOIN specimen p ON p.id = c.specimen
    JOIN orders o ON o.id = p.orders
    JOIN v_patient t ON t.id = o.patient
    WHERE c.state IN ('labelled', 'verified', 'received', 'tested', 'stored')
        AND (c.state IN ('labelled', 'verified', 'received') OR p.accession = m.specimen_text
            OR t.mrn = m.patient_id)
), best AS MATERIALIZED (
    SELECT f.* FROM fits f WHERE by_accession OR by_mrn OR by_name OR by_birth
    ORDER BY by_accession * 4 + by_mrn * 4 + by_name * 2 + by_birth * 2 + ordered * 3 DESC,
        specimen DESC LIMIT 8
)
SELECT json_set(v.json,
    '$.frames', json((SELECT f.json FROM v_frames f WHERE f.session = v.session)),
    '$.resolution', json((SELECT object('kind', r.kind,
            'accession', coalesce((SELECT p.accession FROM specimen p WHERE p.id = r.specimen), ''),
            'reason', r.reason,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = r.person), 'at', r.at)
        FROM resolution r WHERE r.message = v.id)),
    '$.proposal', json((SELECT object('proposal', q.id,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = q.person), 'at', q.at)
        FROM proposal_open q WHERE q.message = v.id)),
    '$.candidates', json(coalesce((SELECT list(json) FROM (
        SELECT object('accession', p.accession, 'state', c.state, 'order', o.number,
            '=patient', (SELECT t.json FROM v_patient t WHERE t.id = b.patient),
            '=tests', (SELECT t.json FROM v_test_names t WHERE t.orders = b.orders),
            'collected_at', p.collected_at, 'collector', p.collector,
            'collector_name', (SELECT k.name FROM v_collector k WHERE k.specimen = p.id),
            'test_ordered', b.ordered,
            '=why', (SELECT json_group_array(word) FROM (
                SELECT 'accession' AS word WHERE b.by_accession
                UNION ALL SELECT 'mrn' WHERE b.by_mrn
                UNION ALL SELECT 'name' WHERE b.by_name
                UNION ALL SELECT 'birth_date' WHERE b.by_birth))) AS json
        FROM best b JOIN specimen p ON p.id = b.specimen JOIN orders o ON o.id = b.orders
        JOIN v_state c ON c.specimen = p.id
        ORDER BY b.by_accession * 4 + b.by_mrn * 4 + b.by_name * 2 + b.by_birth * 2
            + b.ordered * 3 DESC, b.specimen DESC LIMIT -1)), '[]')))
FROM v_message v WHERE v.id = CAST(:key AS INTEGER) AND CAST(v.id AS TEXT) = :key
