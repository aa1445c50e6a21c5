"""Codes that are someone's: LOINC with its check digit, one name each and its notice; UCUM with its notice; and no
CPT anywhere, which may be shipped by nobody without the AMA's licence. `codes.py FOLDER` prints what is wrong."""
import csv
import os
import re
import sys

NOTICES = {
    "LOINC": "LOINC is copyright",
    "LOINC's licence": "http://loinc.org/license",
    "UCUM": "https://ucum.org/license",
}
TEXT = (".c", ".h", ".js", ".mjs", ".css", ".sql", ".csv", ".txt", ".py", ".profile", ".md", ".html", ".json", ".yaml", ".session")
# A line that speaks of CPT or HCPCS may hold no five digits; a code of a waived test has QW behind it.
SPOKEN = re.compile(r"\b(CPT|HCPCS)\b.*(?<![\d.-])\d{5}(?![\d.-])", re.I)
MODIFIED = re.compile(r"(?<!\d)\d{5}-?QW\b")
# A column of a table that the product ships, of the ranges of laboratory, EKG, spirometry and drawing blood.
COLUMN = re.compile(r"^(8[0-9]{4}|930[0-4]\d|940[1-6]\d|3641[56]|G\d{4})(QW)?$")


def analytes(root):
    """(file, LOINC, name) of every line of a profile's map and of the menu."""
    folder = os.path.join(root, "instruments/profiles")
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".profile"):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            section = ""
            for line in file:
                section = line.strip() if line.startswith("[") else section
                columns = [column.strip() for column in line.split("|")]
                if section == "[analytes]" and len(columns) == 5 and not line.startswith("#"):
                    yield name, columns[1], columns[2]
    with open(os.path.join(root, "core/catalogue/menu.csv"), encoding="utf-8") as file:
        for row in csv.reader(line for line in file if line.startswith("analyte,")):
            yield "menu.csv", row[2], row[3]


def limits(root):
    """(file, LOINC) of every example limit."""
    with open(os.path.join(root, "core/catalogue/limits.csv"), encoding="utf-8") as file:
        for row in csv.reader(line for line in file if line.strip() and not line.startswith("#")):
            yield "limits.csv", row[0]


def is_loinc(code):
    """LOINC's check digit: modulus 10, every second digit from the right doubled."""
    digits, _, check = code.partition("-")
    doubled = (int(d) * 2 if i % 2 == 0 else int(d) for i, d in enumerate(reversed(digits)))
    return (-sum(d // 10 + d % 10 for d in doubled)) % 10 == int(check)


def check_loinc(root):
    """A LOINC has its check digit, and one name wherever it stands; each analyte of the menu has example limits."""
    names, limited = {}, set()
    for where, code in limits(root):
        limited.add(code)
        if not is_loinc(code):
            yield f"{where}: {code} is no LOINC: its check digit does not hold"
    for where, code, name in analytes(root):
        if code in ("", "-"):
            continue
        if not is_loinc(code):
            yield f"{where}: {code} is no LOINC: its check digit does not hold"
        first = names.setdefault(code, (name, where))
        if first[0] != name:
            yield f"{where}: {code} is \"{name}\" here and \"{first[0]}\" in {first[1]}"
        if where == "menu.csv" and code not in limited:
            yield f"limits.csv: no line for {code} ({name}), so its tests could never be ordered"


def check_notices(root):
    """Whose codes they are is said."""
    with open(os.path.join(root, "docs/NOTICES.md"), encoding="utf-8") as file:
        text = file.read()
    for what, words in NOTICES.items():
        if words not in text:
            yield f"docs/NOTICES.md: the notice of {what} is missing (\"{words}\")"


def columns_of(name, line):
    if name.endswith(".csv"):
        return line.rstrip("\n").split(",")
    return line.rstrip("\n").split("|") if name.endswith(".profile") else []


def check_cpt(root, names):
    """No CPT: not spoken of with its digits, not with a modifier, not as a column of what is shipped."""
    for name in names:
        if not name.endswith(TEXT) or name.startswith("tests/style/"):
            continue
        with open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                shipped = [c.strip() for c in columns_of(name, line)] if not name.startswith("tests/") else []
                if SPOKEN.search(line) or MODIFIED.search(line) or any(COLUMN.match(c) for c in shipped):
                    yield f"{name}:{number}: looks like a CPT code: {line.strip()[:80]}"


def check(root, names):
    yield from check_loinc(root)
    yield from check_notices(root)
    yield from check_cpt(root, names)


def all_files(root):
    for folder, folders, files in os.walk(root):
        folders[:] = [each for each in folders if each not in (".git", "node_modules", "build")]
        for each in files:
            yield os.path.relpath(os.path.join(folder, each), root)


if __name__ == "__main__":
    FOUND = list(check(sys.argv[1], sorted(all_files(sys.argv[1]))))
    print("\n".join(FOUND))
    sys.exit(1 if FOUND else 0)
