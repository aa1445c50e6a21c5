// m01_patient_corrected.mjs PHIAL: a patient's data are put right with a reason and two identifiers; what stood before
// is kept; tubes with the old label are listed until they have another; a signed report keeps what it said; and who asks
// for a test is known by NPI and address.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, scan, signIn } from '../browser/browser.mjs';
import { people, Site, until } from '../browser/site.mjs';

const patient = { mrn: 'P-81', family: 'Mispelt-TEST', given: 'Ida', birth_date: '1970-05-06', sex: 'F' };
const right = { family: 'Misspelt-TEST', given: 'Ida', birth_date: '1970-05-06', sex: 'F' };
const compared = { identifier: ['photo identification', 'address'], reason: 'misspelt at registration' };
let site, browser, maria, lena, kay, ada;

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena, kay, ada] = await site.callers('maria', 'lena', 'dr.kay', 'ada');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const look = async (what, key, caller = maria) => (await caller.must('view', { what, key })).data;
const versionOf = async (mrn) => String((await look('patient', mrn)).version);
const correct = async (caller, mrn, more) =>
  caller.ask('patient_correct', { mrn, version: await versionOf(mrn), ...right, ...compared, ...more });

async function report(order) {
  const response = await fetch(`${site.url}report/${order}.pdf`, { headers: { Cookie: kay.cookie } });
  const file = path.join(site.temporary, 'report.pdf');
  fs.writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  const read = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  fs.rmSync(file);
  assert.equal(read.status, 0, read.stderr);
  return read.stdout.replace(/\s+/g, ' ');
}

test('before anything bears them, whoever enters orders puts the data right', async () => {
  const typed = { mrn: 'P-80', family: 'Slip-TEST', given: 'Al', birth_date: '1960-01-02', sex: 'M' };
  const { order } = await maria.must('order_enter', { ...typed, provider: 'dr.kay', test: 'HbA1c' });
  const to = { ...typed, family: 'Slype-TEST', ...compared };
  assert.match((await maria.ask('patient_correct', { ...to, version: '1' })).sentence, /changed these data meanwhile/);
  const version = await versionOf('P-80');
  const refusals = [
    [{ identifier: ['address'] }, /two different identifiers/],
    [{ reason: '' }, /Say what was wrong/],
    [{ family: typed.family }, /Nothing differs/],
    [{ birth_date: '1961-02-03', new_mrn: 'P-99' }, /it would be another patient/],
    [{ birth_date: '2999-01-02' }, /birth date must be a day in the past/],
    [{ mrn: 'P-none' }, /No patient has that MRN/],
  ];
  for (const [more, sentence] of refusals) assert.match((await maria.ask('patient_correct', { ...to, version, ...more })).sentence, sentence);
  assert.equal((await look('patient', 'P-80')).versions.length, 1, 'a refusal changes nothing');
  await maria.must('patient_correct', { ...to, version });
  assert.equal((await look('order', order)).patient.family, 'Slype-TEST');
  await maria.must('patient_add', { ...typed, mrn: 'P-85', family: 'Slip-TEST', given: 'Bo' });
  const back = await maria.must('patient_correct', { ...to, family: 'Slip-TEST', version: await versionOf('P-80') });
  assert.match(back.sentence, /Another patient has this family name and birth date/, 'who could be taken for him now');
  assert.equal((await look('order', order)).patient.twin, 'birth date');
});

test('a number borne by a slip is free for whose it is; the same person by it is refused', async () => {
  const slip = { mrn: 'P-82', family: 'Wrong-TEST', given: 'Una', birth_date: '1971-01-02', sex: 'F' };
  await maria.must('patient_add', slip);
  await maria.must('patient_add', { ...slip, mrn: 'P-84', family: 'Holds-TEST', birth_date: '1973-03-04' });
  const to = { ...slip, ...compared, version: await versionOf('P-82') };
  assert.match((await maria.ask('patient_correct', { ...to, new_mrn: 'P-84' })).sentence, /Another patient has that MRN/);
  assert.equal((await maria.must('patient_correct', { ...to, new_mrn: 'P-83' })).key, 'P-83');
  assert.equal((await maria.ask('patient_add', slip)).status, 409, 'she is there by another number');
  const other = { mrn: 'P-82', family: 'Right-TEST', given: 'Bo', birth_date: '1985-06-07', sex: 'M' };
  assert.equal((await maria.must('patient_add', other)).key, 'added');
  assert.equal((await look('patient', 'P-82')).patient.family, 'Right-TEST');
  assert.equal((await look('patient', 'P-83')).versions[1].mrn, 'P-82');
});

