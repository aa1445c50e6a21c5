#!/usr/bin/env python3
"""The package under a real systemd: test_guest.py KERNEL-FOLDER ROOT-IMAGE OLDER.deb NEWER.deb USB_DEVICE MAKE_ECG.

A guest (tests/kernel/vm.py) on the bare Debian of prepare-root. The package is installed, its service
judged and used, with instruments that are plugged in while it runs; upgraded over a data folder of
the first issue; removed and purged.
"""
import base64
import pathlib
import re
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
sys.path.insert(0, str(SOURCE / "tests/kernel"))

from devices import Analyzer, FtdiChip, Meter, session_lines  # noqa: E402
from stick import CONTROLLER, Stick  # noqa: E402
from vm import Failure, Guest, check, main, say  # noqa: E402

DATA = "/var/lib/phial"
MOST_EXPOSURE = 2.0
FIRST_LINE = re.compile(r'^Phial runs: open http://127\.0\.0\.1:8080 in a browser and sign in as "setup" '
                        r'with the one-time code ([0-9]{12}), then add the first administrator\.$', re.M)
REPORTS = "/srv/phial/leadcare"
REPORT_SESSION = SOURCE / "tests/replay/magellan-leadcare-2/patients.session"
METER_SESSION = SOURCE / "tests/replay/ascensia-contour-next/three-readings.session"
# An invented control, in the layout of tests/replay/siemens-dca-vantage/control.session.
CONTROL = ["H|\\^&|||DCA VANTAGE^04.04.00.00^S000042|||||||P||20261122120000", "P|1", "O|1||125^0990||||||||Q||||||||||||||F",
           "C|1|I|CONTROL 1^lot 77|G", "R|1|^^^HbA1c|5.4|%||||F|||20261122115500", "L|1|N"]


class Installed:
    """The guest with the host's files at /host, and what is asked of its service."""

    def __init__(self, folder, kernel, image):
        disk = ["-drive", f"file={image},format=raw,if=none,id=root,snapshot=on,cache=unsafe", "-device", "virtio-blk-pci,drive=root"]
        self.guest = Guest(kernel, folder, main="/lib/systemd/systemd", root=True, more=[*disk, *CONTROLLER, "-m", "1024"])
        self.guest.run("mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,ro host /host && mkdir -p /lib/modules && "
                       f"mount --bind /host{kernel}/lib/modules /lib/modules && systemctl restart systemd-udevd && udevadm trigger --action=add && udevadm settle", 90)

    def apt(self, words, seconds=180):
        text = self.guest.run(f"DEBIAN_FRONTEND=noninteractive apt-get -y -q {words}", seconds)
        return text.replace("\r", "\n")

    def property(self, name):
        return self.guest.run(f"systemctl show -p {name} --value phial")

    def journal(self, what, seconds=30):
        self.guest.wait_until(f"journalctl -q -u phial -o cat | grep -E '{what}'", f"the journal says {what!r}", seconds)


def install(at, package):
    text = at.apt(f"install /host{package}")
    lines = FIRST_LINE.findall(text)
    check(len(lines) == 1 and text.count("Phial ") == 1, "apt install ends with one line of ours, which says how to sign in first")
    check(at.property("ActiveState") == "active" and at.property("SubState") == "running", "the service runs")
    check(at.property("StatusText") == "Serving on 127.0.0.1:8080", "it has told systemd that it is ready")
    at.guest.run("id phial | grep dialout | grep plugdev | grep lp")
    check(at.guest.run(f"stat -c '%U %a' {DATA}") == "phial 700", "its folder is its own")
    return lines[0]


def first_sign_in(at, code):
    person = f"pin: {code}\\nlogin: ada\\nname: Ada Invented\\nrole: administrator\\nnew_pin: 493817\\n"
    at.guest.run(f"printf '{person}' | phial user add --as setup")
    check(at.guest.try_run("phial user first")[0] == 1, "with the code the first administrator is added; then there is none any more")
    page = at.guest.run("exec 3<>/dev/tcp/127.0.0.1/8080; printf 'GET / HTTP/1.0\\r\\nHost: 127.0.0.1:8080\\r\\n\\r\\n' >&3; head -n 1 <&3")
    check(" 200 " in page, "the page answers")


