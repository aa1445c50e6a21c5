-- Limits as the laboratory lives with them (domain.md 7.1): versions with an effective date, of a
-- type of specimen too; proposals that were taken back; and what a report must say of the site.
--
-- A reference_set is one version: rows for one analyte or more, proposed by `person` (NULL: it came
-- with Phial). Signed, it is live from its signature on, or from `effective` when that is later,
-- and takes the place of every earlier version of the analytes that it names: wholly, also for
-- patients of whom it says nothing. A row without any limit says that there are none: every result
-- of the analyte is reviewed. `loinc` is "local:CODE" for an analyte without LOINC.

ALTER TABLE reference_set ADD COLUMN person INTEGER REFERENCES person (id);
ALTER TABLE reference_set ADD COLUMN effective INTEGER;
-- NULL: of every type.
ALTER TABLE reference_limit ADD COLUMN specimen_type TEXT;

-- A proposal that is not going to be signed.
CREATE TABLE reference_withdrawal (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    reference_set INTEGER NOT NULL UNIQUE REFERENCES reference_set (id),
    person INTEGER NOT NULL REFERENCES person (id),
    reason TEXT NOT NULL CHECK (reason <> ''),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

ALTER TABLE site ADD COLUMN address TEXT;
ALTER TABLE site ADD COLUMN clia TEXT;
ALTER TABLE site ADD COLUMN certificate TEXT;
ALTER TABLE site ADD COLUMN director TEXT;

-- Each analyte of each signed version, with the time from which it is live: the newest `since` that
-- has come counts, of equal ones the later signature.
CREATE VIEW limit_signed (loinc, reference_set, approval, person, signed_at, since) AS
SELECT l.loinc, s.id, p.id, p.person, p.at, max(p.at, coalesce(s.effective, 0))
FROM (SELECT DISTINCT reference_set, loinc FROM reference_limit) l
JOIN reference_set s ON s.id = l.reference_set
JOIN reference_approval p ON p.id = (SELECT min(a.id) FROM reference_approval a
    WHERE a.reference_set = s.id);

CREATE INDEX result_limit ON result (reference_limit) WHERE reference_limit IS NOT NULL;
