# PixCell HemoScreen: blood count with five-part differential, by Ethernet (HL7 v2.4 in MLLP). Set to
# POCT1-A it is read by generic-poct1a.

[profile]
id = pixcell-hemoscreen
maker = PixCell
model = HemoScreen
maturity = draft
source = devices.md 1a row 26, 5.4: the maker's example messages

[connection]
link = mllp

[message]
format = hl7
recognise = MSH.3.1 = HemoScreen

[paths]
model = MSH.3.1
serial = OBX.15.1
sent_at = MSH.7
# PID-2 is the number that was scanned: of a tube, or the lot of a control.
specimen = PID.2.1
patient_id = PID.3.1
patient_name = PID.5
patient_birth_date = PID.7
patient_sex = PID.8
operator = OBX.16.1
# There is no number of the run, and MSH-10 begins again at 0; but one instrument measures one sample
# at a time, so that the time of the measurement tells a message sent again from a new one.
run = OBR.7
code = OBX.3.1
# Out of range and not calculable values are words in their place: ABN, LL, ---.
value = OBX.5
unit = OBX.6.1
flags = OBX.8
range = OBX.7
status = OBX.11
observed_at = OBX.14 OBR.7
comment = NTE.3

[kinds]
# OBR-4 says what was measured: OBS a patient, LQC a control, PRF a sample of an external survey.
qc = OBR.4.1 = LQC
qc = OBR.4.1 = EQC
qc = OBR.4.1 = PRF
calibration = OBR.4.1 = CVR
calibration = OBR.4.1 = CAL
# Anything else is for a person to look at.
incomplete = OBR.4.1 != OBS

[analytes]
WBC | 6690-2 | Leukocytes | 10*3/uL | -
RBC | 789-8 | Erythrocytes | 10*6/uL | -
HGB | 718-7 | Hemoglobin | g/dL | -
HCT | 4544-3 | Hematocrit | % | -
MCV | 787-2 | Mean corpuscular volume | fL | -
MCH | 785-6 | Mean corpuscular hemoglobin | pg | -
MCHC | 786-4 | Mean corpuscular hemoglobin concentration | g/dL | -
RDW | 788-0 | Erythrocyte distribution width, CV | % | -
PLT | 777-3 | Platelets | 10*3/uL | -
MPV | 32623-1 | Mean platelet volume | fL | -
NEU# | 751-8 | Neutrophils | 10*3/uL | -
LYM# | 731-0 | Lymphocytes | 10*3/uL | -
MON# | 742-7 | Monocytes | 10*3/uL | -
EOS# | 711-2 | Eosinophils | 10*3/uL | -
BAS# | 704-7 | Basophils | 10*3/uL | -
NEU% | 770-8 | Neutrophils, percent | % | -
LYM% | 736-9 | Lymphocytes, percent | % | -
MON% | 5905-5 | Monocytes, percent | % | -
EOS% | 713-8 | Eosinophils, percent | % | -
BAS% | 706-2 | Basophils, percent | % | -
# The same in the other units of a count or a mass in a volume.
WBC | 6690-2 | Leukocytes | 10*9/L | -
RBC | 789-8 | Erythrocytes | 10*12/L | -
HGB | 718-7 | Hemoglobin | g/L | -
MCHC | 786-4 | Mean corpuscular hemoglobin concentration | g/L | -
PLT | 777-3 | Platelets | 10*9/L | -
NEU# | 751-8 | Neutrophils | 10*9/L | -
LYM# | 731-0 | Lymphocytes | 10*9/L | -
MON# | 742-7 | Monocytes | 10*9/L | -
EOS# | 711-2 | Eosinophils | 10*9/L | -
BAS# | 704-7 | Basophils | 10*9/L | -

[units]
10*3/uL = 10*3/uL
10*6/uL = 10*6/uL
10*9/L = 10*9/L
10*12/L = 10*12/L
g/dL = g/dL
g/L = g/L
mmol/L = mmol/L
% = %
fL = fL
pg = pg

[flags]
# A value that the comment behind it speaks of. The marker comes as `*`, or as `\~`: an escape
# character that escapes nothing, and an empty repeat.
* = comment Marked by the instrument (*)
\ = comment Marked by the instrument (~)
L = flag L
H = flag H
LL = flag LL
HH = flag HH
A = flag A
N = flag N
