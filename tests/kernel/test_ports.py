#!/usr/bin/env -S python3 -B
"""Real drivers, real udevd, real unplugging: what only a kernel can do to Phial's ports.

One boot, one `phial serve` as an ordinary user. A serial line is an FTDI chip under ftdi_sio, a meter
is a HID device through libusb; both are emulated down to the USB packet (devices.py).
"""
import itertools

from devices import ACK, NAK, Analyzer, FtdiChip, Meter, session_lines
from served import Served
from vm import SOURCE, Failure, Guest, check, main

LINK = "/dev/phial/by-path/pci-0000:00:07.0-usb-0:1:1.0"
METER_NODE, PICCOLO_NODE = (f"/dev/bus/usb/001/$(printf %03d $(cat /sys/bus/usb/devices/1-{socket}/devnum))" for socket in (2, 3))
SETTINGS = f"""[instrument Line]
profile = line-7e1
port = serial:{LINK}
[instrument Meter]
profile = ascensia-contour-next
port = usb:1a79:7800
[instrument Piccolo]
profile = abaxis-piccolo-xpress
port = usb:0403:cd18"""
READINGS = SOURCE / "tests/replay/ascensia-contour-next/three-readings.session"
PANEL = SOURCE / "tests/replay/abaxis-piccolo-xpress/patient-panel.session"
HEADER = "H|\\^&|||Line 1||||||||LIS2-A2|20260312070000"
LAST = "L|1|N"


def result(value):
    return f"R|1|^^^GLU|{value}|mg/dL||N||F"


# ---- What the line does to a frame: spoil(chip, frame) for Analyzer.offer ----

def parity_errors_the_sum_does_not_see(chip, frame):
    """5.9 becomes 6.8: two damaged bytes, and the same sum."""
    before, value, after = frame.partition(b"5.9")
    chip.say(before)
    chip.say(b"6", FtdiChip.PARITY)
    chip.say(b".")
    chip.say(b"8", FtdiChip.PARITY)
    chip.say(after)


def framing_error(chip, frame):
    """The byte is right, but the chip saw no stop bit."""
    chip.say(frame[:9])
    chip.say(frame[9:10], FtdiChip.FRAMING)
    chip.say(frame[10:])


def break_inside(chip, frame):
    """A break is a NUL to the chip: it adds nothing to a sum."""
    chip.say(frame[:12])
    chip.say(b"\0", FtdiChip.BREAK)
    chip.say(frame[12:])


def overrun(chip, frame):
    """A byte is lost in the chip, which says so with the next ones."""
    chip.say(frame[:8])
    chip.say(frame[9:], FtdiChip.OVERRUN)


def told(damage):
    return damage.__name__.replace("_", " ")


DAMAGES = (parity_errors_the_sum_does_not_see, framing_error, break_inside, overrun)


# ---- Scenarios ----

def may_open(guest, path, groups):
    status, _ = guest.try_run(guest.as_nobody(f"bash -c 'exec 5<>\"{path}\"' 2>&1", groups))
    return status == 0


def rules_are_applied(guest):
    node = "/dev/ttyUSB0"
    check(guest.try_run(f"readlink -f {LINK}")[1] == node, "udev's link /dev/phial/by-path/... leads to ttyUSB0")
    check(guest.run(f"stat -c '%G %a' {node}") == "dialout 660", "the serial port belongs to dialout, and to nobody else")
    check(guest.run(f"stat -c '%G %a' {METER_NODE}") == "plugdev 660", "the meter belongs to plugdev, and to nobody else")
    check(guest.run(f"stat -c '%G %a' {PICCOLO_NODE}") == "plugdev 660", "so does the FTDI chip with a maker's own number")
    for path, group in ((LINK, "dialout"), (guest.run(f"echo {METER_NODE}"), "plugdev")):
        check(may_open(guest, path, group), f"a user in {group} opens {path}")
        check(not may_open(guest, path, ""), f"a user outside is refused {path}")
    properties = guest.run(f"udevadm info -q property -n {node}")
    check("ID_MM_DEVICE_IGNORE=1" in properties and "PHIAL_CABLE=1" in properties, "modem managers are told to leave the cable alone")


def damaged_bytes_are_not_data(chip, served):
    analyzer = Analyzer(chip)
    check(chip.line_settings() == (7, "E"), "the chip was told 7 data bits and even parity, as the profile says")
    analyzer.begin()
    analyzer.send([HEADER, "P|1||MRN-1||ANDERSON-TEST^A", "O|1|SPECIMEN-1||^^^GLU"])
    for damage in DAMAGES:
        check(analyzer.offer(result("5.9"), damage) == NAK, f"refused: {told(damage)}")
    check(analyzer.offer(result("5.9")) == ACK, "the frame that comes again undamaged is acknowledged")
    analyzer.send([LAST])
    analyzer.finish()
    served.wait_for("select 1 from message", "a message")
    check([(m["specimen"], m["values"]) for m in served.messages("Line")] == [("SPECIMEN-1", ["5.9"])], "the result is 5.9, once")
    check(served.frames() == analyzer.kept(), "the journal holds what was acknowledged and nothing else")


