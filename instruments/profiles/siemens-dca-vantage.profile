# Siemens DCA Vantage: HbA1c and urine albumin/creatinine, by serial line or Ethernet (ASTM).

[profile]
id = siemens-dca-vantage
maker = Siemens Healthineers
model = DCA Vantage
maturity = draft
source = devices.md 3.4: one capture with its checksum recomputed, field notes that cite Siemens 17306 Rev E

[connection]
link = lis01
baud = 9600
frame = 8N1
flow = none

[message]
format = lis02
recognise = H.5.1 starts DCA VANTAGE

[paths]
model = H.5.1
software = H.5.2
serial = H.5.3
sent_at = H.14
specimen = O.3
patient_id = P.3
patient_name = P.6
patient_birth_date = P.8
patient_sex = P.9
# O-4 is the instrument's sequence number and the reagent's lot.
run = O.4.1
lot = O.4.2
operator = R.11.1
query_specimen = Q.3.2 Q.3.1
query_patient = Q.3.1
code = R.3.4
value = R.4
unit = R.5
flags = R.7
range = R.6
status = R.9
observed_at = R.12
# HbA1c: slope^offset^NGSP^eAG; patient: age^gender^race^creatinine^GFR^comments; kept as sent.
comment = C.4

[kinds]
qc = O.12 = Q
service = H.12 = D

[analytes]
HbA1c | 4548-4 | Hemoglobin A1c | % | 1
Alb | 14957-5 | Albumin, urine | mg/L | -
Crt | 2161-8 | Creatinine, urine | mg/dL | -
Ratio | 9318-7 | Albumin/creatinine ratio, urine | mg/g{creat} | -

[units]
% = %
mmol/mol = mmol/mol
mg/L = mg/L
mg/dL = mg/dL
mg/g = mg/g{creat}

[waiver]
# As devices.md has it; the director holds it against FDA's database.
HbA1c | whole blood | all | waived | 2026-11-22
