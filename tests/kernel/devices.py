"""What is plugged into the guest's USB sockets: an FTDI chip with an analyzer behind it, a Contour meter, EKG carts.

usb_device (in C) speaks USB; what a device is and says stands here. Nothing is shared with Phial's
own links, so that a mistake there cannot hide.
"""
import queue
import re
import struct
import subprocess
import threading
import time

from vm import Failure

ANSWER_SECONDS = 20
DEVICE, CONFIGURATION, STRING = 1, 2, 3


def descriptors(vendor, product, release, interface_class, endpoints, extra=b"", serial=""):
    """Standard descriptors of one configuration with one interface: {(type, index): bytes}."""
    endpoint_bytes = b"".join(struct.pack("<BBBBHB", 7, 5, *endpoint) for endpoint in endpoints)
    interface = struct.pack("9B", 9, 4, 0, 0, len(endpoints), *interface_class, 0)
    whole = interface + extra + endpoint_bytes
    texts = ("", "Phial tests", "Emulated device", serial)
    return {
        (DEVICE, 0): struct.pack("<BBHBBBBHHHBBBB", 18, 1, 0x200, 0, 0, 0, 64, vendor, product, release, 1, 2, 3 if serial else 0, 1),
        (CONFIGURATION, 0): struct.pack("<BBHBBBBB", 9, 2, 9 + len(whole), 1, 1, 0, 0x80, 50) + whole,
        (STRING, 0): bytes((4, STRING, 9, 4)),
        **{(STRING, n): bytes((2 + 2 * len(text), STRING)) + text.encode("utf-16-le") for n, text in enumerate(texts) if text},
    }


