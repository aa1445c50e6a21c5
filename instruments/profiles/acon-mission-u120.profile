# ACON Mission U120, sold as McKesson Consult 120 too: urine strips. USB by a CH9102 bridge (serial
# on older ones), a report between STX and ETX when Print is pressed or by itself. The analyzer
# listens to nothing. Its clock has been found months wrong.

[profile]
id = acon-mission-u120
maker = ACON
model = Mission U120
maturity = draft
source = devices.md 3.16: reports captured by a public driver, described there line by line

[connection]
link = text
baud = 9600
frame = 8N1
flow = none
usb = 1A86:55D4 bridge

[framing]
start = STX
end = ETX

[message]
format = text
recognise = order.number ~ ^[0-9]+$ and order.time ~ T

[patterns]
define unit = [^ \/]+\/[^ ]+
order = [ ]*ID: *(?<id>[^ ].*?)
order = [ ]*ID:
order = [ ]*Date: *(?<day>[0-9]{1,2})-(?<month>[0-9]{1,2})-(?<year>[0-9]{4}) +(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(:(?<second>[0-9]{2}))?( *(?<half>[aApP][mM]))?
order = [ ]*Operator: *(?<operator>.*?)
order = [ ]*No\. *(?<number>[0-9]+)
# A star before an abnormal label; then the grade (- is negative, +- a trace, + a positive nitrite;
# pH and SG have none), the value or a word, the unit.
result = [ ]?(?<flag>[* ])(?<code>[A-Za-z]{2,4})( +(?<grade>\+-|-|[1-4]\+|\+[1-4]|\+{1,4}))?( +(?<value>[<>]?=?[0-9]+([.,][0-9]+)?|[A-Za-z]+))?( +(?<unit>(?&unit)))?

[paths]
# Whatever somebody keyed in: only a valid number of the site's own finds its specimen.
specimen = order.id
operator = order.operator
run = order.number+order.time
sent_at = order.time
code = result.code
value = result.value result.grade
unit = result.unit
flags = result.flag
observed_at = order.time
comment = result.grade

[kinds]
# A control looks as a patient's strip does; only what was keyed in can tell.
qc = order.id ~ ^(?i)(QC|CTRL|CONTROL)

[flags]
* = flag A

[units]
mg/dL = mg/dL
mmol/L = mmol/L
umol/L = umol/L
g/L = g/L
Leu/uL = {WBC}/uL
Ery/uL = {RBC}/uL

[analytes]
LEU | 5799-2 | Leukocyte esterase, urine | - | -
NIT | 5802-4 | Nitrite, urine | - | -
URO | 20405-7 | Urobilinogen, urine | mg/dL | 1
PRO | 5804-0 | Protein, urine | mg/dL | 0
PRO | 5804-0 | Protein, urine | g/L | -
pH | 5803-2 | pH, urine | - | 1
BLO | 5794-3 | Blood, urine | - | -
SG | 5811-5 | Specific gravity, urine | - | 3
KET | 5797-6 | Ketones, urine | mg/dL | 0
KET | 22702-5 | Ketones, urine | mmol/L | -
BIL | 5770-3 | Bilirubin, urine | - | -
GLU | 5792-7 | Glucose, urine | mg/dL | 0
GLU | 22705-8 | Glucose, urine | mmol/L | -
# The eleventh pad of some strips, for the reader of the others.
ASC | - | Ascorbic acid, urine | - | -

[template]
once:  ID:{specimen}\r\n
once:  Date:{sent_at:%d-%m-%Y %I:%M %p}\r\n
once:  Operator: {operator}\r\n
once:  No. {run}\r\n
result:  {code:3} {value:-14} {unit}\r\n

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | urine | all | waived | 2026-11-22
