-- What goes to health records: who they are, each message as it was written, what became of it.

-- A row for each change of a [exchange NAME] in phial.conf. `sends`: what is sent when: 'signed', or
-- 'filed' (as preliminary, before anybody signed). `alarm`: minutes after which one that still waits
-- is called out. Nothing that was signed before the first row of a name is sent to it.
CREATE TABLE outbox_endpoint (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    name TEXT NOT NULL CHECK (name <> ''),
    profile TEXT NOT NULL,
    target TEXT NOT NULL,
    sends TEXT NOT NULL CHECK (sends IN ('signed', 'filed')),
    alarm INTEGER NOT NULL CHECK (alarm > 0),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX outbox_endpoint_name ON outbox_endpoint (name, id);

-- One message. It is sent with these bytes, and no others, until it is answered: its number
-- (MSH-10) never changes, so that a repeat is known as one. Empty `bytes`: it could not be written,
-- and its first state says what lacks. `content` is the hash of what it tells, `cause` the fact
-- (result, review, order_cancel ...) that it was written for.
CREATE TABLE outbox_message (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    endpoint TEXT NOT NULL CHECK (endpoint <> ''),
    orders INTEGER NOT NULL REFERENCES orders (id),
    patient INTEGER NOT NULL REFERENCES patient (id),
    kind TEXT NOT NULL CHECK (kind IN ('P', 'F', 'X', 'C', 'W')),
    control_id TEXT NOT NULL UNIQUE CHECK (control_id <> ''),
    version TEXT NOT NULL,
    content BLOB NOT NULL CHECK (length(content) = 32),
    cause INTEGER NOT NULL CHECK (cause > 0 AND cause < id),
    bytes BLOB NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX outbox_message_orders ON outbox_message (orders, endpoint, id);
CREATE INDEX outbox_message_patient ON outbox_message (patient);
CREATE INDEX outbox_message_cause ON outbox_message (endpoint, cause);

-- Which version of which result it carries.
CREATE TABLE outbox_result (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    outbox INTEGER NOT NULL REFERENCES outbox_message (id),
    result INTEGER NOT NULL REFERENCES result (id),
    UNIQUE (outbox, result)
) STRICT;
CREATE INDEX outbox_result_result ON outbox_result (result, outbox);

-- What became of it. 'sent': handed to the connection. 'acked': the health record has taken it.
-- 'retry': no answer, again at `due`. 'parked': refused, and waits for a person, who releases it or
-- drops it and says why.
CREATE TABLE outbox_state (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    outbox INTEGER NOT NULL REFERENCES outbox_message (id),
    state TEXT NOT NULL CHECK (state IN ('sent', 'acked', 'retry', 'parked', 'released',
        'dropped')),
    code TEXT NOT NULL,
    sentence TEXT NOT NULL CHECK (sentence <> '' OR state IN ('sent', 'acked')),
    answer BLOB NOT NULL,
    due INTEGER CHECK ((due IS NOT NULL) = (state = 'retry')),
    person INTEGER REFERENCES person (id)
        CHECK ((person IS NOT NULL) = (state IN ('released', 'dropped'))),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX outbox_state_outbox ON outbox_state (outbox, id);

-- What is neither taken nor dropped, by the order in which it goes; `tries` in vain since it was
-- written or released. projection.c derives it.
CREATE TABLE outbox_queue (
    outbox INTEGER PRIMARY KEY REFERENCES outbox_message (id),
    endpoint TEXT NOT NULL,
    patient INTEGER NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    due INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_queue_patient ON outbox_queue (endpoint, patient, outbox);

CREATE TRIGGER outbox_message_queue AFTER INSERT ON outbox_message
BEGIN
    INSERT INTO outbox_queue (outbox, endpoint, patient, state, tries, due)
    VALUES (NEW.id, NEW.endpoint, NEW.patient, 'new', 0, 0);
END;

CREATE TRIGGER outbox_state_step BEFORE INSERT ON outbox_state
BEGIN
    SELECT RAISE(ABORT, 'the message cannot take that step')
    WHERE NOT EXISTS (SELECT 1 FROM (
        SELECT coalesce((SELECT s.state FROM outbox_state s WHERE s.outbox = NEW.outbox
            ORDER BY s.id DESC LIMIT 1), 'new') AS state) was
        WHERE CASE NEW.state
            WHEN 'sent' THEN was.state IN ('new', 'sent', 'retry', 'released')
            WHEN 'acked' THEN was.state IN ('sent', 'retry', 'released')
            WHEN 'retry' THEN was.state = 'sent'
            WHEN 'parked' THEN was.state NOT IN ('parked', 'dropped')
            ELSE was.state = 'parked' END);
END;

CREATE TRIGGER outbox_state_queue AFTER INSERT ON outbox_state
BEGIN
    DELETE FROM outbox_queue WHERE outbox = NEW.outbox;
    INSERT INTO outbox_queue (outbox, endpoint, patient, state, tries, due)
    SELECT m.id, m.endpoint, m.patient, NEW.state,
        (SELECT count(*) FROM outbox_state t WHERE t.outbox = m.id AND t.state = 'retry'
            AND t.id > coalesce((SELECT max(r.id) FROM outbox_state r WHERE r.outbox = m.id
                AND r.state = 'released'), 0)),
        coalesce(NEW.due, 0)
    FROM outbox_message m WHERE m.id = NEW.outbox AND NEW.state NOT IN ('acked', 'dropped');
END;
