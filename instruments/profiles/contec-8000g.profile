# Contec 8000G, recording live over the USB-to-serial chip in its cable. The chip is that of many
# cables: phial.conf binds the cart to a port, and the cart's own mark begins each recording.

[profile]
id = contec-8000g
maker = Contec
model = 8000G, live
maturity = draft
source = ecg.md section 7: one owner's published findings; no capture is public

[connection]
link = contec-8000g
usb = 10C4:EA60 bridge
baud = 230400
frame = 8N1

[message]
format = ecg
