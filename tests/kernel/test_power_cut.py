#!/usr/bin/env -S python3 -B
"""The power goes at the moment an acknowledgement is heard; what was acknowledged is on the disk.

The data folder lies on the guest's own disk. After each cut the next boot looks at the disk as it is,
before Phial touches it again, then lets Phial go on.
"""
import subprocess

from devices import Analyzer, FtdiChip
from served import Served
from vm import Failure, Guest, check, main

LINK = "/dev/phial/by-path/pci-0000:00:07.0-usb-0:1:1.0"
SETTINGS = f"[instrument Line]\nprofile = generic-lis02\nport = serial:{LINK}"
DISK_BYTES = 64 << 20
DATA = "/mnt/phial"
# After how many frames' acknowledgements the power goes: within a message, at its last frame.
CUTS = (3, 5)


def records(number):
    return ["H|\\^&|||Line 1||||||||LIS2-A2|20260312070000", f"P|1||MRN-{number}||ANDERSON-TEST^A", f"O|1|SPECIMEN-{number}||^^^GLU",
            f"R|1|^^^GLU|{number}.5|mg/dL||N||F", "L|1|N"]


def make_disk(path):
    with open(path, "wb") as disk:
        disk.truncate(DISK_BYTES)
    subprocess.run(("/sbin/mkfs.ext4", "-q", "-F", path), check=True)


class Boot:
    """One life of the machine: from power to the cut."""

    def __init__(self, kernel, folder, program, usb_device):
        self.guest = Guest(kernel, folder, disk=f"{folder}/disk.img")
        self.chip = FtdiChip(usb_device, self.guest.usb(1))
        self.guest.run("mount /dev/vda /mnt")
        self.served = Served(self.guest, program, DATA)

    def look(self, acknowledged):
        """What the cut left; a copy of it, since looking can write to a database."""
        left = self.served.copied_to("/run/left")
        check(left.query("pragma integrity_check") == [{"integrity_check": "ok"}], "the database is whole")
        check(left.frames()[:len(acknowledged)] == acknowledged, f"all {len(acknowledged)} acknowledged frames are in the journal")
        self.verify(left, "--allow-unsealed")

    def verify(self, served, option=""):
        status, output = self.guest.try_run(f"phial custody verify {option} --data {served.data}")
        check(status == 0, f"custody verifies: {output.splitlines()[0] if output else status}")

    def start(self):
        self.chip.plug()
        self.guest.wait_until(f"[ -e {LINK} ]", "the chip is plugged in")
        self.served.start()
        self.served.wait_for_log("instrument Line", "the link is up")

    def end(self):
        self.guest.end()
        self.chip.end()


def send_until_the_cut(boot, number, frames):
    analyzer = Analyzer(boot.chip)
    analyzer.begin()
    analyzer.send(records(number)[:frames])
    boot.guest.cut()
    return analyzer.kept()


def test(folder, kernel, program, usb_device):
    acknowledged = []
    boot = None
    make_disk(f"{folder}/disk.img")
    try:
        for number, frames in enumerate(CUTS):
            boot = Boot(kernel, folder, program, usb_device)
            if number == 0:
                boot.served.configure(SETTINGS)
                boot.guest.run("sync")
            else:
                boot.look(acknowledged)
            boot.start()
            acknowledged += send_until_the_cut(boot, number, frames)
            check(True, f"power cut {number + 1}, after the acknowledgement of frame {frames}")
            boot.end()
        boot = Boot(kernel, folder, program, usb_device)
        boot.look(acknowledged)
        boot.start()
        boot.served.wait_for(f"select 1 where (select count(*) from decoded) = {len(CUTS)}", "what broke off is decoded")
        boot.served.stop()
        found = [(m["kind"], m["specimen"]) for m in boot.served.messages("Line")]
        check(found == [("incomplete", "SPECIMEN-0"), ("patient", "SPECIMEN-1")], "what broke off stands there once each")
        boot.verify(boot.served)
    except Failure:
        if boot:
            boot.guest.print_last_words()
        raise
    finally:
        if boot:
            boot.end()


if __name__ == "__main__":
    main(test)
