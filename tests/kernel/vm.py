"""A guest: Debian's kernel in QEMU on the host's own files, and a way to run commands in it.

No image is built and nothing is installed: the guest's root is the host's, read-only, with a layer
in memory over it (guest-init). Each of its USB sockets is a UNIX socket here, where devices.py
plugs things in. `cut` is a power cut: no process of the guest's learns of it.
"""
import base64
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
USB_SOCKETS = 4
DISK_WRITES_A_SECOND = 60  # as a poor memory card: who answers before the disk did is seen to
BOOT_SECONDS, COMMAND_SECONDS = 300, 120  # an emulated processor on a busy machine
# No KVM is needed. qemu64 with rdrand: nobody waits for chance at the start. QEMU ends with us.
QEMU = ("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-M", "pc,usb=off", "-accel", "tcg,thread=multi",
        "-cpu", "qemu64,+rdrand", "-smp", "1", "-m", "640", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
        "-serial", "stdio", "-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap",
        "-device", "qemu-xhci,id=usb,addr=7")
UNPRIVILEGED = 65534

# no_timer_check: on a busy host the emulated timer is late, and the kernel would give up at once.
KERNEL_ARGUMENTS = "console=ttyS0 quiet panic=-1 mitigations=off no_timer_check"


class Failure(Exception):
    """What a test found wrong, in a sentence."""


def say(text):
    print(f"[{time.monotonic() - STARTED:5.1f}] {text}", flush=True)


STARTED = time.monotonic()


