-- What is derived from the facts, for quick reading. core/store/projection.c says how each is
-- derived and rebuilds it; verification compares.

CREATE TABLE specimen_state (
    specimen INTEGER PRIMARY KEY REFERENCES specimen (id),
    state TEXT NOT NULL REFERENCES specimen_state_type (id)
) STRICT;
CREATE INDEX specimen_state_state ON specimen_state (state);

-- Messages that wait for a person.
CREATE TABLE held (message INTEGER PRIMARY KEY REFERENCES message (id)) STRICT;

-- Sessions whose records are not all stored.
CREATE TABLE undecoded (session INTEGER PRIMARY KEY REFERENCES session (id)) STRICT;

-- Orders without a result.
CREATE TABLE to_do (orders INTEGER PRIMARY KEY REFERENCES orders (id)) STRICT;

-- Orders with results; `since` is when the oldest unsigned one came.
CREATE TABLE worklist (
    orders INTEGER PRIMARY KEY REFERENCES orders (id),
    provider TEXT NOT NULL,
    severity INTEGER NOT NULL,
    since INTEGER NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'returned', 'signed'))
) STRICT;
CREATE INDEX worklist_state ON worklist (state, severity DESC, since, orders);
CREATE INDEX worklist_provider ON worklist (state, provider, severity DESC, since, orders);

CREATE TRIGGER event_step BEFORE INSERT ON event
BEGIN
    SELECT RAISE(ABORT, 'the event does not begin in the specimen''s present state')
    WHERE NEW.state_from <> coalesce((SELECT state FROM specimen_state
        WHERE specimen = NEW.specimen), 'none');
    SELECT RAISE(ABORT, 'the specimen cannot take that step')
    WHERE NOT EXISTS (SELECT 1 FROM specimen_step WHERE event = NEW.type
            AND state_from = NEW.state_from AND state_to = NEW.state_to)
        AND (NEW.state_from <> NEW.state_to
            OR coalesce((SELECT moves FROM event_type WHERE id = NEW.type), 1));
END;

CREATE TRIGGER event_state AFTER INSERT ON event WHEN NEW.specimen IS NOT NULL
BEGIN
    INSERT INTO specimen_state (specimen, state) VALUES (NEW.specimen, NEW.state_to)
    ON CONFLICT (specimen) DO UPDATE SET state = excluded.state WHERE state <> excluded.state;
END;

CREATE TRIGGER message_held AFTER INSERT ON message
    WHEN NEW.disposition IN ('held', 'incomplete')
BEGIN
    INSERT INTO held (message) VALUES (NEW.id);
END;

CREATE TRIGGER resolution_waits BEFORE INSERT ON resolution
    WHEN NOT EXISTS (SELECT 1 FROM held WHERE message = NEW.message)
BEGIN
    SELECT RAISE(ABORT, 'the message does not wait for a resolution');
END;

CREATE TRIGGER resolution_held AFTER INSERT ON resolution
BEGIN
    DELETE FROM held WHERE message = NEW.message;
END;

CREATE TRIGGER session_undecoded AFTER INSERT ON session
BEGIN
    INSERT INTO undecoded (session) VALUES (NEW.id);
END;

CREATE TRIGGER decoded_undecoded AFTER INSERT ON decoded
BEGIN
    DELETE FROM undecoded WHERE session = NEW.session;
END;

CREATE TRIGGER orders_to_do AFTER INSERT ON orders
BEGIN
    INSERT INTO to_do (orders) VALUES (NEW.id);
END;

CREATE TRIGGER result_to_do AFTER INSERT ON result
BEGIN
    DELETE FROM to_do WHERE orders = NEW.orders;
END;
