#!/usr/bin/env python3
"""What is in the .deb: test_contents.py FILE.deb. Quick, and needs no right but to read it."""
import gzip
import pathlib
import re
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
EXECUTABLE = {"./usr/bin/phial", "./usr/lib/phial/phial-stick"}
MOST_EXPOSURE = 2.0
wrong = []


def check(right, sentence):
    print("ok  " if right else "NOT ", sentence)
    if not right:
        wrong.append(sentence)


def output(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


def contents(deb):
    rows = {}
    for line in output("dpkg-deb", "-c", deb).splitlines():
        mode, owner, _, _, _, name = line.split(None, 5)
        rows[name.partition(" -> ")[0]] = (mode, owner)
    return rows


def check_files(rows):
    check(all(owner == "root/root" for _, owner in rows.values()), "everything belongs to root")
    check(all(mode[5] != "w" and mode[8] != "w" and "s" not in mode for mode, _ in rows.values()), "nothing can be written by others, nothing is set-id")
    files = {name for name, (mode, _) in rows.items() if mode[0] == "-"}
    check({name for name in files if "x" in rows[name][0]} == EXECUTABLE, "only the program and the stick's script can be executed")
    for wanted in ("lib/udev/rules.d/60-phial.rules", "lib/systemd/system/phial.service", "lib/systemd/system/phial-stick@.service", "share/doc/phial/copyright", "share/doc/phial/NOTICES.md",
                   "share/doc/phial/changelog.gz", "share/bash-completion/completions/phial"):
        check(f"./usr/{wanted}" in files, f"{wanted} is in it")
    pages = {pathlib.Path(name).name for name in files if "/man1/" in name}
    check(pages == {f"{page.name}.gz" for page in (SOURCE / "docs/man").glob("*.1")}, "every man page is in it")


def check_control(deb):
    depends = output("dpkg-deb", "-f", deb, "Depends")
    for name in ("libc6", "libsqlite3-0", "libusb-1.0-0", "libserialport0", "libmicrohttpd12", "adduser", "fonts-dejavu-core", "fonts-noto-core"):
        check(re.search(rf"\b{re.escape(name)}\b", depends) is not None, f"it depends on {name}")
    check(not re.search(r"-dev\b|lib(a|ub)san", depends), "and on nothing that only a build needs")


def check_unpacked(deb, folder):
    output("dpkg-deb", "-x", deb, folder)
    output("dpkg-deb", "-e", deb, f"{folder}/DEBIAN")
    root = pathlib.Path(folder)
    for script in ("postinst", "prerm", "postrm"):
        output("sh", "-n", f"{folder}/DEBIAN/{script}")
        check("set -e" in (root / "DEBIAN" / script).read_text(), f"{script} stops at the first error")
    md5 = subprocess.run(["md5sum", "--quiet", "-c", "DEBIAN/md5sums"], cwd=folder, check=False)
    check(md5.returncode == 0, "the sums are those of the files")
    check((root / "usr/lib/udev/rules.d/60-phial.rules").read_bytes() == (SOURCE / "udev/60-phial.rules").read_bytes(), "the udev rules are the tested ones")
    program = root / "usr/bin/phial"
    check("not stripped" not in output("file", "-b", program), "the program is stripped")
    check("BIND_NOW" in output("readelf", "-d", program) or "NOW" in output("readelf", "-d", program), "and bound at its start (full RELRO)")
    check("default /var/lib/phial" in output(program, "serve", "--help"), "its data is in /var/lib/phial")
    for page in root.glob("usr/share/man/man1/*.gz"):
        text = gzip.decompress(page.read_bytes()).decode()
        check(text.startswith(".TH ") and ".SH NAME" in text and ".SH SYNOPSIS" in text, f"{page.name} is a man page")
    return program


def check_commands(program):
    """Every command that --help lists has a page and a help, and bash completes it."""
    commands = re.findall(r"^  ([a-z]+) ", output(program, "--help"), re.M)
    for command in commands:
        check((SOURCE / f"docs/man/phial-{command}.1").exists(), f"{command} has a man page")
        check(f"phial {command}" in output(program, command, "--help"), f"{command} --help says how to call it")
    script = (f"PATH={program.parent}:$PATH; source {SOURCE}/core/daemon/package/completion.bash; complete_words() {{ COMP_WORDS=(\"$@\"); "
              "COMP_CWORD=$(($# - 1)); _phial; echo \"${COMPREPLY[@]}\"; }; complete_words phial ''; complete_words phial user f; "
              "complete_words phial specimen re; complete_words phial doctor --l")
    lines = output("bash", "-c", script).splitlines()
    check(lines[0].split() == commands, "bash completes the commands")
    check(lines[1:] == ["first", "receive reject", "--lines"], "and their words and options")


def check_unit(folder):
    for unit in ("phial.service", "phial-stick@.service"):
        text = output("systemd-analyze", "security", "--offline=true", "--no-pager", f"{folder}/usr/lib/systemd/system/{unit}")
        figure = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", text).group(1))
        check(figure <= MOST_EXPOSURE, f"systemd-analyze security gives {unit} {figure}, {MOST_EXPOSURE} or better")
    output("sh", "-n", f"{folder}/usr/lib/phial/phial-stick")


def main():
    deb = sys.argv[1]
    check_files(contents(deb))
    check_control(deb)
    with tempfile.TemporaryDirectory(prefix="phial-contents-") as folder:
        check_commands(check_unpacked(deb, folder))
        check_unit(folder)
    return 1 if wrong else 0


sys.exit(main())
