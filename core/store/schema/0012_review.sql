-- Review: what is to be done after a result, who covers whom, whose a result is.

-- What a provider asks somebody to do, with an owner and a due date (domain.md 5.6, rule 8).
-- `owner` is a login, `due` a day of the site; `kind` is the disposition it came from, or ''.
CREATE TABLE task (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    orders INTEGER NOT NULL REFERENCES orders (id),
    version TEXT NOT NULL CHECK (length(version) = 64),
    kind TEXT NOT NULL,
    instruction TEXT NOT NULL CHECK (instruction <> ''),
    owner TEXT NOT NULL CHECK (owner <> ''),
    due TEXT NOT NULL CHECK (due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX task_orders ON task (orders, id);

-- What became of it. 'done' and 'not-needed' are outcomes and close it; 'handed' gives it a new
-- owner and due date; 'attempt' says what was tried.
CREATE TABLE task_step (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    task INTEGER NOT NULL REFERENCES task (id),
    kind TEXT NOT NULL CHECK (kind IN ('attempt', 'done', 'not-needed', 'handed')),
    note TEXT NOT NULL CHECK (note <> ''),
    owner TEXT NOT NULL CHECK ((owner <> '') = (kind = 'handed')),
    due TEXT NOT NULL CHECK ((due <> '') = (kind = 'handed')),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX task_step_task ON task_step (task, id);
CREATE UNIQUE INDEX task_step_outcome ON task_step (task) WHERE kind IN ('done', 'not-needed');
CREATE TRIGGER task_step_open BEFORE INSERT ON task_step
    WHEN EXISTS (SELECT 1 FROM task_step t WHERE t.task = NEW.task
        AND t.kind IN ('done', 'not-needed'))
BEGIN
    SELECT RAISE(ABORT, 'the task has its outcome');
END;

-- `deputy` looks after the results of `provider` (logins), on the site's days from one to the other,
-- both included, once the deputy has accepted and until somebody ends it.
CREATE TABLE cover (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    provider TEXT NOT NULL CHECK (provider <> ''),
    deputy TEXT NOT NULL CHECK (deputy <> '' AND deputy <> provider),
    from_day TEXT NOT NULL CHECK (from_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    until_day TEXT NOT NULL CHECK (until_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'
        AND until_day >= from_day),
    reason TEXT NOT NULL CHECK (reason <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX cover_deputy ON cover (deputy, id);
CREATE INDEX cover_provider ON cover (provider, id);

CREATE TABLE cover_step (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    cover INTEGER NOT NULL REFERENCES cover (id),
    kind TEXT NOT NULL CHECK (kind IN ('accepted', 'declined', 'ended')),
    note TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE UNIQUE INDEX cover_step_cover ON cover_step (cover, kind);

-- Whose an order's results are, when not the ordering provider's (domain.md 5.4): offered to a
-- colleague, who accepts or declines; taken by a provider from the pool; assigned by the lab lead.
CREATE TABLE ownership (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    orders INTEGER NOT NULL REFERENCES orders (id),
    kind TEXT NOT NULL CHECK (kind IN ('offered', 'accepted', 'declined', 'taken', 'assigned')),
    owner TEXT NOT NULL CHECK (owner <> ''),
    note TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX ownership_orders ON ownership (orders, id);

-- The bench's answer to what a provider sent back: the order waits for review again.
CREATE TABLE return_answer (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    review INTEGER NOT NULL UNIQUE REFERENCES review (id),
    note TEXT NOT NULL CHECK (note <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
