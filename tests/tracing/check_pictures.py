"""What other programs make of the pictures: librsvg of the SVG, poppler of the PDF.

usage: check_pictures.py TRACING_SAMPLES

The ink of both is the same to a fifth of a millimetre; the PDF's text can be copied out; the pages
that were shown before signing are the same when the signature page is there.
"""
import json
import os
import subprocess
import sys
import tempfile

import drawing

DOTS = 10  # in a millimetre
LEFT, TOP, WIDTH, HEIGHT = 72, 555, 2650, 1450
DARK = bytes(0x31 if value < 110 else 0x30 for value in range(256))
NEAR = 2
HASH = "4f2c9d1e7b60a5833c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b"


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def picture(pdf, page, left, top):
    """The sheet's rows as numbers, a bit for each dark dot."""
    data = run("pdftoppm", "-gray", "-r", "254", "-f", str(page), "-l", str(page), pdf)
    kind, size, most, dots = data.split(b"\n", 3)
    width, height = (int(v) for v in size.split())
    assert (kind, most) == (b"P5", b"255") and len(dots) == width * height
    rows = []
    for y in range(top, top + HEIGHT):
        row = dots[y * width + left:y * width + left + WIDTH]
        rows.append(int(row.translate(DARK), 2))
    return rows


def without_texts(rows, texts, strip):
    """Letters are set in other fonts: they are looked at by their text, not by their dots."""
    for text_strip, x, y, em, text in texts:
        if text_strip != strip:
            continue
        left = x * DOTS // 100 - 5
        right = min(left + int(len(text) * em * DOTS / 100 * 0.9) + 20, WIDTH)
        hole = ((1 << (right - left)) - 1) << (WIDTH - right)
        for row in range(max((y - em) * DOTS // 100 - 3, 0), min(y * DOTS // 100 + 15, HEIGHT)):
            rows[row] &= ~hole
    return rows


def spread(rows):
    """Each dark dot with its neighbours."""
    wide = []
    for row in rows:
        for _ in range(NEAR):
            row |= row << 1 | row >> 1
        wide.append(row)
    out = []
    for y in range(HEIGHT):
        row = 0
        for near in wide[max(y - NEAR, 0):y + NEAR + 1]:
            row |= near
        out.append(row)
    return out


def beyond(rows, other):
    return sum(bin(row & ~near).count("1") for row, near in zip(rows, spread(other)))


def check_ink(folder, name, work):
    view = drawing.View(name)
    with open(os.path.join(folder, name + ".svg"), encoding="utf-8") as f:
        _, texts = drawing.read_svg(f.read())
    as_pdf = os.path.join(work, "svg.pdf")
    run("rsvg-convert", "-f", "pdf", "-o", as_pdf, os.path.join(folder, name + ".svg"))
    for strip in range(view.strips):
        top = strip * (drawing.HEIGHT + drawing.GAP) * DOTS // 100
        a = without_texts(picture(as_pdf, 1, 0, top), texts, strip)
        b = without_texts(picture(os.path.join(folder, name + ".pdf"), strip + 1, LEFT, TOP), texts,
                          strip)
        ink = sum(bin(row).count("1") for row in a)
        if ink < 20000 or beyond(a, b) or beyond(b, a):
            sys.exit("check_pictures: %s: %d dark dots; %d of the SVG's and %d of the PDF's are not "
                     "in the other" % (name, ink, beyond(a, b), beyond(b, a)))


def text_of(pdf, *pages):
    pages = ["-f", str(pages[0]), "-l", str(pages[0])] if pages else []
    text = run("pdftotext", *pages, pdf, "-").decode()
    return " ".join("".join(c for c in text if c not in "\u202a\u202b\u202c").split())


def must_say(what, text, sentences):
    for sentence in sentences:
        if sentence not in text:
            sys.exit("check_pictures: %s does not say '%s':\n%s" % (what, sentence, text))


def check_page_text(folder, name, record, what):
    text = text_of(os.path.join(folder, name + ".pdf"))
    must_say(what, text, [
        "Nguy\u1ec5n-TEST", "Clinic <script>alert(1)</script> & Co", "DOB 07/19/1958", "MRN 00900142", "260312-00017",
        "Recorded 03/12/2026 09:44:00", "UNCONFIRMED", "In the file: MARLOWE-TEST^IRIS^J",
        "74 /min", "168 ms", "92 ms", "392 ms", "435 ms Bazett", "58 / 41 / 47", "SCP-ECG", HASH,
        HASH[:12] + " ", "phial-tracing-", name, "25 mm/s \u00b7 10 mm/mV", "Severity sent: "
        "ABNORMAL ECG", "(none of ours)"])
    must_say(what, text, [" ".join(s.split()) for s in record["statements"] if len(s) < 100])
    if "\u0645\u062d\u0645\u062f" not in text and "\u062f\u0645\u062d\u0645" not in text:
        sys.exit("check_pictures: the Arabic name cannot be copied out: " + text)
    if "Overread" in text:
        sys.exit("check_pictures: a page that was not signed speaks of a signature")


def check_signed(folder, name, work):
    plain, signed = (os.path.join(folder, name + end) for end in (".pdf", " signed.pdf"))
    strips = drawing.View(name).strips
    for page in range(1, strips + 1):
        a, b = (run("pdftoppm", "-gray", "-r", "100", "-f", str(page), "-l", str(page), p)
                for p in (plain, signed))
        if a != b or text_of(plain, page) != text_of(signed, page):
            sys.exit("check_pictures: %s: page %d changes with the signature" % (name, page))
    must_say(name + " signed", text_of(signed, strips + 1), [
        "Overread of this EKG", "DISAGREE", "<script>alert(1)</script> Normal sinus rhythm.",
        "Dana Whitfield-TEST, NP (provider)", "over-read, changed", "03/12/2026 09:52 EST",
        "as received, SHA-256 " + HASH, "shown before signing, SHA-256 " + HASH,
        "drawn by phial-tracing-", "3x4 standard 25 10", "MRN 00900142"])


def main():
    with tempfile.TemporaryDirectory() as out, tempfile.TemporaryDirectory() as work:
        run(sys.argv[1], out)
        for case, names in (("short", ["3x4 standard 25 10", "6x2 cabrera 25 5",
                                       "12x1 standard 25 20", "3x4 cabrera 50 10"]),
                            ("gaps", ["3x4 cabrera 25 10"]), ("far", ["12x1 cabrera 25 20"]),
                            ("real", ["3x4 cabrera 25 10"])):
            for name in names:
                check_ink(os.path.join(out, case), name, work)
        for case, name in (("short", "3x4 standard 25 10"), ("short", "3x4 cabrera 50 10"),
                           ("much", "3x4 cabrera 25 10")):
            folder = os.path.join(out, case)
            with open(os.path.join(folder, "record.json"), encoding="utf-8") as f:
                record = json.load(f)
            if name.split()[2] == "25":
                check_page_text(folder, name, record, case)
            if case != "much":
                check_signed(folder, name, work)
        old = os.path.join(out, "long", "3x4 cabrera 25 10 from 31 signed.pdf")
        must_say("a signature of an older renderer", text_of(old, 2), [
            "drawn by phial-tracing-0 as 3x4 standard 25 10 This copy is drawn by phial-tracing-"])
        every = text_of(os.path.join(out, "much", "3x4 cabrera 25 10.pdf"), 2)
        must_say("the page of all statements", every, [
            "FIRST statement <script>alert(1)</script>", "LAST statement", "UNCONFIRMED"])
    print("check_pictures: both formats look alike, the text comes out, page 1 stays")


main()
