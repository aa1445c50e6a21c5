"""A USB stick for the guest: an image with a FAT file system, plugged in by QEMU's own usb-storage.

The image may be written to, so that whoever writes to the stick is seen to.
"""
import hashlib
import pathlib
import struct
import subprocess

SECTOR, FIRST = 512, 2048  # the partition begins at 1 MB, as on sticks from a shop
FAT32_LBA = 0x0C


CONTROLLER = ("-device", "qemu-xhci,id=sticks")  # the guest's own socket for it; the others are usb-redir's


class Stick:
    """`guest` was started with CONTROLLER among its `more`."""

    def __init__(self, guest, image, files, megabytes=40):
        """`files`: {path on the stick: bytes}."""
        self.guest, self.image = guest, pathlib.Path(image)
        sectors = megabytes * 1024 * 1024 // SECTOR
        table = struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", FAT32_LBA, b"\xfe\xff\xff", FIRST, sectors - FIRST)
        with open(self.image, "wb") as file:
            file.truncate(sectors * SECTOR)
            file.seek(446)
            file.write(table + bytes(48) + b"\x55\xaa")
        self._run("mkfs.vfat", "-F", "32", "-n", "CART", "--offset", str(FIRST), str(self.image), str((sectors - FIRST) // 2))
        part = f"{self.image}@@{FIRST * SECTOR}"
        for folder in sorted({str(parent) for path in files for parent in pathlib.PurePath(path).parents} - {"."}, key=len):
            self._run("mmd", "-i", part, f"::{folder}")
        for path, content in files.items():
            self._run("mcopy", "-i", part, "-", f"::{path}", input=content)

    @staticmethod
    def _run(*command, **more):
        subprocess.run(command, check=True, capture_output=True, **more)

    def sum(self):
        return hashlib.sha256(self.image.read_bytes()).hexdigest()

    def plug(self):
        self.guest.qmp("blockdev-add", **{"driver": "raw", "node-name": "stick", "file": {"driver": "file", "filename": str(self.image)}})
        self.guest.qmp("device_add", driver="usb-storage", bus="sticks.0", drive="stick", id="stick", removable=True)

    def pull(self):
        self.guest.qmp("device_del", id="stick")
        self.guest.qmp_event("DEVICE_DELETED")
        self.guest.qmp("blockdev-del", **{"node-name": "stick"})
