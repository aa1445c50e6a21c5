// m06_bench.mjs PHIAL: a specimen that is rejected, collected anew, divided, given another test, kept, or too old.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, signIn } from '../browser/browser.mjs';
import { bring, Site, until } from '../browser/site.mjs';

bring('dora');
let site, browser, maria, lena, kay, dora;
let patients = 0;

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena, kay, dora] = await site.callers('maria', 'lena', 'dr.kay', 'dora');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

// `minutes`: how long ago it was collected.
async function tube(test_ = 'HbA1c', minutes = 0) {
  patients += 1;
  const patient = { mrn: `B-${patients}`, family: `Bench${patients}-TEST`, given: 'Jo', birth_date: '1960-02-03', sex: 'F' };
  const { order } = await maria.must('order_enter', { ...patient, provider: 'dr.kay', test: test_ });
  await maria.must('identify', { order, identifier: ['name', 'birth date'], method: 'stated' });
  const at = minutes ? { collected_at: new Date(Date.now() - minutes * 60000).toISOString().slice(0, 19) + 'Z', reason: 'for this test' } : {};
  const { accession } = await maria.must('collect', { order, specimen_type: 'whole blood', container: 'EDTA', ...at });
  await verify(accession);
  return { order, accession, ...patient };
}

async function verify(accession) {
  await maria.must('label_print', { accession });
  await maria.must('label_verify', { accession, scanned: accession });
}

const look = async (what, key = '', caller = maria) => (await caller.must('view', { what, key })).data;
const listed = async (order) => (await look('order_list')).rows.find((row) => row.order === order);
const rejections = async () => (await look('rejections', 'dr.kay', kay)).rows;

test('a rejection has a code, tells the orderer, and asks for another specimen', async () => {
  const { order, accession } = await tube();
  assert.equal((await maria.ask('reject', { accession, reason_code: 'ZZ' })).status, 400);
  assert.equal((await maria.ask('reject', { accession })).status, 400);
  const { key: again } = await maria.must('reject', { accession, reason_code: 'QS', reason: 'half full' });
  const row = await listed(again);
  assert.deepEqual([row.state, row.identified, row.tests[0].code], ['none', 0, 'HbA1c']);
  assert.deepEqual([row.recollects.order, row.recollects.accession], [order, accession]);
  assert.match(row.recollects.reason, /^QS insufficient quantity: half full/);
  assert.equal(await listed(order), undefined, 'the old order is not collected twice');
  const old = await look('specimen', accession);
  assert.equal(old.recollection, again);
  assert.ok(old.events.some((event) => event.type === 'recollect-asked' && event.detail === again));
  assert.equal((await look('order', order)).recollected_by, again);
  const notice = (await rejections()).find((each) => each.accession === accession);
  assert.deepEqual([notice.order, notice.recollection, notice.by.login], [order, again, 'maria']);
  assert.equal((await maria.ask('rejection_seen', { accession })).status, 403, 'the orderer takes note of it');
  await kay.must('rejection_seen', { accession });
  assert.equal((await rejections()).length, 0);
  assert.equal((await kay.ask('rejection_seen', { accession })).ok, false);
  assert.equal((await maria.ask('label_verify', { accession, scanned: accession })).status, 409, 'nothing brings it back');
  assert.equal((await maria.ask('reject', { accession, reason_code: 'QS' })).status, 409);
});

test('the orderer sees it at the top of the inbox', async () => {
  const { accession, family } = await tube();
  await maria.must('reject', { accession, reason_code: 'RH' });
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'dr.kay');
  const strip = page.locator('[data-rejections] .strip', { hasText: family });
  await strip.waitFor();
  assert.match(await strip.textContent(), /RH hemolyzed/);
  await axeClean(page, 'the inbox with a rejection');
  await strip.locator('button').click();
  await strip.waitFor({ state: 'detached' });
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  await kay.signIn('dr.kay');
});

