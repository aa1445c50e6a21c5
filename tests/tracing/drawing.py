"""Reads the lines of a drawn EKG back, out of SVG and out of PDF, and knows which there must be.

Nothing here is shared with the program that draws: the layout is written down a second time, from
what a person sees. Units are hundredths of a millimetre of the sheet.
"""
import re
import xml.etree.ElementTree
import zlib

WIDTH, HEIGHT, GAP, LEFT = 26500, 14500, 500, 1500
INK, MARK, FINE, STRONG, WARN = "#111111", "#475863", "#f5cfc9", "#e39a92", "#7d4400"
FAR = 1000000
SHEET_LEFT_MM, SHEET_TOP_MM, PAGE_HEIGHT = 7.2, 55.5, 612.0
STANDARD = "I II III aVR aVL aVF V1 V2 V3 V4 V5 V6".split()
CABRERA = "aVL I aVR II aVF III V1 V2 V3 V4 V5 V6".split()
#         columns, rows, rhythm strip, 0 mV of the first row, distance of rows (mm)
LAYOUTS = {"3x4": (4, 3, True, 30, 30), "6x2": (2, 6, False, 20, 22), "12x1": (1, 12, False, 15, 11)}


class Wrong(Exception):
    pass


class View:
    def __init__(self, name):
        words = name.split()
        self.name, self.layout, self.order = name, words[0], words[1]
        self.speed, self.gain = int(words[2]), int(words[3])
        self.second = int(words[5]) if len(words) > 4 else 0
        self.strips = 10 * self.speed * 100 // (WIDTH - LEFT)


# ---- what must be there -------------------------------------------------------------------------

def lead_is_there(lead):
    return lead["recorded"] and lead["samples"] > 0


def cells(view, record):
    """(lead, upside down, strip, x, y, width, second at its left end)"""
    columns, rows, rhythm, first, distance = LAYOUTS[view.layout]
    by_name = {lead["name"]: lead for lead in record["leads"]}
    names = CABRERA if view.order == "cabrera" else STANDARD
    whole = 10 * view.speed * 100
    places = [(by_name[name], i // rows * whole // columns, whole // columns,
               (first + i % rows * distance) * 100) for i, name in enumerate(names)]
    if rhythm:
        strip_lead = by_name["II"]
        if not lead_is_there(strip_lead):
            strip_lead = [lead for lead in record["leads"] if lead_is_there(lead)][0]
        places.append((strip_lead, 0, whole, (first + rows * distance) * 100))
    room = WIDTH - LEFT
    for lead, left, width, y in places:
        for strip in range(view.strips):
            begin, end = max(left, strip * room), min(left + width, (strip + 1) * room)
            if begin < end:
                yield (lead, view.order == "cabrera" and lead["name"] == "aVR", strip,
                       LEFT + begin - strip * room, y, end - begin,
                       view.second + begin / view.speed / 100)


def lines_of_cell(view, lead, inverted, x, y, width, second):
    """Each pair of neighbouring samples within the cell, and each sample that has no neighbour."""
    if not lead_is_there(lead):
        return
    points = []
    for i, value in enumerate(lead["microvolts"]):
        at = (lead["start"] + i / lead["rate"] - second) * view.speed * 100
        # a hair of a sample's distance, as 2.5 s times 500 Hz must be sample 1250
        hair = 2e-6 / lead["rate"] * view.speed * 100
        if -hair <= at <= width + hair:
            up = None if value is None else value * view.gain / 10 * (-1 if inverted else 1)
            points.append(None if up is None else (x + at, min(max(y - up, -FAR), FAR)))
    for i, point in enumerate(points):
        before = points[i - 1] if i > 0 else None
        after = points[i + 1] if i + 1 < len(points) else None
        if point and before:
            yield before + point
        elif point and not after:
            yield point + point


def pulse_lines(view):
    """1 mV for 200 ms in each row, or once where the rows are closer than it is high."""
    _, rows, rhythm, first, distance = LAYOUTS[view.layout]
    rows += 1 if rhythm else 0
    high, wide = view.gain * 100, view.speed * 20
    x = (LEFT - wide) // 2
    for row in range(rows):
        if view.gain <= distance or row == rows - 1:
            y = (first + row * distance) * 100
            corners = [(x - 100, y), (x, y), (x, y - high), (x + wide, y - high), (x + wide, y),
                       (x + wide + 100, y)]
            for begin, end in zip(corners, corners[1:]):
                yield begin + end


def expected(view, record):
    """{colour: [(strip, x, y, x, y)]}"""
    out = {INK: [], MARK: [], FINE: [], STRONG: []}
    for strip in range(view.strips):
        out[INK] += [(strip,) + line for line in pulse_lines(view)]
        for x in range(0, WIDTH + 1, 100):
            out[FINE if x % 500 else STRONG].append((strip, x, 0, x, HEIGHT))
        for y in range(0, HEIGHT + 1, 100):
            out[FINE if y % 500 else STRONG].append((strip, 0, y, WIDTH, y))
    for lead, inverted, strip, x, y, width, second in cells(view, record):
        out[INK] += [(strip,) + line
                     for line in lines_of_cell(view, lead, inverted, x, y, width, second)]
        if x > LEFT:
            out[MARK] += [(strip, x, y - 500, x, y - 250), (strip, x, y + 250, x, y + 500)]
    return out


