# Ascensia (Bayer) Contour meters with USB: glucose readings of the meter's memory, in HID reports.

[profile]
id = ascensia-contour-next
maker = Ascensia
model = Contour Next
maturity = draft
source = devices.md 3.17: two independent drivers, one record with its checksum recomputed

[connection]
link = contour-hid
usb = 1A79:6002
usb = 1A79:7350
usb = 1A79:7410
usb = 1A79:6200
usb = 1A79:6300
usb = 1A79:6210
usb = 1A79:7800
usb = 1A79:7900
usb = 1A79:7950

[message]
format = lis02
recognise = H.5.1 starts Contour
recognise = H.5.1 starts Bayer7
recognise = H.5.1 starts Bayer6
quirk = result-is-record
quirk = markers-by-slash

[paths]
model = H.5.1
# model^version\version\version^serial
software = H.5.2
serial = H.5.3 H.5[3].2
sent_at = H.14
# The place of a reading in the meter's memory. The meter knows no patient and no specimen.
run = R.2
code = R.3.4
value = R.4
# R-5 is unit^P (plasma).
unit = R.5.1
flags = R.7
observed_at = R.9
comment = C.4

[kinds]
# Control solution; older serial meters say E.
qc = R.7 has C
qc = R.7 has E
service = H.12 = D

[analytes]
Glucose | 41653-7 | Glucose, meter | mg/dL | 0

[units]
mg/dL = mg/dL
mmol/L = mmol/L

[flags]
< = flag <
> = flag >
B = comment Before a meal
A = comment After a meal
C = comment Control solution
E = comment Control solution

[waiver]
# As devices.md has it; the director holds it against FDA's database.
Glucose | capillary blood, whole blood (capillary) | all; people with diabetes, not newborns | waived | 2026-11-22
