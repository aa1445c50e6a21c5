-- Quality control (domain.md 7.5): the levels of a test's control on an instrument and what is
-- expected of them, what makes a control due, the runs, what was done about a failure, which
-- patient results it reaches, and maintenance. Tests read by eye have theirs on the instrument of
-- the entry by hand.

-- A level of a control for a test on an instrument. `item` is the control material in the lots' book
-- (its root), NULL when none is kept there. `matches`: how the instrument calls the level in place of
-- a specimen's number. `westgard`: whether mean and SD judge as well.
CREATE TABLE qc_level (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    root INTEGER NOT NULL REFERENCES qc_level (id),
    test TEXT NOT NULL CHECK (test <> ''),
    instrument_root INTEGER NOT NULL REFERENCES instrument (id),
    item INTEGER REFERENCES item (id),
    control TEXT NOT NULL CHECK (control <> ''),
    level TEXT NOT NULL CHECK (level <> ''),
    matches TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source <> ''),
    westgard INTEGER NOT NULL CHECK (westgard IN (0, 1)),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    person INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX qc_level_root ON qc_level (root, id);
CREATE INDEX qc_level_test ON qc_level (test, instrument_root, id);

-- What is expected of an analyte of the level (that row of it: a new row brings its own).
-- Decimals as text: exact. `analyte`: the LOINC, else "local:" and the code.
CREATE TABLE qc_range (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    level INTEGER NOT NULL REFERENCES qc_level (id),
    analyte TEXT NOT NULL CHECK (analyte <> ''),
    name TEXT NOT NULL,
    low TEXT NOT NULL,
    high TEXT NOT NULL,
    expected TEXT NOT NULL,
    mean TEXT NOT NULL,
    sd TEXT NOT NULL,
    unit TEXT NOT NULL,
    UNIQUE (level, analyte),
    CHECK (low <> '' OR high <> '' OR expected <> '')
) STRICT;

-- What makes controls of the test on the instrument due (core/model/qc.h), and on whose word.
CREATE TABLE qc_trigger (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    root INTEGER NOT NULL REFERENCES qc_trigger (id),
    test TEXT NOT NULL CHECK (test <> ''),
    instrument_root INTEGER NOT NULL REFERENCES instrument (id),
    kind TEXT NOT NULL,
    every INTEGER NOT NULL CHECK (every >= 0),
    basis TEXT NOT NULL,
    note TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    person INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX qc_trigger_root ON qc_trigger (root, id);
CREATE INDEX qc_trigger_test ON qc_trigger (test, instrument_root, id);

-- A control that was run: `level` is the row that judged it, `message` what the instrument sent (NULL:
-- entered by hand), `lot` the control's lot in the lots' book. `finding`: why it did not pass, or a
-- warning. `reason`: the trigger for which it was run.
CREATE TABLE qc_run (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    level INTEGER NOT NULL REFERENCES qc_level (id),
    level_root INTEGER NOT NULL REFERENCES qc_level (id),
    test TEXT NOT NULL,
    instrument_root INTEGER NOT NULL REFERENCES instrument (id),
    message INTEGER REFERENCES message (id),
    lot INTEGER REFERENCES lot (id),
    lot_text TEXT NOT NULL,
    expires TEXT NOT NULL,
    reagent_lot TEXT NOT NULL,
    passed INTEGER NOT NULL CHECK (passed IN (0, 1)),
    finding TEXT NOT NULL CHECK (passed = 1 OR finding <> ''),
    reason TEXT NOT NULL CHECK (reason <> ''),
    operator TEXT NOT NULL,
    person INTEGER REFERENCES person (id),
    role TEXT NOT NULL,
    workstation TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0),
    UNIQUE (message, level_root)
) STRICT;
CREATE INDEX qc_run_level ON qc_run (level_root, id);
CREATE INDEX qc_run_test ON qc_run (test, instrument_root, id);

-- Its values. `expectation` is the row that judged the value; NULL: nothing is expected of it.
CREATE TABLE qc_value (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    run INTEGER NOT NULL REFERENCES qc_run (id),
    expectation INTEGER REFERENCES qc_range (id),
    analyte TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    comparator TEXT NOT NULL,
    number TEXT NOT NULL,
    unit TEXT NOT NULL,
    passed INTEGER NOT NULL CHECK (passed IN (0, 1)),
    finding TEXT NOT NULL
) STRICT;
CREATE INDEX qc_value_run ON qc_value (run, id);

