// m13_waiver_guard.mjs PHIAL: with a certificate of waiver, serum on a Piccolo and a child under two on a counter like
// the XW-100 are held, and the sentence says what to do; whole blood and a grown-up are not.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { laboratory, Site, until } from '../browser/site.mjs';
import { freePort } from '../support/ports.mjs';

const counter = fileOfCounter();
let site, maria, lena, ports;

// A counter of the site's own: as the XP-300 speaks, with the waiver that the XW-100's clearance describes.
function fileOfCounter() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'phial-waiver-'));
  const text = fs.readFileSync(new URL('../../instruments/profiles/sysmex-xp-300.profile', import.meta.url), 'utf8');
  const mine = text
    .replace('id = sysmex-xp-300', 'id = counter-xw')
    .replace(/^recognise.*$/m, 'recognise = H.5.1 contains XW-')
    .replace(/^\* \| .* \| moderate \| .*$/m, '* | whole blood (EDTA) | from 2 years; not oncology, not the critically ill | waived | 2026-11-22');
  assert.notEqual(mine.indexOf('from 2 years'), -1);
  fs.writeFileSync(path.join(folder, 'counter-xw.profile'), mine);
  return folder;
}

async function start(certificate) {
  ports = { piccolo: await freePort(), counter: await freePort() };
  site = await Site.start(process.argv[2], {
    lab: `${laboratory}\nprofiles = ${counter}${certificate ? `\ncertificate = ${certificate}` : ''}`,
    more: [
      `[instrument Piccolo]\nprofile = abaxis-piccolo-xpress\nport = tcp-listen:127.0.0.1:${ports.piccolo}`,
      `[instrument Counter]\nprofile = counter-xw\nport = tcp-listen:127.0.0.1:${ports.counter}`,
    ].join('\n\n'),
  });
  [maria, lena] = await site.callers('maria', 'lena');
}

before(() => start('CW'));

after(async () => {
  await site?.end();
  fs.rmSync(counter, { recursive: true, force: true });
});

function measure(profile, port, accession, code) {
  const args = ['simulate', profile, '--to', `tcp:127.0.0.1:${port}`, '--specimen', accession, '--test', code];
  return new Promise((done, failed) => {
    const child = spawn(site.phial, [...args, '--profiles', counter], { stdio: 'ignore' });
    child.on('exit', (status) => (status === 0 ? done() : failed(new Error(`phial simulate: ${status}`))));
  });
}

async function collected(n, birth_date, testCode, specimen_type, container) {
  const { order } = await maria.must('order_enter', { mrn: `W-${n}`, family: `Waiver${n}-TEST`, given: 'Wim', birth_date, sex: 'M', provider: 'dr.kay', test: testCode });
  await maria.must('identify', { order, identifier: ['name', 'birth date'], method: 'stated' });
  const { accession } = await maria.must('collect', { order, specimen_type, container });
  await maria.must('label_print', { accession });
  await maria.must('label_verify', { accession, scanned: accession });
  return { order, accession };
}

const waiting = async () => (await lena.must('view', { what: 'unmatched' })).data.rows;
const heldOf = (accession) => until(async () => (await waiting()).find((row) => row.specimen === accession), 'the held result');
const resultOf = (order) =>
  until(async () => (await maria.must('view', { what: 'order', key: order })).data.results[0], 'the result');

test('serum, and blood in another tube, are held on the Piccolo; whole blood in lithium heparin is not', async () => {
  const serum = await collected(1, '1970-05-06', 'BMP', 'serum', 'serum tube');
  await measure('abaxis-piccolo-xpress', ports.piccolo, serum.accession, '2345-7');
  const held = await heldOf(serum.accession);
  assert.equal(held.reason_code, 'waiver');
  assert.match(held.reason, /outside the CLIA waiver: it is waived with whole blood \(lithium heparin\) only, and this is serum/);
  assert.match(held.reason, /Ask the director/);
  assert.equal((await maria.must('view', { what: 'order', key: serum.order })).data.results.length, 0);
  const edta = await collected(7, '1970-05-06', 'BMP', 'whole blood', 'EDTA');
  await measure('abaxis-piccolo-xpress', ports.piccolo, edta.accession, '2345-7');
  const container = await heldOf(edta.accession);
  assert.equal(container.reason_code, 'waiver');
  assert.match(container.reason, /whole blood \(lithium heparin\) only, and this is whole blood, EDTA/);
  assert.equal((await maria.must('view', { what: 'order', key: edta.order })).data.results.length, 0);
  const blood = await collected(2, '1970-05-06', 'BMP', 'whole blood', 'lithium heparin');
  await measure('abaxis-piccolo-xpress', ports.piccolo, blood.accession, '2345-7');
  assert.ok(await resultOf(blood.order));
});

test('a child under two on the counter is held, a child of two is not', async () => {
  const day = new Date();
  const years = (n, days) => new Date(Date.UTC(day.getFullYear() - n, day.getMonth(), day.getDate() + days)).toISOString().slice(0, 10);
  const small = await collected(3, years(2, 3), 'CBC', 'whole blood', 'EDTA');
  await measure('counter-xw', ports.counter, small.accession, 'WBC');
  const held = await heldOf(small.accession);
  assert.equal(held.reason_code, 'waiver');
  assert.match(held.reason, /waived from 2 years.*the patient is 1 years old/);
  const two = await collected(4, years(2, -3), 'CBC', 'whole blood', 'EDTA');
  await measure('counter-xw', ports.counter, two.accession, 'WBC');
  assert.ok(await resultOf(two.order));
});

test('the result is real: who may releases it with a reason, and it says so ever after', async () => {
  const serum = await collected(5, '1970-05-06', 'BMP', 'serum', 'serum tube');
  await measure('abaxis-piccolo-xpress', ports.piccolo, serum.accession, '2345-7');
  const held = await heldOf(serum.accession);
  assert.equal((await maria.ask('release', { message: held.message, reason: 'I think so' })).status, 403);
  await lena.must('release', { message: held.message, rule: ['waiver'], reason: 'the director has been asked' });
  await resultOf(serum.order);
  const { warnings } = (await maria.must('view', { what: 'order', key: serum.order })).data;
  assert.ok(warnings.some((each) => each.rule === 'waiver' && each.level === 'lockout'));
});

test('a certificate of compliance lets it pass; a wrong certificate is refused at the start', async () => {
  await site.end();
  await start('COC');
  const serum = await collected(6, '1970-05-06', 'BMP', 'serum', 'serum tube');
  await measure('abaxis-piccolo-xpress', ports.piccolo, serum.accession, '2345-7');
  assert.ok(await resultOf(serum.order));
  const { warnings } = (await maria.must('view', { what: 'order', key: serum.order })).data;
  assert.ok(!warnings.some((each) => each.rule === 'waiver'));
  const conf = path.join(site.data, 'phial.conf');
  fs.writeFileSync(conf, fs.readFileSync(conf, 'utf8').replace('certificate = COC', 'certificate = GOLD'));
  const checked = site.run(['check']);
  assert.equal(checked.status, 1);
  assert.match(checked.stdout + checked.stderr, /CW \(waiver\).*not "GOLD"/);
});
