-- Results that never come, critical values that nobody could place, and who people are.

-- Without a result of such an analyte a test is not whole. NULL: the test is whole without it, as what
-- only some instruments send; a test without any is whole with whatever came.
ALTER TABLE test_analyte ADD COLUMN expected INTEGER CHECK (expected = 1);

-- Results that stand: not what was withdrawn, being of another patient. What a person cancelled with a
-- reason is an answer too.
CREATE VIEW result_standing AS
SELECT r.id, r.orders, r.test, r.analyte FROM result r
WHERE r.status <> 'W' AND NOT EXISTS (SELECT 1 FROM result n WHERE n.replaces = r.id);

-- What was ordered and has no result: a test, or an expected analyte of one that has others. An analyte
-- of two tests that are ordered together is measured once.
-- One SELECT and no UNION of two, so that SQLite looks an order up and does not read them all.
CREATE VIEW order_missing (orders, test, name) AS
SELECT x.orders, t.id, coalesce(a.name, t.name)
FROM order_test x JOIN test t ON t.id = x.test
JOIN (SELECT 0 AS part UNION ALL SELECT 1) w
LEFT JOIN test_analyte a ON w.part = 1 AND a.test = t.id AND a.expected = 1
WHERE t.specimen_type <> 'none' AND iif(w.part, a.id IS NOT NULL, 1)
    AND w.part = EXISTS (SELECT 1 FROM result_standing r
        WHERE r.orders = x.orders AND (r.test = x.test OR r.analyte IN (
            SELECT iif(k.loinc <> '', k.loinc, 'local:' || k.code) FROM test_analyte k
            WHERE k.test = x.test)))
    AND NOT EXISTS (SELECT 1 FROM result_standing r WHERE a.id IS NOT NULL
        AND r.orders = x.orders AND r.analyte = iif(a.loinc <> '', a.loinc, 'local:' || a.code));

-- Orders with a result that still want one: core/store/projection.c derives it. Nobody has said that
-- none will come, and no other order asks for it.
CREATE TABLE partial (orders INTEGER PRIMARY KEY REFERENCES orders (id)) STRICT;
INSERT INTO partial (orders)
SELECT o.id FROM orders o WHERE EXISTS (SELECT 1 FROM result r WHERE r.orders = o.id)
    AND NOT EXISTS (SELECT 1 FROM order_cancel c WHERE c.orders = o.id)
    AND NOT EXISTS (SELECT 1 FROM recollection c WHERE c.parent = o.id)
    AND EXISTS (SELECT 1 FROM order_missing m WHERE m.orders = o.id);

-- A value of a held message that is, or may be, critical: by the device's flag, or by the limits of
-- whom it may be of. Whose it is nobody knows, and the clock runs all the same.
CREATE TABLE held_critical (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    message INTEGER NOT NULL REFERENCES message (id),
    position INTEGER NOT NULL CHECK (position >= 0),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    unit TEXT NOT NULL,
    flag TEXT NOT NULL,
    UNIQUE (message, position)
) STRICT;

-- Those that wait for a person, since the receipt.
CREATE VIEW critical_held (message, since) AS
SELECT h.message, m.received_at FROM held h CROSS JOIN message m ON m.id = h.message
WHERE EXISTS (SELECT 1 FROM held_critical c WHERE c.message = h.message);

-- The control runs of a lot that was recalled.
CREATE INDEX qc_run_lot ON qc_run (lot, id) WHERE lot IS NOT NULL;
