# Cepheid GeneXpert Xpress and Dx: molecular tests, by TCP from the computer or tablet of the system.
# The delimiters are |@^\ ; the header says so, and the host answers alike.

[profile]
id = cepheid-genexpert-xpress
maker = Cepheid
model = GeneXpert Xpress
maturity = draft
source = devices.md 3.15: the record layer of Cepheid 302-2261; no capture was seen

[connection]
link = lis01

[message]
format = lis02
delimiters = |@^\
recognise = H.5.2 contains GeneXpert
recognise = H.5.2 starts Xpert

[paths]
# H-5 is id^GeneXpert^software; the id is the name of the system.
model = H.5.2
software = H.5.3
serial = H.5.1
sent_at = H.14
specimen = O.3
patient_id = P.3 P.4
patient_name = P.6
patient_birth_date = P.8
patient_sex = P.9
operator = R.11.1
query_specimen = Q.3.2 Q.3.1
query_patient = Q.3.1
# R-3: (2) panel, (4) result code, (5) assay, (6) version, (7) analyte, (8) what beside the analyte.
code = R.3.4 R.3.2
name = R.3.7 R.3.5
# R-4 is qualitative^quantitative; of an aborted run it is the error's text.
value = R.4
unit = R.5
flags = R.7
range = R.6
status = R.9
observed_at = R.13 R.12
# The cartridge: computer^system^module^cartridge^lot^expiry.
lot = R.14.5
run = R.14.4
comment = C.4

[skip]
# Ct, end point, delta Ct and curves stand as sibling records beside the analyte's own.
R.3.8 is given

[kinds]
qc = O.12 = Q
qc = H.12 = Q
# The system cannot do the order: test, patient or specimen is not valid, or the query was not.
service = O.26 = Y
service = O.26 = Z
service = O.26 = V
service = O.26 = E

[analytes]
# The result codes are a table of the system's own, which the laboratory fills: use these, or change
# this map in a profile of the site.
FLUA | 92142-9 | Influenza A RNA | - | -
FLUB | 92141-1 | Influenza B RNA | - | -
RSV | 92131-2 | RSV RNA | - | -
SARSCOV2 | 94500-6 | SARS-CoV-2 RNA | - | -
STREPA | 60489-2 | Strep A DNA | - | -

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | insert | insert; as the insert of each Xpress assay says | waived | 2026-11-22
