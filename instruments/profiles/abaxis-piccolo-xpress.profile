# Abbott (Abaxis) Piccolo Xpress: chemistry panels ("rotors"), by an FTDI chip under a maker's id.

[profile]
id = abaxis-piccolo-xpress
maker = Abbott (Abaxis)
model = Piccolo Xpress
maturity = draft
source = devices.md 3.9, and the field layout in the published console output of a public driver (December 2024)

[connection]
link = lis01
usb = 0403:CD18
baud = 9600
frame = 8N1
flow = none

[message]
format = lis02
recognise = H.5.2 contains piccolo

[paths]
model = H.5.2
software = H.5.3
serial = H.5.4
sent_at = H.14
specimen = O.3
# The one number that is keyed or scanned at the analyzer.
patient_id = P.3
patient_sex = P.9
# R-3 is LOINC^^LN^name for a test and ^^^name for a control.
code = R.3.1 R.3.4
name = R.3.4
value = R.4
unit = R.5
flags = R.7
range = R.6
status = R.9
# The run; R carries no time.
observed_at = O.7
comment = C.4

[kinds]
qc = O.5.4 starts * QUALITY CONTROL REPORT
qc = P.16 = Control
# A run that the analyzer cancelled: no results, its error in the comments.
service = O.5.4 starts Unknown:

[analytes]
2951-2 | 2951-2 | Sodium | mmol/L | 0
2823-3 | 2823-3 | Potassium | mmol/L | 1
2075-0 | 2075-0 | Chloride | mmol/L | 0
2028-9 | 2028-9 | Carbon dioxide, total | mmol/L | 0
3094-0 | 3094-0 | Urea nitrogen | mg/dL | 0
2160-0 | 2160-0 | Creatinine | mg/dL | 1
2345-7 | 2345-7 | Glucose | mg/dL | 0
17861-6 | 17861-6 | Calcium | mg/dL | 1
1742-6 | 1742-6 | Alanine aminotransferase | U/L | 0
1920-8 | 1920-8 | Aspartate aminotransferase | U/L | 0
6768-6 | 6768-6 | Alkaline phosphatase | U/L | 0
2324-2 | 2324-2 | Gamma glutamyl transferase | U/L | 0
1975-2 | 1975-2 | Bilirubin, total | mg/dL | 1
1751-7 | 1751-7 | Albumin | g/dL | 1
2885-2 | 2885-2 | Protein, total | g/dL | 1

[units]
mmol/L = mmol/L
mg/dL = mg/dL
g/dL = g/dL
U/L = U/L

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | whole blood (lithium heparin) | all; selected panels, never serum or plasma | waived | 2026-11-22
