# QuidelOrtho Sofia 2 and Sofia: rapid antigen tests, by Ethernet; LIS1-A/LIS2-A is its default and
# goes one way only, the analyzer as the client. POCT1-A2 is in quidel-sofia-2-poct.

[profile]
id = quidel-sofia-2
maker = QuidelOrtho
model = Sofia 2
maturity = draft
source = devices.md 3.10: link, direction and names of tests; the fields are the standard's own

[connection]
link = lis01

[message]
format = lis02
recognise = H.5.1 starts Sofia

[paths]
model = H.5.1
software = H.5.2
serial = H.5.3
sent_at = H.14
# Numbers of this analyzer may hold blanks; they are kept as sent.
specimen = O.3.1 O.4.1
patient_id = P.3.1 P.4.1
patient_name = P.6
patient_birth_date = P.8
patient_sex = P.9
operator = R.11.1
run = O.4.2
lot = O.24.2
code = R.3.4
value = R.4
unit = R.5
flags = R.7
range = R.6
status = R.9
observed_at = R.13 R.12
comment = C.4

[kinds]
qc = O.12 = Q
qc = H.12 = Q
# A calibration cassette.
calibration = R.3.4 starts Calibration

[analytes]
Flu A | 80382-5 | Influenza A antigen | - | -
Flu B | 80383-3 | Influenza B antigen | - | -
SARS | 94558-4 | SARS-CoV-2 antigen | - | -
SARS-CoV-2 | 94558-4 | SARS-CoV-2 antigen | - | -
RSV | 72885-7 | RSV antigen | - | -
Strep A | 78012-2 | Strep A antigen | - | -

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | insert | insert; as the insert of each assay says | waived | 2026-11-22