def exposure(at):
    text = at.guest.run("systemd-analyze security --no-pager phial.service", 60)
    figure = float(re.search(r"Overall exposure level for phial.service: ([0-9.]+)", text).group(1))
    check(figure <= MOST_EXPOSURE, f"systemd-analyze security gives {figure}, {MOST_EXPOSURE} or better")


def judge_unit(at):
    text = at.guest.run("systemd-analyze verify --man=no phial.service 2>&1", 60)
    check("phial" not in text, "systemd-analyze verify has nothing to say")


def section(doctor, heading):
    """What the doctor says to write into phial.conf for the device of that heading."""
    part = doctor.partition(heading)[2].partition("\nfound ")[0]
    return dict(re.findall(r"^ +(profile|port) = (\S+)$", part, re.M))


def ask_doctor(at, chip, meter):
    """The doctor names both devices; what it prints is what phial.conf gets."""
    chip.plug()
    meter.plug()
    at.guest.wait_until("ls /dev/phial/by-path/* && [ -c /dev/ttyUSB0 ] && grep -q 7800 /sys/bus/usb/devices/*/idProduct", "both are there")
    at.guest.run("udevadm settle")
    doctor = at.guest.try_run("phial doctor")[1]
    say("phial doctor says:\n" + doctor)
    cable, contour = section(doctor, "an FTDI FT232R chip"), section(doctor, "1a79:7800")
    check(cable.get("port", "").startswith("serial:/dev/phial/by-path/") and cable.get("profile") == "PROFILE",
          "a cable is only a candidate, named by its physical port")
    check(contour.get("profile") == "ascensia-contour-next" and contour.get("port", "").startswith("usb:1a79:7800@"), "a meter is named")
    check("ok    phial may use /dev/ttyUSB0 (group dialout)" in doctor, "the doctor judges for the service's user")
    chip.unplug()
    meter.unplug()
    settings = (f"[instrument dca]\\nprofile = siemens-dca-vantage\\nport = {cable['port']}\\n"
                f"[instrument meter]\\nprofile = {contour['profile']}\\nport = {contour['port']}\\n"
                f"[instrument lead]\\nprofile = magellan-leadcare-2\\nport = folder:{REPORTS}\\n")
    at.guest.run(f"printf '{settings}' >{DATA}/phial.conf && phial check")
    check(f"WRONG lead: phial may not take files from {REPORTS}" in at.guest.try_run("phial doctor")[1], "a folder that is not there is told")
    at.guest.run(f"install -d -o phial -g phial -m 2770 {REPORTS}")
    doctor = at.guest.try_run("phial doctor")[1]
    check(f"ok    lead: files can be taken from {REPORTS}" in doctor, "and once it is there, that too")
    check("dca: nothing has ever come from it" in doctor and "null-modem" in doctor, "an instrument that never sent anything is told, with the usual reasons")
    at.guest.run("modprobe -r ftdi_sio usbserial; systemctl restart phial")


def use_instruments(at, chip, meter):
    """Plugged in while the service runs, and their drivers not loaded before: the unit's fences let
    a confined child reach them."""
    chip.plug()
    at.journal("instrument dca: the link is up")
    analyzer = Analyzer(chip)
    analyzer.begin()
    analyzer.send(CONTROL)
    analyzer.finish()
    check(len(analyzer.kept()) == len(CONTROL), "every frame over the serial port was acknowledged")
    meter.plug()
    meter.wait_to_be_woken()
    meter.play(list(session_lines(METER_SESSION))[1:])  # its first line is another host's way to wake a meter
    say("ok   a meter was read by libusb")
    report = base64.b64encode(next(session_lines(REPORT_SESSION))[1]).decode()
    at.guest.run(f"echo {report} | base64 -d >{REPORTS}/part && mv {REPORTS}/part {REPORTS}/report.xml")
    at.guest.wait_until(f"[ ! -e {REPORTS}/report.xml ] && ls {REPORTS}/taken/*", "the report is moved to the folder of those taken")
    say("ok   a report of a folder was taken, and moved when it was safe")
    count = "for p in $(cat /sys/fs/cgroup/system.slice/phial.service/cgroup.procs); do echo $(tr '\\0' ' ' </proc/$p/cmdline): " \
            "$(sed -n 's/Seccomp_filters:.//p' /proc/$p/status); done"
    filters = {line.rpartition(":")[0]: int(line.rpartition(":")[2]) for line in at.guest.run(count).splitlines()}
    core = next(n for name, n in filters.items() if " serve" in name)
    check(all(n > core for name, n in filters.items() if " child-" in name), "each child has a filter of its own inside the unit's")
    chip.unplug()
    at.journal("instrument dca: .*went away")
    chip.plug()
    at.guest.wait_until("[ $(journalctl -q -u phial -o cat | grep -c 'instrument dca: the link is up') -ge 2 ]", "it comes back after a replug")
    say("ok   after a replug the link is up again")