# ---- SVG ----------------------------------------------------------------------------------------

ALLOWED = {
    "svg": {"role", "width", "height", "viewBox", "y"},
    "title": set(),
    "rect": {"fill", "width", "height"},
    "g": {"fill", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "font-family"},
    "path": {"d"},
    "text": {"x", "y", "font-size", "font-weight", "fill"},
    "tspan": {"dx", "font-size", "font-weight"},
}


def lines_of_path(path):
    """A strict reader: M, l, v and h as the writer has them, and nothing else."""
    lines, letter, numbers, at, begun = [], "", [], None, False
    tokens = re.findall(r"[Mlvh]|-?\d+|[^\s\dMlvh-]", path)
    need = {"M": 2, "l": 2, "v": 1, "h": 1}
    for token in tokens:
        if token in need:
            if numbers:
                raise Wrong("a path breaks off: " + path[:60])
            letter = token
            continue
        numbers.append(int(token))
        if len(numbers) < need[letter]:
            continue
        if letter == "M":
            at = tuple(numbers)
        else:
            dx, dy = {"l": (numbers + [0])[:2], "h": [numbers[0], 0], "v": [0, numbers[0]]}[letter]
            lines.append(at + (at[0] + dx, at[1] + dy))
            at = lines[-1][2:]
        numbers = []
    if numbers:
        raise Wrong("a path breaks off at its end")
    return lines


def read_svg(text):
    """({colour: [(strip, x, y, x, y)]}, [texts])"""
    lines, texts = {}, []

    def walk(element, strip, colour, depth):
        name = element.tag.replace("{http://www.w3.org/2000/svg}", "")
        if name not in ALLOWED or not set(element.attrib) <= ALLOWED[name]:
            raise Wrong("the SVG has what it must not have: %s %s" % (name, element.attrib))
        if name == "svg" and depth > 0:
            strip = int(element.get("y")) // (HEIGHT + GAP)
            if (element.get("width"), element.get("height")) != (str(WIDTH), str(HEIGHT)):
                raise Wrong("a strip of another size")
        if name == "rect" and (element.get("fill"), element.get("width")) != ("#fffaf8", str(WIDTH)):
            raise Wrong("a rectangle that is not the paper")
        colour = element.get("stroke", colour)
        if name == "path":
            lines.setdefault(colour, []).extend((strip,) + l for l in lines_of_path(element.get("d")))
        if name == "text":
            texts.append((strip, int(element.get("x")), int(element.get("y")),
                          int(element.get("font-size")), "".join(element.itertext())))
        for child in element:
            walk(child, strip, colour, depth + 1)

    walk(xml.etree.ElementTree.fromstring(text), 0, None, 0)
    return lines, texts


# ---- PDF ----------------------------------------------------------------------------------------

class Pdf:
    def __init__(self, data):
        self.data, self.offsets, self.trailer = data, {}, None
        at = int(re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", data).group(1))
        while at is not None:
            at = self.read_table(at)

    def read_table(self, at):
        assert self.data.startswith(b"xref\n", at)
        at += 5
        while head := re.compile(rb"(\d+) (\d+)\s*\n").match(self.data, at):
            at = head.end()
            for i in range(int(head.group(2))):
                entry = self.data[at:at + 20]
                if entry[17:18] == b"n":
                    self.offsets.setdefault(int(head.group(1)) + i, int(entry[:10]))
                at += 20
        end = self.data.index(b"startxref", at)
        trailer = self.data[at:end]
        self.trailer = self.trailer or trailer
        before = re.search(rb"/Prev (\d+)", trailer)
        return int(before.group(1)) if before else None

    def object(self, number):
        at = self.offsets[number]
        head = re.compile(rb"\s*%d 0 obj\b" % number).match(self.data, at)
        if not head:
            raise Wrong("object %d does not stand where the table says" % number)
        return self.data[head.end():self.data.index(b"endobj", at)]

    def key(self, text, name):
        found = re.search(rb"/%s (\d+)( 0 R)?" % name, text)
        if not found.group(2):
            return int(found.group(1))
        return int(self.object(int(found.group(1))))

    def stream(self, number):
        text = self.object(number)
        begin = text.index(b"stream\n") + 7
        size = self.key(text[:begin], b"Length")
        return zlib.decompress(text[begin:begin + size])

    def pages(self):
        root = self.object(int(re.search(rb"/Root (\d+)", self.trailer).group(1)))
        tree = self.object(int(re.search(rb"/Pages (\d+)", root).group(1)))
        kids = re.search(rb"/Kids \[([^]]*)\]", tree).group(1)
        return [self.object(int(n)) for n in re.findall(rb"(\d+) 0 R", kids)]

    def contents(self, page):
        """What is laid under the words, and the words."""
        found = re.search(rb"/Contents (?:\[([^]]*)\]|(\d+) 0 R)", page)
        numbers = re.findall(rb"(\d+) 0 R", found.group(1) or found.group(2) + b" 0 R")
        return [self.stream(int(n)).decode("latin-1") for n in numbers]


def multiply(a, b):
    return (a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3],
            a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
            a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5])


