// m26_paper.mjs PHIAL: the machine is down and the clinic goes on. Numbers for labels are given out beforehand, for a
// reason and by somebody; what instruments send under such a number waits where people see it, through a power cut too;
// entered afterwards with its own time and collector, it is filed by the same rules as ever; what was not used is void.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, openScreen, scan, signIn, takeSession } from '../browser/browser.mjs';
import { Site, until } from '../browser/site.mjs';

let site, browser, maria, numbers, sheet;
let patients = 0;

before(async () => {
  site = await Site.start(process.argv[2]);
  maria = await site.caller('maria');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const see = async (what, key = '') => (await maria.must('view', { what, key, limit: 500 })).data;
const now = () => `${new Date().toISOString().slice(0, 19)}Z`;

async function ordered(test = 'HbA1c') {
  patients += 1;
  const patient = { mrn: `P-${patients}`, family: `Paper${patients}-TEST`, given: 'Lou', birth_date: '1979-03-12', sex: 'M' };
  return (await maria.must('order_enter', { ...patient, provider: 'dr.kay', test, mode: 'written' })).order;
}

const entry = (accession, order, more = {}) => ({
  accession,
  order,
  identifier: ['name', 'birth date'],
  collector: 'lena',
  collected_at: now(),
  reason: 'no power from 9 to 11',
  specimen_type: 'whole blood',
  ...more,
});

const heldFor = async (accession) => (await see('unmatched')).rows.filter((row) => row.specimen === accession);
const waitsFor = (accession, count = 1) =>
  until(async () => (await heldFor(accession)).length === count, `${count} held for ${accession}`);
const eventsOf = async (accession) => (await see('specimen', accession)).events.map((event) => event.type).filter((type) => type !== 'viewed');

async function fetchSheet(number) {
  const response = await fetch(`${site.url}paper/${number}.pdf`, { headers: { Cookie: maria.cookie } });
  return { status: response.status, type: response.headers.get('content-type'), bytes: Buffer.from(await response.arrayBuffer()) };
}

test('a sheet: so many numbers, for a reason, by somebody; they are never given out again', async () => {
  assert.match((await maria.ask('paper_reserve', { count: 0, reason: 'drawer' })).sentence, /1 to 150/);
  assert.match((await maria.ask('paper_reserve', { count: 151, reason: 'drawer' })).sentence, /1 to 150/);
  assert.match((await maria.ask('paper_reserve', { count: 15, reason: ' ' })).sentence, /what the sheet is for/);
  sheet = (await maria.must('paper_reserve', { count: 17, reason: 'drawer of room 2' })).key;
  const book = await see('paper');
  numbers = book.rows.map((row) => row.accession);
  assert.equal(new Set(numbers).size, 17);
  const [row] = book.sheets;
  assert.deepEqual([String(row.sheet), row.count, row.open, row.reason, row.by.login], [sheet, 17, 17, 'drawer of room 2', 'maria']);
  const next = await site.collected(maria, { mrn: 'P-NEXT', family: 'Next-TEST', given: 'Ann' });
  assert.ok(next.accession.slice(6, 11) > numbers.at(-1).slice(6, 11), `${next.accession} comes after the sheet`);
});

test('the paper: every number twice, read back by a decoder; a form with the menu; no such sheet is said', async () => {
  assert.deepEqual([(await fetchSheet(999999)).status, (await fetchSheet('x')).status], [404, 404]);
  const { status, type, bytes } = await fetchSheet(sheet);
  assert.deepEqual([status, type], [200, 'application/pdf'], bytes.toString().slice(0, 200));
  const file = path.join(site.temporary, 'sheet');
  fs.writeFileSync(`${file}.pdf`, bytes);
  assert.equal(spawnSync('pdftoppm', ['-r', '203', '-gray', '-l', '2', `${file}.pdf`, file]).status, 0);
  const pages = fs.readdirSync(site.temporary).filter((name) => name.endsWith('.pgm')).map((name) => path.join(site.temporary, name));
  const read = spawnSync('zbarimg', ['-q', '--raw', '-Sdisable', '-Scode128.enable', ...pages], { encoding: 'utf8' });
  assert.deepEqual([...new Set(read.stdout.trim().split('\n'))].sort(), numbers); // a decoder tells equal bars of a page once
  const text = spawnSync('pdftotext', ['-layout', `${file}.pdf`, '-'], { encoding: 'utf8' }).stdout;
  for (const words of ['Invented Clinic', 'Hemoglobin A1c', 'Stick the label marked FORM here']) assert.ok(text.includes(words), words);
  for (const each of numbers) assert.equal(text.split(each.replace(/^(.{6})(.{5})/, '$1 $2 ')).length - 1, 2, `${each} twice`);
  for (const each of [`${file}.pdf`, ...pages]) fs.rmSync(each);
});

test('what an instrument sends under such a number waits in sight, a power cut between', async () => {
  await site.simulate(numbers[0]);
  await waitsFor(numbers[0]);
  const [row] = await heldFor(numbers[0]);
  assert.equal(row.reason_code, 'paper');
  assert.match(row.reason, /paper label.*Enter it from paper/);
  await site.stop('SIGKILL');
  await site.serve();
  await maria.signIn('maria');
  const book = await see('paper');
  assert.equal(book.waiting, 1);
  assert.equal(book.rows[0].accession, numbers[0], 'what has a result comes first');
  assert.equal(book.rows[0].messages[0].tests.join(), 'Hemoglobin A1c');
  const answer = await maria.ask('paper_void', { accession: numbers[0], reason: 'not used' });
  assert.match(answer.sentence, /there is a tube with it/);
});

test('entered from paper: two identifiers, who, when and why; then the result is filed by itself', async () => {
  const order = await ordered();
  const refused = async (more, words) => assert.match((await maria.ask('paper_enter', entry(numbers[0], order, more))).sentence, words);
  await refused({ identifier: ['name'] }, /two different identifiers/);
  await refused({ collector: 'nobody' }, /who collected it/);
  await refused({ reason: ' ' }, /why it was done on paper/);
  await refused({ collected_at: '2020-01-01T09:00' }, /printed only at/);
  await refused({ collected_at: '2999-01-01T09:00' }, /future/);
  await refused({ accession: '260101000017' }, /no paper sheet/);
  await refused({ order: 'O-NONE' }, /no order/);
  assert.equal((await see('order', order)).specimens.length, 0, 'a refusal leaves nothing behind');
  const at = now();
  const answer = await maria.must('paper_enter', entry(numbers[0], order, { collected_at: at, site: 'L arm' }));
  assert.match(answer.sentence, /1 result message filed, 0 held/);
  assert.equal(answer.accession, numbers[0]);
  const data = await see('order', order);
  assert.equal(data.results.length, 1);
  assert.deepEqual([data.specimens[0].accession, data.specimens[0].collector, data.specimens[0].collected_at], [numbers[0], 'lena', Date.parse(at)]);
  const { events } = await see('specimen', numbers[0]);
  const collected = events.find((event) => event.type === 'collected');
  assert.deepEqual([collected.person.login, collected.reason], ['maria', 'no power from 9 to 11']);
  assert.deepEqual((await eventsOf(numbers[0])).slice(-3), ['collected', 'label-verified', 'result-received']);
  assert.equal((await heldFor(numbers[0])).length, 0);
  assert.match((await maria.ask('paper_enter', entry(numbers[0], await ordered()))).sentence, /entered already/);
  assert.match((await maria.ask('label_print', { accession: numbers[0] })).sentence, /copy|COPY|why/i, 'its label is out there');
});

test('what comes after the entry goes its ordinary way', async () => {
  const order = await ordered();
  assert.match((await maria.must('paper_enter', entry(numbers[1], order))).sentence, /No result waits/);
  await site.simulate(numbers[1]);
  await until(async () => (await see('order', order)).results.length === 1, 'the result');
});

test('all checks hold: what was not ordered stays held, now for that reason, and can be settled', async () => {
  await site.simulate(numbers[2], 'normal', '2571-8');
  await waitsFor(numbers[2]);
  const order = await ordered();
  assert.match((await maria.must('paper_enter', entry(numbers[2], order))).sentence, /0 result messages filed, 1 held/);
  const [row] = await heldFor(numbers[2]);
  assert.equal(row.reason_code, 'not-ordered');
  assert.match(row.reason, /not ordered on the specimen/);
  assert.equal((await see('order', order)).results.length, 0);
  assert.equal((await see('paper')).waiting, 0);
});

test('the same run twice with another value: neither is guessed, the second is held', async () => {
  const order = await ordered();
  const run = ['--run', '77'];
  await site.simulate(numbers[3], 'normal', '4548-4', run);
  await site.simulate(numbers[3], 'abnormal', '4548-4', run);
  await waitsFor(numbers[3], 2);
  assert.match((await maria.must('paper_enter', entry(numbers[3], order))).sentence, /1 result message filed, 1 held/);
  assert.deepEqual((await heldFor(numbers[3])).map((row) => row.reason_code), ['run-differs']);
});

test('what was not used is void, with what became of it; nothing is left open, and a void number is no specimen', async () => {
  await site.simulate(numbers[5]);
  await waitsFor(numbers[5]);
  assert.match((await maria.ask('paper_void', { sheet: Number(sheet), reason: '' })).sentence, /what became of it/);
  assert.match((await maria.must('paper_void', { accession: numbers[4], reason: 'torn' })).sentence, /Void/);
  assert.match((await maria.must('paper_void', { sheet: Number(sheet), reason: 'shredded' })).sentence, /11 numbers are void/);
  let book = await see('paper');
  assert.deepEqual(book.rows.map((row) => row.accession), [numbers[5]], 'what has a result is not void with the rest');
  assert.match((await maria.ask('paper_enter', entry(numbers[4], await ordered()))).sentence, /void/);
  await site.simulate(numbers[6]);
  await waitsFor(numbers[6]);
  assert.equal((await heldFor(numbers[6]))[0].reason_code, 'paper-void');
  await maria.must('paper_enter', entry(numbers[5], await ordered()));
  book = await see('paper');
  assert.deepEqual([book.open, book.sheets[0].entered, book.sheets[0].void, book.ended.length], [0, 5, 12, 17]);
});

test('the page: print a sheet, scan the tube, whose it is, what the form says', async () => {
  const page = await openPage(browser, site.url, { width: 1280 });
  await signIn(page, 'maria');
  await takeSession(page, maria);
  await openScreen(page, 'Collect', 'downtime');
  await page.fill('input[name=sheet-reason]', 'emergency folder');
  await page.click('text=Reserve and print');
  await page.waitForSelector('a:has-text("to print it")');
  await page.waitForFunction(() => document.querySelectorAll('[data-sheet]').length === 2);
  const number = (await see('paper')).rows[0].accession;
  const order = await ordered();
  await site.simulate(number);
  await page.waitForSelector(`[data-number="${number}"]`);
  for (const width of [1280, 1024]) {
    await page.setViewportSize({ width, height: 800 });
    await assertFits(page, `downtime at ${width}`);
    await axeClean(page, `downtime at ${width}`);
  }
  await scan(page, number);
  await page.waitForSelector('text=Whose is it?');
  await axeClean(page, 'whose is it');
  await page.keyboard.type(`paper${patients}-`);
  await page.waitForFunction(() => document.querySelectorAll('.rowlist > button').length === 1);
  await page.click(`[data-order="${order}"]`);
  await page.waitForSelector('form[aria-label="Enter from paper"]');
  await axeClean(page, 'the form');
  await assertFits(page, 'the form');
  await page.check('input[value=name]');
  await page.check('input[value="birth date"]');
  await page.selectOption('select[name=collector]', 'maria');
  const local = await page.evaluate(() => document.querySelector('input[name=at]').max);
  assert.match(local, /^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
  await page.fill('input[name=at]', local);
  await page.fill('input[name=reason]', 'network was down');
  await page.click('text=Enter it');
  await page.waitForSelector('text=1 result message filed');
  assert.equal((await see('order', order)).results.length, 1);
  assert.deepEqual(page.troubles, []);
});
