-- The role in which somebody proposed: a release that is confirmed is recorded under it.
ALTER TABLE proposal ADD COLUMN role TEXT;

-- The clock of a held critical value ran, and nobody had placed it: whom the bench was to call then. The
-- newest step that has come; login "": nobody is left.
CREATE TABLE held_step (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    message INTEGER NOT NULL REFERENCES message (id),
    step INTEGER NOT NULL CHECK (step >= 1),
    login TEXT NOT NULL,
    role TEXT NOT NULL,
    since INTEGER NOT NULL CHECK (since >= 0),
    at INTEGER NOT NULL CHECK (at >= since),
    UNIQUE (message, step)
) STRICT;
