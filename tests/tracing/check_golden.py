"""Every layout, order, speed and gain of one short record, in both formats, is as it was.

usage: check_golden.py TRACING_SAMPLES [--write]

golden.txt holds the renderer's version and for each view the SHA-256 of its SVG and of the lines of
its PDF; golden/ holds some of the SVGs whole, to look at and to compare with. A signature names the
renderer, so a picture may only change together with TRACING_RENDERER; --write keeps to that.
"""
import hashlib
import os
import re
import subprocess
import sys
import tempfile

import drawing

HERE = os.path.dirname(os.path.abspath(__file__))
LIST, WHOLE = os.path.join(HERE, "golden.txt"), os.path.join(HERE, "golden")
TO_LOOK_AT = ["3x4 standard 25 10", "3x4 cabrera 50 20", "6x2 standard 25 10"]
VIEWS = 36


def load(path):
    with open(path, "rb") as f:
        return f.read()


def pictures(folder):
    """{view: (SHA-256 of the SVG, of the PDF's lines)}, and the renderer."""
    found, renderer = {}, None
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".svg"):
            continue
        svg = load(os.path.join(folder, name))
        pdf = drawing.Pdf(load(os.path.join(folder, name[:-4] + ".pdf")))
        lines = "".join(c for page in pdf.pages() for c in pdf.contents(page)[:-1])
        found[name[:-4]] = (hashlib.sha256(svg).hexdigest(),
                            hashlib.sha256(lines.encode()).hexdigest())
        renderer = re.search(r"\((phial-tracing-\d+)\)", svg.decode()).group(1)
    return found, renderer


def read_list():
    if not os.path.exists(LIST):
        return {}, None
    lines = [line for line in open(LIST, encoding="utf-8").read().split("\n") if line]
    golden = {}
    for line in lines[1:]:
        name, svg, pdf = line.split("\t")
        golden[name] = (svg, pdf)
    return golden, lines[0]


def write(found, renderer, folder, before):
    if found != before[0] and renderer == before[1]:
        sys.exit("check_golden: the pictures changed: TRACING_RENDERER (labels/draw/tracing.h) must "
                 "change too")
    with open(LIST, "w", encoding="utf-8") as f:
        f.write(renderer + "\n")
        for name, (svg, pdf) in found.items():
            f.write("%s\t%s\t%s\n" % (name, svg, pdf))
    os.makedirs(WHOLE, exist_ok=True)
    for name in TO_LOOK_AT:
        with open(os.path.join(WHOLE, name.replace(" ", "-") + ".svg"), "wb") as f:
            f.write(load(os.path.join(folder, name + ".svg")))


def main():
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([sys.argv[1], out], check=True)
        folder = os.path.join(out, "short")
        found, renderer = pictures(folder)
        golden, golden_renderer = read_list()
        if "--write" in sys.argv:
            write(found, renderer, folder, (golden, golden_renderer))
            return
        wrong = [name for name in sorted(set(found) | set(golden))
                 if found.get(name) != golden.get(name)]
        for name in TO_LOOK_AT:
            if load(os.path.join(WHOLE, name.replace(" ", "-") + ".svg")) != \
                    load(os.path.join(folder, name + ".svg")):
                wrong.append(name + " (golden/)")
        if wrong or len(found) != VIEWS or renderer != golden_renderer:
            sys.exit("check_golden: %d pictures, %s; not as they were: %s\nIf that is meant: give "
                     "TRACING_RENDERER another number, look at the pictures, then run with --write."
                     % (len(found), renderer, ", ".join(wrong)))
    print("check_golden: %d views are as they were in both formats" % len(found))


main()