test('with a tube on the bench it takes the lead, and the page lists the label until there is another', async () => {
  const { order, accession } = await site.collected(maria, patient);
  assert.match((await correct(maria, 'P-81')).sentence, /The lab lead or the laboratory director corrects/);
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'lena');
  await scan(page, accession);
  await page.click('text=Patient’s data');
  await page.fill('input[name=family]', right.family);
  await page.fill('input[name=reason]', compared.reason);
  await page.click('form .btn.primary');
  await page.waitForSelector('text=Tick two');
  await page.check('input[value="photo identification"]');
  await page.check('input[value=address]');
  await page.evaluate(() => window.scrollTo(0, 0)); // nothing half below the head of the page
  await axeClean(page, 'a patient’s data');
  await assertFits(page, 'a patient’s data');
  await page.click('form .btn.primary');
  await page.waitForSelector(`#old-labels [data-accession="${accession}"]`);
  assert.match(await page.textContent('.say.ok'), /Corrected.*print their labels again/);
  assert.equal(await page.textContent(`[data-accession="${accession}"] mark`), 'Mispelt-TEST, Ida');
  assert.match(await page.textContent('.banner .name'), /Misspelt-TEST/);
  const versions = await page.locator('[data-version]').allTextContents();
  assert.equal(versions.length, 2);
  assert.match(versions[0], /Misspelt-TEST.*name corrected, stands.*Lena Invented: misspelt at registration · compared: photo/);
  assert.match(versions[1], /Mispelt-TEST.*as first entered/);
  await axeClean(page, 'the labels that differ');
  await assertFits(page, 'the labels that differ');
  await page.click('text=Print it again');
  await page.waitForSelector('text=it says COPY');
  await page.waitForSelector('#old-labels', { state: 'detached' });
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  await lena.signIn('lena');
  const { events } = await look('specimen', accession);
  const [event] = events.filter((each) => each.type === 'patient-corrected');
  assert.deepEqual([event.person.login, event.detail, event.reason], ['lena', 'name', 'photo identification, address']);
  assert.match(events.find((each) => each.type === 'label-reprinted').reason, /data were corrected/);
  await site.simulate(accession);
  await until(async () => (await look('order', order)).results.length, 'the result');
});

test('a signed report keeps what it said, and says what stands since', async () => {
  const { order } = (await look('search', 'P-81')).rows[0];
  const { version } = await look('order', order);
  await kay.must('sign', { order, version, meaning: 'REVIEWED', disposition: 'no-action', pin: people['dr.kay'].pin });
  assert.doesNotMatch(await report(order), /CORRECTED/);
  const done = await correct(lena, 'P-81', { given: 'Ida Q' });
  assert.equal(done.ok, true, done.sentence);
  const text = await report(order);
  assert.match(text, /CORRECTED REPORT.* FINAL /);
  assert.match(text, /Misspelt-TEST, Ida MRN P-81/, 'as it was signed');
  assert.match(text, /corrected .* by Lena Invented, after the signature: now Misspelt-TEST, Ida Q, MRN P-81/);
  assert.equal((await look('order', order)).patient.given, 'Ida Q', 'the screens show what stands');
  assert.equal((await look('order', order)).state, 'signed', 'a name judges no result otherwise');
});

test('a signed report keeps whose it was when the record is merged into another one', async () => {
  const { order } = (await look('search', 'P-81')).rows[0];
  await maria.must('patient_add', { ...right, mrn: 'P-90', given: 'Ida M' });
  const merge = { mrn: 'P-90', merged_mrn: 'P-81', identifier: ['address', 'telephone'], reason: 'registered twice' };
  assert.match((await lena.must('patient_merge', merge)).sentence, /^Merged\..*print their labels again/);
  assert.equal((await look('order', order)).state, 'signed', 'the same birth date judges the same');
  const text = await report(order);
  assert.match(text, /Misspelt-TEST, Ida MRN P-81/, 'as it was signed');
  assert.match(text, /record was merged into another one .* by Lena Invented, after the signature: now Misspelt-TEST, Ida M, MRN P-90/);
  assert.match(text, /MRN P-81, now P-90 order/, 'and at the foot');
  const [{ merge: id }] = (await look('patients', '', lena)).merges;
  await lena.must('patient_unmerge', { merge: id, reason: 'two people' });
  assert.doesNotMatch(await report(order), /P-90/);
});

test('other limits judge what is on file when the birth date was wrong', async () => {
  const { order } = (await look('search', 'P-81')).rows[0];
  const done = await correct(lena, 'P-81', { given: 'Ida Q', birth_date: '2015-05-06' });
  assert.match(done.sentence, /Other limits judge some results now/);
  const data = await look('order', order);
  assert.equal(data.state, 'waiting');
  assert.equal(data.results[0].value, data.results[0].versions[0].value);
  assert.notEqual(data.results[0].reference_range, '4.0-5.6');
  assert.equal(data.corrections[0].reason_code, 'patient-data');
  assert.ok(data.corrections[0].notified.some((each) => each.name === 'Dr. Kay Invented'), 'who signed the old one is told');
});

test('who asks for a test is known by NPI and address, and the report says so', async () => {
  const { order } = (await look('search', 'P-81')).rows[0];
  const change = { login: 'dr.kay', role: ['provider'], active: 1, reason: 'for the requisition', pin: people.ada.pin };
  const refused = await ada.ask('user_change', { ...change, npi: '1234567890' });
  assert.match(refused.sentence, /no NPI: it has 10 digits/);
  const known = { npi: '1234567893', address: '7 Invented Avenue, Springfield, NY 10001', phone: '555 0100' };
  await ada.must('user_change', { ...change, ...known });
  await ada.must('user_change', change); // what it does not say stays
  const row = (await look('staff', '', ada)).rows.find((each) => each.login === 'dr.kay');
  assert.deepEqual({ npi: row.npi, address: row.address, phone: row.phone }, known);
  await kay.signIn('dr.kay');
  assert.match(await report(order), /NPI 1234567893, 7 Invented Avenue, Springfield, NY 10001, phone 555 0100/);
});
