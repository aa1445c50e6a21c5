# Siemens CLINITEK Status and Status+: urine strips, one line of commas for each strip, ended by CR,
# by serial line or through a serial device server. The analyzer sends by itself when a strip is
# done, or all it holds at once when somebody presses "send all data" (software 1.0): a burst.

[profile]
id = siemens-clinitek-status
maker = Siemens Healthineers
model = CLINITEK Status
maturity = draft
source = devices.md 3.1: the layout as two drivers read it (41 fields; twelve commas at the end); the order of the leading fields and the line's speed are not confirmed

[connection]
link = text
baud = 9600
frame = 8N1
flow = none

[framing]
end = CR

[message]
format = text
recognise = order.sequence ~ ^[0-9] and result.code ~ ^(GLU|BIL|KET|SG|BLO|BLD|pH|PRO|URO|UBG|NIT|LEU|ALB|CRE)$

# Twelve leading fields, then three for each pad: code, value, flag. How many pads there are varies
# with strip and software, and empty ones may stand at the end: so known codes are looked for, each
# with what follows it. The codes are fixed and filled up to three characters; the words are those
# of the language and the unit system that are set on the analyzer.
[patterns]
define pad = (GLU|BIL|KET|SG|BLO|BLD|pH|PRO|URO|UBG|NIT|LEU|ALB|CRE)(?= *,)
# A leading field: anything but a pad's code.
define lead = ,(?!(?&pad))[^,]*
define stamp = ,[0-9]{1,2}[-\/.][0-9]{1,2}[-\/.][0-9]{2,4},[0-9]{1,2}:[0-9]{2}
define unit = [^ ,()\/]+\/[^ ,()]+
# A record that broke off with another right behind it, told by that one's date and time: what is
# fused is no result, and what follows is shown, not read.
detail* = (?<fused>[0-9]{1,6}(?&stamp)(?&lead)*?[0-9]+)(?=(?&stamp))
detail* = (,[^,]*){1,3}?(?<fused>[0-9]+)(?=(?&stamp))
# Number of the strip, date (month before day: the order is set on the analyzer; where it says the
# day first, exchange the two groups' names), time, operator, a field, identification.
order* = (?<sequence>[0-9]{1,6})(?=(?&lead){0,10}?,(?<accession>[0-9]{12})(,|$))?,((?<month>[0-9]{1,2})[-\/.](?<day>[0-9]{1,2})[-\/.](?<year>[0-9]{2,4}))?[^,]*,((?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(:(?<second>[0-9]{2}))?( *(?<half>[aApP][mM]))?)?[^,]*,(?<operator>[^,]*),[^,]*,(?<id>[^,]*)(?=(?&lead){6},(?&pad))
# Another number of leading fields: their places are not known. One of twelve digits may be a
# specimen's number; whether it is, its check digit says.
order* = (?<sequence>[0-9]{1,6})(?=(?&lead){0,30}?,(?<accession>[0-9]{12})(,|$))?(?&lead){0,30}(?=,(?&pad))
# No pad that is known.
order* = (?<sequence>[0-9]{1,6})(?=(?&lead){0,10}?,(?<accession>[0-9]{12})(,|$))?(?&lead){0,11}(?=,|$)
result* = ,(?<code>(?&pad)) *,(?<value>(?<number>[<>]?=?[0-9]+([.,][0-9]+)?)( (?<unit>(?&unit)))?|[^,]*? (?<unit>(?&unit))|[^,]*?) *(?=,|$)(,(?!(?&pad))(?<flag>[^,]*))?
# Colour, clarity, a field, the name of the strip: what stands between the identification and the
# first pad.
comment* = ,(?<text>[^,]*(?&lead){3})(?&lead){2}(?=,(?&pad))
# A pad that is not known: shown as it came.
result* = ,(?<code>[A-Za-z][^,]{0,7}?) *,(?<value>[^,]+)(,(?!(?&pad))(?<flag>[^,]*))?(?=,|$)
skip* = ,(?= *(,|$))

[paths]
specimen = order.accession order.id
operator = order.operator
run = order.sequence+order.time
sent_at = order.time
code = result.code
value = result.value
number = result.number
unit = result.unit
flags = result.flag
observed_at = order.time
comment = comment.text

[kinds]
# Nothing in a record is known to tell controls from patients but what somebody keyed in.
qc = order.id ~ ^(?i)(QC|CTRL|CONTROL)
incomplete = detail.fused is given
# The middle of this record and the beginning of the next were lost together: pads of another strip
# stand in what is not known.
incomplete = ?.line ~ ,(GLU|BIL|KET|SG|BLO|BLD|pH|PRO|URO|UBG|NIT|LEU|ALB|CRE) *,

[flags]
* = flag A

[units]
mg/dL = mg/dL
mg/L = mg/L
g/L = g/L
mmol/L = mmol/L
umol/L = umol/L
E.U./dL = {Ehrlich'U}/dL
Ery/uL = {RBC}/uL
Leu/uL = {WBC}/uL

[analytes]
# A concentration in another unit than these has no LOINC here: the unit is set on the analyzer.
GLU | 5792-7 | Glucose, urine | mg/dL | -
BIL | 5770-3 | Bilirubin, urine | - | -
GLU | 22705-8 | Glucose, urine | mmol/L | -
KET | 5797-6 | Ketones, urine | mg/dL | -
KET | 22702-5 | Ketones, urine | mmol/L | -
SG | 5811-5 | Specific gravity, urine | - | -
BLO | 5794-3 | Blood, urine | - | -
BLD | 5794-3 | Blood, urine | - | -
pH | 5803-2 | pH, urine | - | -
PRO | 5804-0 | Protein, urine | mg/dL | -
PRO | 5804-0 | Protein, urine | g/L | -
URO | 20405-7 | Urobilinogen, urine | mg/dL | -
URO | 19161-9 | Urobilinogen, urine | {Ehrlich'U}/dL | -
UBG | 20405-7 | Urobilinogen, urine | mg/dL | -
UBG | 19161-9 | Urobilinogen, urine | {Ehrlich'U}/dL | -
NIT | 5802-4 | Nitrite, urine | - | -
LEU | 5799-2 | Leukocyte esterase, urine | - | -
ALB | 14957-5 | Albumin, urine | mg/L | -
CRE | 2161-8 | Creatinine, urine | mg/dL | -

[template]
once: {run},{sent_at:%m-%d-%y},{sent_at:%H:%M},{operator},,{specimen},Yellow,Clear,,MULTISTIX 10 SG,,
result: ,{code:3},{value} {unit},{flag}

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | urine | all | waived | 2026-11-22
