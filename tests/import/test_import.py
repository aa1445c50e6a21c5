#!/usr/bin/env python3
"""EKG files through the whole program: test_import.py PHIAL PHIAL-WITH-A-FAULTY-READER MAKE_ECG [TEST...].

What a person would notice: each file is there once, byte for byte; what cannot be read is there too,
with the reason; a kill of core or of the reader loses nothing.
"""
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from ports import free_port  # noqa: E402

PATIENCE = 40
LARGEST = 12 * 1024 * 1024  # LIMIT_ECG_FILE
FORMATS = ("pdf", "scp-ecg", "hl7-aecg", "muse-xml", "dicom", "philips-xml", "mortara-xml", "contec-ecg90a")
SEED = int(os.environ.get("SEED", "1"))


def pdf(words, size=0):
    """A PDF that says so much, padded to that size."""
    head = b"%PDF-1.4\n% " + words.encode() + b"\n"
    tail = b"trailer\n<</Size 1>>\nstartxref\n0\n%%EOF\n"
    rows = b"% 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\n"
    fill = max(0, size - len(head) - len(tail))
    return head + (rows * (fill // len(rows) + 1))[:max(0, fill - 1)] + (b"\n" if fill else b"") + tail


class Site:
    """A data folder and its program."""

    def __init__(self, program):
        self.program = program
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="phial-import-test-"))
        self.data, self.stick = self.folder / "data", self.folder / "stick"
        self.data.mkdir(mode=0o700)
        self.stick.mkdir()
        self.port = free_port()
        self.conf = f"[site]\nname = Test clinic (invented)\nzone = America/Chicago\n[web]\nlisten = 127.0.0.1:{self.port}\n"
        self.core = None

    def start(self):
        (self.data / "phial.conf").write_text(self.conf)
        before = (self.folder / "log").stat().st_size if (self.folder / "log").exists() else 0
        self._serve()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.core.poll() is not None:  # a child that was being started when core was killed held the lock for a moment
                time.sleep(0.1)
                self._serve()
            log = (self.folder / "log").read_text(encoding="utf-8")
            if "instrument import: the link is up" in log[before:]:
                return
            time.sleep(0.01)
        raise AssertionError("phial serve does not start")

    def _serve(self):
        with open(self.folder / "log", "a", encoding="utf-8") as log:
            self.core = subprocess.Popen([self.program, "serve", "--data", str(self.data)], stdout=log, stderr=log)

    def end(self, how=signal.SIGTERM):
        self.core.send_signal(how)
        status = self.core.wait(PATIENCE)
        self.core = None
        return status

    def put(self, name, content):
        path = self.stick / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def bring(self, *words):
        """`phial import` to its end: (exit status, what --json says)."""
        done = subprocess.run([self.program, "import", "--data", str(self.data), "--json", *words, str(self.stick)],
                              capture_output=True, text=True, timeout=90, check=False)
        check(all(name not in done.stdout + done.stderr for name in ("SECRET", "MRN")), "no name of a file is told")
        return done.returncode, json.loads(done.stdout) if done.stdout else {}

    def rows(self, query):
        with sqlite3.connect(f"file:{self.data}/phial.db?mode=ro", uri=True) as db:
            return db.execute(query).fetchall()

    def files(self):
        """Every file that is in the database, by its session: the frames joined."""
        joined = {}
        for session, frame in self.rows("SELECT session, bytes FROM frame WHERE direction = 0 ORDER BY id"):
            joined[session] = joined.get(session, b"") + frame
        return joined

    def wait_for(self, what, found):
        deadline = time.monotonic() + PATIENCE
        while not found():
            check(time.monotonic() < deadline, what)
            time.sleep(0.05)

    def child(self, words):
        """A child of core that runs, by words of its command line; 0 when there is none."""
        for pid in pathlib.Path(f"/proc/{self.core.pid}/task/{self.core.pid}/children").read_text().split():
            try:
                if words in pathlib.Path(f"/proc/{pid}/cmdline").read_text():
                    return int(pid)
            except OSError:
                pass
        return 0

    def remove(self):
        if self.core:
            self.end(signal.SIGKILL)
        shutil.rmtree(self.folder)


