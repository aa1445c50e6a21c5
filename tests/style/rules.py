#!/usr/bin/env python3
"""Holds the checkout against the house style: who includes whom, lengths, banned calls, leftovers.

Exit 0 when nothing stands out, 1 with a line for each thing that does.
"""
import os
import re
import subprocess
import sys

import codes

MAX_FUNCTION, MAX_FILE = 80, 600
PRODUCT = ("core/", "instruments/", "labels/", "web/", "udev/")
# Folder: what its files may include from the project (longest folder wins).
MAY_INCLUDE = {
    "core/base": ("core/base",),
    "core/model": ("core/base", "core/model"),
    "core/usb": ("core/base", "core/usb"),
    "core/store": ("core/base", "core/model", "core/store"),
    "core/catalogue": ("core/base", "core/model", "core/store", "core/rules", "core/catalogue"),
    "core/rules": ("core/base", "core/model", "core/store", "core/rules", "core/catalogue"),
    "core/custody": ("core/base", "core/model", "core/store", "core/custody"),
    "core/exchange/deliver": ("core/base", "core/model", "core/exchange", "instruments/link/mllp_block.h", "instruments/transport/transport.h"),
    "core/exchange": ("core/base", "core/model", "core/exchange", "instruments/message/hl7.h"),
    "core/daemon": ("core/", "instruments/recording/commands.h", "instruments/simulator/", "instruments/worker/commands.h", "instruments/scanner/commands.h",
                    "instruments/profile/", "instruments/import/", "instruments/transport/transport.h", "labels/print/commands.h", "labels/print/printer.h", "labels/draw/tracing.h",
                    "web/commands.h"),
    "instruments/ecg": ("core/base", "core/model", "instruments/xml", "instruments/ecg"),
    "instruments/import": ("core/base", "core/model", "instruments/ecg/ecg_reader.h", "instruments/import"),
    "instruments/link": ("core/base", "core/model", "instruments/message", "instruments/link"),
    "instruments/message": ("core/base", "core/model", "instruments/xml", "instruments/message"),
    "instruments/profile": ("core/base", "core/model", "instruments/message", "instruments/link/options.h", "instruments/profile"),
    "instruments/recording": ("core/base", "core/model", "instruments/link", "instruments/message", "instruments/profile",
                              "instruments/ecg", "instruments/recording"),
    "instruments/transport": ("core/base", "core/model", "core/usb", "instruments/transport"),
    "instruments/scanner": ("core/base", "core/model", "instruments/scanner", "instruments/transport"),
    "instruments/worker": ("core/base", "core/model", "instruments/"),
    "instruments/simulator": ("core/base", "core/model", "instruments/"),
    "instruments/xml": ("core/base", "instruments/xml"),
    "labels/draw": ("core/base", "core/model", "labels/draw"),
    "labels/print": ("core/base", "core/model", "core/usb", "labels/"),
    "web": ("core/base", "core/model", "core/store", "labels/draw", "web/"),
    "udev": ("core/base", "core/model", "instruments/profile", "instruments/message", "instruments/link/options.h", "udev/"),
}
BANNED = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|strtok|alloca|system|popen|mktemp|tmpnam|strncpy)\s*\(")
LEFT_OVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
INCLUDE = re.compile(r'\s*#\s*include\s+"([^"]+)"')
STRING = re.compile(r'"(\\.|[^"\\])*"')


def tracked_files():
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True)
    return [name for name in out.stdout.split("\n") if name and os.path.isfile(name)]


def functions(lines):
    """(name, first line, length) of formatted functions: header at column 0, closing brace at column 0."""
    start = name = None
    for number, line in enumerate(lines, 1):
        if start is None and re.match(r"^[A-Za-z_].*\(", line) and not line.startswith(("typedef", "extern")):
            if not line.rstrip().endswith(";"):
                match = re.search(r"([A-Za-z_]\w*)\s*\(", line)
                name, start = match.group(1) if match else "?", number
        elif start and line.startswith("}"):
            yield name, start, number - start + 1
            start = None


def check_includes(name, number, line):
    match = INCLUDE.match(line)
    if not match or name.startswith("tests/"):
        return None
    target = match.group(1)
    folder = os.path.dirname(name)
    while folder and folder not in MAY_INCLUDE:
        folder = os.path.dirname(folder)
    if folder and "/" in target and not target.startswith(MAY_INCLUDE[folder]):
        return f"{name}:{number}: {folder} may not include {target}"
    return None


def check_source(name, lines):
    product = name.startswith(PRODUCT)
    if product and len(lines) > MAX_FILE:
        yield f"{name}: {len(lines)} lines, more than {MAX_FILE}"
    for function, at, length in functions(lines):
        if product and length > MAX_FUNCTION:
            yield f"{name}:{at}: {function} has {length} lines, more than {MAX_FUNCTION}"
    for number, line in enumerate(lines, 1):
        code = STRING.sub('""', line.split("//")[0])
        if product and BANNED.search(code):
            yield f"{name}:{number}: banned call: {line.strip()}"
        row = check_includes(name, number, line)
        if row:
            yield row
    if product and "sqlite3_" in "\n".join(lines) and not name.startswith("core/store/"):
        yield f"{name}: speaks SQLite outside core/store"
    if lines and not lines[0].startswith(("/*", "#!", "//")):
        yield f"{name}: does not open with what it is for"


def check_device_list():
    """Every profile stands in the README's list of devices."""
    with open("README.md", encoding="utf-8") as file:
        readme = file.read()
    for name in sorted(os.listdir("instruments/profiles")):
        if name.endswith(".profile") and f"`{name[:-8]}`" not in readme:
            yield f"README.md: the list of devices lacks {name[:-8]}"


def main():
    rows = list(check_device_list()) + list(codes.check(".", tracked_files()))
    for name in tracked_files():
        if not name.endswith((".c", ".h", ".js", ".css", ".sql", ".cmake", ".txt", ".py", ".sh", ".profile", ".md")):
            continue
        with open(name, encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")
        if name.endswith((".c", ".h")):
            rows += check_source(name, lines)
        if name != "tests/style/rules.py":
            rows += [f"{name}:{n}: left over: {line.strip()[:80]}" for n, line in enumerate(lines, 1) if LEFT_OVER.search(line)]
    for row in rows:
        print(row)
    return 1 if rows else 0


sys.exit(main())
