// m03_labels.mjs PHIAL: every label that a printer is given carries its number in bars that a decoder reads; names of any
// length and script stay on it by rule, the family name longest; a second print says COPY and why. The printer's own
// language wraps the very picture that the page shows.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { Site, until } from '../browser/site.mjs';

let site, maria, zebra;

before(async () => {
  zebra = fs.mkdtempSync('/tmp/phial-zebra-');
  site = await Site.start(process.argv[2], { more: `[printer Zebra]\nkind = file\nport = ${zebra}\nstock = 2x1\nformat = zpl\n` });
  site.patientFiles.push(zebra);
  maria = await site.caller('maria');
});

after(async () => {
  await site?.end();
  fs.rmSync(zebra, { recursive: true, force: true });
});

const names = [
  ['Doe-TEST', 'Jane'],
  ['Montgomery-Featherstonehaugh-Cholmondeley-TEST', 'Maximiliana Wilhelmina Alexandrina'],
  ['Ñúñez-Öztürk-TEST', 'Zoë Łucja'],
  ['Петрова-TEST', 'Анастасия'],
  ['李-TEST', '小龍'],
  ['עמית-TEST', 'נועה'],
  ['^XA^FD-TEST', '~DG|"\\'],
];
const files = (folder) => fs.readdirSync(folder).map((name) => path.join(folder, name));
const printed = async (folder, count) => until(() => files(folder).length === count && files(folder), `${count} labels in ${folder}`);
const newest = (list) => list.sort((a, b) => fs.statSync(b).mtimeMs - fs.statSync(a).mtimeMs)[0];

async function tube(n, [family, given]) {
  const { order } = await maria.must('order_enter', { mrn: `L-${n}`, family, given, birth_date: '1981-03-14', sex: 'F', provider: 'dr.kay', test: 'HbA1c' });
  await maria.must('identify', { order, identifier: ['name', 'birth date'], method: 'stated' });
  return (await maria.must('collect', { order, specimen_type: 'whole blood' })).accession;
}

function textOf(pdf) {
  return spawnSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' }).stdout;
}

function barsOf(file) {
  const shot = path.join(site.temporary, 'label');
  assert.equal(spawnSync('pdftoppm', ['-r', '203', '-gray', '-singlefile', file, shot]).status, 0);
  const read = spawnSync('zbarimg', ['-q', '--raw', '-Sdisable', '-Scode128.enable', `${shot}.pgm`], { encoding: 'utf8' });
  fs.rmSync(`${shot}.pgm`);
  return read.stdout.trim();
}

test('every name: its label is read back as its number, and tells the family name by the rule', async () => {
  const folder = path.join(site.data, 'labels');
  for (const [n, name] of names.entries()) {
    const accession = await tube(n, name);
    await maria.must('label_print', { accession, printer: 'Labels' });
    const file = newest(await printed(folder, n + 1));
    assert.equal(barsOf(file), accession, name.join(', '));
    const text = textOf(file);
    assert.ok(text.replace(/\s/g, '').includes(accession), `${accession} in digits`);
    assert.match(text, /03\/14\/1981/);
    assert.doesNotMatch(text, /COPY/);
    if (n < 1) assert.match(text, /DOE-TEST, JANE/i);
    if (n === 1) {
      assert.match(text, /MONTGOMERY/i, 'the family name begins it');
      assert.match(text, /…|\b[MWA]\.?\b/, 'and is shortened where somebody sees it');
    }
  }
});

test('a second print needs a reason, and says COPY', async () => {
  const folder = path.join(site.data, 'labels');
  const accession = await tube('C', ['Copy-TEST', 'Cora']);
  const count = files(folder).length;
  await maria.must('label_print', { accession, printer: 'Labels' });
  await printed(folder, count + 1);
  assert.match((await maria.ask('label_print', { accession, printer: 'Labels' })).sentence, /why|reason/i);
  assert.equal(files(folder).length, count + 1);
  await maria.must('label_print', { accession, printer: 'Labels', reason: 'smeared' });
  const file = newest(await printed(folder, count + 2));
  assert.match(textOf(file), /COPY 1/);
  assert.equal(barsOf(file), accession);
  const { labels } = (await maria.must('view', { what: 'specimen', key: accession })).data;
  assert.deepEqual(labels.map((label) => [label.copy, label.reason]), [[1, ''], [2, 'smeared']]);
});

// ^GFA carries the dots as hexadecimal; what a name contains can never be a command.
test('the printer’s language is the picture and nothing else: its dots are those that the page shows', async () => {
  const accession = await tube('Z', names.at(-1));
  await maria.must('label_print', { accession, printer: 'Zebra' });
  const [file] = await printed(zebra, 1);
  const zpl = fs.readFileSync(file, 'latin1');
  const found = /^\^XA\^PW(\d+)\^LL(\d+)\^LH0,0\^FO0,0\^GFA,(\d+),\3,(\d+),([0-9A-Fa-zG-Z,:!]+)\^FS\^PQ1,0,0,N\^XZ\n$/.exec(zpl);
  assert.ok(found, zpl.slice(0, 120));
  assert.deepEqual([Number(found[1]), Number(found[2])], [406, 203], '2 × 1 inch at 203 dots an inch');
  assert.equal(Number(found[3]), Number(found[4]) * 203);
  assert.equal(zpl.match(/\^XA/g).length, 1, 'a name is no command');
});