def cart_files(make_ecg, folder):
    """What a cart leaves on its stick, invented; and what else lies about on one."""
    files = {"letter.txt": b"Dear colleague\r\n", "System Volume Information/index.dat": b"%PDF-1.4\nno EKG"}
    for name, form in (("ECG/2026/0001.SCP", "scp-ecg"), ("ECG/2026/0002.XML", "hl7-aecg"), ("ECG/REPORT.PDF", "pdf")):
        path = pathlib.Path(folder) / "made"
        subprocess.run((make_ecg, form, path, "family=EXAMPLE-TEST", "given=ANN", f"seed={len(files)}"), check=True)
        files[name] = path.read_bytes()
    return files


def read_a_stick(at, make_ecg, folder):
    """Put in, it is read by itself and never written to; put in again, it brings nothing; a disk
    that is in use is left alone."""
    stick = Stick(at.guest, f"{folder}/stick.img", cart_files(make_ecg, folder))
    before = stick.sum()
    journal = "journalctl -q -u 'phial-stick@*' -o cat"
    stick.plug()
    said = at.guest.wait_until(f"{journal} | grep 'brought in'", "the stick is read", 60)
    check(said == "3 EKG files were brought in; 1 other file was left alone.", f"the journal says how many came, and no name: {said!r}")
    at.guest.wait_until("! systemctl list-units 'phial-stick@*' --no-legend | grep -q . && ! grep phial-stick /proc/mounts", "it is unmounted")
    at.journal("EKG file .* of import")
    check(at.guest.run("ls -A /run/phial-stick; blockdev --getro /dev/sd?1") == "0", "nothing of it stays behind")
    stick.pull()
    check(stick.sum() == before, "the stick was never written to")
    stick.plug()
    at.guest.wait_until(f"{journal} | grep '0 EKG files were brought in; 3 had been brought in before'", "put in again, it brings nothing", 60)
    at.guest.wait_until("! systemctl list-units 'phial-stick@*' --no-legend | grep -q .", "the second reading is over")
    at.guest.run("mount -o ro /dev/sd?1 /mnt && systemctl start phial-stick@$(basename /dev/sd?1)")
    check(" is left alone." in at.guest.run(f"{journal} | tail -n 5") and "/mnt" in at.guest.run("grep /dev/sd /proc/mounts"),
          "a disk that the machine uses itself is left alone")
    at.guest.run("umount /mnt")
    at.guest.run("systemctl start --no-block phial-stick@$(basename /dev/sd?1)")
    at.guest.wait_until("grep phial-stick /proc/mounts", "it is mounted a third time")
    stick.pull()
    at.guest.wait_until("! systemctl list-units 'phial-stick@*' --no-legend | grep -q . && ! grep phial-stick /proc/mounts && ! ls -A /run/phial-stick | grep .",
                        "pulled in the middle, it leaves nothing behind")
    say("ok   it may be pulled in the middle")
    check("put in is read by itself" in at.guest.try_run("phial doctor")[1], "the doctor says that sticks are read")