class UsbDevice:
    """Runs usb_device; `control` and `written` hold what the guest did."""

    def __init__(self, program, socket, standard):
        self.process = subprocess.Popen((program, str(socket)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.control = []
        self.written = queue.Queue()
        self.events = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        for (kind, index), content in standard.items():
            self.answer(0x80, 6, kind << 8 | index, content)
        self._expect("ready")

    def _listen(self):
        for line in self.process.stdout:
            word, *rest = line.split()
            if word == "control":
                self.control.append(tuple(int(number, 16) for number in rest[:4]) + (bytes.fromhex("".join(rest[4:])),))
            elif word == "out":
                self.written.put(bytes.fromhex("".join(rest[1:])))
            else:
                self.events.put(word)

    def _expect(self, event):
        try:
            got = self.events.get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            got = "nothing"
        if got != event:
            raise Failure(f"the emulated device waited for {event!r} and got {got!r}")

    def tell(self, line):
        self.process.stdin.write(line + "\n")

    def answer(self, kind, request, value, content):
        self.tell(f"answer {kind:x} {request:x} {value:x} {content.hex()}")

    def plug(self):
        self.control.clear()
        self._forget_written()
        self.tell("plug")

    def unplug(self):
        self.tell("unplug")
        self._expect("unplugged")
        self._forget_written()

    def _forget_written(self):
        while not self.written.empty():
            self.written.get_nowait()

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class FtdiChip(UsbDevice):
    """An FTDI USB-to-serial chip, as the application notes and ftdi_sio describe it."""

    CTS_DSR, IDLE = 0x31, 0x60  # modem and line status of a packet in which all is well
    OVERRUN, PARITY, FRAMING, BREAK = 0x02, 0x04, 0x08, 0x10
    SET_DATA, SET_BAUD = 4, 3

    def __init__(self, program, socket, product=0x6001, serial="FT000042"):
        super().__init__(program, socket, descriptors(0x0403, product, 0x0400, (0xff, 0xff, 0xff), ((0x81, 2, 64, 0), (0x02, 2, 64, 0)),
                                                      serial=serial))
        self.answer(0xc0, 5, 0, bytes((self.CTS_DSR, self.IDLE)))
        self.answer(0xc0, 10, 0, bytes((16,)))
        self.received = b""

    def plug(self):
        self.received = b""
        super().plug()

    def say(self, data, error=0):
        """Sends bytes over the line; `error` is what the chip saw of each."""
        for start in range(0, len(data), 62):
            self.tell(f"in 81 {bytes((self.CTS_DSR, self.IDLE | error)).hex()}{data[start:start + 62].hex()}")

    def hear(self, seconds=ANSWER_SECONDS):
        """One byte from the host, or None."""
        if not self.received:
            try:
                self.received = self.written.get(timeout=seconds)
            except queue.Empty:
                return None
        byte, self.received = self.received[:1], self.received[1:]
        return byte

    def line_settings(self):
        """(data bits, parity letter) as the host programmed them last."""
        values = [value for kind, request, value, _, _ in self.control if kind == 0x40 and request == self.SET_DATA]
        return (values[-1] & 0xff, "NOE"[values[-1] >> 8 & 7]) if values else None


ENQ, ACK, NAK, EOT, STX, ETX, ETB = b"\x05", b"\x06", b"\x15", b"\x04", b"\x02", b"\x03", b"\x17"


def lis01_frame(number, text):
    body = b"%d%s\r" % (number % 8, text.encode()) + ETX
    return STX + body + b"%02X\r\n" % (sum(body) & 0xff)


class Analyzer:
    """Sends by LIS01 over an FTDI chip, and keeps the frames that were acknowledged."""

    def __init__(self, chip):
        self.chip = chip
        self.acknowledged = []
        self.number = 0

    def begin(self):
        self.number = 0
        self.chip.say(ENQ)
        if self.chip.hear() != ACK:
            raise Failure("ENQ was not answered by ACK")

    def offer(self, record, spoil=None):
        """One frame, sent by `spoil(chip, frame)` when that is given; the host's answer."""
        frame = lis01_frame(self.number + 1, record)
        (spoil or FtdiChip.say)(self.chip, frame)
        answer = self.chip.hear()
        if answer == ACK:
            self.acknowledged.append(frame)
            self.number += 1
        return answer

    def send(self, records):
        for record in records:
            if (answer := self.offer(record)) != ACK:
                raise Failure(f"a frame was answered by {answer}: {record}")

    def finish(self):
        self.chip.say(EOT)

    def play(self, lines):
        """Plays a recorded session."""
        for direction, text in lines:
            if direction == "<":
                self.chip.say(text)
                continue
            for byte in text:
                if (heard := self.chip.hear()) != bytes((byte,)):
                    raise Failure(f"the analyzer was answered by {heard}")

    def kept(self):
        """The acknowledged frames as a journal holds them: up to CR."""
        return [frame.removesuffix(b"\n") for frame in self.acknowledged]


CONTROLS = "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US".split()


def session_lines(path):
    """A recorded session's reports: (direction, bytes) for each line (instruments/recording/recording.h)."""
    def byte(match):
        name, _, times = match.group(1).partition("*")
        return chr(CONTROLS.index(name) if name in CONTROLS else int(name, 16)) * int(times or 1)

    for line in path.read_text().partition("\n\n")[2].splitlines():
        _, direction, text = line.split(" ", 2)
        yield direction, re.sub(r"<([^>]*)>", byte, text).encode("latin-1")


class Meter(UsbDevice):
    """A Contour meter that plays a recorded session: HID, one interrupt endpoint each way (devices.md 3.17)."""

    REPORT = 64
    HID_REPORTS = bytes.fromhex("0600ff0901a101 0902150026ff007508 954081020903 95409102c0")

    def __init__(self, program, socket):
        hid = struct.pack("<BBHBBBH", 9, 0x21, 0x111, 0, 1, 0x22, len(self.HID_REPORTS))
        super().__init__(program, socket, descriptors(0x1a79, 0x7800, 0x0100, (3, 0, 0), ((0x81, 3, 64, 10), (0x01, 3, 64, 10)), hid))
        self.answer(0x81, 6, 0x2200, self.HID_REPORTS)

    def _heard(self):
        try:
            report = self.written.get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            raise Failure("the meter was not answered") from None
        return report[4:4 + report[3]]

    def wait_to_be_woken(self):
        if self._heard() != EOT:
            raise Failure("the meter was not woken by EOT")

    def play(self, lines):
        """Says the meter's lines and waits for the host's, which must be the same in what they mean."""
        for direction, report in lines:
            if direction == "<":
                self.tell(f"in 81 {report.hex()}")
                continue
            heard = self._heard()
            while heard == EOT:  # it was woken more than once
                heard = self._heard()
            if heard != report[4:4 + report[3]]:
                raise Failure(f"the meter was answered by {heard}")


def contec_sample(channel, at):
    """Eight channels that differ, 0 to 4095; no heart makes such a signal."""
    return 1500 + channel * 61 + at * (channel + 3) % 700


def contec_pack(at, first, second):
    """Eight values of 12 bits: the upper nibbles of two, at these shifts, before their lower bytes."""
    pairs = ((contec_sample(2 * n, at), contec_sample(2 * n + 1, at)) for n in range(4))
    return b"".join(bytes((a >> 8 << first | b >> 8 << second, a & 0xff, b & 0xff)) for a, b in pairs)


class Cart:
    """An EKG cart that obeys commands and streams in its own time while it is told to (ecg.md 7)."""

    START, STOP = b"", b""
    PIECES_A_SECOND = 0

    def begin(self):
        self.commands = []
        self.sent = []
        self.streaming = threading.Event()
        for work in (self._obey, self._stream):
            threading.Thread(target=work, daemon=True).start()

    def heard(self):
        """The next command, which may have been written in parts."""
        command = b""
        while len(command) < len(self.START):
            command += self.written.get()
        return command

    def _obey(self):
        while True:
            command = self.heard()
            self.commands.append(command)
            if command == self.START:
                self.streaming.set()
            elif command == self.STOP:
                self.streaming.clear()
            self.answer_command(command)

    def answer_command(self, command):
        pass

    def _stream(self):
        while self.streaming.wait():
            began = time.monotonic()
            self.sent = []
            while self.streaming.is_set():
                piece = self.piece(len(self.sent))
                self.sent.append(piece)
                self.tell(f"in {self.IN:x} {piece.hex()}")
                time.sleep(max(0, began + len(self.sent) / self.PIECES_A_SECOND - time.monotonic()))


class Ecg90a(Cart, UsbDevice):
    """Contec ECG90A: HID reports of 64 bytes in, 8 out."""

    IN = 0x81
    START, STOP, WHO = (bytes((first,)) + bytes(7) for first in (0x90, 0x91, 0x82))
    NAME = (b"\x82\x64\0ECG90A").ljust(64, b"\0")
    PIECES_A_SECOND = 160
    HID_REPORTS = bytes.fromhex("0600ff0901a101 0902150026ff007508 954081020903 95089102c0")

    def __init__(self, program, socket, serial="STM3210"):
        hid = struct.pack("<BBHBBBH", 9, 0x21, 0x110, 0, 1, 0x22, len(self.HID_REPORTS))
        UsbDevice.__init__(self, program, socket, descriptors(0x0483, 0x5750, 0x0200, (3, 0, 0), ((0x81, 3, 64, 1), (0x02, 3, 8, 1)), hid,
                                                              serial))
        self.answer(0x81, 6, 0x2200, self.HID_REPORTS)
        self.begin()

    def answer_command(self, command):
        if command == self.WHO:
            self.tell(f"in 81 {self.NAME.hex()}")

    def piece(self, number):
        return (b"\xe0" + b"".join(contec_pack(number * 5 + n, 0, 4) for n in range(5))).ljust(64, b"\0")


class Contec8000g(Cart, UsbDevice):
    """Contec 8000G behind a CP2102, which cp210x drives (Silicon Labs AN571)."""

    IN = 0x81
    START, STOP = b"\x90\x05", b"\x90\x00"
    PIECES_A_SECOND = 250  # four records of a millisecond each
    SET_BAUD = 0x1E

    def __init__(self, program, socket):
        UsbDevice.__init__(self, program, socket, descriptors(0x10c4, 0xea60, 0x0100, (0xff, 0, 0), ((0x81, 2, 64, 0), (0x01, 2, 64, 0)),
                                                              serial="0001"))
        self.answer(0xc0, 0xff, 0x370b, b"\x02")  # the part's number
        self.answer(0xc1, 0x04, 0, struct.pack("<H", 0x0800))  # 8N1
        self.answer(0xc1, 0x1d, 0, struct.pack("<I", 9600))
        self.answer(0xc1, 0x14, 0, bytes(16))
        self.answer(0xc1, 0x10, 0, bytes(19))
        self.answer(0xc1, 0x08, 0, b"\x33")  # modem lines: the far end is there
        self.begin()

    def baud(self):
        """As the host programmed it last."""
        speeds = [data for kind, request, _, _, data in self.control if kind == 0x41 and request == self.SET_BAUD]
        return struct.unpack("<I", speeds[-1])[0] if speeds else None

    def piece(self, number):
        mark = b"\xee\x10" if number == 0 else b""
        return mark + b"".join(self._record(number * 4 + n) for n in range(4))

    @staticmethod
    def _record(at):
        frame = contec_pack(at, 4, 0)
        masks = [sum((byte >> 7) << place for place, byte in enumerate(frame[start:start + 7])) for start in (0, 7)]
        return bytes((0xa0, *masks, *(byte & 0x7f for byte in frame)))


class Printer(UsbDevice):
    """A label printer of the USB printer class that speaks ZPL and keeps what it printed.

    `port_status` is what the class's GET_PORT_STATUS says, ~HS always says that all is well.
    """

    READY, PAPER_EMPTY = 0x18, 0x38
    IDENTITY = b"MFG:Phial tests;MDL:Label;CMD:ZPL;CLS:PRINTER;"
    QUESTION = b"~HS\r\n"
    HOST_STATUS = b"\x02030,0,0,0448,000,0,0,0,000,0,0,0\x03\r\n\x02001,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x020000,0\x03\r\n"

    def __init__(self, program, socket):
        super().__init__(program, socket, descriptors(0x0a5f, 0x0084, 0x0100, (7, 1, 2), ((0x01, 2, 64, 0), (0x82, 2, 64, 0)),
                                                      serial="LP000042"))
        self.answer(0xa1, 0, 0, struct.pack(">H", len(self.IDENTITY) + 2) + self.IDENTITY)
        self.set_status(self.READY)
        self.printed = b""
        threading.Thread(target=self._print, daemon=True).start()

    def set_status(self, status):
        self.answer(0xa1, 1, 0, bytes((status,)))

    def _print(self):
        while True:
            self.printed += self.written.get()
            while self.QUESTION in self.printed:
                self.printed = self.printed.replace(self.QUESTION, b"", 1)
                self.tell(f"in 82 {self.HOST_STATUS.hex()}")
