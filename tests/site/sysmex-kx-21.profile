# Sysmex KX-21: a blood count in fixed columns of five: four digits without their point, one flag; a
# site profile written from captures.

[profile]
id = sysmex-kx-21
maker = Sysmex
model = KX-21
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
recognise = order.id ~ .{12}

[patterns]
# Date, identification, a field, then the columns. Where the point stands is not sent.
order* = D1U(?<year>[0-9]{2})(?<month>[0-9]{2})(?<day>[0-9]{2}).(?<id>.{12}).{7}(?=.{90}$)
result WBC* = (?<=^.{29})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result RBC* = (?<=^.{34})(?<value>(?<whole>.{2})(?<fraction>.{2}))(0|(?<flag>.))
result HGB* = (?<=^.{39})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result HCT* = (?<=^.{44})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result MCV* = (?<=^.{49})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result MCH* = (?<=^.{54})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result MCHC* = (?<=^.{59})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result PLT* = (?<=^.{64})(?<value>(?<whole>.{4}))(0|(?<flag>.))
result LYM%* = (?<=^.{69})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result MXD%* = (?<=^.{74})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result NEUT%* = (?<=^.{79})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result LYM#* = (?<=^.{84})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result MXD#* = (?<=^.{89})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result NEUT#* = (?<=^.{94})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result RDW* = (?<=^.{99})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result PDW* = (?<=^.{104})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result MPV* = (?<=^.{109})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))
result P-LCR* = (?<=^.{114})(?<value>(?<whole>.{3})(?<fraction>.{1}))(0|(?<flag>.))

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
