# Any instrument that sends HL7 v2 results and has no profile of its own: ORU^R01, ORU^R30, OUL^R22,
# and queries QBP^Q11. It takes what the standard numbers and leaves empty what it leaves to the
# maker.

[profile]
id = generic-hl7
maker = Any
model = HL7 v2 instrument
maturity = draft
source = HL7 v2 as restated in devices.md 5.4

[connection]
link = mllp

[message]
format = hl7

[paths]
model = MSH.3.1
sent_at = MSH.7
# The specimen's own segments first, then the order's numbers. PID-3 is the patient: a profile of
# the site may say otherwise.
specimen = SPM.2.1.1 SPM.2.2.1 SAC.3.1.1 OBR.3.1.1 OBR.2.1.1 ORC.3.1.1 ORC.2.1.1
patient_id = PID.3.1 PID.2.1
patient_name = PID.5
patient_birth_date = PID.7
patient_sex = PID.8
operator = OBX.16.1
# MSH-10 names the message: one that is sent again has the same.
run = MSH.10
query_specimen = QPD.3.1
code = OBX.3.1 OBX.3.4 OBX.3.2
# Taken only when it is a LOINC code with the right check digit.
loinc = OBX.3.1 OBX.3.4
name = OBX.3.2 OBX.3.5
value = OBX.5
# A structured numeric (SN): the comparator and the number are components.
number = OBX.5/^([<>]=?)\^[-0-9.]+$/+OBX.5/^[<>]=?\^([-0-9.]+)$/
unit = OBX.6.1
flags = OBX.8.1
range = OBX.7
status = OBX.11
observed_at = OBX.14 OBX.19 OBR.7
comment = NTE.3

[kinds]
# Table 0369: SPM-11, the specimen's role.
qc = SPM.11.1 = Q
qc = SPM.11.1 = E
qc = SPM.11.1 = O
qc = SPM.11.1 = F
qc = SPM.11.1 = B
calibration = SPM.11.1 = C
calibration = SPM.11.1 = V
# Table 0103: training and debugging.
service = MSH.11.1 = T
service = MSH.11.1 = D

[units]
% = %
mg/dL = mg/dL
mg/dl = mg/dL
mg/L = mg/L
mg/l = mg/L
g/dL = g/dL
g/dl = g/dL
g/L = g/L
g/l = g/L
ug/dL = ug/dL
ug/L = ug/L
ng/mL = ng/mL
ng/dL = ng/dL
pg/mL = pg/mL
mmol/L = mmol/L
mmol/l = mmol/L
mmol/mol = mmol/mol
umol/L = umol/L
umol/l = umol/L
nmol/L = nmol/L
pmol/L = pmol/L
mEq/L = meq/L
U/L = U/L
U/l = U/L
IU/L = [IU]/L
IU/mL = [IU]/mL
mIU/mL = m[IU]/mL
fL = fL
fl = fL
pg = pg
10*3/uL = 10*3/uL
10*6/uL = 10*6/uL
10*9/L = 10*9/L
10*12/L = 10*12/L
10^3/uL = 10*3/uL
10^6/uL = 10*6/uL
10^9/L = 10*9/L
10^12/L = 10*12/L
G/l = 10*9/L
T/l = 10*12/L
mm/h = mm/h
mmHg = mm[Hg]
sec = s
s = s
INR = {INR}
