-- EKGs: the order opened at a cart, what the cart sent, whose a person says it is, and the overread.
-- The file itself is the session's frames; a tracing's message is of kind 'ecg'. An order is an
-- EKG's when its test needs no specimen.

-- An EKG cart: whether it gives files only, or can be told to record.
ALTER TABLE instrument ADD COLUMN ekg TEXT CHECK (ekg IN ('files', 'live'));

-- The same file is not asked about twice.
CREATE INDEX message_ecg ON message (text_hash, id) WHERE kind = 'ecg';

-- The order's EKG is being run at that cart. The newest row of a cart counts; `orders` NULL: nobody
-- is at it any more.
CREATE TABLE procedure (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    instrument_root INTEGER NOT NULL REFERENCES instrument (id),
    orders INTEGER REFERENCES orders (id),
    person INTEGER REFERENCES person (id),
    workstation TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX procedure_instrument ON procedure (instrument_root, id);
CREATE INDEX procedure_orders ON procedure (orders, id) WHERE orders IS NOT NULL;

-- What the file says, without samples, is its message's record. `original` is the SHA-256 of the
-- file, `proposed` the order that was open at the cart when the file came; `differs` what of its
-- patient the file contradicts ("name, birth date"). `severity` and `routing` (a JSON list of the
-- words why) say how soon a provider should look: by the cart's own words, never by the waveform.
CREATE TABLE tracing (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    message INTEGER NOT NULL UNIQUE REFERENCES message (id),
    format TEXT NOT NULL CHECK (format <> ''),
    original BLOB NOT NULL CHECK (length(original) = 32),
    size INTEGER NOT NULL CHECK (size > 0),
    proposed INTEGER REFERENCES orders (id),
    differs TEXT NOT NULL,
    severity INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 2),
    routing TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX tracing_proposed ON tracing (proposed, id) WHERE proposed IS NOT NULL;

-- A lead's samples (ecg_samples_pack); `position` is its place among the leads of that record.
CREATE TABLE waveform (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    tracing INTEGER NOT NULL REFERENCES tracing (id),
    position INTEGER NOT NULL CHECK (position >= 0),
    samples BLOB NOT NULL,
    UNIQUE (tracing, position)
) STRICT;

-- Whose tracing it is, by a person, with the two identifiers that were compared; the newest row of
-- a tracing counts, `orders` NULL: it was taken off again. `differs`: what of this order's patient
-- the file contradicts, or that it names nobody; `reason`: why all the same, or why it was taken
-- off.
CREATE TABLE tracing_tie (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    tracing INTEGER NOT NULL REFERENCES tracing (id),
    orders INTEGER REFERENCES orders (id),
    identifiers TEXT NOT NULL,
    differs TEXT NOT NULL,
    reason TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX tracing_tie_tracing ON tracing_tie (tracing, id);
CREATE INDEX tracing_tie_orders ON tracing_tie (orders, id) WHERE orders IS NOT NULL;

-- Of an order's several tracings the one for review, and why not the others. The newest row counts,
-- as long as no tracing was tied after it.
CREATE TABLE tracing_choice (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    orders INTEGER NOT NULL REFERENCES orders (id),
    tracing INTEGER NOT NULL REFERENCES tracing (id),
    reason TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX tracing_choice_orders ON tracing_choice (orders, id);

-- What a signature of an EKG binds beside the review's version: the file, the picture as shown.
CREATE TABLE overread (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    review INTEGER NOT NULL UNIQUE REFERENCES review (id),
    tracing INTEGER NOT NULL REFERENCES tracing (id),
    opinion TEXT NOT NULL CHECK (opinion IN ('agree', 'change', 'disagree')),
    reading TEXT NOT NULL CHECK (opinion = 'agree' OR reading <> ''),
    original BLOB NOT NULL CHECK (length(original) = 32),
    picture BLOB NOT NULL CHECK (length(picture) = 32),
    renderer TEXT NOT NULL CHECK (renderer <> ''),
    layout TEXT NOT NULL
) STRICT;
CREATE INDEX overread_tracing ON overread (tracing, id);

-- A tracing belongs to one order at most: it is tied while it waits, and taken off while it is tied.
CREATE TRIGGER tracing_tie_waits BEFORE INSERT ON tracing_tie
BEGIN
    SELECT RAISE(ABORT, 'the tracing does not wait for an order')
    WHERE NEW.orders IS NOT NULL AND NOT EXISTS (SELECT 1 FROM held h
        JOIN tracing x ON x.message = h.message WHERE x.id = NEW.tracing);
    SELECT RAISE(ABORT, 'the tracing is tied to no order')
    WHERE NEW.orders IS NULL AND (SELECT t.orders FROM tracing_tie t
        WHERE t.tracing = NEW.tracing ORDER BY t.id DESC LIMIT 1) IS NULL;
END;

CREATE TRIGGER tracing_tied AFTER INSERT ON tracing_tie WHEN NEW.orders IS NOT NULL
BEGIN
    DELETE FROM held WHERE message = (SELECT message FROM tracing WHERE id = NEW.tracing);
    DELETE FROM to_do WHERE orders = NEW.orders;
END;

-- Taken off, the tracing waits again, and so does an order that has no other.
CREATE TRIGGER tracing_untied AFTER INSERT ON tracing_tie WHEN NEW.orders IS NULL
BEGIN
    INSERT INTO held (message) SELECT message FROM tracing WHERE id = NEW.tracing;
    INSERT INTO to_do (orders) SELECT p.orders FROM tracing_tie p
    WHERE p.id = (SELECT max(t.id) FROM tracing_tie t
            WHERE t.tracing = NEW.tracing AND t.id < NEW.id)
        AND NOT EXISTS (SELECT 1 FROM tracing_tie t WHERE t.orders = p.orders
            AND NOT EXISTS (SELECT 1 FROM tracing_tie n
                WHERE n.tracing = t.tracing AND n.id > t.id))
        AND NOT EXISTS (SELECT 1 FROM result r WHERE r.orders = p.orders);
END;
