#!/usr/bin/env python3
"""Nothing of the first issue is lost by an upgrade: test_upgrade.py PHIAL.

first-issue.tar.xz is a data folder that the first issue's own program made in its demo: invented
people, orders, specimens, results, signatures, and the bytes of every instrument. Today's program
serves a copy of it; then every row of every table must be there with every column as it was, and
custody must be whole from its first row.
"""
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PATIENCE = 60
PROJECTIONS = {"worklist", "held", "to_do", "specimen_state", "undecoded", "migration"}  # made anew out of the facts


def check(right, sentence):
    print("ok  " if right else "NOT ", sentence)
    if not right:
        sys.exit(1)


def tables(database):
    db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    db.text_factory = bytes
    names = [row[0].decode() for row in db.execute("select name from sqlite_schema where type = 'table' and name not like 'sqlite%'")]
    found = {}
    for name in names:
        rows = db.execute(f"select * from {name}")
        columns = [column[0] for column in rows.description]
        found[name] = (columns, rows.fetchall())
    db.close()
    return found


def serve(program, data):
    core = subprocess.Popen([program, "serve", "--data", data, "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
    log = []
    for line in core.stderr:
        log.append(line)
        if "serving on" in line:
            return core
    sys.exit("NOT  it serves the folder of the first issue:\n" + "".join(log))


def check_rows(before, after):
    kept = 0
    for name, (columns, rows) in before.items():
        if name in PROJECTIONS:
            continue
        check(name in after, f"the table {name} is there")
        now = after[name][0]
        check(set(columns) <= set(now), f"with all its columns: {name}")
        at = [now.index(column) for column in columns]
        same = [tuple(row[i] for i in at) for row in after[name][1]]
        lost = [row for row in rows if row not in same]
        check(not lost, f"with all its {len(rows)} rows: {name}")
        kept += len(rows)
    for name in sorted(PROJECTIONS - {"migration", "undecoded"}):
        check(len(after[name][1]) == len(before[name][1]), f"{name} says as much as before")
    return kept


def codes(database):
    columns, rows = database["test"]
    return [row[columns.index("code")] for row in rows]


def check_menu(before, after):
    """What is new on the menu can be ordered; what the site has had stays as it is."""
    new = codes(after)[len(codes(before)):]
    check(b"EKG" in new, "an EKG can be ordered")
    check(len(set(new)) == len(new) and not set(new) & set(codes(before)), f"{len(new)} tests were added, none a second time")


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="phial-upgrade-") as folder:
        with tarfile.open(HERE / "first-issue.tar.xz") as archive:
            archive.extractall(folder)
        data = f"{folder}/phial"
        before = tables(f"{data}/phial.db")
        core = serve(program, data)
        time.sleep(1)
        verified = subprocess.run([program, "custody", "verify", "--data", data], check=False, capture_output=True, text=True)
        check(verified.returncode == 0 and "The chain is whole" in verified.stdout, "custody is whole: " + verified.stdout.partition("\n")[0])
        core.send_signal(signal.SIGTERM)
        check(core.wait(PATIENCE) == 0, "the program ends well")
        after = tables(f"{data}/phial.db")
        kept = check_rows(before, after)
        check_menu(before, after)
        check(subprocess.run([program, "custody", "verify", "--data", data], check=False, stdout=subprocess.DEVNULL).returncode == 0, "custody is whole afterwards")
    print(f"{kept} rows of {len(before)} tables were kept")


main()