class Guest:
    """Boots at once; the first `run` waits for it.

    `disk` is a raw image, /dev/vda of the guest. `main` is the program that the kernel starts; with
    `root` the disk is the root file system, and `main` must see to it that guest-shell runs.
    """

    def __init__(self, kernel, folder, disk=None, main=HERE / "guest-main", root=False, more=()):
        self.folder = pathlib.Path(folder)
        self.log = []
        self.channel = self.monitor = None
        self.buffer = b""
        for path in self.folder.glob("*.socket"):  # of the boot before
            path.unlink()
        command = [*QEMU, "-kernel", f"{kernel}/vmlinux", "-initrd", f"{kernel}/initrd.gz", "-append",
                   f"{KERNEL_ARGUMENTS} phial.main={main} phial.kernel={kernel} phial.source={SOURCE}" + (" phial.root=/dev/vda" if root else ""),
                   "-chardev", f"socket,id=shell,path={self.folder}/shell.socket,server=on,wait=off", "-serial", "chardev:shell",
                   "-qmp", f"unix:{self.folder}/qmp.socket,server=on,wait=off"]
        for number in range(1, USB_SOCKETS + 1):
            command += ["-chardev", f"socket,id=usb{number},path={self.usb(number)},server=on,wait=off",
                        "-device", f"usb-redir,chardev=usb{number},bus=usb.0,port={number}"]
        if disk:
            speed = "" if root else f",throttling.iops-write={DISK_WRITES_A_SECOND}"
            command += ["-drive", f"file={disk},format=raw,if=none,id=disk{speed}", "-device", "virtio-blk-pci,drive=disk"]
        self.qemu = subprocess.Popen([*command, *more], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=self._read_console, daemon=True).start()

    def usb(self, number):
        """The UNIX socket of USB socket `number`, counted from 1."""
        return self.folder / f"usb{number}.socket"

    def _read_console(self):
        for line in self.qemu.stdout:
            self.log.append(line.decode(errors="replace").rstrip())

    def _line(self, deadline, what):
        while b"\n" not in self.buffer:
            self.channel.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                part = self.channel.recv(65536)
            except TimeoutError:
                raise Failure(f"the guest took too long: {what}") from None
            if not part:
                raise Failure(f"the guest ended: {what}")
            self.buffer += part
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode()

    def _connect(self):
        deadline = time.monotonic() + BOOT_SECONDS
        self.channel = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.channel.connect(str(self.folder / "shell.socket"))
                break
            except OSError:
                if time.monotonic() > deadline or self.qemu.poll() is not None:
                    raise Failure("QEMU does not start") from None
                time.sleep(0.05)
        while self._line(deadline, "to boot") != "ready":
            pass
        say("the guest is up")

    def try_run(self, command, seconds=COMMAND_SECONDS):
        """Runs a bash command as root in the guest: (exit status, standard output and error)."""
        if not self.channel:
            self._connect()
        self.channel.sendall(base64.b64encode(command.encode()) + b"\n")
        answer, _, status = self._line(time.monotonic() + seconds, command).rpartition(" ")
        return int(status), base64.b64decode(answer).decode(errors="replace").rstrip("\n")

    def run(self, command, seconds=COMMAND_SECONDS):
        status, output = self.try_run(command, seconds)
        if status:
            raise Failure(f"in the guest, status {status}: {command}\n{output}")
        return output

    def wait_until(self, command, what, seconds=COMMAND_SECONDS):
        """Until the command succeeds; its output."""
        deadline = time.monotonic() + seconds
        while True:
            status, output = self.try_run(command)
            if status == 0:
                return output
            if time.monotonic() > deadline:
                raise Failure(f"{what}: not within {seconds} s\n{output}")
            time.sleep(0.1)

    def as_nobody(self, command, groups=""):
        """The command as a user of no right but these groups'."""
        membership = f"--groups {groups}" if groups else "--clear-groups"
        return f"setpriv --reuid {UNPRIVILEGED} --regid {UNPRIVILEGED} {membership} {command}"

    def _monitor(self):
        """QEMU's own line of orders, in JSON (docs/interop/qmp-spec)."""
        if not self.monitor:
            line = socket.socket(socket.AF_UNIX)
            line.connect(str(self.folder / "qmp.socket"))
            line.settimeout(COMMAND_SECONDS)
            self.monitor = line.makefile("rw")
            self.qmp_event("QMP")
            self.qmp("qmp_capabilities")
        return self.monitor

    def qmp(self, order, **arguments):
        """Gives QEMU an order, and waits until it is carried out."""
        line = self._monitor()
        line.write(json.dumps({"execute": order, "arguments": arguments}) + "\n")
        line.flush()
        answer = self.qmp_event("return", "error")
        if "error" in answer:
            raise Failure(f"QEMU refuses {order}: {answer['error']['desc']}")

    def qmp_event(self, *names):
        """The next message of the monitor that has one of these as its key or event."""
        for line in self._monitor():
            message = json.loads(line)
            if any(name in message or message.get("event") == name for name in names):
                return message
        raise Failure("QEMU has closed its monitor")

    def print_last_words(self):
        """For a test that failed."""
        print("---- the guest's console\n" + "\n".join(self.log[-40:]))
        with contextlib.suppress(Failure, OSError):
            print("---- Phial's log\n" + self.try_run("tail -40 /run/phial.log; dmesg | tail -20")[1])
        print("----", flush=True)

    def cut(self):
        """A power cut."""
        self.qemu.send_signal(signal.SIGKILL)
        self.end()

    def end(self):
        self.qemu.kill()
        self.qemu.wait()
        for line in (self.channel, self.monitor):
            if line:
                line.close()


def check(right, sentence):
    if not right:
        raise Failure(f"NOT: {sentence}")
    say(f"ok   {sentence}")


def main(test, words="KERNEL-FOLDER PHIAL USB_DEVICE"):
    """Runs test(folder, ...) with the paths of these words in a folder of its own, and ends the
    program."""
    if len(sys.argv) != 1 + len(words.split()):
        sys.exit(f"usage: {sys.argv[0]} {words}")
    with tempfile.TemporaryDirectory(prefix="phial-kernel-") as folder:
        try:
            test(folder, *(os.path.realpath(argument) for argument in sys.argv[1:]))
        except Failure as failure:
            say(f"FAILED: {failure}")
            sys.exit(1)
    say("done")
