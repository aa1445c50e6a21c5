# Roche Urisys 1100: urine strips, by serial line. A setting of the analyzer decides what it sends: a
# print-out of lines that ends in a ruler of dots, the same with labels and blank lines left out, or
# LIS02 records. What comes says which: records begin with H, in frames or without.

[profile]
id = roche-urisys-1100
maker = Roche
model = Urisys 1100
maturity = draft
source = devices.md 3.12: the layouts as five drivers read them; the words of the print-out are settings, its labels were not seen

[connection]
link = text-lis01
baud = 9600
frame = 8N1
flow = none

[framing]
# A print-out. Frames begin with ENQ and need no framing of their own.
first_line = URISYS
last_line = ............
# Records without frames.
last_line = L|

[message]
format = text lis02
# A question mark stands wherever the printer's own signs stood.
strip = ?
recognise = header.model contains URISYS
recognise = H.5 contains URISYS
recognise = H.5 contains Urisys

# Which line stands where depends on settings, so each is known by what it says.
[patterns]
define unit = [^ \/]*\/[^ ]+
define code = SG|PH|pH|LEU|NIT|PRO|GLU|KET|UBG|URO|BIL|ERY|BLD|BLO|COL|CLA|TUR
end = \.{12,}
header = .*?(?<model>(?i)URISYS ?1100).*?
# A pad: a star when it is not normal, its code, its value.
result = [ ]*(?<flag>\*)? *(?<code>(?&code))(?=[ :*]) *:? *(?<flag>\*)? *((?<value>[<>]?=?[0-9]+([.,][0-9]+)?)( *(?<unit>(?&unit)))?|(?<value>[^ ].*?)( +(?<unit>(?&unit)))?)
# Date and time, with dots, slashes or hyphens; the day first, but for a year of four digits.
order = [ ]*((?i)[a-z. ]+: *)?(?<year>[0-9]{4})[-.\/](?<month>[0-9]{1,2})[-.\/](?<day>[0-9]{1,2})( +(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(:(?<second>[0-9]{2}))?( *(?<half>[aApP][mM]))?)?
order = [ ]*((?i)[a-z. ]+: *)?(?<day>[0-9]{1,2})[-.\/](?<month>[0-9]{1,2}|[A-Za-z]{3})[-.\/](?<year>[0-9]{2,4})( +(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(:(?<second>[0-9]{2}))?( *(?<half>[aApP][mM]))?)?
# Number of the strip.
order = [ ]*(?i)(SEQ[A-Z. ]*|NO|NR|LFD[A-Z. ]*|#)[ .:]*(?-i)(?<sequence>[0-9]{1,6})
order = [ ]*(?<sequence>[0-9]{1,4})
# The patient's identification, the order's or the tray's, the operator's; each may be blank.
order = [ ]*(?i)PAT[A-Z]*[. ]*(ID|NO|NR|NAME)?[ .:]*
order = [ ]*(?i)PAT[A-Z]*[. ]*(ID|NO|NR|NAME)?[ .:]*(?-i)(?<patient>[^ .:].*?)
order = [ ]*(?i)OP[A-Z]*[. ]*(ID|NO|NR)?[ .:]+(?-i)(?<operator>[^ ].*?)
order = [ ]*(?i)(ID|ORDER|TRAY|SAMPLE|PROBE|AUFTRAG)[A-Z. ]*(ID|NO|NR)?[ .:]*
order = [ ]*(?i)(ID|ORDER|TRAY|SAMPLE|PROBE|AUFTRAG)[A-Z. ]*(ID|NO|NR)?[ .:]+(?-i)(?<id>[^ .:].*?)
# A number without a label, as long as a specimen's.
order = [ ]*(?<accession>[0-9]{12})
comment = [ ]*(?<text>(?i)(E[0-9]+|ERROR|FEHLER|ERREUR)[ :].*?)

[paths]
model = header.model H.5.1
serial = H.5.2
software = H.5.3
sent_at = order.time H.14
specimen = order.accession order.id O.3.1
patient_id = order.patient P.3 P.4
operator = order.operator O.4.4 R.11.1
run = order.sequence+order.time O.4.1
query_specimen = Q.3.2 Q.3.1
code = result.code R.3.4 R.3.2 R.3.1
value = result.value R.4
unit = result.unit R.5
flags = result.flag R.7
range = R.6
status = R.9
observed_at = order.time R.13
comment = comment.text C.4

[kinds]
qc = O.12 = Q
qc = H.12 = Q
qc = order.id ~ ^(?i)(QC|CTRL|CONTROL)
qc = order.patient ~ ^(?i)(QC|CTRL|CONTROL)

[flags]
* = flag A
N = flag N
A = flag A
H = flag H
L = flag L

[units]
mg/dL = mg/dL
mg/dl = mg/dL
g/L = g/L
g/l = g/L
mmol/L = mmol/L
mmol/l = mmol/L
umol/L = umol/L
umol/l = umol/L
/uL = /uL
/ul = /uL

[analytes]
SG | 5811-5 | Specific gravity, urine | - | 3
PH | 5803-2 | pH, urine | - | -
pH | 5803-2 | pH, urine | - | -
LEU | 5799-2 | Leukocyte esterase, urine | - | -
NIT | 5802-4 | Nitrite, urine | - | -
PRO | 5804-0 | Protein, urine | mg/dL | -
PRO | 5804-0 | Protein, urine | g/L | -
GLU | 5792-7 | Glucose, urine | mg/dL | -
GLU | 22705-8 | Glucose, urine | mmol/L | -
KET | 5797-6 | Ketones, urine | mg/dL | -
KET | 22702-5 | Ketones, urine | mmol/L | -
UBG | 20405-7 | Urobilinogen, urine | mg/dL | -
BIL | 5770-3 | Bilirubin, urine | - | -
ERY | 5794-3 | Blood, urine | - | -
BLD | 5794-3 | Blood, urine | - | -

[template]
once: URISYS1100\r\n
once: No.{run}\r\n
once: {sent_at:%d.%m.%Y %H:%M}\r\n
once: ID: {specimen}\r\n
once: PAT.ID: {patient_id}\r\n
result:  {code:4} {value} {unit}\r\n
once: ........................\r\n

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | urine | all | waived | 2026-11-22