test('no other specimen is asked for when none is needed, and an order ends with a reason', async () => {
  const { order, accession } = await tube();
  assert.equal((await maria.must('reject', { accession, reason_code: 'RB', recollect: 'no' })).key, undefined);
  assert.equal((await listed(order)).accession, '', 'its order still waits');
  assert.equal((await maria.ask('order_cancel', { order, reason: '' })).status, 400);
  await maria.must('order_cancel', { order, reason: 'the patient went home' });
  const late = await maria.ask('collect', { order, specimen_type: 'whole blood' });
  assert.match(late.sentence, /has been cancelled/, 'what another screen cancelled is not collected on this one');
  assert.equal(await listed(order), undefined);
  assert.equal((await look('order', order)).cancelled.reason, 'the patient went home');
  assert.equal((await maria.ask('order_cancel', { order, reason: 'again' })).status, 409);
  const done = await tube();
  await site.simulate(done.accession);
  await until(async () => (await look('order', done.order)).results.length, 'the result');
  assert.equal((await maria.ask('order_cancel', { order: done.order, reason: 'x' })).status, 409, 'what has a result is not cancelled');
});

test('an order whose only tube was disposed of before its result is to be collected again', async () => {
  const { order, accession } = await tube();
  assert.equal((await listed(order)).accession, accession);
  await maria.must('receive', { accession });
  await maria.must('store', { accession, location: 'refrigerator 1', temperature: 'cold' });
  await maria.must('dispose', { accession, method: 'sharps' });
  const row = await listed(order);
  assert.deepEqual([row.accession, row.state], ['', 'none']);
  const again = await maria.ask('collect', { order, specimen_type: 'whole blood', again: 'the first was dropped' });
  assert.equal(again.ok, true);
  assert.equal((await listed(order)).accession, again.accession);
  const done = await tube();
  await site.simulate(done.accession);
  await until(async () => (await look('order', done.order)).results.length, 'the result');
  await maria.must('dispose', { accession: done.accession, method: 'sharps' });
  assert.equal(await listed(done.order), undefined, 'what has its result does not come back');
});

test('a test is added as long as the specimen is good for it', async () => {
  await dora.must('stability_set', { test: 'CRP', temperature: 'room', minutes: 60, source: 'insert, invented' });
  const add = (accession, more = {}) => maria.ask('add_on', { accession, test: 'CRP', provider: 'dr.kay', volume: 'enough', ...more });
  const old = await tube('HbA1c', 61);
  const refused = await add(old.accession);
  assert.equal(refused.status, 409);
  assert.match(refused.sentence, /too old for C-reactive protein: 6[12] minutes .* good for 60.*collect again/);
  const fresh = await tube('HbA1c', 30);
  assert.match((await add(fresh.accession, { volume: '' })).sentence, /enough is left/);
  assert.match((await add(fresh.accession, { test: 'UA' })).sentence, /needs urine/);
  assert.match((await add(fresh.accession, { provider: 'lena' })).sentence, /no provider/);
  assert.equal((await add(fresh.accession)).ok, true);
  assert.match((await add(fresh.accession)).sentence, /already/);
  const data = await look('specimen', fresh.accession);
  assert.deepEqual(data.tests, ['Hemoglobin A1c', 'C-reactive protein']);
  assert.match(data.events.find((event) => event.type === 'added-on').detail, /C-reactive protein, ordered by dr.kay/);
  await site.simulate(fresh.accession, 'normal', '48421-2');
  await until(async () => (await look('order', fresh.order)).results.length, 'the added test’s result');
  await maria.must('reject', { accession: old.accession, reason_code: 'EX' });
  assert.match((await add(old.accession)).sentence, /rejected/);
});

