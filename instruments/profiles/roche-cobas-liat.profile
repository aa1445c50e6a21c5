# Roche cobas liat: influenza, SARS-CoV-2 and strep PCR, by Ethernet (HL7 v2.5, ORU^R30).

[profile]
id = roche-cobas-liat
maker = Roche
model = cobas liat
maturity = draft
source = devices.md 3.11: one sample message; 5.4; what tells controls is not in public documents

[connection]
link = mllp

[message]
format = hl7
recognise = MSH.3.1 starts cobas Liat
# Of each analyte's two OBX the numeric one, which is not reportable, says when and by whom.
quirk = twin-says-when

[paths]
model = MSH.3.1
serial = NTE.3/(?:^|;)Device=([^;]*)/
software = NTE.3/(?:^|;)Version=([^;]*)/
run = NTE.3/(?:^|;)Run=([^;]*)/
sent_at = MSH.7
# The sample shows no place for a specimen but PID-3, which says `Unknown` when nothing was scanned.
specimen = SPM.2.1.1 OBR.3.1 OBR.2.1 PID.3.1/^(?!Unknown$)(.+)$/
patient_id = PID.3.1/^(?!Unknown$)(.+)$/
patient_name = PID.5/^(?!unknown$)(.+)$/
patient_birth_date = PID.7
patient_sex = PID.8
operator = OBX.16.1 OBR.34.1
# OBX-3 is the analyte's name in words; there is no code.
code = OBX.3.1
value = OBX.5
unit = OBX.6.1
flags = OBX.8.1
range = OBX.7
status = OBX.11
observed_at = OBX.19 OBX.14 OBR.7
# The assay tube is the reagent.
lot = NTE.3/(?:^|;)TubeLot=([^;]*)/
comment = NTE.3/^(?!Run=)(.+)$/

[skip]
# The numeric twin has 0 for its value and 0 for its unit.
OBX.2 = NM and OBX.5 = 0 and OBX.6 = 0

[kinds]
# Table 0065 and 0369 of HL7; the sample shows O, a patient's specimen.
qc = OBR.11 = Q
qc = SPM.11.1 = Q
service = MSH.11.1 = T
service = MSH.11.1 = D

[analytes]
# The letters in brackets name the assay script; other scripts have others. What is not here is
# shown as it came: add it in a profile of the site.
Influenza A (CDFA) | 92142-9 | Influenza A RNA | - | -
Influenza A | 92142-9 | Influenza A RNA | - | -
Influenza B | 92141-1 | Influenza B RNA | - | -
RSV | 92131-2 | RSV RNA | - | -
SARS-CoV-2 | 94500-6 | SARS-CoV-2 RNA | - | -
Strep A | 60489-2 | Strep A DNA | - | -

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | insert | insert; as the insert of each assay says | waived | 2026-11-22
