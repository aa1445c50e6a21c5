# A profile of a site, as somebody there writes it: a LabCube gateway that leaves one HL7 file for
# each run in a folder and puts the specimen's number into PID-3. Use: phial decode --profiles
# tests/site FILE.

[profile]
id = labcube
maker = LabCube
model = LabCube gateway
maturity = draft
source = files of two analyzers behind it

[connection]
link = file

[message]
format = hl7
recognise = MSH.3.1 = LabCube

[paths]
# MSH-4 is the analyzer behind the gateway.
model = MSH.4.1
sent_at = MSH.7
run = MSH.10
specimen = SPM.2.1.1 PID.3.1
patient_id = PID.2.1
patient_sex = PID.8
code = OBX.3.1
name = OBX.3.2
value = OBX.5
unit = OBX.6.1
flags = OBX.8.1
range = OBX.7
status = OBX.11
observed_at = OBX.14 OBR.7
comment = NTE.3

[kinds]
qc = SPM.11.1 = Q
calibration = SPM.11.1 = C

[units]
G/l = 10*9/L
T/l = 10*12/L
g/dl = g/dL
g/l = g/L
% = %
fl = fL
um3 = fL
pg = pg
mmol/l = mmol/L
umol/l = umol/L
U/l = U/L
