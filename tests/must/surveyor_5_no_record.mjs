// surveyor_5_no_record.mjs PHIAL: domain.md 2.3, finding 5: hCG was tested for years without a record of results, controls
// or lots. Here an order stays open until it has a result or a reason why it was given up; the way by hand asks for kit
// and control line and cannot be gone round; and what was done carries the lot.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, openPage, signIn } from '../browser/browser.mjs';
import { bring, people, Site, siteDay as day } from '../browser/site.mjs';

// Whoever works past the page is not the one in front of it: a person has one session.
bring('nina', 'lou', 'dora');
let site, browser, maria, lena, kay, dora;
let patients = 0;

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena, kay, dora] = await site.callers('nina', 'lou', 'dr.kay', 'dora');
  await dora.must('reading_set', { test: 'HCG', read_from: 0, read_to: 3600, second_look: 'never', source: 'insert, invented' });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

async function urine() {
  patients += 1;
  const patient = { mrn: `N-${patients}`, family: `Norecord${patients}-TEST`, given: 'Jo', birth_date: '1990-02-03', sex: 'F' };
  const { order } = await maria.must('order_enter', { ...patient, provider: 'dr.kay', test: 'HCG' });
  await maria.must('identify', { order, identifier: ['name', 'birth date'], method: 'stated' });
  const { accession } = await maria.must('collect', { order, specimen_type: 'urine' });
  await maria.must('label_print', { accession });
  await maria.must('label_verify', { accession, scanned: accession });
  return { order, accession };
}

const isOpen = async (order) =>
  (await maria.must('view', { what: 'order_list', limit: 200 })).data.rows.some((row) => row.order === order);

test('an order without a result stays open: it can be neither signed nor lost', async () => {
  const { order } = await urine();
  assert.ok(await isOpen(order));
  const signing = { order, version: '0'.repeat(64), meaning: 'REVIEWED', pin: people['dr.kay'].pin };
  const signed = await kay.ask('sign', signing);
  assert.equal(signed.ok, false);
  assert.match(signed.sentence, /has no results yet/);
  const page = await openPage(browser, site.url);
  await signIn(page, 'maria');
  await page.goto(`${site.url}#/byhand`);
  await page.waitForSelector(`text=Norecord${patients}-TEST`);
  await page.context().close();
});

test('giving it up needs a reason, which is kept', async () => {
  const { order } = await urine();
  const silent = await maria.ask('order_cancel', { order, reason: ' ' });
  assert.equal(silent.ok, false);
  await maria.must('order_cancel', { order, reason: 'the patient went home' });
  assert.equal(await isOpen(order), false);
});

test('the way by hand asks for the kit and its control line, and the record carries the lot', async () => {
  const { order, accession } = await urine();
  const kitless = await maria.ask('reading_begin', { accession, test: 'HCG' });
  assert.equal(kitless.ok, false, 'no kit, no test');
  const item = Number((await lena.must('item_set', { name: 'hCG cassettes', kind: 'kit', test: ['HCG'] })).key);
  const { key } = await maria.must('lot_receive', { item, lot: 'HCG-9', expires: day(100) });
  await maria.must('lot_open', { lot_id: Number(key) });
  const begun = await maria.must('reading_begin', { accession, test: 'HCG', lot: 'HCG-9' });
  const { key: run } = begun;
  const blind = await maria.ask('reading_look', { run, value: ['Negative'] });
  assert.equal(blind.ok, false, 'no control line, no result');
  assert.ok(await isOpen(order));
  await maria.must('reading_look', { run, control: 'valid', value: ['Negative'] });
  assert.equal(await isOpen(order), false);
  const { data } = await kay.must('view', { what: 'order', key: order });
  assert.equal(data.results[0].value, 'Negative');
  assert.equal(data.results[0].lot, 'HCG-9');
  assert.equal(data.messages[0].operator, 'nina');
  const { data: lot } = await lena.must('view', { what: 'lot', key });
  assert.equal(lot.result_count, 1, 'the lot knows its patients');
});

test('a kit past its date holds what is read by eye as well', async () => {
  const { accession } = await urine();
  const begun = await maria.ask('reading_begin', { accession, test: 'HCG', lot: 'HCG-OLD' });
  if (begun.ok) await maria.must('reading_look', { run: begun.key, control: 'valid', value: ['Negative'] });
  const { rows } = (await lena.must('view', { what: 'unmatched' })).data;
  const held = rows.find((row) => row.specimen === accession);
  assert.ok(!begun.ok || held?.reason_code === 'lot', 'neither refused nor held');
});
