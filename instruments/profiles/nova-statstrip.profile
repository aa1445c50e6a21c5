# Nova StatStrip: glucose and ketones at the bedside, by its docking station or Wi-Fi (POCT1-A).
# An accession stands in ORD.order_id, and then the patient is called UNKNOWN; else the patient's number stands alone.

[profile]
id = nova-statstrip
maker = Nova Biomedical
model = StatStrip
maturity = draft
source = devices.md 3.14: a summary of the NovaNet DML specification v2.59

[connection]
link = poct1a

[message]
format = poct1a
recognise = DEV.vendor_id = NOVABIO


[paths]
model = DEV.model_id DEV.device_name
serial = DEV.serial_id DEV.device_id
software = DEV.sw_version
sent_at = HDR.creation_dttm
specimen = ORD.order_id PT.patient_id/^(?!UNKNOWN$)(.+)$/ CTC.name
patient_id = PT.patient_id/^(?!UNKNOWN$)(.+)$/
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
2341-6 | 2341-6 | Glucose, blood | mg/dL | 0
53061-8 | 53061-8 | Ketones, blood | mmol/L | 1

[units]
mg/dL = mg/dL
mmol/L = mmol/L

[waiver]
# As devices.md has it; the director holds it against FDA's database.
2341-6 | capillary blood, whole blood | all; see the labelling for the critically ill | waived | 2026-11-22
