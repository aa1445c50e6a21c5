# Any instrument that sends LIS02-A2 (ASTM E1394) records and has no profile of its own.
# It takes what the standard numbers and leaves empty what the standard leaves to the maker.

[profile]
id = generic-lis02
maker = Any
model = LIS02-A2 instrument
maturity = draft
source = LIS02-A2 as restated in the field tables of devices.md 5.2

[connection]
link = lis01
baud = 9600
frame = 8N1
flow = none
# Bridge chips: a cable, not an instrument. The configuration binds the port.
usb = 0403:6001 bridge
usb = 0403:6015 bridge
usb = 10C4:EA60 bridge
usb = 067B:2303 bridge
usb = 1A86:7523 bridge
usb = 1A86:55D4 bridge

[message]
format = lis02

[paths]
model = H.5
sent_at = H.14
# The specimen as the host knows it, else as the instrument does; some send it behind a rack number.
specimen = O.3.1 O.3.2 O.4.1 O.4.2 O.4.3
patient_id = P.3.1 P.4.1 P.5.1
patient_name = P.6
patient_birth_date = P.8
patient_sex = P.9
operator = R.11.1
query_specimen = Q.3.2 Q.3.1
query_patient = Q.3.1
code = R.3.4 R.3.5 R.3.1 R.3.2
# Taken only when it is a LOINC code with the right check digit.
loinc = R.3.1 R.3.5
name = R.3.2
value = R.4
unit = R.5.1
flags = R.7
range = R.6
status = R.9
observed_at = R.13 R.12
comment = C.4

[kinds]
qc = O.12 = Q
qc = H.12 = Q
service = H.12 = T
service = H.12 = D
# "Abort the last query": nothing to answer.
service = Q.13 = A

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
pg = pg
10*3/uL = 10*3/uL
10*6/uL = 10*6/uL
10^3/uL = 10*3/uL
10^6/uL = 10*6/uL
10E3/uL = 10*3/uL
10E6/uL = 10*6/uL
mm/h = mm/h
mmHg = mm[Hg]
sec = s
s = s
INR = {INR}
