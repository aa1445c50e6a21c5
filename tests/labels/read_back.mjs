// read_back.mjs PROGRAM [COUNT [SEED]]: random labels are drawn, and read back by others.
//
// Every label as SVG (librsvg), PNG, PDF (poppler), every fourth as ZPL (a slow renderer of ZPL that is not ours), and all as the
// paper of a printer of one of the other languages (the program's own interpreters, which also compare
// all of them dot for dot): zbar must read its Code 128, libdmtx its Data Matrix, both as its accession. The name in the PDF
// must be the patient's, or a shortening that follows the rule: given names before the family name.
import { execFile, execFileSync } from "node:child_process";
import { webcrypto } from "node:crypto";
import { createRequire } from "node:module";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const [program, count = "100", seed = String(Date.now())] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "phial-labels-"));
const big = { maxBuffer: 64 * 1024 * 1024, encoding: "utf8" };
const failures = [];
console.log(`${count} labels, seed ${seed}`);

function draw() {
  const lines = execFileSync(program, [folder, count, seed], big).trim().split("\n");
  return lines.map((line) => {
    const [number, accession, dpi, kind, family, given, language] = line.split("\t");
    return { file: number.padStart(4, "0"), accession, dpi: Number(dpi), kind, family, given, language };
  });
}

const at = (name) => path.join(folder, name);

async function renderSvg(labels) {
  const todo = [...labels];
  const worker = async () => {
    for (let label; (label = todo.pop()); )
      await run("rsvg-convert", ["-z", "2", "-d", "203", "-p", "203", at(`${label.file}.svg`), "-o", at(`${label.file}-svg.png`)]);
  };
  await Promise.all([worker(), worker()]);
}

async function renderPdf(labels) {
  await run("pdfunite", [...labels.map((l) => at(`${l.file}.pdf`)), at("all.pdf")], big);
  await run("pdftoppm", ["-r", "300", "-gray", "-png", at("all.pdf"), at("page")], big);
  const pages = fs.readdirSync(folder).filter((f) => f.startsWith("page-")).sort();
  if (pages.length !== labels.length) failures.push(`${pages.length} pages of ${labels.length}`);
  pages.forEach((page, i) => fs.renameSync(at(page), at(`${labels[i].file}-pdf.png`)));
  return execFileSync("pdftotext", [at("all.pdf"), "-"], big).split("\f");
}

const isRendered = (label) => Number(label.file) % 4 === 0;

async function renderZpl(labels) {
  globalThis.crypto ??= webcrypto; // not a global in Debian's Node 18
  const { ready } = await import(createRequire(import.meta.url).resolve("zpl-renderer-js"));
  const { api } = await ready;
  for (const label of labels.filter(isRendered)) {
    const zpl = fs.readFileSync(at(`${label.file}.zpl`), "latin1");
    const [, width, height] = zpl.match(/^\^XA\^PW(\d+)\^LL(\d+)/);
    const perMm = { 203: 8, 300: 12, 600: 24 }[label.dpi];
    const png = await api.zplToBase64Async(zpl, width / perMm, height / perMm, perMm);
    fs.writeFileSync(at(`${label.file}-zpl.png`), Buffer.from(png, "base64"));
  }
}

function* chunks(list, size) {
  for (let i = 0; i < list.length; i += size) yield list.slice(i, i + size);
}

const output = (error) => error.stdout ?? "";

async function readCode128(files) {
  const found = new Map();
  for (const part of chunks(files, 100)) {
    const xml = await run("zbarimg", ["-q", "--xml", "-Sdisable", "-Scode128.enable", ...part], big).then((r) => r.stdout, output);
    for (const [, file, body] of xml.matchAll(/<source href='([^']*)'>(.*?)<\/source>/gs))
      found.set(file, [...body.matchAll(/<!\[CDATA\[(.*?)\]\]>/gs)].map((m) => m[1]).join("|"));
  }
  return found;
}

async function readMatrixPart(part, found) {
  const lines = await run("dmtxread", ["-n", "-N1", "-m", "3000", ...part], big).then((r) => r.stdout.trim().split("\n"), () => []);
  if (lines.length === part.length) part.forEach((file, i) => found.set(file, lines[i]));
  else for (const file of part)
    found.set(file, await run("dmtxread", ["-n", "-N1", "-m", "10000", file], big).then((r) => r.stdout.trim(), output));
}

