# Sysmex UC-1000: urine strips, fields in columns cut by commas; a site profile written from captures.
# Which field is which pad is the order of the strip, which the captures do not name.

[profile]
id = sysmex-uc-1000
maker = Sysmex
model = UC-1000
maturity = draft
source = the layout of public captures

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
recognise = order.strip ~ Strip

[patterns]
order* = (?<id>[^,]{13,15}),[^,]*,[^,]*,(?<number>[A-Z][0-9]+),[^,]*, *(?<strip>[^,]*?) *,(?<year>[0-9]{4})\/(?<month>[0-9]{2})\/(?<day>[0-9]{2}),(?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})
define pad = ,[0-9][ *?]
# A mark, a grade, a value, in columns; which field is which pad is told by how many follow.
result URO* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){15}$)
result BLD* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){14}$)
result BIL* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){13}$)
result KET* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){12}$)
result GLU* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){11}$)
result PRO* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){10}$)
result pH* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){9}$)
result NIT* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){8}$)
result LEU* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){7}$)
result SG* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){6}$)
result CRE* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){5}$)
result ALB* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){4}$)
result P/C* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){3}$)
result A/C* = ,[0-9]( |(?<flag>[*?]))(?<grade>[^ ,]*[-+])? *(?<value>[^,]*?)? *(?=(,[^,]*){2}$)
skip* = ,1 *(?=,|$)
comment* = ,[0-9] *(?<text>[^,]*?) *(?=$)

[paths]
specimen = order.id
run = order.number
observed_at = order.time
code = result.code
value = result.value result.grade
flags = result.flag
comment = result.grade comment.text

[flags]
* = flag A
? = comment To be looked at