def check(right, sentence):
    if not right:
        raise AssertionError(sentence)


def settled(site, count):
    """All these files have been judged."""
    return len(site.rows("SELECT 1 FROM message WHERE kind = 'ecg' AND disposition = 'held'")) >= count and \
        not site.rows("SELECT 1 FROM session WHERE id NOT IN (SELECT session FROM decoded)")


def readable(site):
    return sorted(original for (original,) in site.rows("SELECT lower(hex(original)) FROM tracing JOIN message ON message.id = tracing.message "
                                                         "WHERE disposition = 'held'"))


def sums(files):
    return sorted(hashlib.sha256(content).hexdigest() for content in files)


def brings_a_stick(site, _):
    files = [pdf("one"), pdf("two"), pdf("large", 3 * 64000), pdf("largest", LARGEST)]
    for number, content in enumerate(files):
        site.put(f"ECG/SECRET-MRN-{number}.pdf", content)
    site.put("letter.txt", b"Dear colleague\n")
    site.put("too-large.pdf", pdf("too large", LARGEST + 1))
    site.put(".Trashes/deleted.pdf", pdf("deleted"))
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in site.stick.rglob("*") if path.is_file()}
    site.start()
    status, said = site.bring()
    check(status == 0, f"an import of EKGs ends well, not with {status}")
    check((said["brought"], said["left_alone"], said["waiting"], said["core_runs"]) == (4, 2, 0, True), f"it counts what it did: {said}")
    site.wait_for("every file becomes a tracing that waits for a person", lambda: settled(site, 4))
    check(readable(site) == sums(files), "each tracing carries its file's SHA-256")
    check(sorted(site.files().values()) == sorted(files), "the frames of a session are the file, byte for byte")
    check(before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in site.stick.rglob("*") if path.is_file()}, "the stick is as it was")
    check(not list((site.data / "import").glob("*.ekg")) and not list((site.data / "import/taken").iterdir()), "no copy stays behind")
    status, said = site.bring()
    check((status, said["brought"], said["before"]) == (0, 0, 4), f"the same stick again brings nothing: {said}")
    shutil.rmtree(site.stick / "ECG")
    check(site.bring()[0] == 1, "a stick without an EKG: the answer is no")
    check(len(site.files()) == 4, "and nothing came of it")


def reads_every_format(site, make_ecg):
    for name in FORMATS:
        path = site.stick / f"{name}.dat"  # a name says nothing
        subprocess.run((make_ecg, name, path, "family=EXAMPLE-TEST", "given=ANN", "leads=12"), check=True)
    site.start()
    status, said = site.bring()
    check(status == 0 and said["brought"] == len(FORMATS), f"each is known by its content: {said}")
    site.wait_for("each is judged", lambda: settled(site, len(FORMATS)))
    leads = dict(site.rows("SELECT format, (SELECT count(*) FROM waveform WHERE tracing = tracing.id) FROM tracing"))
    check(sorted(leads) == sorted(FORMATS), f"each is a tracing of its format: {leads}")
    check(all(count in (8, 12) for name, count in leads.items() if name != "pdf") and leads["pdf"] == 0, f"with its leads' samples: {leads}")


def waits_for_core(site, _):
    site.put("one.pdf", pdf("one"))
    status, said = site.bring()
    check((status, said["brought"], said["waiting"], said["core_runs"]) == (0, 1, 1, False), f"without core it is kept: {said}")
    site.start()
    site.wait_for("core takes what waits when it starts", lambda: settled(site, 1))
    check(readable(site) == sums([pdf("one")]), "and it is the file")
    site.wait_for("the reader goes when no file comes", lambda: not site.child("child-ekg"))


