# Orphee Mythic 22: a blood count, a line for each thing, fields cut by semicolons; a site profile
# written from one example, in which the line ends were lost: so what ends a field is known by what may
# follow it.

[profile]
id = orphee-mythic-22
maker = Orphee
model = Mythic 22
maturity = draft
source = one example in a public read-me

[connection]
link = text
baud = 9600
frame = 8N1
flow = none

[framing]
first_line = MYTHIC
last_line = END_RESULT

[message]
format = text
recognise = header.model ~ ^MYTHIC

[patterns]
define code = (WBC|RBC|HGB|HCT|PLT|LYM|MON|NEU|EOS|BAS|LYM%|MON%|NEU%|EOS%|BAS%|MCV|MCH|MCHC|RDW|MPV|PCT|PDW)
header* = (?<model>MYTHIC [^;]*);(?<serial>[^;]*);RESULT
order* = DATE;(?<day>[0-9]{2})\/(?<month>[0-9]{2})\/(?<year>[0-9]{4})
order* = TIME;(?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})
order* = MODE;(?<mode>[A-Z]*?)(?=UNIT;|$)
order* = SEQ;(?<sequence>[^;]*?);?0?(?=SID;|$)
order* = SID;(?<id>[^;]*?)(?=PID;|$)
order* = PID;(?<patient>[^;]*?)(;(?<person>[^;]*?))?(?=TYPE;|$)
order* = OPERATOR;(?<operator>[^;]*?)(?=PREL;|$)
skip* = (UNIT|TYPE|TEST|PREL|CYCLE);[^;]*?(?=SEQ;|TEST;|OPERATOR;|PREL;|CYCLE;|WBC;|$)
# Value, a field, flag, then panic low, low, high, panic high.
result* = (?<code>(?&code));(?<value>[^;]*);[^;]*;(?<flag>[^;]*);[^;]*;(?<low>[^;]*);(?<high>[^;]*);[-0-9.]* *
comment* = ALARMS;(?<text>.*?)(?=INTERPRETIVE|COMMENT;|$)
comment* = INTERPRETIVE_(WBC|RBC|PLT);(?<text>.*?)(?=INTERPRETIVE|COMMENT;|$)
comment* = COMMENT;(?<text>[^;]*?)(?=;?LMNE|$)
skip* = (WBC|RBC|PLT) (CURVE|THRESHOLDS);[0-9;]*(?=[A-Z]|$)
# Pictures and thresholds of the optics, up to the end.
skip* = ;?LMNE MATRIX;.*?(?=END_RESULT|$)
skip* = (LMNE SHADE MATRIX|THRES 5D[A-Z ]*);.*?(?=END_RESULT|$)
end = END_RESULT;[0-9]*

[paths]
model = header.model
specimen = order.id
patient_id = order.patient
patient_name = order.person
operator = order.operator
run = order.sequence
observed_at = order.time
code = result.code
value = result.value
flags = result.flag
comment = comment.text

[analytes]
# The units are a setting that the report does not name.
WBC | - | Leukocytes | - | 1
RBC | - | Erythrocytes | - | 2
HGB | - | Hemoglobin | - | 1
HCT | - | Hematocrit | - | 1
PLT | - | Platelets | - | 0
