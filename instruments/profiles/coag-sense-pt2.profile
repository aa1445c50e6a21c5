# Coag-Sense PT2: prothrombin time, by Ethernet or Wi-Fi (POCT1-A, bare XML on TCP).
# A failed test arrives with 0 or no value: that is no result.

[profile]
id = coag-sense-pt2
maker = CoaguSense
model = Coag-Sense PT2
maturity = draft
source = devices.md 3.19: a driver that receives it; how it names itself in HEL is graded R

[connection]
link = poct1a

[message]
format = poct1a
recognise = DEV.model_id contains PT2
recognise = DEV.device_name contains PT2
recognise = DEV.vendor_id starts COAG
recognise = DEV.manufacturer_name contains Coag


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
incomplete = OBS.value is blank
incomplete = OBS.value ~ ^0+(\.0*)?$

[analytes]
34714-6 | 34714-6 | INR | {INR} | 1
5902-2 | 5902-2 | Prothrombin time | s | 1

[units]
INR = {INR}
s = s
sec = s

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | whole blood (capillary), capillary blood | all | waived | 2026-11-22
