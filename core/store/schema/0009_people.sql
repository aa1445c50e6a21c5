-- People: the roles somebody holds, badges, operators' certificates, emergency access; and, of what
-- stood before, in which role.

-- Who made that row of a person, and why; NULL for rows of an older Phial and at the console.
ALTER TABLE person ADD COLUMN setter INTEGER REFERENCES person (id);
ALTER TABLE person ADD COLUMN reason TEXT;

-- In which role somebody signed in, and by what: 'badge', or NULL for the name typed.
ALTER TABLE sign_in ADD COLUMN role TEXT;
ALTER TABLE sign_in ADD COLUMN method TEXT;

-- In which role somebody looked, and, where only that allowed it, under which emergency access.
ALTER TABLE view ADD COLUMN role TEXT;
ALTER TABLE view ADD COLUMN emergency INTEGER REFERENCES emergency (id);
CREATE INDEX view_what ON view (what, at);
CREATE INDEX view_person ON view (person, id);

-- A role held beside the one of the person's own row. The newest row of a person and role counts.
CREATE TABLE person_role (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    person_root INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL REFERENCES role_type (id),
    held INTEGER NOT NULL CHECK (held IN (0, 1)),
    setter INTEGER REFERENCES person (id),
    reason TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX person_role_root ON person_role (person_root, role, id);

-- A badge: what its bar code says, which opens nothing without the PIN. The newest row of a person
-- counts; `code` '' takes the badge away.
CREATE TABLE badge (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    person_root INTEGER NOT NULL REFERENCES person (id),
    code TEXT NOT NULL,
    setter INTEGER REFERENCES person (id),
    reason TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE UNIQUE INDEX badge_code ON badge (code) WHERE code <> '';
CREATE INDEX badge_root ON badge (person_root, id);

-- What an instrument calls a person. The newest row of a name counts; `person_root` NULL: nobody.
CREATE TABLE operator_name (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    name TEXT NOT NULL CHECK (name <> ''),
    person_root INTEGER REFERENCES person (id),
    setter INTEGER REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX operator_name_name ON operator_name (lower(name), id);
CREATE INDEX operator_name_root ON operator_name (person_root, id) WHERE person_root IS NOT NULL;

-- A person may run a test (domain.md 7.6): trained when, by which methods competent, until when
-- (site days, the last one included), on what evidence; `certifier` vouches for it. The newest row
-- of a person and test counts; `valid` 0: it was withdrawn, and `note` says why.
CREATE TABLE certificate (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    person_root INTEGER NOT NULL REFERENCES person (id),
    test TEXT NOT NULL CHECK (test <> ''),
    valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
    trained_on TEXT NOT NULL,
    methods TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    evidence TEXT NOT NULL,
    note TEXT NOT NULL,
    certifier INTEGER NOT NULL REFERENCES person (id),
    certifier_role TEXT NOT NULL REFERENCES role_type (id),
    at INTEGER NOT NULL CHECK (at >= 0),
    CHECK (valid = 0 OR (trained_on <> '' AND methods <> '' AND valid_until >= trained_on
        AND evidence <> ''))
) STRICT;
CREATE INDEX certificate_person ON certificate (person_root, test, id);
CREATE INDEX certificate_test ON certificate (test, id);

-- Emergency access (45 CFR 164.312(a)(2)(ii)): somebody sees what the role alone does not show,
-- for a while, with a reason; an administrator is told at once and reviews it later.
CREATE TABLE emergency (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    person INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL REFERENCES role_type (id),
    workstation TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    until INTEGER NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0),
    CHECK (until > at)
) STRICT;
CREATE INDEX emergency_person ON emergency (person, id);

CREATE TABLE emergency_review (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    emergency INTEGER NOT NULL UNIQUE REFERENCES emergency (id),
    person INTEGER NOT NULL REFERENCES person (id),
    justified INTEGER NOT NULL CHECK (justified IN (0, 1)),
    note TEXT NOT NULL CHECK (note <> ''),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX view_emergency ON view (emergency, id) WHERE emergency IS NOT NULL;
