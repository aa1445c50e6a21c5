-- READ_EMERGENCIES. It says what was opened by its number. What was typed to look for somebody is a
-- patient's name or number: that stands in READ_ACCESS_BY, and looking there is on record.
SELECT object(
    'open', (SELECT count(*) FROM emergency e
        WHERE NOT EXISTS (SELECT 1 FROM emergency_review r WHERE r.emergency = e.id)),
    '=rows', (SELECT list(json) FROM (
        SELECT object('id', e.id,
            '=person', (SELECT n.json FROM v_person n WHERE n.id = e.person), 'role', e.role,
            'workstation', e.workstation, 'reason', e.reason, 'at', e.at, 'until', e.until,
            'ended', e.until <= :now,
            'seen', (SELECT count(*) FROM view v WHERE v.emergency = e.id),
            '=views', (SELECT list(json) FROM (SELECT object('at', v.at, 'what', v.what,
                    'key', iif(v.what IN ('order', 'specimen', 'label', 'ekg', 'tracing', 'message',
                        'instrument', 'lot', 'qc_look_back', 'export'), v.key, '')) AS json
                FROM view v WHERE v.emergency = e.id ORDER BY v.id LIMIT 200)),
            '=review', (SELECT object('=by', (SELECT n.json FROM v_person n WHERE n.id = r.person),
                    'justified', r.justified, 'note', r.note, 'at', r.at)
                FROM emergency_review r WHERE r.emergency = e.id)) AS json
        FROM emergency e ORDER BY e.id DESC LIMIT 100)))
