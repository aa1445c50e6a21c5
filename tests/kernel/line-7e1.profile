# For the kernel rung only: a serial line with parity, so that the driver is seen to be told of it.

[profile]
id = line-7e1
maker = Tests
model = Line with parity
maturity = draft
source = invented for the tests

[connection]
link = lis01
baud = 9600
frame = 7E1
flow = none

[message]
format = lis02

[paths]
model = H.5.1
sent_at = H.14
specimen = O.3
patient_id = P.3
patient_name = P.6
code = R.3.4
value = R.4
unit = R.5
flags = R.7
status = R.9

[units]
mg/dL = mg/dL
