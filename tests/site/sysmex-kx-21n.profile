# Sysmex KX-21N: a blood count in fixed columns of five: four digits without their point, one flag; a
# site profile written from captures.

[profile]
id = sysmex-kx-21n
maker = Sysmex
model = KX-21N
maturity = draft
source = the columns of public captures

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
recognise = order.id ~ .{15}

[patterns]
# Date, identification, a field, then the columns. Where the point stands is not sent.
order* = D1U(?<year>[0-9]{4})(?<month>[0-9]{2})(?<day>[0-9]{2}).(?<id>.{15}).{7}(?=.{95}$)
result WBC* = (?<=^.{34})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result RBC* = (?<=^.{39})(?<value>(?<whole>.{2})(?<fraction>.{2}))(0|(?<flag>.))
result HGB* = (?<=^.{44})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result HCT* = (?<=^.{49})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result MCV* = (?<=^.{54})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result MCH* = (?<=^.{59})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result MCHC* = (?<=^.{64})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result PLT* = (?<=^.{69})(?<value>(?<whole>.{4}))(0|(?<flag>.))
result LYM%* = (?<=^.{74})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result MXD%* = (?<=^.{79})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result NEUT%* = (?<=^.{84})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result LYM#* = (?<=^.{89})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result MXD#* = (?<=^.{94})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result NEUT#* = (?<=^.{99})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result RDW-SD* = (?<=^.{104})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result RDW-CV* = (?<=^.{109})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result PDW* = (?<=^.{114})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result MPV* = (?<=^.{119})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result P-LCR* = (?<=^.{124})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))

[paths]
specimen = order.id
observed_at = order.time
code = result.code
value = result.value
number = result.number
flags = result.flag

[flags]
1 = flag H
2 = flag L

[analytes]
# The units are a setting that the report does not name.
WBC | - | Leukocytes | - | 1
RBC | - | Erythrocytes | - | 2
HGB | - | Hemoglobin | - | 1
HCT | - | Hematocrit | - | 1
PLT | - | Platelets | - | 0
