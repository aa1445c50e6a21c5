"""Every line of every drawn EKG is in its samples, and every line of the samples is drawn.

usage: check_lines.py TRACING_SAMPLES

Both writers' pictures of many records are read back (drawing.py). Then the checker itself is
checked: pictures with one line more, one less and one moved must each be found out, in SVG and PDF.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

import drawing


def load(folder, name):
    with open(os.path.join(folder, name), "rb") as f:
        return f.read()


def check_case(case, record):
    """That a case is what its name says: otherwise nothing is looked at."""
    derived = [lead["name"] for lead in record["leads"] if lead["derived"]]
    if (derived == ["III", "aVR", "aVL", "aVF"]) != (case == "derived"):
        sys.exit("check_lines: %s has the derived leads %s" % (case, derived))


def check_texts(case, view, record, texts):
    words = [t[4] for t in texts]
    missing = [lead["name"] for lead in record["leads"] if not lead["recorded"]]
    rows = drawing.cells(view, record)
    wanted = sum(1 for cell in rows if cell[0]["name"] in missing)
    if words.count("not recorded") != wanted:
        raise drawing.Wrong("%s: %d times 'not recorded', not %d"
                            % (case, words.count("not recorded"), wanted))
    scale = "%d mm/s \u00b7 %d mm/mV \u00b7 " % (view.speed, view.gain)
    filters = "filters: 0.05-150 Hz, 60 Hz notch"
    if sum(1 for w in words if w.startswith(scale) and filters in w
           and w.endswith(" (none of ours)")) != view.strips:
        raise drawing.Wrong("%s: the line of the scale is not right: %s" % (case, words[:3]))
    for lead, inverted, strip, x, y, _, _ in drawing.cells(view, record):
        name = ("-" if inverted else "") + lead["name"]
        if lead["derived"]:
            name += "derived from I and II"
        if not any(t[0] == strip and t[1] - x in (100, 500, 900) and y - 2400 <= t[2] < y
                   and t[4] == name for t in texts):
            raise drawing.Wrong("%s: no name %s at its place" % (case, name))


def check_pulse(view, lines):
    """Found by its shape, left of every tracing: 1 mV high and 200 ms long."""
    ink = [l for l in lines[drawing.INK] if l[3] <= drawing.LEFT]
    tops = [l for l in ink if l[2] == l[4] and l[3] - l[1] == view.speed // 5 * 100]
    sides = [l for l in ink if l[1] == l[3] and abs(l[4] - l[2]) == view.gain * 100]
    if not tops or len(sides) != 2 * len(tops):
        raise drawing.Wrong("the calibration pulse does not measure 1 mV by 200 ms")


def check_view(folder, case, name, record):
    view = drawing.View(name)
    wanted = drawing.expected(view, record)
    svg = load(folder, name + ".svg").decode()
    plain, signed = load(folder, name + ".pdf"), load(folder, name + " signed.pdf")
    lines, texts = drawing.read_svg(svg)
    drawing.compare(lines, wanted)
    check_texts(case, view, record, texts)
    check_pulse(view, lines)
    for pdf in (plain, signed):
        lines = drawing.read_pdf(pdf, view.strips)
        drawing.compare(lines, wanted)
        check_pulse(view, lines)
    if "onload" in svg or "<script" in svg:
        raise drawing.Wrong("a name became markup")


def must_fail(what, read, wanted):
    try:
        drawing.compare(read(), wanted)
    except drawing.Wrong:
        return
    sys.exit("check_lines: %s was not found out" % what)


def break_svg(text, wanted):
    """In the longest path: a point taken out, one added, one moved; a path and a dot added."""
    path = max(re.findall(r'd="(M[^"]*)"', text), key=lambda p: p.count(" ") if "l" in p else 0)
    head, points = re.match(r"(M-?\d+ ?-?\d+l)(.*)", path, re.S).groups()
    pairs = re.findall(r"-?\d+ ?-?\d+", points)
    middle = len(pairs) // 2

    def joined(change):
        return text.replace(path, head + " ".join(change))
    changes = {
        "a point less": joined(pairs[:middle] + pairs[middle + 1:]),
        "the last point less": joined(pairs[:-1]),
        "a point more": joined(pairs[:middle] + ["0 300", "0-300"] + pairs[middle:]),
        "a point moved": joined(pairs[:middle] + ["5 7"] + pairs[middle + 1:]),
        "a stray line": text.replace(path, path + 'M2000 3000l200 100'),
        "a dot": text.replace(path, path + 'M2000 3000h0'),
        "a line over a gap": text.replace(path, path.replace("M", "L")),
    }
    for what, broken in changes.items():
        if broken == text:
            sys.exit("check_lines: could not break the SVG: " + what)

        def read(broken=broken):
            try:
                return drawing.read_svg(broken)[0]
            except (ValueError, KeyError) as e:
                raise drawing.Wrong(str(e))
        must_fail("SVG, " + what, read, wanted)


def break_pdf(data, wanted):
    pdf = drawing.Pdf(data)
    content = pdf.contents(pdf.pages()[0])[0]
    lines = content.split("\n")
    at = [i for i, l in enumerate(lines) if l.endswith(" l") and lines[i - 1].endswith(" l")]
    middle = at[len(at) // 2]
    last_move = max(i for i, l in enumerate(lines) if l.endswith(" m"))
    changes = {
        "a point less": lines[:middle] + lines[middle + 1:],
        "a point more": lines[:middle] + ["5000 5000 l"] + lines[middle:],
        "a line from the label": lines[:middle] + ["1700 1700 m", "1800 2500 l"] + lines[middle:],
        "a curve": lines[:middle] + ["1 1 2 2 3 3 c"] + lines[middle:],
        "a move less": lines[:last_move] + lines[last_move + 1:],
    }
    for what, broken in changes.items():
        must_fail("PDF, " + what, lambda b=broken: drawing.read_content("\n".join(b), 0), wanted)


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        count = 0
        for case in sorted(os.listdir(folder)):
            inside = os.path.join(folder, case)
            record = json.loads(load(inside, "record.json"))
            check_case(case, record)
            names = sorted(n[:-4] for n in os.listdir(inside) if n.endswith(".svg"))
            for name in names:
                try:
                    check_view(inside, case, name, record)
                except drawing.Wrong as e:
                    sys.exit("check_lines: %s, %s: %s" % (case, name, e))
                count += 1
            view = drawing.View(names[0])
            if view.strips == 1:
                wanted = drawing.expected(view, record)
                break_svg(load(inside, names[0] + ".svg").decode(), wanted)
                break_pdf(load(inside, names[0] + ".pdf"), wanted)
        print("check_lines: %d pictures of each writer hold their samples and nothing else" % count)


main()
