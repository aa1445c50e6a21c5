# Abbott Afinion 2: HbA1c, lipids, CRP, albumin/creatinine, by Ethernet (POCT1-A with the vendor's own topics).

[profile]
id = abbott-afinion-2-poct
maker = Abbott
model = Afinion 2
maturity = draft
source = devices.md 3.5 for values and flags; that POCT1-A carries the same codes is graded R

[connection]
link = poct1a

[message]
format = poct1a
quirk = operator-repeats-patient
recognise = DEV.model_id contains Afinion
recognise = DEV.device_name contains Afinion


[paths]
model = DEV.model_id DEV.device_name
serial = DEV.serial_id DEV.device_id
software = DEV.sw_version
sent_at = HDR.creation_dttm
# An order number where the device knows one, else what was scanned or keyed as the patient.
specimen = ORD.order_id PT.patient_id CTC.name
patient_id = PT.patient_id
patient_name = PT.name
patient_birth_date = PT.birth_date
patient_sex = PT.gender_cd
operator = OPR.operator_id
run = SVC.sequence_nbr
query_specimen = REQ.patient_id
query_patient = REQ.patient_id
code = OBS.observation_id
loinc = OBS.observation_id
name = OBS.observation_id.DN
value = OBS.value
unit = OBS.value.U
flags = OBS.interpretation_cd
range = OBS.normal_lo-hi_limit
status = OBS.status_cd
observed_at = SVC.observation_dttm
lot = RGT.lot_number CTC.lot_number
comment = NTE.text OBS.value.NULL SVC.status_cd/(OVR)/ SVC.reason_cd/(EDI)/ EVT.description

[kinds]
calibration = SVC.role_cd = CAL
calibration = SVC.role_cd = CVR
# The message type tells, not the role alone (devices.md 3.10).
qc = XML.root = OBS.R02
qc = SVC.role_cd = LQC
qc = SVC.role_cd = EQC
qc = SVC.role_cd = PRF
qc = CTC.name is given
qc = CTC.lot_number is given
service = XML.root = EVS.R01
# A role that no document knows: a person looks at it.
incomplete = SVC.role_cd is given and SVC.role_cd != OBS
# No value (an aborted test), discarded or rejected on the instrument.
incomplete = OBS.value.NULL is given
incomplete = OBS.status_cd = D
incomplete = OBS.status_cd = R

[analytes]
HbA1c | 4548-4 | Hemoglobin A1c | % | 1
HbA1c | 59261-8 | Hemoglobin A1c | mmol/mol | 0
CRP | 48421-2 | C-reactive protein | mg/L | -
Alb | 14957-5 | Albumin, urine | mg/L | -
Creat | 2161-8 | Creatinine, urine | mg/dL | -
Trig | 2571-8 | Triglycerides | mg/dL | -
Trig | 14927-8 | Triglycerides | mmol/L | -
Chol | 2093-3 | Cholesterol, total | mg/dL | -
Chol | 14647-2 | Cholesterol, total | mmol/L | -

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
