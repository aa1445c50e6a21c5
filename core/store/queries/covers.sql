-- READ_COVERS.
SELECT object(
    'today', date(:now / 1000, 'unixepoch', 'localtime'),
    '=rows', coalesce((SELECT list(json) FROM (
        SELECT object('cover', c.id, 'provider', c.provider,
            'provider_name', coalesce((SELECT l.name FROM v_login l WHERE l.login = c.provider),
                c.provider),
            'deputy', c.deputy,
            'deputy_name', coalesce((SELECT l.name FROM v_login l WHERE l.login = c.deputy),
                c.deputy),
            'from', c.from_day, 'until', c.until_day, 'reason', c.reason, 'state', c.state,
            'now', c.state = 'accepted'
                AND date(:now / 1000, 'unixepoch', 'localtime') BETWEEN c.from_day AND c.until_day,
            '=by', (SELECT n.json FROM v_person n WHERE n.id = c.person), 'at', c.at,
            '=steps', (SELECT list(json) FROM (SELECT object('kind', s.kind, 'note', s.note,
                    '=by', (SELECT n.json FROM v_person n WHERE n.id = s.person), 'at', s.at)
                    AS json FROM cover_step s WHERE s.cover = c.id ORDER BY s.id LIMIT -1)))
            AS json
        FROM v_cover c ORDER BY c.id DESC LIMIT 100)), '[]'),
    '=providers', coalesce((SELECT list(json) FROM (SELECT object('login', s.login, 'name', s.name)
        AS json FROM v_signer s ORDER BY s.name LIMIT -1)), '[]'))
