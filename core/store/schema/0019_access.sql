-- Which of its lists a look at the inbox or the tasks showed ('signed', 'closed', ...); NULL: the
-- one that opens by itself.
ALTER TABLE view ADD COLUMN list TEXT;

-- Who asks who saw a patient also asks for what waited under that patient's number.
CREATE INDEX message_patient ON message (patient_id) WHERE patient_id <> '';
CREATE INDEX proposal_accession ON proposal (accession) WHERE accession <> '';

-- A trace from a person, whichever way the name is written, to what they ran and collected.
CREATE INDEX message_operator ON message (operator COLLATE NOCASE) WHERE operator <> '';
CREATE INDEX specimen_collector ON specimen (collector COLLATE NOCASE);
