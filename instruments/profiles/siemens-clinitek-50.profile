# Bayer (now Siemens) CLINITEK 50: urine strips. The host asks, the analyzer answers with packets
# that hold a sum. Its line tells nothing of a patient: a person says whose strip it was.

[profile]
id = siemens-clinitek-50
maker = Siemens Healthineers
model = CLINITEK 50
maturity = draft
source = devices.md 3.2: a public driver with one identification packet, whose sum holds, and one data packet printed without its trailing blanks

[connection]
link = clinitek-50
baud = 9600
frame = 8N1
flow = xon-xoff
# A raised DTR puts the analyzer into its programming mode.
dtr = off

[message]
format = text
recognise = header.product = 6510

[patterns]
define unit = [^ \/]+\/[^ ]+
# Product, revision, software, then the clock. The order of the date is set on the analyzer: where
# it is not year, month, day, change the order of the three groups here.
header = (?<product>[0-9]{4})(?<revision>..)(?<software>[0-9]{2}\.[0-9]{2}) (?<year>[0-9]{2})(?<month>[0-9]{2})(?<day>[0-9]{2})(?<hour>[0-9]{2})(?<minute>[0-9]{2})
# Language and unit system.
header = (?<language>[^ ]+) - (?<units>[^ ].*?)
header = (?<strip>[^ ].*STIX.*?)
# Number of the strip, then what somebody chose for clarity and colour.
order = (?<sequence>[0-9]{1,3})( +(?<appearance>[^ ].*?))?
# Label in three columns, a star for an abnormal one, the value. Words are those of the language.
result = (?<code>[A-Za-z][A-Za-z0-9]{1,2})(?<=^..|^...) ?(?<flag>[* ]) (?<=^.....) *(?<value>(?<number>[<>]?=?[0-9]+([.,][0-9]+)?)( (?<unit>(?&unit)))?|[^ ].*? (?<unit>(?&unit))|[^ ].*?)

[paths]
software = header.software
sent_at = header.time
# Numbers begin again at 001: with the time, one is a run.
run = order.sequence+header.time
code = result.code
value = result.value
number = result.number
unit = result.unit
flags = result.flag
observed_at = header.time
comment = order.appearance

[flags]
* = flag A

[units]
mg/dL = mg/dL
g/L = g/L
mmol/L = mmol/L
umol/L = umol/L
E.U./dL = {Ehrlich'U}/dL
Ery/uL = {RBC}/uL
Leu/uL = {WBC}/uL

[analytes]
GLU | 5792-7 | Glucose, urine | mg/dL | -
GLU | 22705-8 | Glucose, urine | mmol/L | -
BIL | 5770-3 | Bilirubin, urine | - | -
KET | 5797-6 | Ketones, urine | mg/dL | -
KET | 22702-5 | Ketones, urine | mmol/L | -
SG | 5811-5 | Specific gravity, urine | - | -
pH | 5803-2 | pH, urine | - | -
PRO | 5804-0 | Protein, urine | mg/dL | -
PRO | 5804-0 | Protein, urine | g/L | -
UBG | 20405-7 | Urobilinogen, urine | mg/dL | -
UBG | 19161-9 | Urobilinogen, urine | {Ehrlich'U}/dL | -
URO | 20405-7 | Urobilinogen, urine | mg/dL | -
URO | 19161-9 | Urobilinogen, urine | {Ehrlich'U}/dL | -
NIT | 5802-4 | Nitrite, urine | - | -
# Blood: OBL in German.
OBL | 5794-3 | Blood, urine | - | -
BLO | 5794-3 | Blood, urine | - | -
LEU | 5799-2 | Leukocyte esterase, urine | - | -

[template]
once: \r\n6510  01.02 {sent_at:%y%m%d%H%M}\r\n
once: {run} CLEAR YELLOW\r\n
result: {code:4} {value:16}\r\n

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | urine | all | waived | 2026-11-22
