-- A patient's data put right, and which version of them a label bears; how others know a requester.

-- Why the data were changed, and what was compared; NULL for the first version of a patient.
ALTER TABLE patient ADD COLUMN reason TEXT;
ALTER TABLE patient ADD COLUMN identifiers TEXT;

-- A number that somebody bore by a slip is free for whom it belongs to: it is what stands that is
-- nobody else's.
DROP INDEX patient_new_mrn;
CREATE TRIGGER patient_mrn_once BEFORE INSERT ON patient
WHEN EXISTS (SELECT 1 FROM patient p WHERE p.mrn = NEW.mrn AND p.root <> NEW.root
    AND NOT EXISTS (SELECT 1 FROM patient n WHERE n.root = p.root AND n.id > p.id))
BEGIN
    SELECT RAISE(ABORT, 'another patient has that MRN');
END;

-- Which version of the patient's data stood when a label was printed: what the label says, unless it
-- did not come out. A merge counts as it stood then.
CREATE VIEW label_patient (label, specimen, version) AS
SELECT l.id, l.specimen, (SELECT max(v.id) FROM patient v WHERE v.id < l.id AND v.root = coalesce(
    (SELECT g.kept FROM patient_merge g WHERE g.merged = o.patient AND g.id < l.id AND NOT EXISTS
        (SELECT 1 FROM patient_unmerge u WHERE u.merge = g.id AND u.id < l.id)), o.patient))
FROM label_print l CROSS JOIN specimen s ON s.id = l.specimen CROSS JOIN orders o ON o.id = s.orders
WHERE NOT EXISTS (SELECT 1 FROM label_outcome c WHERE c.label_print = l.id AND c.outcome = 'failed');

-- The same for what an instrument was told that asked for that specimen.
CREATE VIEW asked_patient (event, specimen, version) AS
SELECT e.id, e.specimen, (SELECT max(v.id) FROM patient v WHERE v.id < e.id AND v.root = coalesce(
    (SELECT g.kept FROM patient_merge g WHERE g.merged = o.patient AND g.id < e.id AND NOT EXISTS
        (SELECT 1 FROM patient_unmerge u WHERE u.merge = g.id AND u.id < e.id)), o.patient))
FROM event e CROSS JOIN orders o ON o.id = e.orders WHERE e.type = 'queried';

-- How others know who asks for a test (42 CFR 493.1241(c)(1)): the national number, where the practice
-- is and by which telephone it is reached.
ALTER TABLE person ADD COLUMN npi TEXT;
ALTER TABLE person ADD COLUMN address TEXT;
ALTER TABLE person ADD COLUMN phone TEXT;

-- Tubes whose newest label says something else of the patient than what stands.
CREATE VIEW label_differs (specimen, orders, label, version) AS
SELECT s.id, s.orders, l.label, l.version
FROM orders o CROSS JOIN specimen s ON s.orders = o.id
CROSS JOIN label_patient l ON l.specimen = s.id
CROSS JOIN patient t ON t.id = l.version
CROSS JOIN patient p ON p.id = (SELECT max(v.id) FROM patient v WHERE v.root =
    coalesce((SELECT g.kept FROM merge_standing g WHERE g.merged = o.patient), o.patient))
WHERE p.id <> t.id AND (p.mrn <> t.mrn OR p.family <> t.family OR p.given <> t.given
        OR p.birth_date <> t.birth_date OR p.sex <> t.sex)
    AND NOT EXISTS (SELECT 1 FROM label_patient n WHERE n.specimen = s.id AND n.label > l.label)
    AND NOT EXISTS (SELECT 1 FROM specimen_state c WHERE c.specimen = s.id AND c.state = 'disposed');
