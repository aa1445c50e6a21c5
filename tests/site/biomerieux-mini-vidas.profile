# bioMerieux mini VIDAS: fields that begin with RS and a tag of two letters, GS, a sum; a site profile
# written from one capture.

[profile]
id = biomerieux-mini-vidas
maker = bioMerieux
model = mini VIDAS
maturity = draft
source = the layout of one public capture, whose sum was recomputed

[connection]
link = text
baud = 9600
frame = 8N1
flow = none

[framing]
start = STX
end = ETX
sum = mod256

[message]
format = text
separators = GS
recognise = order.name is given and detail.code is given

[patterns]
# A control character within a line, such as RS, is read as U+FFFD.
define text = [^\x{FFFD}|]*
order* = \x{FFFD}pi(?<patient>(?&text))\|?
order* = \x{FFFD}pn(?<person>(?&text))\|?
order* = \x{FFFD}ci(?<id>(?&text))\|?
detail* = \x{FFFD}rt(?<code>(?&text))\|?
order* = \x{FFFD}rn(?<name>(?&text))\|?
detail* = \x{FFFD}tt(?<hour>[0-9]{2}):(?<minute>[0-9]{2})\|?
detail* = \x{FFFD}td(?<month>[0-9]{2})\/(?<day>[0-9]{2})\/(?<year>[0-9]{2,4})\|?
result* = \x{FFFD}ql(?<word>(?&text))\|?(\x{FFFD}qn(?<number>(?&text)))?\|?
result* = \x{FFFD}qn(?<number>(?&text))\|?
skip* = \x{FFFD}(mt|si)(?&text)\|?

[paths]
specimen = order.id
patient_id = order.patient
patient_name = order.person
observed_at = detail.time
code = detail.code
name = order.name
value = result.number result.word
comment = result.word

