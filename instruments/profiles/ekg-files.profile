# Files of any EKG cart: from its USB stick, from the folder that its software exports into, or given
# to `phial import`. What kind of file each is, its content says, never its name or this profile.
#
# A cart of its own, whose orders are opened at it, is an instrument with this profile and a folder:
#     [instrument EKG room 2]
#     profile = ekg-files
#     port = folder:/srv/phial/ekg-room-2
# The instrument "import" with the folder `import` of the data folder is always there.

[profile]
id = ekg-files
maker = Any
model = EKG cart, by its files
maturity = draft
source = The formats of ecg.md sections 1 to 3; each reader in instruments/ecg names its own.

[connection]
link = file

[message]
format = ecg
