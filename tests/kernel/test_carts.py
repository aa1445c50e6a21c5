#!/usr/bin/env -S python3 -B
"""EKG carts that record while Phial listens, behind the kernel's own drivers.

An ECG90A that usbhid has first and libusb takes, and an 8000G whose cable cp210x drives at 230400
baud; beside them a device of another maker with the ECG90A's ids. An order is open at each cart, both
are told to record at the same time, and each recording must propose itself to its order.
"""
import shutil
import pathlib

from clinic import ADMINISTRATOR, PEOPLE, Clinic, page_command, settings
from devices import Contec8000g, Ecg90a
from served import Served
from vm import Failure, Guest, check, main

PORT = 8080
LINK = "/dev/phial/by-path/pci-0000:00:07.0-usb-0:2:1.0"
HID_NODE, STRANGER_NODE = (f"/dev/bus/usb/001/$(printf %03d $(cat /sys/bus/usb/devices/1-{socket}/devnum))" for socket in (1, 3))
CARTS = {"HID": ("contec-ecg90a", "usb:0483:5750#STM3210"), "Cable": ("contec-8000g", f"serial:{LINK}")}
INSTRUMENTS = "\n".join(f"[instrument {name}]\nprofile = {profile}\nport = {port}" for name, (profile, port) in CARTS.items())
RECORD_SECONDS = 45
TRACINGS = ("select i.name, t.format, m.reason_code as reason, o.number as proposed, s.id as session from tracing t join message m on "
            "m.id = t.message join session s on s.id = m.session join instrument i on i.id = s.instrument left join orders o on "
            "o.id = t.proposed")


def prepare(program, folder):
    """A clinic in which an EKG order is open at each cart; the orders' numbers by the carts' names."""
    clinic = Clinic(program, folder, INSTRUMENTS)
    cookies = pathlib.Path(folder) / "cookies"
    clinic.add_people([ADMINISTRATOR])
    with clinic.served():
        clinic.add_people([login for login in PEOPLE if login != ADMINISTRATOR], ADMINISTRATOR)
        orders = {name: clinic.enter_order(family, "EKG") for name, family in zip(CARTS, ("ANDERSON", "BAKER"))}
        clinic.page(cookies, "sign_in", login="maria", pin=PEOPLE["maria"][0])
        for name, order in orders.items():
            clinic.page(cookies, "ekg_open", order=order, instrument=name)
    return shutil.copytree(clinic.data, pathlib.Path(folder) / "before", ignore=shutil.ignore_patterns("*.sock")), orders


def rules_are_applied(guest):
    check(guest.try_run(f"readlink -f {LINK}")[1] == "/dev/ttyUSB0", "udev's link leads to the cable's port")
    check(guest.run(f"stat -c '%G %a' {HID_NODE}") == "plugdev 660", "the ECG90A belongs to plugdev")
    check(guest.run(f"stat -c %G {STRANGER_NODE}") != "plugdev", "a device of the same ids and another serial number does not")


def recording(served, session):
    """The frames of a session, joined: the file that was kept."""
    rows = served.query(f"select hex(bytes) as bytes from frame where session = {session} and direction = 0 order by number")
    return b"".join(bytes.fromhex(row["bytes"]) for row in rows)


def hid_recording_is_whole(cart, kept):
    reports = [kept[at:at + 64] for at in range(0, len(kept), 64)]
    stream = [report for report in reports if report[0] == 0xe0]
    check(reports[0] == Ecg90a.NAME, "it begins with the cart's word of who it is")
    check(stream == cart.sent[:len(stream)] and len(stream) > 1600, f"{len(stream)} reports are the cart's, all of them in order")
    check([command[0] for command in cart.commands] == [0x91, 0x82, 0x93, 0xa1, 0x90, 0x91], "the cart was told what it must be, no more")


def cable_recording_is_whole(cart, kept):
    check(cart.baud() == 230400, "the chip was told 230400 baud")
    check(b"".join(cart.sent)[:len(kept)] == kept and len(kept) > 150000, f"{len(kept)} bytes are the cart's, all of them in order")


def test(folder, kernel, program, usb_device):
    guest = Guest(kernel, folder)
    devices = []
    try:
        before, orders = prepare(program, folder)
        hid, cable = Ecg90a(usb_device, guest.usb(1)), Contec8000g(usb_device, guest.usb(2))
        devices = [hid, cable, Ecg90a(usb_device, guest.usb(3), serial="0000001A")]
        served = Served(guest, program)
        guest.run(f"cp -r {before}/. {served.data} && cat >{served.data}/phial.conf <<'END' && chown -R 65534:65534 {served.data}\n" +
                  settings(PORT, INSTRUMENTS) + "END")
        for device in devices:
            device.plug()
        guest.wait_until(f"[ -e /dev/ttyUSB0 ] && [ -e {HID_NODE} ] && [ -e {STRANGER_NODE} ]", "the kernel finds the devices")
        guest.run("udevadm settle --timeout=20")
        rules_are_applied(guest)
        served.start()
        for name in CARTS:
            served.wait_for_log(f"instrument {name}", "the link is up")
        guest.run(page_command(PORT, "/run/cookies", "sign_in", login="maria", pin=PEOPLE["maria"][0]), 60)
        for name in CARTS:
            guest.run(page_command(PORT, "/run/cookies", "ekg_run", instrument=name))
        guest.wait_until(f"[ $(sqlite3 'file:{served.data}/phial.db?mode=ro' 'select count(*) from tracing') -ge 2 ]", "two tracings",
                         RECORD_SECONDS)
        for row in served.query(TRACINGS):
            told = (row["format"], row["reason"], row["proposed"])
            check(told == ("contec-live", "ekg-confirm", orders[row["name"]]), f"the recording of {row['name']} proposes itself to its order")
            kept = recording(served, row["session"])
            hid_recording_is_whole(hid, kept) if row["name"] == "HID" else cable_recording_is_whole(cable, kept)
        check(not devices[2].commands, "nothing was ever said to the device of another maker")
        served.stop()
    except Failure:
        guest.print_last_words()
        raise
    finally:
        guest.end()
        for device in devices:
            device.end()


if __name__ == "__main__":
    main(test)