async function readMatrix(files) {
  const found = new Map(), parts = [...chunks(files, 20)];
  const worker = async () => {
    for (let part; (part = parts.pop()); ) await readMatrixPart(part, found);
  };
  await Promise.all([worker(), worker()]);
  return found;
}

const plain = (text) => text.normalize("NFC").replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim();
const sorted = (text) => [...plain(text).replace(/[ ,]/g, "")].sort().join("");
const letters = (text) => [...new Intl.Segmenter("und").segment(plain(text))].map((s) => s.segment);

function isCutOf(part, whole) {
  if (!part.endsWith("…")) return part === plain(whole);
  const head = part.slice(0, -1);
  return head.length > 0 && plain(whole).startsWith(head);
}

function withInitials(given) {
  const [first, ...others] = plain(given).split(" ");
  const short = others.map((word) => (/^\p{Lu}|^\p{Ll}/u.test(word) ? letters(word)[0] : word));
  return [first, ...short].join(" ");
}

// The family name is cut only where the given names are down to one letter.
function isNameOf(line, { kind, family, given }) {
  if (kind === "mixed") {
    const whole = sorted(family + given), left = [...sorted(line.replaceAll("…", ""))];
    let from = 0;
    for (const letter of left) {
      from = whole.indexOf(letter, from) + 1;
      if (!from) return false;
    }
    return line.includes("…") || left.length === whole.length;
  }
  const text = plain(line), comma = text.lastIndexOf(", ");
  const last = text.slice(0, comma), first = text.slice(comma + 2);
  const givenFits = isCutOf(first, given) || isCutOf(first, withInitials(given));
  if (last === plain(family)) return givenFits;
  return isCutOf(last, family) && (first === plain(given) || first === `${letters(given)[0]}…` || first === withInitials(given)) && letters(first).length <= 2;
}

// The line of a page that holds the name, without the mark of a copy.
function nameLine(page, kind) {
  const lines = page.split("\n").map((line) => plain(line.replace(/COPY \d+/, "")));
  return lines.find((line) => (kind === "mixed" ? /\p{Script=Arabic}/u.test(line) : line)) ?? "";
}

function checkNames(labels, pages) {
  let checked = 0;
  labels.forEach((label, i) => {
    if (label.kind === "shaped") return; // the order of their glyphs is not that of their letters
    const line = nameLine(pages[i], label.kind);
    if (!isNameOf(line, label)) failures.push(`${label.file}: "${line}" is not ${label.family}, ${label.given}`);
    checked++;
  });
  return checked;
}

async function checkSymbols(labels) {
  const formats = (label) => ["svg", "png", "pdf", ...(isRendered(label) ? ["zpl"] : []), label.language];
  const file = (label, format) => {
    if (format === "png") return at(`${label.file}.png`);
    return at(`${label.file}-${format}.${format === label.language ? "pgm" : "png"}`);
  };
  const files = labels.flatMap((label) => formats(label).map((format) => file(label, format)));
  const [bars, matrix] = await Promise.all([readCode128(files), readMatrix(files)]);
  for (const label of labels)
    for (const format of formats(label))
      for (const [name, read] of [["Code 128", bars], ["Data Matrix", matrix]])
        if (read.get(file(label, format)) !== label.accession)
          failures.push(`${label.file}.${format}: the ${name} reads as "${read.get(file(label, format)) ?? ""}", not ${label.accession}`);
  return 2 * files.length;
}

const labels = draw();
if (labels.length !== Number(count)) failures.push(`only ${labels.length} labels were drawn`);
const [, pages] = await Promise.all([renderSvg(labels), renderPdf(labels), renderZpl(labels)]);
const names = checkNames(labels, pages);
const symbols = await checkSymbols(labels);
const languages = [...new Set(labels.map((label) => label.language))].sort();
console.log(`languages besides ZPL: ${languages.join(", ")}`);
console.log(`${symbols} symbols and ${names} names read back, ${failures.length} wrong`);
for (const failure of failures.slice(0, 20)) console.log(failure);
if (failures.length) console.log(`The pictures are in ${folder}`);
else fs.rmSync(folder, { recursive: true });
process.exit(failures.length ? 1 : 0);
