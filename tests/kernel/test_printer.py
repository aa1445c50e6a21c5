#!/usr/bin/env -S python3 -B
"""A label printer of the USB printer class: asked how it is, and given a label, byte for byte.

The clinic is made here, where sign-ins are quick, and its folder copied into the guest. There the
kernel's usblp has the printer first, as on every Debian.
"""
import pathlib
import re
import shutil
import time

from clinic import ADMINISTRATOR, PEOPLE, Clinic, settings
from devices import Printer
from served import GROUPS, Served
from vm import Failure, Guest, check, main

PRINTER_NODE = "/dev/bus/usb/001/$(printf %03d $(cat /sys/bus/usb/devices/1-1/devnum))"
def printer_settings(printer):
    return f"[printer Labels]\n{printer}\nstock = 2x1"


class LabelClinic(Clinic):
    """Its label printer is a folder."""

    def __init__(self, program, folder):
        self.labels = pathlib.Path(folder) / "labels"
        self.labels.mkdir()
        super().__init__(program, folder, printer_settings(f"kind = file\nport = {self.labels}\nformat = zpl"))

    def take_specimen(self):
        order = self.enter_order("ANDERSON", "HbA1c")
        self.command("order identify", [f"order: {order}", "identifier: name", "identifier: birth date", "method: asked"], "maria")
        return self.told(self.command("specimen collect", [f"order: {order}", "specimen_type: whole blood"], "maria"), "accession")

    def print_label(self, accession):
        """The label as a file. Just after the start the printer's process may not be ready yet, and says so."""
        for attempt in range(20):
            try:
                self.command("label print", [f"accession: {accession}", "printer: Labels", "stock: 2x1"], "maria")
                break
            except Failure as failure:
                if "not ready" not in str(failure) or attempt == 19:
                    raise
                time.sleep(0.5)
        return next(self.labels.iterdir()).read_bytes()


def prepare(program, folder):
    """A clinic with a specimen whose label nobody has printed, its accession, and the label as a file."""
    clinic = LabelClinic(program, folder)
    clinic.add_people([ADMINISTRATOR])
    with clinic.served():
        clinic.add_people([login for login in PEOPLE if login != ADMINISTRATOR], ADMINISTRATOR)
        clinic.sign_limits()
        accession = clinic.take_specimen()
    before = shutil.copytree(clinic.data, pathlib.Path(folder) / "before", ignore=shutil.ignore_patterns("*.sock"))
    with clinic.served():
        return before, accession, clinic.print_label(accession)


def print_in(guest, served, accession):
    """(exit status, what `phial label print` said)."""
    lines = f"pin: {PEOPLE['maria'][0]}\naccession: {accession}\nprinter: Labels\nstock: 2x1\n"
    return guest.try_run(guest.as_nobody(f"phial label print --as maria --data {served.data}", GROUPS) + f" <<<'{lines}'")


def test(folder, kernel, program, usb_device):
    guest = Guest(kernel, folder)
    printer = None
    try:
        clinic, accession, label = prepare(program, folder)
        printer = Printer(usb_device, guest.usb(1))
        served = Served(guest, program)
        guest.run(f"cp -r {clinic}/. {served.data} && cat >{served.data}/phial.conf <<'END' && chown -R 65534:65534 {served.data}\n" +
                  settings(8080, printer_settings("kind = usb\nport = 0a5f:0084\nlanguage = zpl")) + "END")
        printer.plug()
        guest.wait_until("[ -e /dev/usb/lp0 ]", "the kernel's usblp has the printer")
        guest.run("udevadm settle --timeout=20")
        check(guest.run(f"stat -c '%G' {PRINTER_NODE}") == "lp", "the printer belongs to lp")
        served.start()
        served.wait_for_log("printer Labels", "the link is up")
        printer.set_status(Printer.PAPER_EMPTY)
        status, said = print_in(guest, served, accession)
        check(status != 0 and re.search("paper|labels", said), f"without paper nothing is printed, and it is said: {said}")
        check(not printer.printed, "nothing went to the printer")
        printer.set_status(Printer.READY)
        status, said = print_in(guest, served, accession)
        check(status == 0, f"with paper the label is printed: {said}")
        check(printer.printed == label, f"its {len(label)} bytes are the label's, all of them in order")
        printer.unplug()
        served.wait_for_log("printer Labels", "not there|went away|gone")
        printer.plug()
        served.wait_for_log("printer Labels", "the link is up", 2)
        check(True, "unplugged and plugged in again, it is there again")
        served.stop()
        guest.wait_until("[ -e /dev/usb/lp0 ]", "usblp has the printer back")
    except Failure:
        guest.print_last_words()
        raise
    finally:
        guest.end()
        if printer:
            printer.end()


if __name__ == "__main__":
    main(test)
