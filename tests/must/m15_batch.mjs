// m15_batch.mjs PHIAL: normal results signed together (domain.md 5.6, rule 4).
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openSession } from '../browser/browser.mjs';
import { bring, people, Site } from '../browser/site.mjs';

bring('dora');
const { pin } = people['dr.kay'];
let site, browser, maria, kay, page;
const orders = {};

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  maria = await site.caller('maria');
  [page, kay] = await openSession(browser, site, 'dr.kay');
  for (const [name, values, test_, code] of [
    ['one', 'normal'],
    ['two', 'normal'],
    ['three', 'normal'],
    ['abnormal', 'abnormal'],
    ['critical', 'critical', 'LIPID', '2571-8'],
    ['partial', 'normal', 'LIPID', '2571-8'],
  ]) {
    const who = { mrn: `T-${name}`, family: `Invented-${name}-TEST`, given: 'Sam' };
    const { order, accession } = await site.collected(maria, who, test_ ?? 'HbA1c');
    await site.simulate(accession, values, code ?? '4548-4');
    orders[name] = order;
  }
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const read = async (order) => (await kay.must('view', { what: 'order', key: order })).data;
const stateOf = async (name) => (await read(orders[name])).state;
const seen = async (...names) => {
  const all = await Promise.all(names.map((name) => read(orders[name])));
  return { order: all.map((data) => data.order), version: all.map((data) => data.version) };
};
const batch = async (body) => kay.ask('sign_batch', { meaning: 'REVIEWED', pin, ...body });

test('rule 4: what is abnormal or critical is never signed with others, and then nothing is', async () => {
  for (const name of ['abnormal', 'critical', 'partial']) {
    const answer = await batch(await seen('one', name, 'two'));
    assert.equal(answer.ok, false);
    assert.match(answer.sentence, /must be opened and signed by itself.*Nothing was signed/);
    for (const each of ['one', 'two', name]) assert.equal(await stateOf(each), 'waiting', `${each} beside ${name}`);
  }
});

test('rule 4: an older version, a wrong PIN, nothing and no version are refused whole', async () => {
  const both = await seen('one', 'two');
  const stale = await batch({ ...both, version: [both.version[0], '0'.repeat(64)] });
  assert.match(stale.sentence, /newer result.*Nothing was signed/);
  assert.equal((await batch({ ...both, pin: '000000' })).ok, false);
  assert.equal((await batch({ order: [], version: [] })).ok, false);
  assert.equal((await batch({ ...both, version: [both.version[0]] })).ok, false);
  assert.equal((await maria.ask('sign_batch', { ...both, meaning: 'REVIEWED', pin: people.maria.pin })).status, 403);
  for (const each of ['one', 'two']) assert.equal(await stateOf(each), 'waiting');
});

test('rule 4: the list shows every value, nothing is ticked before it was read, and only what is ticked is signed', async () => {
  await page.waitForSelector('.item .name');
  await page.click('text=Sign normals together');
  await page.waitForSelector('.item.tick');
  const shown = await page.locator('.item.tick').evaluateAll((rows) => rows.map((row) => row.dataset.order).sort());
  assert.deepEqual(shown, [orders.one, orders.two, orders.three].sort());
  assert.equal(await page.locator('input[name=order]:checked').count(), 0, 'nothing is ticked beforehand');
  for (const order of shown) {
    const row = page.locator(`.item.tick[data-order="${order}"]`);
    const { results } = await read(order);
    const text = await row.textContent();
    for (const result of results) assert.ok(text.includes(result.value) && text.includes(result.unit), result.value);
  }
  await axeClean(page, 'the list that signs together');
  await assertFits(page, 'the list that signs together');
  await page.click('text=Sign what is ticked');
  await page.waitForSelector('.say.bad');
  await page.check(`[data-order="${orders.one}"] input`);
  await page.check(`[data-order="${orders.two}"] input`);
  await page.fill('input[name=pin]', pin);
  await page.keyboard.press('Enter');
  await page.waitForSelector(`[data-order="${orders.one}"]`, { state: 'detached' });
  assert.deepEqual([await stateOf('one'), await stateOf('two'), await stateOf('three')], ['signed', 'signed', 'waiting']);
  const { reviews, version } = await read(orders.one);
  assert.deepEqual([reviews.length, reviews[0].version, reviews[0].by.login], [1, version, 'dr.kay']);
  assert.deepEqual(page.troubles, []);
});

test('rule 4: a value that its limits could not judge has a range beside it, and is opened all the same', async () => {
  const dora = await site.caller('dora');
  const how = { kind: 'number', read_from: 0, read_to: 0, control: 'no', second_look: 'never', range: '2-600' };
  await dora.must('reading_set', { test: 'HbA1c', source: 'insert, invented', ...how });
  const { order, accession } = await site.collected(maria, { mrn: 'T-across', family: 'Across-TEST', given: 'Sam' }, 'HbA1c');
  const { key } = await maria.must('reading_begin', { accession, test: 'HbA1c' });
  await maria.must('reading_look', { run: key, value: '<6.0', again: '<6.0', confirmed: 1 });
  const { results, severity, version } = await read(order);
  assert.deepEqual([results[0].site_flag, results[0].reference_range, severity], ['', '4.0-5.6', 0]);
  const answer = await batch({ order: [order], version: [version] });
  assert.equal(answer.ok, false);
  assert.match(answer.sentence, /must be opened and signed by itself/);
  await page.click('text=Make it anew');
  await page.waitForSelector('text=must be opened');
  assert.equal(await page.locator(`[data-order="${order}"]`).count(), 0, 'nor is it on the list');
});

test('rule 4: what was signed is not signed again', async () => {
  const answer = await batch(await seen('three', 'one'));
  assert.match(answer.sentence, /signed order .* as it stands/);
  assert.equal(await stateOf('three'), 'waiting');
});
