# Abbott Afinion 2: HbA1c, lipids, CRP, albumin/creatinine, by Ethernet (ASTM).

[profile]
id = abbott-afinion-2
maker = Abbott
model = Afinion 2
maturity = draft
source = devices.md 3.5: one capture with its checksum recomputed

[connection]
link = lis01
baud = 9600
frame = 8N1
flow = none

[message]
format = lis02
recognise = H.5.1 starts Afinion
quirk = operator-repeats-patient

[paths]
model = H.5.1
software = H.5.2
serial = H.5.3
sent_at = H.14
specimen = O.3
patient_id = P.4
patient_name = P.6
patient_birth_date = P.8
patient_sex = P.9
operator = R.11.1
run = O.4
lot = O.24.2
query_specimen = Q.3.2 Q.3.1
query_patient = Q.3.1
code = R.3.4
value = R.4
unit = R.5
flags = R.7
range = R.6
status = R.9
observed_at = R.13
comment = C.4

[kinds]
qc = H.12 = Q
qc = O.12 = Q

[analytes]
HbA1c | 4548-4 | Hemoglobin A1c | % | 1
CRP | 48421-2 | C-reactive protein | mg/L | -
Alb | 14957-5 | Albumin, urine | mg/L | -
Creat | 2161-8 | Creatinine, urine | mg/dL | -
Trig | 2571-8 | Triglycerides | mg/dL | -
Chol | 2093-3 | Cholesterol, total | mg/dL | -

[units]
% = %
mmol/mol = mmol/mol
mg/L = mg/L
mg/dL = mg/dL
mmol/L = mmol/L

[waiver]
# As devices.md has it; the director holds it against FDA's database.
HbA1c | whole blood | all | waived | 2026-11-22
Chol | whole blood (capillary) | all | waived | 2026-11-22
Trig | whole blood (capillary) | all | waived | 2026-11-22
HDL | whole blood (capillary) | all | waived | 2026-11-22
LDL | whole blood (capillary) | all | waived | 2026-11-22
