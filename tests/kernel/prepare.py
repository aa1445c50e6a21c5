#!/usr/bin/env -S python3 -B
"""Fetches Debian's kernel for the guest of this rung: prepare.py FOLDER.

The package comes by `apt-get download` from wherever this machine gets its packages, is unpacked as
far as the guest needs it, and is not installed. FOLDER then holds `vmlinux` (uncompressed: it boots
in half the time), `initrd.gz` (busybox, guest-init and the modules that reach the host's files) and
`lib/modules` for modprobe; `version` says which it is. A second run with the same recipe does nothing, and needs no network.
"""
import gzip
import hashlib
import lzma
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BUSYBOX = pathlib.Path("/bin/busybox")
# Below lib/modules/VERSION/kernel; the whole tree is 400 MB.
PARTS = ("arch", "crypto", "lib", "net/9p", "net/core", "fs/9p", "fs/netfs", "fs/fscache", "fs/overlayfs", "fs/ext4", "fs/jbd2",
         "fs/mbcache.ko", "fs/autofs", "fs/fat", "fs/nls", "drivers/usb", "drivers/hid", "drivers/virtio", "drivers/block/virtio_blk.ko",
         "drivers/scsi/scsi_common.ko", "drivers/scsi/scsi_mod.ko", "drivers/scsi/sd_mod.ko", "block/t10-pi.ko")
INITRD_MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay", "virtio_blk", "ext4")
XZ_MAGIC, ELF_MAGIC = b"\xfd7zXZ\x00", b"\x7fELF"


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def download(folder):
    depends = output("apt-cache", "depends", "linux-image-amd64")
    name = re.search(r"Depends: (linux-image-[0-9]\S*)", depends).group(1)
    subprocess.run(("apt-get", "-qq", "-o", "APT::Sandbox::User=", "download", name), check=True, cwd=folder)
    return next(folder.glob("linux-image-*.deb")), name.removeprefix("linux-image-")


def unpack(package, version, folder):
    modules = f"./lib/modules/{version}"
    wanted = [f"./boot/vmlinuz-{version}", f"{modules}/modules.builtin", f"{modules}/modules.builtin.modinfo",
              f"{modules}/modules.order"] + [f"{modules}/kernel/{part}" for part in PARTS]
    with subprocess.Popen(("dpkg-deb", "--fsys-tarfile", package), stdout=subprocess.PIPE) as archive:
        subprocess.run(("tar", "x", "-C", folder, *wanted), stdin=archive.stdout, check=True)
    subprocess.run(("/sbin/depmod", "-b", folder, version), check=True)
    image = (folder / f"boot/vmlinuz-{version}").read_bytes()
    kernel = lzma.LZMADecompressor().decompress(image[image.index(XZ_MAGIC):])
    if not kernel.startswith(ELF_MAGIC):
        sys.exit("prepare.py: the kernel package holds no kernel that can be unpacked.")
    (folder / "vmlinux").write_bytes(kernel)


def module_files(version, folder):
    """What the modules of the initrd need, in the order of loading."""
    files = []
    for module in INITRD_MODULES:
        for line in output("/sbin/modprobe", "-d", str(folder), "-S", version, "--show-depends", module).splitlines():
            path = line.split()[1] if line.startswith("insmod") else None
            if path and path not in files:
                files.append(path)
    return files


def make_initrd(version, folder):
    root = folder / "initrd"
    for name in ("bin", "proc", "sys", "dev", "modules", "host", "layers", "root"):
        (root / name).mkdir(parents=True)
    shutil.copy(BUSYBOX, root / "bin/busybox")
    shutil.copy(HERE / "guest-init", root / "init")
    (root / "init").chmod(0o755)
    for place, path in enumerate(module_files(version, folder)):
        shutil.copy(path, root / "modules" / f"{place:02}.ko")
    names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*"))) + "\n"
    archive = subprocess.run(("cpio", "-o", "-H", "newc", "--quiet", "-R", "0:0"), input=names.encode(), cwd=root, check=True,
                             stdout=subprocess.PIPE).stdout
    (folder / "initrd.gz").write_bytes(gzip.compress(archive, 1))
    shutil.rmtree(root)


def recipe():
    return hashlib.sha256(b"".join((HERE / name).read_bytes() for name in ("prepare.py", "guest-init"))).hexdigest()


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    ready = folder / "ready"
    if ready.exists() and ready.read_text() == recipe():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        package, version = download(folder)
    except (subprocess.CalledProcessError, AttributeError):
        sys.exit("prepare.py: Debian's package linux-image-amd64 cannot be fetched. Look at the network, and run apt-get update.")
    unpack(package, version, folder)
    package.unlink()
    make_initrd(version, folder)
    (folder / "version").write_text(version + "\n")
    ready.write_text(recipe())
    print(f"The guest's kernel is Debian's {version}.")


main()
