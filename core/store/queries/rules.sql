-- READ_RULES.
SELECT object(
    '=rules', coalesce((SELECT list(json) FROM (
        SELECT object('rule', t.id, 'text', t.text,
            '=against', (SELECT l.json FROM v_rule_level l
                WHERE l.rule = t.id AND l.finding = 'against'),
            '=unknown', (SELECT l.json FROM v_rule_level l
                WHERE l.rule = t.id AND l.finding = 'unknown'),
            'overrides', (SELECT count(*) FROM gate_override x WHERE x.rule = t.id),
            'held', (SELECT count(*) FROM held h CROSS JOIN v_reason v ON v.message = h.message
                WHERE v.code = t.id)) AS json
        FROM rule_type t ORDER BY t.position LIMIT -1)), '[]'),
    '=history', (SELECT list(json) FROM (SELECT object('rule', s.rule, 'finding', s.finding,
            'level', s.level, 'reason', s.reason, 'role', s.role,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = s.person), 'at', s.at) AS json
        FROM rule_setting s ORDER BY s.id DESC LIMIT 100)),
    '=overrides', (SELECT list(json) FROM (SELECT object('rule', x.rule, 'message', x.message,
            'sentence', coalesce((SELECT w.sentence FROM gate_warning w
                WHERE w.message = x.message AND w.rule = x.rule ORDER BY w.id DESC LIMIT 1), ''),
            'reason', x.reason, 'role', x.role,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = x.person), 'at', x.at) AS json
        FROM gate_override x ORDER BY x.id DESC LIMIT 100)))
