// m01_intake.mjs PHIAL: patients and orders come in once, under one number, from somebody who may order.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, scan, signIn } from '../browser/browser.mjs';
import { people, Site, until } from '../browser/site.mjs';

let site, browser, maria, lena, kay;

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena, kay] = await site.callers('maria', 'lena', 'dr.kay');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const person = (mrn, family, given, birth_date, sex = 'F') => ({ mrn, family, given, birth_date, sex });
const order = (caller, patient, more = {}) => caller.ask('order_enter', { ...patient, provider: 'dr.kay', test: 'HbA1c', ...more });
const view = async (what, key = '', caller = maria) => (await caller.must('view', { what, key })).data;

test('an MRN that is there with other data is refused, whatever differs', async () => {
  const known = person('P-1', 'First-TEST', 'Ann', '1970-01-02');
  await maria.must('order_enter', { ...known, provider: 'dr.kay', test: 'HbA1c' });
  for (const [what, differs] of [
    ['family name', { family: 'Other-TEST' }],
    ['given name', { given: 'Beth' }],
    ['birth date', { birth_date: '1971-01-02' }],
    ['sex', { sex: 'M' }],
  ]) {
    const refused = await order(maria, { ...known, ...differs });
    assert.equal(refused.status, 409);
    assert.match(refused.sentence, new RegExp(`another ${what}.*nothing was entered`));
    assert.equal((await maria.ask('patient_add', { ...known, ...differs })).status, 409);
  }
  assert.equal((await order(maria, known)).ok, true, 'the same patient again is the same patient');
  assert.equal((await maria.must('patient_add', known)).key, 'known');
  const ids = (await view('order_list')).rows.filter((row) => row.patient.mrn === 'P-1').map((row) => row.patient.id);
  assert.equal(new Set(ids).size, 1);
});

test('only who may order is an orderer', async () => {
  const patient = person('P-2', 'Second-TEST', 'Al', '1980-01-02');
  for (const provider of ['maria', 'lena', 'ada', 'nobody', ''])
    assert.match((await order(maria, patient, { provider })).sentence, /no provider here/, provider);
  assert.equal((await maria.ask('view', { what: 'search', key: 'P-2' })).data.rows.length, 0, 'nothing was entered');
});

test('two patients who are easily taken for each other are marked on every screen', async () => {
  const one = person('P-31', 'Twin-TEST', 'Sam', '1990-05-05');
  const two = person('P-32', 'twin-test', 'SAM', '1991-06-06');
  const sister = person('P-33', 'Sister-TEST', 'Una', '1992-07-07');
  const { order: number, accession } = await site.collected(maria, one);
  const twinOf = async () => (await view('order', number)).patient.twin;
  assert.equal(await twinOf(), '');
  await maria.must('patient_add', two);
  assert.equal(await twinOf(), 'name', 'whatever the letters’ case');
  await site.collected(maria, sister);
  await maria.must('patient_add', person('P-34', 'Sister-TEST', 'Vera', '1992-07-07'));
  const waiting = (await maria.must('order_enter', { ...one, provider: 'dr.kay', test: 'HbA1c' })).order;
  await site.simulate(accession);
  await until(async () => (await view('order', number)).results.length, 'the result');
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'dr.kay');
  const alert = 'text=NAME ALERT';
  await page.waitForSelector(`[data-order="${number}"]`);
  assert.match(await page.textContent(`[data-order="${number}"]`), /name alert/i, 'in the inbox');
  await page.click(`[data-order="${number}"] .btn`);
  await page.waitForSelector(alert);
  assert.match(await page.textContent('.twin'), /Another patient has this name.*birth date and the MRN/);
  await axeClean(page, 'a result of a twin');
  await scan(page, accession);
  await page.waitForSelector(`.chain`);
  await page.waitForSelector(alert);
  await page.click('#nav [data-screen=collect]');
  assert.match(await page.textContent(`[data-order="${waiting}"]`), /name alert/i, 'in the list of collections');
  await page.click(`.rowlist [data-order="${waiting}"]`);
  await page.waitForSelector(alert);
  await assertFits(page, 'a twin at the chair');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  await kay.signIn('dr.kay');
  const sisters = (await view('search', 'P-33')).rows[0].patient;
  assert.equal(sisters.twin, 'birth date');
});

