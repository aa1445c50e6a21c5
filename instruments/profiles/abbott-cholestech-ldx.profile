# Abbott Cholestech LDX: lipids and glucose. The analyzer prints its results for a label printer on
# a serial line and listens to nothing: silence ends a report, and no patient is named in it.

[profile]
id = abbott-cholestech-ldx
maker = Abbott
model = Cholestech LDX
maturity = draft
source = devices.md 3.7: the text as one driver reads it; the line's speed is what a hobbyist's capture used

[connection]
link = text
baud = 9600
frame = 8N1
flow = none

[framing]
idle = 3000

[message]
format = text
quirk = code-begins-record
recognise = result.code ~ ^(TC|HDL|TRG|LDL|(?i:non-HDL)|TC/HDL|GLU)$ and result.equals = =

# KEY=VALUE lines. What cannot be calculated is N/A, what is out of range `<100` or `>500`.
[patterns]
define unit = [^ \/0-9]+\/[^ ]+
result = [ ]*(?<code>[A-Za-z][A-Za-z \/-]*?) *(?<equals>=) *((?<value>[<>]?=? *[0-9]+(\.[0-9]+)?)( *(?<unit>(?&unit)))?|(?<value>N\/A)|(?<value>[^ ].*?)( +(?<unit>(?&unit)))?)

[paths]
code = result.code
value = result.value
unit = result.unit

[units]
mg/dL = mg/dL
mg/dl = mg/dL
mmol/L = mmol/L
mmol/l = mmol/L

[analytes]
# A result in mmol/L has another LOINC, which this map leaves open.
TC | 2093-3 | Cholesterol, total | mg/dL | 0
HDL | 2085-9 | HDL cholesterol | mg/dL | 0
TRG | 2571-8 | Triglycerides | mg/dL | 0
LDL | 13457-7 | LDL cholesterol, calculated | mg/dL | 0
non-HDL | 43396-1 | Non-HDL cholesterol | mg/dL | 0
Non-HDL | 43396-1 | Non-HDL cholesterol | mg/dL | 0
NON-HDL | 43396-1 | Non-HDL cholesterol | mg/dL | 0
TC/HDL | 9830-1 | Cholesterol/HDL ratio | - | 1
GLU | 2339-0 | Glucose | mg/dL | 0

[template]
result: {code}={value} {unit}\r\n

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | whole blood (capillary), whole blood (lithium heparin) | all | waived | 2026-11-22
