// m21_report.mjs PHIAL: the report has every element of 42 CFR 493.1291(c) and (d); one that would lack an element is
// refused by name; who took it is on record before it is shown; printing reviews nothing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { Caller, people, Site, until } from '../browser/site.mjs';

const patient = { mrn: '00770001', family: 'Paper-TEST', given: 'Paula', birth_date: '1961-02-03', sex: 'F' };
let site, maria, kay, order, accession;

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, kay] = await site.callers('maria', 'dr.kay');
  ({ order, accession } = await site.collected(maria, patient));
  await site.simulate(accession);
  await until(async () => (await look('order', order)).results.length, 'the result');
});

after(() => site?.end());

const look = async (what, key) => (await maria.must('view', { what, key })).data;

async function fetchReport(number, caller = kay, from = site) {
  const response = await fetch(`${from.url}report/${number}.pdf`, { headers: { Cookie: caller.cookie } });
  return { status: response.status, type: response.headers.get('content-type'), bytes: Buffer.from(await response.arrayBuffer()) };
}

// What a person reads on the paper, by poppler.
function textOf(bytes) {
  const file = path.join(site.temporary, 'report.pdf');
  fs.writeFileSync(file, bytes);
  const read = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  fs.rmSync(file);
  assert.equal(read.status, 0, read.stderr);
  return read.stdout;
}

async function report(number = order) {
  const answer = await fetchReport(number);
  assert.equal(answer.status, 200, answer.bytes.toString());
  assert.equal(answer.type, 'application/pdf');
  return textOf(answer.bytes);
}

const has = (text, ...parts) => parts.forEach((part) => assert.match(text, part instanceof RegExp ? part : new RegExp(part)));

test('every element of 493.1291(c) and (d) stands on the paper', async () => {
  const text = await report();
  const [result] = (await look('order', order)).results;
  has(text, 'Paper-TEST, Paula', 'MRN 00770001', 'DOB 02/03/1961'); // (c)(1)
  has(text, 'Invented Clinic', '12 Invented Street, Springfield, NY 10001', 'CLIA 99D0000000'); // (c)(2)
  has(text, /Reported \d\d\/\d\d\/\d{4} \d\d:\d\d/); // (c)(3)
  has(text, 'Hemoglobin A1c'); // (c)(4)
  has(text, `${accession}, whole blood`, /collected \d\d\/\d\d\/\d{4}/); // (c)(5)
  has(text, new RegExp(`Hemoglobin A1c +${result.value.replace('.', '\\.')} +%`)); // (c)(6)
  has(text, 'Condition: acceptable'); // (c)(7)
  has(text, '4.0-5.6'); // (d)
  has(text, 'Laboratory director: Dr. Kay Invented', 'Page 1 of 1', 'PRELIMINARY: not reviewed', 'Nobody has reviewed');
});

test('who took it is on record before it is shown, and nothing is reviewed by it', async () => {
  const sql = `SELECT p.login FROM view v JOIN person p ON p.id = v.person WHERE v.what = 'export' AND v.key = '${order}'`;
  const database = `file:${path.join(site.data, 'phial.db')}?mode=ro`;
  const exports = () => spawnSync('sqlite3', [database, sql], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
  const earlier = exports().length;
  const text = await report();
  assert.deepEqual(exports().slice(earlier), ['dr.kay']);
  has(text, /Printed .* by Dr\. Kay Invented/);
  const data = await look('order', order);
  assert.equal(data.state, 'waiting');
  assert.equal(data.reviews.length, 0);
  const unasked = await fetchReport(order, { cookie: '' });
  assert.ok(unasked.status === 401 || unasked.status === 403);
  assert.equal(exports().length, earlier + 1);
});

test('signed, it names who, when and with which meaning', async () => {
  const { version } = await look('order', order);
  await kay.must('sign', { order, version, meaning: 'REVIEWED', disposition: 'no-action', pin: people['dr.kay'].pin });
  has(await report(), 'FINAL', /Dr\. Kay Invented \(provider\)/, /reviewed, \d\d\/\d\d\/\d{4} \d\d:\d\d/);
});

test('a corrected report says so, with the old value, the new one, who and why', async () => {
  const lena = await site.caller('lena');
  const { version, results } = await look('order', order);
  const was = results[0];
  const why = { reason_code: 'typing', reason: 'read from the wrong line', requested_by: 'Dr. Kay' };
  await lena.must('correct', { order, version, result_id: was.id, kind: 'value', value: '6.1', unit: '%', ...why, pin: people.lena.pin });
  const text = (await report()).replace(/\s+/g, ' ');
  has(text, 'CORRECTED REPORT', 'PRELIMINARY', `it was ${was.value} %, reported`, 'by Lena Invented: read from the wrong line');
  has(text, /Hemoglobin A1c 6\.1 %/, /of an earlier version of these results/);
});

test('a specimen that was not acceptable says so, and what became of it', async () => {
  const lena = await site.caller('lena');
  const bad = await site.collected(maria, { ...patient, mrn: '00770002', family: 'Clot-TEST' });
  await lena.must('reject', { accession: bad.accession, reason_code: 'RC' });
  const answer = await fetchReport(bad.order);
  assert.equal(answer.status, 409);
  assert.match(answer.bytes.toString(), /no result yet/);
  const { recollected_by: again } = await look('order', bad.order);
  await maria.must('identify', { order: again, identifier: ['name', 'birth date'], method: 'stated' });
  const { accession: second } = await maria.must('collect', { order: again, specimen_type: 'whole blood', site: 'L arm' });
  await maria.must('label_print', { accession: second });
  await maria.must('label_verify', { accession: second, scanned: second });
  await maria.must('receive', { accession: second, condition: 'slightly haemolysed' });
  await site.simulate(second);
  await until(async () => (await look('order', again)).results.length, 'the result');
  const text = (await report(again)).replace(/\s+/g, ' ');
  has(text, `in the place of specimen ${bad.accession} of order ${bad.order}, which was rejected: RC`);
  has(text, 'whole blood, L arm', 'Condition: slightly haemolysed', /received \d\d\/\d\d\/\d{4}/);
});

test('a report that would lack an element is refused, and the sentence names it', async () => {
  const bare = await Site.start(process.argv[2], { lab: 'clia = 99D0000000' });
  try {
    const caller = new Caller(bare.url);
    await caller.signIn('maria');
    const made = await bare.collected(caller, patient);
    await bare.simulate(made.accession);
    await until(async () => (await caller.must('view', { what: 'order', key: made.order })).data.results.length, 'the result');
    const answer = await fetchReport(made.order, caller, bare);
    assert.equal(answer.status, 409);
    assert.match(answer.bytes.toString(), /lack the address of the laboratory.*493\.1291\(c\)\(2\).*phial\.conf/);
  } finally {
    await bare.end();
  }
});

test('no such order, no such path, nothing beside it', async () => {
  assert.equal((await fetchReport('999999')).status, 404);
  for (const number of ['..%2f..%2fphial', 'a b', ''])
    assert.equal((await fetchReport(number)).status, 404, number);
});
