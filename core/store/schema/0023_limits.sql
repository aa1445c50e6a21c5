-- Each analyte of each signed version, as before, found by its index alone: whoever judges a result
-- asks for the version that is live, and DISTINCT made a table for each question.
CREATE INDEX test_analyte_code ON test_analyte (code, loinc);
DROP VIEW limit_signed;
CREATE VIEW limit_signed (loinc, reference_set, approval, person, signed_at, since) AS
SELECT l.loinc, s.id, p.id, p.person, p.at, max(p.at, coalesce(s.effective, 0))
FROM reference_limit l
JOIN reference_set s ON s.id = l.reference_set
JOIN reference_approval p ON p.id = (SELECT min(a.id) FROM reference_approval a
    WHERE a.reference_set = s.id)
WHERE l.id = (SELECT min(f.id) FROM reference_limit f
    WHERE f.loinc = l.loinc AND f.reference_set = l.reference_set);
