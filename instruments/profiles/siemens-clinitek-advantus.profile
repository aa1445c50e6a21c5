# Siemens CLINITEK Advantus (and 500): urine strips, by serial line. LIS01 frames around records
# whose fields do not stand where LIS02 has them (devices.md 3.3).

[profile]
id = siemens-clinitek-advantus
maker = Siemens Healthineers
model = CLINITEK Advantus
maturity = draft
source = devices.md 3.3: the offsets that one production middleware uses; no capture was seen

[connection]
link = lis01
baud = 9600
frame = 8N1
flow = none

[message]
format = lis02
# How the analyzer names itself in H is not known: the name on its case is assumed.
recognise = H.5 contains CLINITEK
recognise = H.5 contains ADVANTUS
recognise = H.5 contains Advantus

[paths]
model = H.5.1
software = H.5.2
serial = H.5.3
sent_at = H.14
# The specimen's number, or the patient field that some settings use for it when P is the first.
specimen = O.3 P.5
operator = R.11.1
# One field behind LIS02's place; URO carries more components behind its value.
code = R.4.1 R.4
value = R.6.1 R.6
comment = C.4

[kinds]
qc = O.12 = Q
qc = H.12 = Q

[analytes]
# The words are the strip's, in the language and unit system that is set on the analyzer.
GLU | 5792-7 | Glucose, urine | - | -
BIL | 5770-3 | Bilirubin, urine | - | -
KET | 5797-6 | Ketones, urine | - | -
SG | 5811-5 | Specific gravity, urine | - | -
BLO | 5794-3 | Blood, urine | - | -
pH | 5803-2 | pH, urine | - | -
PRO | 5804-0 | Protein, urine | - | -
URO | 20405-7 | Urobilinogen, urine | - | -
UBG | 20405-7 | Urobilinogen, urine | - | -
NIT | 5802-4 | Nitrite, urine | - | -
LEU | 5799-2 | Leukocyte esterase, urine | - | -
COL | 5778-6 | Color, urine | - | -
CLA | 32167-9 | Clarity, urine | - | -