def a_serial_port_unplugged_and_plugged_in_again(guest, chip, served):
    analyzer = Analyzer(chip)
    analyzer.begin()
    analyzer.send([HEADER, "P|1||MRN-2||BAKER-TEST^B", "O|1|SPECIMEN-2||^^^GLU", result("6.1")])
    chip.unplug()
    served.wait_for_log("instrument Line", "went away")
    guest.wait_until(f"[ ! -e {LINK} ]", "udev takes the link away")
    chip.plug()
    served.wait_for_log("instrument Line", "the link is up", 2)
    analyzer.begin()
    analyzer.send([HEADER, "P|1||MRN-3||CARTER-TEST^C", "O|1|SPECIMEN-3||^^^GLU", result("7.4"), LAST])
    analyzer.finish()
    served.wait_for("select 1 from message where specimen_text = 'SPECIMEN-3'", "the next message")
    interrupted, fresh = served.messages("Line")[1:]
    check(interrupted["kind"] == "incomplete" and interrupted["specimen"] == "SPECIMEN-2", "what broke off is kept as incomplete")
    check(fresh["session"] != interrupted["session"] and fresh["values"] == ["7.4"] and "CARTER" in fresh["patient"],
          "after replugging there is a fresh session with nothing of the old one")


def a_meter_unplugged_in_a_transfer_and_plugged_in_again(meter, served):
    lines = list(session_lines(READINGS))[1:]  # its first line is another host's way to wake a meter
    half = next(n for n, (direction, report) in enumerate(lines) if b"4R|2|" in report)
    meter.wait_to_be_woken()
    meter.play(lines[:half])
    meter.unplug()
    served.wait_for_log("instrument Meter", "went away")
    meter.plug()
    served.wait_for_log("instrument Meter", "the link is up", 2)
    meter.wait_to_be_woken()
    meter.play(lines)
    served.wait_for("select 1 from message where run = '3'", "the meter's last reading")
    messages = served.messages("Meter")
    sessions = [[m["values"] for m in group] for _, group in itertools.groupby(messages, lambda m: m["session"])]
    check(len(sessions) == 2, "the meter's readings stand in two sessions")
    check(sessions[0] == [["93"]], "what came before the meter was unplugged is kept")
    check(sessions[1] == [["93"], [">600"], ["121"]], "after replugging all three readings arrive, in a session of their own")


def a_meter_unplugged_while_nobody_speaks(meter, served):
    """After a whole download Phial has nothing to write: only the read under way can tell."""
    meter.unplug()
    served.wait_for_log("instrument Meter", "went away", 2)
    check(True, "a meter at rest is missed when it is unplugged")


def a_chip_that_the_kernel_does_not_claim(guest, piccolo, served):
    """Read through libusb, since no driver of the kernel knows its number."""
    analyzer = Analyzer(piccolo)
    lines = list(session_lines(PANEL))
    check(guest.try_run("ls /sys/bus/usb/devices/1-3:1.0/ttyUSB*")[0] != 0, "the kernel makes no serial port of 0403:cd18")
    check(piccolo.line_settings() == (8, "N"), "Phial told the chip 8 data bits and no parity, as the profile says")
    analyzer.play(lines[:8])
    piccolo.unplug()
    served.wait_for_log("instrument Piccolo", "went away")
    piccolo.plug()
    served.wait_for_log("instrument Piccolo", "the link is up", 2)
    analyzer.play(lines)
    served.wait_for("select 1 from message where kind = 'patient' and model like 'piccolo%'", "the panel")
    interrupted, fresh = served.messages("Piccolo")
    check(interrupted["kind"] == "incomplete" and not interrupted["values"], "what broke off is kept as incomplete")
    check(fresh["values"] == ["141", "4.1", "188", "<0.2", "HEM"], "after replugging the whole panel arrives")
    analyzer.begin()
    analyzer.send([HEADER, "P|1||MRN-4", "O|1|SPECIMEN-4||^^^GLU"])
    for damage in DAMAGES:
        check(analyzer.offer(result("5.9"), damage) == NAK, f"refused through libusb, too: {told(damage)}")
    analyzer.send([result("5.9"), LAST])
    analyzer.finish()


def test(folder, kernel, program, usb_device):
    guest = Guest(kernel, folder)
    devices = []
    try:
        chip, meter = FtdiChip(usb_device, guest.usb(1)), Meter(usb_device, guest.usb(2))
        piccolo = FtdiChip(usb_device, guest.usb(3), product=0xcd18, serial="PX000042")
        devices = [chip, meter, piccolo]
        served = Served(guest, program)
        for device in devices:
            device.plug()
        guest.wait_until(f"[ -e /dev/ttyUSB0 ] && [ -e {METER_NODE} ] && [ -e {PICCOLO_NODE} ]", "the kernel finds the devices")
        guest.run("udevadm settle --timeout=20")
        rules_are_applied(guest)
        served.configure(SETTINGS, SOURCE / "tests/kernel/line-7e1.profile")
        served.start()
        for name in ("Line", "Meter", "Piccolo"):
            served.wait_for_log(f"instrument {name}", "the link is up")
        damaged_bytes_are_not_data(chip, served)
        a_serial_port_unplugged_and_plugged_in_again(guest, chip, served)
        a_meter_unplugged_in_a_transfer_and_plugged_in_again(meter, served)
        a_meter_unplugged_while_nobody_speaks(meter, served)
        a_chip_that_the_kernel_does_not_claim(guest, piccolo, served)
        served.stop()
        check(guest.try_run(f"phial custody verify --data {served.data}")[0] == 0, "custody verifies")
    except Failure:
        guest.print_last_words()
        raise
    finally:
        guest.end()
        for device in devices:
            device.end()


if __name__ == "__main__":
    main(test)