test('a result of a specimen that was too old is held by the rule, and the cold keeps it good for longer', async () => {
  await dora.must('stability_set', { test: 'HbA1c', temperature: 'room', minutes: 120, source: 'insert, invented' });
  await dora.must('stability_set', { test: 'HbA1c', temperature: 'cold', minutes: 600, source: 'insert, invented' });
  const old = await tube('HbA1c', 180);
  const limits = (await look('specimen', old.accession)).stability;
  const collected = (await look('specimen', old.accession)).collected_at;
  assert.deepEqual(limits.map((each) => [each.temperature, each.deadline - collected]), [['room', 7200000], ['cold', 36000000]]);
  await site.simulate(old.accession);
  const held = await until(async () => (await look('unmatched')).rows.find((row) => row.specimen === old.accession), 'the held result');
  assert.equal(held.reason_code, 'stability');
  assert.match(held.reason, /too old for Hemoglobin A1c.*collect another/);
  assert.deepEqual((await look('order', old.order)).results, []);
  const kept = await tube('HbA1c', 100);
  await maria.must('store', { accession: kept.accession, location: 'refrigerator 1', temperature: 'cold' });
  const after_ = (await look('specimen', kept.accession)).stability;
  assert.equal(after_[0].deadline, null, 'the limit of the room does not run in the cold');
  assert.equal(after_[1].deadline - (await look('specimen', kept.accession)).collected_at, 36000000);
  await maria.must('move', { accession: kept.accession, location: 'bench', temperature: 'room' });
  const back = (await look('specimen', kept.accession)).stability[0].deadline - Date.now();
  assert.ok(back > 19 * 60000 && back <= 20 * 60000 + 2000, `20 minutes are left at room temperature: ${back}`);
});

test('an aliquot has a number and a label of its own, and traces to its parent', async () => {
  const { order, accession } = await tube();
  const { accession: child } = await maria.must('aliquot', { accession, container: 'aliquot tube', volume: '0.5 mL' });
  assert.notEqual(child, accession);
  const data = await look('specimen', child);
  assert.deepEqual([data.parent.accession, data.order, data.state, data.site], [accession, order, 'collected', `Aliquot 1 of ${accession}`]);
  assert.equal((await look('specimen', accession)).aliquots[0].accession, child);
  const picture = await fetch(`${site.url}api/label_picture`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Phial': '1', Cookie: maria.cookie },
    body: JSON.stringify({ accession: child, stock: '2x1' }),
  });
  assert.equal(picture.status, 200);
  await verify(child);
  await site.simulate(child);
  const entered = await until(async () => {
    const found = await look('order', order);
    return found.results.length && found;
  }, 'the result of the aliquot');
  assert.equal(entered.specimens.find((each) => each.accession === child).parent, accession, 'the report knows its parent');
  const { accession: second } = await maria.must('aliquot', { accession: child, container: 'aliquot tube' });
  assert.equal((await look('specimen', second)).parent.accession, child);
  assert.equal((await maria.ask('aliquot', { accession: second, container: 'x' })).status, 409, 'not before its own label is verified');
});

test('by the page: receive, store, add, divide and reject, each in one place', async () => {
  const { accession } = await tube();
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'maria');
  await page.click('#nav [data-screen=specimens]');
  await page.fill('input[type=search]', accession);
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-act=receive]');
  for (const act of await page.$$('[data-act] summary')) await act.click();
  await axeClean(page, 'a specimen at the bench');
  await assertFits(page, 'a specimen at the bench');
  assert.equal(await page.locator('[data-act=reject] select option').count(), 15, 'the fourteen codes of HL7 table 0490');
  await page.click('[data-act=receive] .btn');
  await page.waitForSelector('text=received at the bench');
  await page.click('[data-act=store] summary');
  await page.fill('[data-act=store] input[type=text]', 'refrigerator 1');
  await page.click('[data-act=store] >> text=Refrigerator');
  await page.click('[data-act=store] .btn');
  await until(async () => (await lena.must('view', { what: 'specimen', key: accession })).data.state === 'stored', 'stored');
  await page.click('[data-act=reject] summary');
  await page.selectOption('[data-act=reject] select', 'RC');
  await page.click('[data-act=reject] .btn');
  await page.waitForSelector('text=Another specimen is asked for by order');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  await maria.signIn('maria');
});
