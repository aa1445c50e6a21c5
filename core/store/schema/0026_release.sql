-- The rules that held the result when a release of it was proposed: a release covers no others.
ALTER TABLE proposal ADD COLUMN rules TEXT;