test('patients come in from a file; what is refused is told by its line, without what stands in it', async () => {
  const file = path.join(site.folder, 'stick-patients.csv');
  fs.writeFileSync(
    file,
    '\ufeffsex,MRN_old,mrn,family,given,birth_date\r\n' +
      'F,x,P-41,"File-TEST","Ann, Mary",3/14/1981\r\n' +
      'M,x,P-42,Nguyễn-TEST,Hương,1990-12-05\r\n' +
      'F,x,P-1,First-TEST,Ann,1971-01-02\r\n' +
      'Q,x,P-43,Wrong-TEST,Al,1990-12-05\r\n' +
      'F,x,P-44,Late-TEST,Al,2190-12-05\r\n' +
      'F,x,P-41,File-TEST,"Ann, Mary",1981-03-14\r\n',
  );
  const done = site.run(['patient', 'import', file, '--as', 'maria'], `pin: ${people.maria.pin}\n`);
  assert.equal(done.status, 1);
  assert.match(done.stdout, /2 added, 1 known already, 3 refused/);
  assert.match(done.stderr, /^Line 4: .*another birth date/m);
  assert.match(done.stderr, /^Line 5: .*sex/m);
  assert.match(done.stderr, /^Line 6: .*birth date/m);
  assert.doesNotMatch(done.stdout + done.stderr, /TEST|P-4|Ann/, 'no patient in what is printed');
  await maria.signIn('maria');
  assert.equal((await maria.must('patient_add', person('P-41', 'File-TEST', 'Ann, Mary', '1981-03-14'))).key, 'known');
  fs.writeFileSync(file, 'mrn,family\nP-9,X-TEST\n');
  const bad = site.run(['patient', 'import', file, '--as', 'maria'], `pin: ${people.maria.pin}\n`);
  assert.equal(bad.status, 2);
  assert.match(bad.stderr, /no column birth_date/);
  await maria.signIn('maria');
});

test('an order by word of mouth is authorised in writing, and waits 30 days for it', async () => {
  const patient = person('P-5', 'Oral-TEST', 'Bo', '1975-01-02');
  const { order: number } = await maria.must('order_enter', { ...patient, provider: 'dr.kay', test: 'HbA1c', mode: 'oral' });
  const [row] = (await view('oral')).rows;
  assert.deepEqual([row.order, row.days, row.entered_by.login], [number, 29, 'maria']);
  assert.equal(row.due - row.ordered_at, 30 * 86400000);
  const authorise = (caller, more) => caller.ask('oral_authorise', { order: number, ...more });
  assert.equal((await authorise(maria, { method: 'signed' })).status, 403);
  assert.equal((await authorise(maria, { method: 'paper', note: '' })).status, 400);
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'dr.kay');
  await page.click('#nav [data-screen=collect]');
  await page.click('#tabs [data-screen=oral]');
  await page.waitForSelector(`[data-order="${number}"]`);
  await axeClean(page, 'oral orders');
  await page.click('text=I authorise this order');
  await page.waitForSelector('text=No order waits for an authorisation.');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  await kay.signIn('dr.kay');
  const { authorised } = await view('order', number);
  assert.deepEqual([authorised.method, authorised.by.login], ['signed', 'dr.kay']);
  assert.equal((await authorise(lena, { method: 'paper', note: 'binder 3' })).status, 409);
});