-- What was done about a run that did not pass; that a second pair of eyes has read it.
CREATE TABLE qc_action (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    run INTEGER NOT NULL REFERENCES qc_run (id),
    action TEXT NOT NULL CHECK (action <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX qc_action_run ON qc_action (run, id);

CREATE TABLE qc_review (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    run INTEGER NOT NULL REFERENCES qc_run (id),
    note TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX qc_review_run ON qc_review (run, id);

-- A run that passed and proves nothing, as was found later: the control had expired.
CREATE TABLE qc_void (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    run INTEGER NOT NULL UNIQUE REFERENCES qc_run (id),
    reason TEXT NOT NULL CHECK (reason <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

-- Somebody looked at a patient result that a failure reaches, and what came of it. Once each.
CREATE TABLE qc_look_back (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    run INTEGER NOT NULL REFERENCES qc_run (id),
    result INTEGER NOT NULL REFERENCES result (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('stands', 'repeat', 'correct')),
    note TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0),
    UNIQUE (run, result)
) STRICT;
CREATE INDEX qc_look_back_result ON qc_look_back (result, run);

-- What an instrument sent as a control and somebody says is none of ours.
CREATE TABLE qc_dismissal (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    message INTEGER NOT NULL UNIQUE REFERENCES message (id),
    reason TEXT NOT NULL CHECK (reason <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

-- What was done to an instrument; `doubt`: somebody asks for a control, since a patient result seems
-- wrong.
CREATE TABLE maintenance (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    instrument_root INTEGER NOT NULL REFERENCES instrument (id),
    kind TEXT NOT NULL CHECK (kind IN ('maintenance', 'doubt')),
    what TEXT NOT NULL CHECK (what <> ''),
    note TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    workstation TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX maintenance_instrument ON maintenance (instrument_root, id);

-- ---- What follows from it; both sides of the store ask these ----

-- The levels and triggers that stand.
CREATE VIEW qc_level_now AS
SELECT l.* FROM qc_level l
WHERE l.active = 1 AND l.id = (SELECT max(n.id) FROM qc_level n WHERE n.root = l.root);

CREATE VIEW qc_trigger_now AS
SELECT t.* FROM qc_trigger t
WHERE t.active = 1 AND t.id = (SELECT max(n.id) FROM qc_trigger n WHERE n.root = t.root);

-- Whether a run proves what it says: it passed, and nobody has found it void.
CREATE VIEW qc_good AS
SELECT r.* FROM qc_run r
WHERE r.passed = 1 AND NOT EXISTS (SELECT 1 FROM qc_void v WHERE v.run = r.id);

-- A run that speaks against results: it did not pass, or is void. `after`: the last good run of its
-- level before it; `before`: the first good one behind it, NULL as long as there is none.
CREATE VIEW qc_bad AS
SELECT r.*,
    coalesce((SELECT max(g.id) FROM qc_good g WHERE g.level_root = r.level_root AND g.id < r.id), 0)
        AS after_run,
    (SELECT min(g.id) FROM qc_good g WHERE g.level_root = r.level_root AND g.id > r.id)
        AS before_run
FROM qc_run r
WHERE r.passed = 0 OR EXISTS (SELECT 1 FROM qc_void v WHERE v.run = r.id);

-- The patient results that a bad run reaches: of its test on its instrument, whose message came
-- between the good run before it and the good one behind it; as they stand now.
CREATE VIEW qc_reach AS
SELECT b.id AS run, r.id AS result
FROM qc_bad b
JOIN message m ON m.instrument_root = b.instrument_root AND m.id > b.after_run
    AND (b.before_run IS NULL OR m.id < b.before_run)
JOIN result r ON r.message = m.id
JOIN test t ON t.id = r.test AND t.code = b.test
WHERE NOT EXISTS (SELECT 1 FROM result n WHERE n.replaces = r.id);

-- Controls that came since the instrument has levels and that are the run of none.
CREATE VIEW qc_unplaced AS
SELECT m.id AS message, m.instrument_root FROM message m
WHERE (m.disposition = 'qc' OR EXISTS (SELECT 1 FROM resolution x WHERE x.message = m.id
        AND x.kind = 'qc'))
    AND m.id > (SELECT min(l.id) FROM qc_level l WHERE l.instrument_root = m.instrument_root)
    AND NOT EXISTS (SELECT 1 FROM qc_run r WHERE r.message = m.id)
    AND NOT EXISTS (SELECT 1 FROM qc_dismissal d WHERE d.message = m.id);

-- How a level stands: its last run, whether that was good, and its last good one.
CREATE VIEW qc_state AS
SELECT l.root AS level_root, l.id AS level, l.test, l.instrument_root,
    (SELECT max(r.id) FROM qc_run r WHERE r.level_root = l.root) AS last_run,
    coalesce((SELECT max(g.id) FROM qc_good g WHERE g.level_root = l.root), 0) AS good_run,
    coalesce((SELECT max(b.id) FROM qc_bad b WHERE b.level_root = l.root), 0) AS bad_run,
    coalesce((SELECT g.at FROM qc_good g WHERE g.level_root = l.root ORDER BY g.id DESC LIMIT 1), 0)
        AS good_at
FROM qc_level_now l;

-- The kits of a test on an instrument that are in use, by lot.
CREATE VIEW qc_kit AS
SELECT x.test, n.lot, n.number, n.code, n.receipt, i.instrument, i.place
FROM item_now i
JOIN item_test x ON x.item = i.id
JOIN lot_now n ON n.item_root = i.root
LEFT JOIN lot_mark k ON k.id = n.mark
WHERE i.kind = 'kit' AND i.active = 1 AND n.opening IS NOT NULL
    AND coalesce(k.kind, 'usable') = 'usable';

-- A level before a trigger: what has happened since the level was last good. `since`: a lot in use
-- that no control was good with, and the like; the new operator is asked about with his result.
CREATE VIEW qc_watch AS
SELECT s.level_root, s.level, t.root AS trigger_root, s.test, s.instrument_root, t.kind, t.every,
    t.basis, s.good_run, s.good_at,
    CASE t.kind WHEN 'every_n_runs' THEN (SELECT count(DISTINCT m.id) FROM message m
        JOIN result r ON r.message = m.id JOIN test x ON x.id = r.test AND x.code = s.test
        WHERE m.instrument_root = s.instrument_root AND m.id > s.good_run) ELSE 0 END AS runs,
    CASE t.kind
        WHEN 'new_lot' THEN EXISTS (SELECT 1 FROM qc_kit k WHERE k.test = s.test
            AND k.instrument IN ('', i.name) AND NOT EXISTS (SELECT 1 FROM qc_good g
                WHERE g.level_root = s.level_root AND g.reagent_lot <> ''
                AND g.reagent_lot COLLATE NOCASE IN (k.number, k.code)))
        WHEN 'new_shipment' THEN EXISTS (SELECT 1 FROM qc_kit k WHERE k.test = s.test
            AND k.instrument IN ('', i.name) AND NOT EXISTS (SELECT 1 FROM qc_good g
                WHERE g.level_root = s.level_root AND g.reagent_lot <> ''
                AND g.reagent_lot COLLATE NOCASE IN (k.number, k.code)
                AND g.id > coalesce(k.receipt, 0)))
        WHEN 'after_maintenance' THEN EXISTS (SELECT 1 FROM maintenance m
            WHERE m.instrument_root = s.instrument_root AND m.kind = 'maintenance'
                AND m.id > s.good_run)
        WHEN 'after_failed_patient_plausibility' THEN EXISTS (SELECT 1 FROM maintenance m
            WHERE m.instrument_root = s.instrument_root AND m.kind = 'doubt' AND m.id > s.good_run)
        WHEN 'temp_excursion' THEN EXISTS (SELECT 1 FROM qc_kit k JOIN temperature t
            ON t.place_root = k.place WHERE k.test = s.test AND k.instrument IN ('', i.name)
                AND t.in_range = 0 AND t.id > s.good_run)
        ELSE 0 END AS since
FROM qc_state s
JOIN qc_trigger_now t ON t.test = s.test AND t.instrument_root = s.instrument_root
JOIN instrument i ON i.id = (SELECT max(n.id) FROM instrument n WHERE n.root = s.instrument_root);

-- What an instrument sent between two controls.
CREATE INDEX message_instrument ON message (instrument_root, id);
