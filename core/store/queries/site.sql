-- READ_SITE.
SELECT object('name', s.name, 'zone', s.zone, 'address', coalesce(s.address, ''),
    'clia', coalesce(s.clia, ''), 'certificate', coalesce(s.certificate, ''),
    'director', coalesce(s.director, ''), 'practice', EXISTS (SELECT 1 FROM practice))
FROM site s ORDER BY s.id DESC LIMIT 1
