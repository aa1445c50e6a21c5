# Hipro A1: C-reactive protein in fixed columns, padded with NUL; a site profile written from the one
# example of its manual. What its last byte checks is not known.

[profile]
id = hipro-a1
maker = Hipro
model = A1 (CRP)
maturity = draft
source = one example of a vendor manual

[connection]
link = text
baud = 9600
frame = 8N1
flow = none

[framing]
end = LF
nul = data

[message]
format = text
recognise = order.frame is given

[patterns]
# NUL and ETX are read as U+FFFD, 0xFF as U+00FF.
order* = \x{FF}\$\x{FF}\$(?<frame>\x{FFFD})(?<id>.{12,15}?)(?=  [A-Za-z])
result* = [ ]*(?<code>[^ ]+) +(?<value>[<>]?[0-9.]+) +(?<unit>[^ \x{FFFD}]+\/[^ \x{FFFD}]+)\x{FFFD}*
skip = [ ]*[A-Z] *[0-9]+.

[paths]
specimen = order.id
code = result.code
value = result.value
unit = result.unit

[units]
mg/L = mg/L

[analytes]
hs-CRP | 30522-7 | C-reactive protein, high sensitivity | mg/L | 1