def a_cart_has_its_own_folder(site, _):
    cart = site.folder / "cart"
    cart.mkdir()
    site.conf += f"[instrument EKG room 2]\nprofile = ekg-files\nport = folder:{cart}\n"
    site.put("one.pdf", pdf("one"))
    site.start()
    (cart / "two.tmp").write_bytes(pdf("two", 200_000))
    (cart / "two.tmp").rename(cart / "two.pdf")
    check(site.bring("--instrument", "EKG room 2")[0] == 0, "files can be brought as a cart's")
    site.wait_for("both come in", lambda: settled(site, 2))
    check({name for (name,) in site.rows("SELECT DISTINCT name FROM session JOIN instrument ON instrument.id = session.instrument")} == {"EKG room 2"},
          "as that cart's")
    check((cart / "taken/two.pdf").exists(), "what a cart's software wrote is moved, not removed")
    check(site.bring("--instrument", "nobody")[0] == 2, "an instrument that is not there is told")


def is_killed_in_the_middle(site, _):
    """Core, the reader and the import itself, at any moment."""
    draw = random.Random(SEED)
    files = [pdf(f"file {number}", draw.choice((0, 64000, 64001, 300_000, 700_000))) for number in range(24)]
    for number, content in enumerate(files):
        site.put(f"{number}.pdf", content)
    site.start()
    for kill in range(8):
        bringing = subprocess.Popen([site.program, "import", "--data", str(site.data), str(site.stick)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(0.05, 0.6))
        if kill % 4 == 3:
            bringing.kill()
        reader = site.child("child-ekg")
        if reader and kill % 2:
            os.kill(reader, signal.SIGKILL)
        else:
            site.end(signal.SIGKILL)
            bringing.kill()
            bringing.wait()
            site.start()
        bringing.kill()
        bringing.wait()
    status, said = site.bring()
    check(status == 0 and said["waiting"] == 0, f"the last import brings the rest: {said}")
    site.wait_for("all of it is judged", lambda: settled(site, len(files)))
    check(readable(site) == sums(files), "each file waits for a person, once")
    held = site.rows("SELECT reason FROM message WHERE id IN (SELECT message FROM held)")
    check(len(held) == len(files), f"and nothing else does: {held}")


def a_bad_file_costs_only_itself(site, _):
    words = ("CRASH", "LOOP", "WAIT", "EAT", "REFUSE")
    site.start()
    for number, word in enumerate(words):
        site.put(f"{number}a.pdf", pdf(f"good {number}"))
        site.put(f"{number}b.pdf", pdf(word))
    status, said = site.bring()
    check(status == 0 and said["brought"] == 2 * len(words), f"all are brought: {said}")
    site.wait_for("all are judged", lambda: settled(site, 2 * len(words)))
    check(readable(site) == sums(pdf(f"good {number}") for number in range(len(words))), "the good ones are read")
    reasons = [reason for (reason,) in site.rows("SELECT reason FROM message WHERE id NOT IN (SELECT message FROM tracing) AND disposition = 'held'")]
    check(len(reasons) == len(words) and all(reasons), f"the others wait too, each with its reason: {reasons}")
    check(sorted(site.files().values()) == sorted([pdf(word) for word in words] + [pdf(f"good {number}") for number in range(len(words))]),
          "every file is kept as it came")


def main():
    program, faulty, make_ecg = (os.path.realpath(path) for path in sys.argv[1:4])
    wanted = sys.argv[4:]
    failed = 0
    for test, which in ((brings_a_stick, program), (reads_every_format, program), (waits_for_core, program), (a_cart_has_its_own_folder, program),
                        (is_killed_in_the_middle, program), (a_bad_file_costs_only_itself, faulty)):
        if wanted and test.__name__ not in wanted:
            continue
        site, start = Site(which), time.monotonic()
        try:
            test(site, make_ecg)
            if site.core:
                check(site.end() == 0, "core ends cleanly")
            check(subprocess.run([program, "custody", "verify", "--data", str(site.data)], capture_output=True, check=False).returncode == 0, "custody is whole")
            print(f"ok   {test.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
        except AssertionError as error:
            failed += 1
            print(f"FAILED {test.__name__}: {error}")
            print("".join((site.folder / "log").read_text().splitlines(True)[-30:]) if (site.folder / "log").exists() else "", flush=True)
        finally:
            site.remove()
    return 1 if failed else 0


sys.exit(main())
