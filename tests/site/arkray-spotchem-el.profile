# Arkray Spotchem EL SE-1520: electrolytes, a site profile written from one capture.

[profile]
id = arkray-spotchem-el
maker = Arkray
model = Spotchem EL
maturity = draft
source = the layout of one public capture

[connection]
link = text
baud = 9600
frame = 8N1
flow = none

[framing]
start = STX
end = ETX

[message]
format = text
recognise = order.id ~ ^. and order.time ~ T and order.material is given

[patterns]
# 24/10/29 13:08 ID# NUMBER [MATERIAL], then for each test its code, value and unit, all in one line.
order* = (?<year>[0-9]{2})\/(?<month>[0-9]{2})\/(?<day>[0-9]{2}) +(?<hour>[0-9]{2}):(?<minute>[0-9]{2}) +ID# *(?<id>.*?) *\[(?<material>[^\]]*)\]
result* = [ ]*(?<code>[A-Za-z]+) +(?<value>[<>]?[-0-9.*]+) +(?<unit>[^ ]+\/[^ ]+)

[paths]
specimen = order.id
observed_at = order.time
sent_at = order.time
code = result.code
value = result.value
unit = result.unit
comment = order.material

[units]
mmol/L = mmol/L

[analytes]
Na | 2951-2 | Sodium | mmol/L | 0
K | 2823-3 | Potassium | mmol/L | 1
Cl | 2075-0 | Chloride | mmol/L | 0