def on_sheet(matrix, x, y):
    """Millimetres of the printed page, times 100, from the sheet's corner: whole numbers."""
    px = matrix[0] * x + matrix[2] * y + matrix[4]
    py = matrix[1] * x + matrix[3] * y + matrix[5]
    sx = (px * 25.4 / 72 - SHEET_LEFT_MM) * 100
    sy = ((PAGE_HEIGHT - py) * 25.4 / 72 - SHEET_TOP_MM) * 100
    if abs(sx - round(sx)) > 0.05 or abs(sy - round(sy)) > 0.05:
        if abs(sx) < WIDTH * 2 and abs(sy) < HEIGHT * 2:
            raise Wrong("a point lies between the hundredths: %f %f" % (sx, sy))
    return round(sx), round(sy)


def read_content(content, strip):
    """Interprets a page's drawing; every operation must be one that is known here."""
    lines, frames, stack, operands = {}, [], [], []
    matrix, colour, at, pending, clip = (1, 0, 0, 1, 0, 0), None, None, [], None
    rectangle = None
    for token in content.split():
        if re.fullmatch(r"-?[\d.]+|\[\d+|\d+\]", token):
            operands.append(token)
            continue
        numbers = [float(o) for o in operands if "[" not in o and "]" not in o]
        operands = []
        if token == "q":
            stack.append((matrix, colour))
        elif token == "Q":
            matrix, colour = stack.pop()
        elif token == "cm":
            matrix = multiply(tuple(numbers), matrix)
        elif token == "RG":
            colour = "#%02x%02x%02x" % tuple(round(n * 255) for n in numbers)
        elif token == "m":
            at = on_sheet(matrix, *numbers)
        elif token == "l":
            end = on_sheet(matrix, *numbers)
            pending.append((strip,) + at + end)
            at = end
        elif token == "re":
            rectangle = numbers
        elif token == "W":
            clip = rectangle
        elif token == "n":
            rectangle = None
        elif token == "S":
            if rectangle:
                frames.append((colour, rectangle))
                rectangle = None
            if pending:
                lines.setdefault(colour, []).extend(pending)
            pending = []
        elif token not in ("w", "d", "J", "j"):
            raise Wrong("the PDF draws with %s, which nobody knows here" % token)
    if stack or pending:
        raise Wrong("the PDF's drawing breaks off")
    if clip != [0, 0, WIDTH, HEIGHT] or [f[0] for f in frames] != [WARN]:
        raise Wrong("the PDF's paper or frame is not what it was")
    return lines


def words_have_no_lines(content):
    """cairo's part of a page: text, and not one path."""
    bare = re.sub(r"\((?:\\.|[^\\()])*\)|<[0-9a-f]*>", " ", content)
    for token in bare.split():
        if re.fullmatch(r"[mlcvyhSsfFBb]\*?|f\*|re|Do|sh", token):
            raise Wrong("there is a line among the words: " + token)


def read_pdf(data, strips):
    pdf, lines = Pdf(data), {}
    for i, page in enumerate(pdf.pages()):
        streams = pdf.contents(page)
        words_have_no_lines(streams[-1])
        if i >= strips:
            if len(streams) != 1:
                raise Wrong("a page of words has a drawing")
            continue
        for colour, found in read_content(streams[0], i).items():
            lines.setdefault(colour, []).extend(found)
    return lines


# ---- held against each other --------------------------------------------------------------------

def take(counts, line):
    """One of the expected lines that lies within a hundredth of a millimetre."""
    places = [(line[0],)]
    if line not in counts:
        for value in line[1:]:
            places = [p + (value + d,) for p in places for d in (0, -1, 1)]
    else:
        places = [line]
    for place in places:
        if counts.get(place, 0) > 0:
            counts[place] -= 1
            return True
    return False


def compare(drawn, wanted):
    """Raises Wrong at the first line that is drawn and not in the samples, or the reverse."""
    if set(drawn) != {colour for colour in wanted if wanted[colour]}:
        raise Wrong("other colours of lines: %s" % sorted(str(c) for c in drawn))
    for colour, lines in wanted.items():
        counts = {}
        for line in lines:
            whole = (line[0],) + tuple(round(v) for v in line[1:])
            counts[whole] = counts.get(whole, 0) + 1
        for line in drawn.get(colour, []):
            if not take(counts, line):
                raise Wrong("drawn, but not in the samples: %s %s" % (colour, line))
        for line, count in counts.items():
            if count:
                raise Wrong("in the samples, but not drawn: %s %s" % (colour, line))
