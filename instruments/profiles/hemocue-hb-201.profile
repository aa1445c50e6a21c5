# HemoCue Hb 201+: hemoglobin. CAPTURE WANTED: what its data port sends is in no public document.
# Until somebody records one (docs/capture-wanted.md), only a line that says a number and its unit
# is read as a hemoglobin, and every other line is shown as it came.

[profile]
id = hemocue-hb-201
maker = HemoCue
model = Hb 201+
maturity = draft
source = devices.md 3.13: the USB identity alone; the bytes of this profile are an assumption

[connection]
link = text
baud = 9600
frame = 8N1
flow = none
# The chip in the cable, with the serial number "7": not to be told from any other such cable.
usb = 0403:6001 bridge

[framing]
idle = 2000

[message]
format = text
quirk = code-begins-record
recognise = result.code = Hb

[patterns]
result Hb = [ ]*(Hb:? *)?(?<value>[0-9]{1,3}([.,][0-9])?) *(?<unit>g\/dL|g\/L|mmol\/L)
# Above and below what it measures, as its display shows them.
result Hb = [ ]*(Hb:? +)(?<value>HHH|LLL)

[paths]
code = result.code
value = result.value
unit = result.unit

[units]
g/dL = g/dL
g/L = g/L
mmol/L = mmol/L

[analytes]
Hb | 718-7 | Hemoglobin | g/dL | 1
Hb | 718-7 | Hemoglobin | g/L | 0
Hb | 59260-0 | Hemoglobin | mmol/L | 1

[template]
result: Hb {value} {unit}\r\n

[waiver]
# As devices.md has it; the director holds it against FDA's database.
* | whole blood, capillary blood | all | waived | 2026-11-22
