-- Critical values until somebody who may act has been told; corrections and who saw what they replace;
-- decisions that need a second person.

-- A notice has been read back. `credential`: as what the person told may act on it; `value_read`: what
-- was read out. NULL in rows that are older than these columns.
ALTER TABLE critical_notice ADD COLUMN credential TEXT;
ALTER TABLE critical_notice ADD COLUMN contact TEXT;
ALTER TABLE critical_notice ADD COLUMN value_read TEXT;

-- A call that did not end with a read-back: the value still waits to be told.
CREATE TABLE critical_attempt (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    orders INTEGER NOT NULL REFERENCES orders (id),
    version TEXT NOT NULL CHECK (length(version) = 64),
    outcome TEXT NOT NULL CHECK (outcome IN ('no-answer', 'busy', 'message-left', 'not-there',
        'no-read-back')),
    sought TEXT NOT NULL CHECK (sought <> ''),
    credential TEXT NOT NULL,
    contact TEXT NOT NULL,
    method TEXT NOT NULL,
    value_read TEXT NOT NULL,
    note TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX critical_attempt_orders ON critical_attempt (orders, id);

-- The clock ran: whom to call next. `anchor` is the oldest result (or tie of an EKG) that nobody has
-- told when the step came; `login` '' when nobody is left. Steps count from 1 for each anchor.
CREATE TABLE critical_step (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    orders INTEGER NOT NULL REFERENCES orders (id),
    anchor INTEGER NOT NULL,
    step INTEGER NOT NULL CHECK (step >= 1),
    login TEXT NOT NULL,
    role TEXT NOT NULL,
    since INTEGER NOT NULL CHECK (since >= 0),
    at INTEGER NOT NULL CHECK (at >= since),
    UNIQUE (orders, anchor, step)
) STRICT;

-- What is critical, counts, and nobody has been told since it came. What a provider has signed has
-- been read.
CREATE VIEW critical_open (orders, provider, version, anchor, since) AS
SELECT c.orders, c.provider, c.version, min(c.id), min(c.at)
FROM (SELECT w.orders, w.provider, w.version, r.id, r.at FROM worklist w
        CROSS JOIN result r ON r.orders = w.orders
    WHERE w.state IN ('waiting', 'returned') AND w.severity = 2 AND r.severity = 2
        AND NOT EXISTS (SELECT 1 FROM result n WHERE n.replaces = r.id)
    UNION ALL
    SELECT w.orders, w.provider, w.version, t.id, x.at FROM worklist w
        CROSS JOIN tracing_tie t ON t.orders = w.orders JOIN tracing x ON x.id = t.tracing
    WHERE w.state IN ('waiting', 'returned') AND w.severity = 2 AND x.severity = 2
        AND NOT EXISTS (SELECT 1 FROM tracing_tie n WHERE n.tracing = t.tracing AND n.id > t.id)
) c
WHERE c.id > coalesce((SELECT max(n.id) FROM critical_notice n WHERE n.orders = c.orders), 0)
GROUP BY c.orders;

-- `result_new` stands in the place of `result_old`, which stays as it was. 'device': the instrument
-- corrected itself. 'patient': it was never this patient's.
CREATE TABLE correction (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    result_old INTEGER NOT NULL UNIQUE REFERENCES result (id),
    result_new INTEGER NOT NULL UNIQUE REFERENCES result (id) CHECK (result_new > result_old),
    orders INTEGER NOT NULL REFERENCES orders (id),
    kind TEXT NOT NULL CHECK (kind IN ('value', 'cancel', 'patient', 'device')),
    reason_code TEXT NOT NULL CHECK (reason_code <> ''),
    reason TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    person INTEGER REFERENCES person (id) CHECK ((person IS NULL) = (kind = 'device')),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX correction_orders ON correction (orders, id);

-- A measurement that was withdrawn from `correction`'s order stands here now.
CREATE TABLE correction_move (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    correction INTEGER NOT NULL UNIQUE REFERENCES correction (id),
    result INTEGER NOT NULL UNIQUE REFERENCES result (id)
) STRICT;

-- Who had seen or been told the old value, so that they learn of the new one. `person_root` NULL:
-- somebody outside, by `name`; `how` is the strongest of what is known.
CREATE TABLE notice_item (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    correction INTEGER NOT NULL REFERENCES correction (id),
    person_root INTEGER REFERENCES person (id),
    name TEXT NOT NULL CHECK (name <> ''),
    how TEXT NOT NULL CHECK (how IN ('told', 'signed', 'opened', 'listed')),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX notice_item_correction ON notice_item (correction, id);
CREATE UNIQUE INDEX notice_item_person ON notice_item (person_root, correction)
    WHERE person_root IS NOT NULL;

CREATE TABLE notice_seen (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    item INTEGER NOT NULL UNIQUE REFERENCES notice_item (id),
    note TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

-- A decision that one person proposes and another confirms: what becomes of a message that waited
-- for more than a day ('resolve'), or that a linked message is not this patient's ('undo').
CREATE TABLE proposal (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    kind TEXT NOT NULL CHECK (kind IN ('resolve', 'undo')),
    message INTEGER NOT NULL REFERENCES message (id),
    resolution TEXT NOT NULL,
    accession TEXT NOT NULL,
    identifiers TEXT NOT NULL,
    reason_code TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    released TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX proposal_message ON proposal (message, id);

CREATE TABLE proposal_end (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    proposal INTEGER NOT NULL UNIQUE REFERENCES proposal (id),
    kind TEXT NOT NULL CHECK (kind IN ('confirmed', 'declined')),
    identifiers TEXT NOT NULL,
    note TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

CREATE VIEW proposal_open (id, kind, message, person, at) AS
SELECT p.id, p.kind, p.message, p.person, p.at FROM proposal p
WHERE NOT EXISTS (SELECT 1 FROM proposal_end e WHERE e.proposal = p.id);

CREATE TRIGGER proposal_once BEFORE INSERT ON proposal
    WHEN EXISTS (SELECT 1 FROM proposal_open o WHERE o.message = NEW.message)
BEGIN
    SELECT RAISE(ABORT, 'the message has a proposal that is open');
END;

-- Nobody confirms their own proposal.
CREATE TRIGGER proposal_second BEFORE INSERT ON proposal_end
    WHEN NEW.kind = 'confirmed' AND (SELECT root FROM person WHERE id = NEW.person)
        = (SELECT n.root FROM proposal p JOIN person n ON n.id = p.person
            WHERE p.id = NEW.proposal)
BEGIN
    SELECT RAISE(ABORT, 'a second person is needed');
END;
