// m09_matching.mjs PHIAL: only an exact, valid number links by itself. A name never does, not even after a person has linked
// the very same name by hand: nothing is learned. Whatever an instrument sends ends somewhere: linked, held in sight,
// quality control, or a repeat; the sums agree.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test, { after, before } from 'node:test';
import { Site, until } from '../browser/site.mjs';
import { Analyzer, message } from '../support/analyzer.mjs';

const patient = { mrn: 'A-1', family: 'Alias-TEST', given: 'Alma', birth_date: '1970-05-06', sex: 'F' };
const header = { patient: 'A-1', name: 'Alias-TEST^Alma', birth: '19700506', sex: 'F' };
let site, maria, lena, analyzer;
let runs = 0;
const messages = { linked: 0, held: 0, qc: 0, repeat: 0 };

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena] = await site.callers('maria', 'lena');
  analyzer = await Analyzer.connect(site.analyzer);
});

after(async () => {
  await analyzer?.unplug();
  await site?.end();
});

const see = async (what, key = '') => (await maria.must('view', { what, key, limit: 500 })).data;
function sql(text) {
  const { stdout, stderr, status } = spawnSync('sqlite3', ['-readonly', `${site.data}/phial.db`, text], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

// Sends it, and waits until it is somewhere; gives where, and why.
async function ends(fields, as) {
  runs += 1;
  const count = Number(sql('SELECT count(*) FROM message'));
  await analyzer.send(message({ run: String(runs), ...fields }));
  await until(() => Number(sql('SELECT count(*) FROM message')) === count + 1, 'the message');
  const [disposition, reason, id] = sql('SELECT disposition, reason_code, id FROM message ORDER BY id DESC LIMIT 1').split('|');
  messages[as] += 1;
  assert.equal(disposition, as, reason);
  return { reason, id: Number(id) };
}

const collected = () => site.collected(maria, patient);
const resultsOf = async (order) => (await see('order', order)).results.length;
const wrongDigit = (text) => `${text.slice(0, 11)}${(Number(text[11]) + 1) % 10}`;
const swapped = (text) => {
  const at = [...text].findIndex((digit, i) => i < 10 && digit !== text[i + 1]);
  return `${text.slice(0, at)}${text[at + 1]}${text[at]}${text.slice(at + 2)}`;
};

test('the exact number links; one that is not quite it is held, with the reason, however well the name fits', async () => {
  const { order, accession } = await collected();
  const reasons = {};
  for (const [what, specimen] of Object.entries({
    none: '', digit: wrongDigit(accession), swap: swapped(accession), short: accession.slice(0, 11), long: `${accession}0`,
    blank: `${accession.slice(0, 6)} ${accession.slice(6)}`, mrn: patient.mrn, name: 'Alias-TEST', letters: accession.replace('0', 'O'),
  }))
    reasons[what] = (await ends({ specimen, ...header }, 'held')).reason;
  assert.deepEqual(reasons, {
    none: 'no-specimen', digit: 'check-digit', swap: 'check-digit', short: 'not-accession', long: 'not-accession',
    blank: 'blanks', mrn: 'not-accession', name: 'not-accession', letters: 'not-accession',
  });
  assert.equal(await resultsOf(order), 0);
  await ends({ specimen: accession, ...header }, 'linked');
  assert.equal(await resultsOf(order), 1);
});

test('the number of one and the name of another: neither', async () => {
  const { order, accession } = await collected();
  for (const [more, reason] of [
    [{ patient: 'A-2' }, 'patient-id'],
    [{ name: 'Other-TEST^Alma' }, 'patient-name'],
    [{ birth: '19710506' }, 'birth-date'],
    [{ sex: 'M' }, 'sex'],
  ])
    assert.equal((await ends({ specimen: accession, ...header, ...more }, 'held')).reason, reason);
  assert.equal(await resultsOf(order), 0);
});

test('a name alone never links, and no alias is learned from a person who linked it by hand', async () => {
  for (let times = 0; times < 3; times += 1) {
    const { order, accession } = await collected();
    const { id, reason } = await ends({ specimen: '', ...header }, 'held');
    assert.equal(reason, 'no-specimen');
    assert.equal(await resultsOf(order), 0, 'not even the last one of that name');
    await lena.must('resolve', { message: id, resolution: 'link', accession, identifier: ['name', 'birth date'], reason: 'tube beside the instrument' });
    assert.equal(await resultsOf(order), 1);
  }
  const { order } = await collected();
  await ends({ specimen: '', ...header }, 'held');
  await ends({ specimen: 'ALMA', ...header }, 'held');
  const { id } = await ends({ specimen: 'ALMA', ...header }, 'held');
  assert.equal(await resultsOf(order), 0);
  assert.equal((await see('unmatched')).rows.find((row) => row.message === id).specimen, 'ALMA');
});

test('all that was sent is linked, held in sight, quality control or a repeat', async () => {
  const { accession } = await collected();
  await ends({ specimen: 'CONTROL1', control: true }, 'qc');
  await ends({ specimen: accession, run: 'again' }, 'linked');
  await ends({ specimen: accession, run: 'again' }, 'repeat');
  assert.equal((await ends({ specimen: accession, run: 'again', value: '9.9' }, 'held')).reason, 'run-differs');
  assert.equal((await ends({ specimen: accession, code: 'CRP', unit: 'mg/L' }, 'held')).reason, 'not-ordered');
  assert.equal((await ends({ specimen: accession, code: 'XYZ' }, 'held')).reason, 'unmapped');
  assert.equal((await ends({ specimen: accession, unit: '' }, 'held')).reason, 'unit-missing');
  const counts = Object.fromEntries(sql('SELECT disposition, count(*) FROM message GROUP BY disposition').split('\n').map((row) => row.split('|')).map(([what, n]) => [what, Number(n)]));
  assert.deepEqual(counts, messages);
  const settled = Number(sql('SELECT count(*) FROM resolution'));
  assert.equal((await see('unmatched')).count, messages.held - settled, 'each that is held is in sight');
  assert.equal(sql('SELECT count(*) FROM undecoded'), '0');
  const linked = "SELECT count(*) FROM message m WHERE m.disposition = 'linked' AND m.specimen_text NOT IN (SELECT accession FROM specimen)";
  assert.equal(sql(linked), '0', 'what linked by itself named a specimen, exactly');
});