def watchdog(at):
    at.guest.run("mkdir -p /run/systemd/system/phial.service.d && printf '[Service]\\nWatchdogSec=3\\nTimeoutStopSec=2\\n' "
                 ">/run/systemd/system/phial.service.d/quick.conf && systemctl daemon-reload && systemctl restart phial", 60)
    time.sleep(5)
    check(at.property("NRestarts") == "0", "a loop that turns feeds the watchdog")
    before = at.property("MainPID")
    at.guest.run(f"kill -STOP {before}")
    at.guest.wait_until(f"p=$(systemctl show -p MainPID --value phial); [ $p != 0 ] && [ $p != {before} ] && systemctl -q is-active phial",
                        "a hung core is started again", 60)
    check("watchdog" in at.guest.run("journalctl -q -u phial -o cat | tail -n 60").lower(), "a core that hangs is ended by the watchdog and started again")
    before = at.property("MainPID")
    at.guest.run(f"kill -KILL {before}")
    at.guest.wait_until(f"p=$(systemctl show -p MainPID --value phial); [ $p != 0 ] && [ $p != {before} ] && systemctl -q is-active phial",
                        "a killed core is started again", 60)
    say("ok   a core that is killed is started again")
    at.guest.run("rm -r /run/systemd/system/phial.service.d && systemctl daemon-reload")


def first_issue_rows():
    with tarfile.open(HERE / "first-issue.tar.xz") as archive:
        database = archive.extractfile("phial/phial.db").read()
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(database)
        copy.flush()
        db = sqlite3.connect(copy.name)
        accession = db.execute("select accession from specimen order by id limit 1").fetchone()[0]
        events = db.execute("select count(*) from event e join specimen s on s.id = e.specimen where accession = ?", (accession,)).fetchone()[0]
        db.close()
    return accession, events


def upgrade(at, package, folder):
    """Over the data folder of the first issue; what is in each row is test_upgrade.py's matter."""
    accession, events = first_issue_rows()
    with tarfile.open(HERE / "first-issue.tar.xz") as archive:
        archive.extractall(folder)
    at.guest.run(f"systemctl stop phial && rm -rf {DATA}/* && cp -a /host{folder}/phial/. {DATA}/ && chown -R phial:phial {DATA} && "
                 "systemctl start phial", 60)
    before = at.property("MainPID")
    text = at.apt(f"install /host{package}")
    check("Phial " not in text and "phial user" not in text, "an upgrade of a clinic that has an administrator prints nothing of ours")
    check(at.property("ActiveState") == "active" and at.property("MainPID") != before, "the upgraded service runs")
    verified = at.guest.run("phial custody verify", 60)
    check("The chain is whole" in verified, "the custody of the first issue is whole")
    shown = at.guest.run(f"phial custody show {accession} --json", 60)
    check(shown.count('"type"') >= events, f"all {events} events of a specimen of the first issue are shown")
    check(at.guest.run(f"find {DATA} ! -user phial") == "", "everything in the folder is the service's own")


def remove(at):
    at.guest.run("dpkg --remove phial", 120)
    check(at.guest.try_run("systemctl -q is-active phial || grep -qx phial /proc/[0-9]*/comm")[0] != 0 and at.guest.try_run("test -e /usr/bin/phial")[0] != 0,
          "removal ends the service")
    text = at.guest.run("dpkg --purge phial 2>&1", 120)
    check(f"The laboratory's records stay in {DATA}" in text, "purge says that the records stay")
    at.guest.run(f"test -s {DATA}/phial.db && id phial && ! systemctl cat phial")
    say("ok   and they are there")


def test(folder, kernel, image, older, newer, usb_device, make_ecg):
    at = Installed(folder, kernel, image)
    chip, meter = FtdiChip(usb_device, at.guest.usb(1)), Meter(usb_device, at.guest.usb(2))
    try:
        code = install(at, older)
        exposure(at)
        judge_unit(at)
        first_sign_in(at, code)
        ask_doctor(at, chip, meter)
        use_instruments(at, chip, meter)
        read_a_stick(at, make_ecg, folder)
        watchdog(at)
        upgrade(at, newer, folder)
        remove(at)
    except Failure:
        print("\n".join(at.guest.log[-10:]))
        if at.guest.channel:
            print(at.guest.try_run("journalctl -q -u phial -u 'phial-stick@*' -o cat | tail -n 40")[1])
        raise
    finally:
        at.guest.end()
        chip.end()
        meter.end()


if __name__ == "__main__":
    main(test, "KERNEL-FOLDER ROOT-IMAGE OLDER.deb NEWER.deb USB_DEVICE MAKE_ECG")
