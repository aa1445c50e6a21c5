# Abbott ID NOW: influenza, strep A, RSV and SARS-CoV-2 by isothermal NAAT, by Ethernet. Of the three
# protocols in its menu (ASTM LIS, HL7, POCT) this is the first. Neither port nor codes are public:
# a capture is wanted (docs/capture-wanted.md).

[profile]
id = abbott-id-now
maker = Abbott
model = ID NOW
maturity = draft
source = devices.md 3.8: the menu of its manual; fields and codes are the standard's, not the maker's

[connection]
link = lis01

[message]
format = lis02
recognise = H.5.1 contains ID NOW
recognise = H.5.1 contains IDNOW

[paths]
model = H.5.1
software = H.5.2
serial = H.5.3
sent_at = H.14
specimen = O.3.1
patient_id = P.3.1 P.4.1
patient_name = P.6
patient_birth_date = P.8
patient_sex = P.9
operator = R.11.1
run = O.4.1
query_specimen = Q.3.2 Q.3.1
query_patient = Q.3.1
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

[analytes]
# Codes as people write the tests; the analyzer's own are not known, and an unknown one is shown as
# sent, without LOINC.
FLU A | 92142-9 | Influenza A RNA | - | -
FLU B | 92141-1 | Influenza B RNA | - | -
STREP A | 60489-2 | Strep A DNA | - | -
RSV | 92131-2 | RSV RNA | - | -
COVID-19 | 94534-5 | SARS-CoV-2 RNA | - | -

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | insert | insert; direct swabs, as the insert of each assay says | waived | 2026-11-22