test('two records of one patient are merged, both histories kept, and taken apart again', async () => {
  const kept = person('P-61', 'Merge-TEST', 'Kim', '1966-01-02');
  const other = person('P-62', 'Merge-TEST', 'Kimberly', '2015-01-02'); // by a slip
  const first = await site.collected(maria, kept);
  const second = await site.collected(maria, other);
  await site.simulate(first.accession);
  const [firstResult] = await until(async () => {
    const { results } = await view('order', first.order);
    return results.length && results;
  }, 'the first result');
  await site.simulate(second.accession);
  const before_ = await until(async () => {
    const found = await view('order', second.order);
    return found.results.length && found;
  }, 'the second result');
  assert.equal(before_.results[0].previous, null);
  const forChildren = before_.results[0].reference_range;
  const merge = (caller, more = {}) => caller.ask('patient_merge', { mrn: 'P-61', merged_mrn: 'P-62', identifier: ['address', 'telephone'], reason: 'registered twice', ...more });
  assert.equal((await merge(maria)).status, 403);
  assert.match((await merge(lena, { identifier: ['address'] })).sentence, /two different identifiers/);
  assert.equal((await merge(lena, { merged_mrn: 'P-61' })).status, 400);
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'lena');
  await page.click('#nav >> text=Records');
  await page.click('#tabs [data-screen=patients]').catch(() => {});
  await page.fill('input[type=search]', 'Merge-TEST');
  await page.keyboard.press('Enter');
  await page.click('[data-mrn=P-61]');
  await page.click('[data-mrn=P-62]');
  await page.waitForSelector('text=Is it one patient?');
  assert.equal(await page.textContent('table mark >> nth=0'), 'Kim', 'what differs is marked');
  await axeClean(page, 'merging patients');
  await assertFits(page, 'merging patients');
  await page.click('.choices >> text=Address');
  await page.click('.choices >> text=Telephone');
  await page.fill('form input[type=text]', 'registered twice');
  await page.click('text=Merge the two records');
  await page.waitForSelector('[data-merge]');
  assert.match(await page.textContent('.say.ok'), /^Merged\..*Other limits judge some results now/, 'it stays to be read');
  await page.click('text=Patient’s data');
  await page.waitForSelector('#old-labels');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  await lena.signIn('lena');

  const merged = await view('order', second.order);
  assert.deepEqual([merged.patient.mrn, merged.patient.given, merged.patient.merged], ['P-61', 'Kim', ['P-62']]);
  assert.equal(merged.results[0].previous.value, firstResult.value, 'the other history is seen');
  assert.deepEqual(merged.results[0].history.map((each) => each.value), [merged.results[0].previous.value], 'and in the trend');
  assert.equal(merged.results[0].reference_range, (await view('order', first.order)).results[0].reference_range, 'by the birth date that is shown');
  assert.notEqual(merged.results[0].reference_range, forChildren);
  assert.equal(merged.corrections[0].reason_code, 'patient-data');
  const { version } = await view('patient', 'P-61');
  const change = { ...kept, new_mrn: 'P-62', version: String(version), identifier: ['address', 'telephone'], reason: 'her number' };
  assert.match((await lena.ask('patient_correct', change)).sentence, /of the record that was merged into this one.*merge the other way round/);
  const custody = (await view('specimen', second.accession)).events;
  assert.equal(custody.find((event) => event.type === 'merged').person.login, 'lena');
  assert.match((await order(maria, other)).sentence, /merged into another/);
  assert.equal((await merge(lena, { mrn: 'P-62', merged_mrn: 'P-61' })).status, 409, 'no chains');
  const [{ merge: id, by, identifiers }] = (await view('patients', '', lena)).merges;
  assert.deepEqual([by.login, identifiers], ['lena', 'address, telephone']);
  const undone = await lena.must('patient_unmerge', { merge: id, reason: 'two sisters after all' });
  assert.match(undone.sentence, /Other limits judge some results now/);
  const apart = await view('order', second.order);
  assert.equal(apart.results[0].reference_range, forChildren);
  assert.deepEqual([apart.patient.mrn, apart.patient.merged, apart.results[0].previous, apart.results[0].history], ['P-62', [], null, []]);
  assert.equal((await lena.ask('patient_unmerge', { merge: id, reason: 'x' })).status, 404);
  const verified = site.run(['custody', 'verify', '--allow-unsealed']);
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
});
