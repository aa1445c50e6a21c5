-- The laboratory's rules (core/rules/gate.h): how far each reaches, what they found about a
-- message, who released what they held.

-- The list of the rules with their first levels, as the program that runs knows it.
CREATE TABLE rule_type (
    id TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    position INTEGER NOT NULL,
    against TEXT NOT NULL,
    unknown TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The director sets how far a rule reaches; the newest row of a rule and finding counts.
CREATE TABLE rule_setting (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    rule TEXT NOT NULL CHECK (rule <> ''),
    finding TEXT NOT NULL CHECK (finding IN ('against', 'unknown')),
    level TEXT NOT NULL CHECK (level IN ('allow', 'warn', 'lockout')),
    reason TEXT NOT NULL CHECK (reason <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX rule_setting_rule ON rule_setting (rule, finding, id);

-- What a rule said about a message when it was to be filed, and how far that reached: 'warn' stands
-- beside the results, 'lockout' held the message until somebody released it.
CREATE TABLE gate_warning (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    message INTEGER NOT NULL REFERENCES message (id),
    rule TEXT NOT NULL CHECK (rule <> ''),
    finding TEXT NOT NULL CHECK (finding IN ('against', 'unknown')),
    level TEXT NOT NULL CHECK (level IN ('warn', 'lockout')),
    sentence TEXT NOT NULL CHECK (sentence <> ''),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX gate_warning_message ON gate_warning (message, id);

-- Somebody filed what the rule held, under that name and role, and why.
CREATE TABLE gate_override (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    message INTEGER NOT NULL REFERENCES message (id),
    rule TEXT NOT NULL CHECK (rule <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX gate_override_message ON gate_override (message, id);
CREATE INDEX gate_override_rule ON gate_override (rule, id);

-- ---- Items and their lots ----

-- Something of which the laboratory keeps lots. The newest row of a root counts. `open_days`: how
-- long a container may be used once it is open, 0 when opening does not shorten its life.
-- `instrument`: the one it is for, by name, or "" (any, or none: read by eye).
CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    root INTEGER NOT NULL REFERENCES item (id),
    name TEXT NOT NULL CHECK (name <> ''),
    kind TEXT NOT NULL CHECK (kind IN ('kit', 'control', 'tube')),
    maker TEXT NOT NULL,
    gtin TEXT NOT NULL CHECK (gtin = '' OR length(gtin) = 14),
    instrument TEXT NOT NULL,
    open_days INTEGER NOT NULL CHECK (open_days BETWEEN 0 AND 3650),
    storage TEXT NOT NULL,
    place INTEGER REFERENCES place (id),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    person INTEGER REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX item_root ON item (root, id);

-- The tests that it is for, by code; they belong to that row of the item.
CREATE TABLE item_test (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    item INTEGER NOT NULL REFERENCES item (id),
    test TEXT NOT NULL CHECK (test <> '')
) STRICT;
CREATE INDEX item_test_item ON item_test (item);
CREATE INDEX item_test_test ON item_test (test, item);

-- `code`: what the instrument calls the lot (a code chip, a strip code), where it is another than
-- the printed number; or "". `expires`: the last day, 2027-03-31.
CREATE TABLE lot (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    item_root INTEGER NOT NULL REFERENCES item (id),
    number TEXT NOT NULL CHECK (number <> ''),
    code TEXT NOT NULL,
    expires TEXT NOT NULL CHECK (length(expires) = 10),
    gtin TEXT NOT NULL CHECK (gtin = '' OR length(gtin) = 14),
    person INTEGER REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX lot_item ON lot (item_root, id);

-- Each shipment of a lot.
CREATE TABLE lot_receipt (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    lot INTEGER NOT NULL REFERENCES lot (id),
    quantity INTEGER NOT NULL CHECK (quantity >= 0),
    shipment TEXT NOT NULL,
    scanned TEXT NOT NULL,
    person INTEGER REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX lot_receipt_lot ON lot_receipt (lot, id);

-- A container was opened; `use_by`: the last day on which it may be used.
CREATE TABLE lot_opening (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    lot INTEGER NOT NULL REFERENCES lot (id),
    opened_on TEXT NOT NULL CHECK (length(opened_on) = 10),
    use_by TEXT NOT NULL CHECK (length(use_by) = 10),
    reason TEXT NOT NULL,
    person INTEGER REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX lot_opening_lot ON lot_opening (lot, id);

-- What became of it; the newest row counts. 'usable' takes back what stood before, 'void' says
-- that the lot was entered by mistake.
CREATE TABLE lot_mark (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    lot INTEGER NOT NULL REFERENCES lot (id),
    kind TEXT NOT NULL CHECK (kind IN ('quarantine', 'usable', 'depleted', 'recalled', 'void')),
    reason TEXT NOT NULL,
    person INTEGER REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX lot_mark_lot ON lot_mark (lot, id);

CREATE INDEX result_lot ON result (lot COLLATE NOCASE) WHERE lot <> '';

-- ---- Where they are kept ----

-- A refrigerator, a cupboard, a room; the newest row of a root counts. `measure`: °C, °F or %RH.
CREATE TABLE place (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    root INTEGER NOT NULL REFERENCES place (id),
    name TEXT NOT NULL CHECK (name <> ''),
    measure TEXT NOT NULL CHECK (measure <> ''),
    low TEXT NOT NULL,
    high TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    person INTEGER REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX place_root ON place (root, id);

-- A day's reading. Out of range it has what was done; `usable`: what is kept there may be used.
CREATE TABLE temperature (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    place_root INTEGER NOT NULL REFERENCES place (id),
    day TEXT NOT NULL CHECK (length(day) = 10),
    lowest TEXT NOT NULL,
    highest TEXT NOT NULL,
    present TEXT NOT NULL,
    low TEXT NOT NULL,
    high TEXT NOT NULL,
    in_range INTEGER NOT NULL CHECK (in_range IN (0, 1)),
    usable INTEGER NOT NULL CHECK (usable IN (0, 1)),
    action TEXT NOT NULL CHECK (in_range = 1 OR action <> ''),
    person INTEGER REFERENCES person (id),
    role TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX temperature_place ON temperature (place_root, id);

-- A lot as it stands: its newest opening, mark and receipt.
CREATE VIEW lot_now AS
SELECT l.id AS lot, l.item_root, l.number, l.code, l.expires, l.gtin, l.at,
    (SELECT max(o.id) FROM lot_opening o WHERE o.lot = l.id) AS opening,
    (SELECT max(r.id) FROM lot_receipt r WHERE r.lot = l.id) AS receipt,
    (SELECT max(m.id) FROM lot_mark m WHERE m.lot = l.id) AS mark
FROM lot l;

-- Items as they stand.
CREATE VIEW item_now AS
SELECT i.* FROM item i WHERE i.id = (SELECT max(n.id) FROM item n WHERE n.root = i.root);

CREATE VIEW place_now AS
SELECT p.* FROM place p WHERE p.id = (SELECT max(n.id) FROM place n WHERE n.root = p.root);
