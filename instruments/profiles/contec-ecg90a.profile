# Contec ECG90A, recording live: HID reports of a general-purpose chip, told by its serial number and
# by what the cart answers. Its case files, from its USB drive, are `ekg-files`.
#     port = usb:0483:5750#STM3210

[profile]
id = contec-ecg90a
maker = Contec
model = ECG90A, live
maturity = draft
source = ecg.md section 7: one owner's published findings; no capture is public

[connection]
link = contec-ecg90a
usb = 0483:5750 serial STM3210

[message]
format = ecg
