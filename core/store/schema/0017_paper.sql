-- When the machine is down: sheets of numbered labels that were printed before, what became of each
-- number, and what instruments sent under a number before it was entered. And: a site's own billing
-- codes.

-- A sheet of labels whose numbers were given out together, for a reason and by somebody.
CREATE TABLE paper_sheet (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    count INTEGER NOT NULL CHECK (count BETWEEN 1 AND 150),
    reason TEXT NOT NULL CHECK (reason <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    workstation TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

CREATE TABLE paper_number (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    sheet INTEGER NOT NULL REFERENCES paper_sheet (id),
    place INTEGER NOT NULL CHECK (place >= 1),
    issue INTEGER NOT NULL UNIQUE REFERENCES accession_issue (id),
    accession TEXT NOT NULL UNIQUE CHECK (length(accession) = 12 AND accession NOT GLOB '*[^0-9]*'),
    UNIQUE (sheet, place)
) STRICT;

-- The number's end: its specimen was entered, or it is void. It names no specimen, so that it stays
-- when that is past its retention; both bear the same number.
CREATE TABLE paper_end (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    number INTEGER NOT NULL UNIQUE REFERENCES paper_number (id),
    how TEXT NOT NULL CHECK (how IN ('entered', 'void')),
    reason TEXT NOT NULL CHECK (reason <> ''),
    person INTEGER NOT NULL REFERENCES person (id),
    workstation TEXT NOT NULL,
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

-- A message that came under the number before it was entered, looked at again after: it cannot be
-- filed by itself, for this reason.
CREATE TABLE paper_held (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    message INTEGER NOT NULL UNIQUE REFERENCES message (id),
    specimen INTEGER NOT NULL REFERENCES specimen (id),
    reason_code TEXT NOT NULL CHECK (reason_code <> ''),
    reason TEXT NOT NULL CHECK (reason <> ''),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX paper_held_specimen ON paper_held (specimen);

-- The codes that a site bills a test with, as it brought them in. None is ours: they are licensed
-- content. The newest row of a test counts; "" takes them away.
CREATE TABLE billing_code (
    id INTEGER PRIMARY KEY,
    link BLOB NOT NULL CHECK (length(link) = 32),
    test_code TEXT NOT NULL CHECK (test_code <> ''),
    codes TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;
CREATE INDEX billing_code_test ON billing_code (test_code, id);
