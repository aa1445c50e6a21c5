# Sysmex XN-550: five-part blood counts, by serial line or Ethernet. Not waived.

[profile]
id = sysmex-xn-550
maker = Sysmex
model = XN-550
maturity = draft
source = the layout that a public capture of an XN-550 shows

[connection]
link = lis01
baud = 9600
frame = 8N1
flow = none

[message]
format = lis02
quirk = padded-fields
recognise = H.5.1 contains XN-

[paths]
model = H.5.1
software = H.5.2
serial = H.5.7 H.5.6
sent_at = H.14
# rack^position^number^how it was read
specimen = O.4.3 O.3
patient_id = P.5 P.3
patient_name = P.6
patient_birth_date = P.8
patient_sex = P.9
operator = R.11.1
query_specimen = Q.3.3 Q.3.2 Q.3.1
# R-3 is ^^^^code^dilution
code = R.3.5
value = R.4
unit = R.5
flags = R.7
range = R.6
status = R.9
observed_at = R.13
comment = C.4

[kinds]
qc = O.12 = Q
qc = H.12 = Q
# A control is run under a number of its own, which the analyzer begins so.
qc = O.4.3 contains QC-

[analytes]
WBC | 6690-2 | Leukocytes | 10*3/uL | -
RBC | 789-8 | Erythrocytes | 10*6/uL | -
HGB | 718-7 | Hemoglobin | g/dL | 1
HCT | 4544-3 | Hematocrit | % | 1
MCV | 787-2 | Mean corpuscular volume | fL | 1
MCH | 785-6 | Mean corpuscular hemoglobin | pg | 1
MCHC | 786-4 | Mean corpuscular hemoglobin concentration | g/dL | 1
PLT | 777-3 | Platelets | 10*3/uL | 0
RDW-SD | 21000-5 | Erythrocyte distribution width, SD | fL | 1
RDW-CV | 788-0 | Erythrocyte distribution width, CV | % | 1
MPV | 32623-1 | Mean platelet volume | fL | 1
NEUT% | 770-8 | Neutrophils, percent | % | 1
NEUT# | 751-8 | Neutrophils | 10*3/uL | 2
LYMPH% | 736-9 | Lymphocytes, percent | % | 1
LYMPH# | 731-0 | Lymphocytes | 10*3/uL | 2
MONO% | 5905-5 | Monocytes, percent | % | 1
MONO# | 742-7 | Monocytes | 10*3/uL | 2
EO% | 713-8 | Eosinophils, percent | % | 1
EO# | 711-2 | Eosinophils | 10*3/uL | 2
BASO% | 706-2 | Basophils, percent | % | 1
BASO# | 704-7 | Basophils | 10*3/uL | 2
IG% | 71695-1 | Immature granulocytes, percent | % | 1
IG# | 53115-2 | Immature granulocytes | 10*3/uL | 2

[units]
10*3/uL = 10*3/uL
10*6/uL = 10*6/uL
10*9/L = 10*9/L
10*12/L = 10*12/L
g/dL = g/dL
g/L = g/L
% = %
fL = fL
pg = pg

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | whole blood (EDTA) | all | moderate | 2026-11-22
