# Any instrument that speaks POCT1-A2 and has no profile of its own.
# It takes what the standard names; what a maker adds stays in the raw transmission.

[profile]
id = generic-poct1a
maker = Any
model = POCT1-A2 instrument
maturity = draft
source = POCT1-A2 as restated in devices.md 5.3

[connection]
link = poct1a

[message]
format = poct1a

[paths]
model = DEV.model_id DEV.device_name
serial = DEV.serial_id DEV.device_id
software = DEV.sw_version
sent_at = HDR.creation_dttm
# An order number where the device knows one, else what was scanned or keyed as the patient.
specimen = ORD.order_id SPC.specimen_id PT.patient_id CTC.name
patient_id = PT.patient_id
patient_name = PT.name
patient_birth_date = PT.birth_date
patient_sex = PT.gender_cd
operator = OPR.operator_id
run = SVC.sequence_nbr
query_specimen = REQ.patient_id
query_patient = REQ.patient_id
code = OBS.observation_id
# Taken only when it is a LOINC code with the right check digit.
loinc = OBS.observation_id
name = OBS.observation_id.DN
value = OBS.value OBS.qualitative_value
unit = OBS.value.U
flags = OBS.interpretation_cd
range = OBS.normal_lo-hi_limit
status = OBS.status_cd
observed_at = SVC.observation_dttm
lot = RGT.lot_number CTC.lot_number
comment = NTE.text OBS.value.NULL SVC.status_cd/(OVR)/ SVC.reason_cd/(EDI)/ EVT.description

[kinds]
# The message type tells, not the role alone (devices.md 3.10).
calibration = SVC.role_cd = CAL
calibration = SVC.role_cd = CVR
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

[units]
% = %
mg/dL = mg/dL
mg/dl = mg/dL
mg/L = mg/L
g/dL = g/dL
g/L = g/L
mmol/L = mmol/L
mmol/mol = mmol/mol
umol/L = umol/L
mg/g = mg/g{creat}
mg/mmol = mg/mmol{creat}
ng/mL = ng/mL
pg/mL = pg/mL
fL = fL
pg = pg
10*3/uL = 10*3/uL
10*6/uL = 10*6/uL
10^3/uL = 10*3/uL
10^6/uL = 10*6/uL
s = s
sec = s
INR = {INR}
