// m11_qc_look_back.mjs PHIAL: domain.md 2.3, finding 1: a control solution that had expired was used for months, and
// "the count of affected patients could not be determined". Here it is a list, exact, and each is ticked.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, signIn } from '../browser/browser.mjs';
import { Site, until } from '../browser/site.mjs';

let site, browser, maria, lena, kay, root;
let patients = 0;

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena, kay] = await site.callers('maria', 'lena', 'dr.kay');
  await lena.must('qc_level', {
    test: 'HbA1c',
    instrument: 'Bench',
    control: 'Glycated control',
    level: 'I',
    source: 'insert',
    code: ['4548-4'],
    low: ['4.0'],
    high: ['6.0'],
    expected: [''],
    mean: [''],
    sd: [''],
    unit: ['%'],
  });
  root = (await maria.must('view', { what: 'qc' })).data.scopes[0].levels[0].level;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const control = async (value = '5.0') => Number((await maria.must('qc_enter', { qc: root, code: ['4548-4'], value: [value], lot: 'C-1', expires: '2099-01-31' })).key);
const list = async (run) => (await kay.must('view', { what: 'qc_look_back', key: String(run) })).data;

async function result(test = 'HbA1c', code = '4548-4') {
  patients += 1;
  const { order, accession } = await site.collected(maria, { mrn: `L-${patients}`, family: `Look${patients}-TEST`, given: 'Jo' }, test);
  await site.simulate(accession, 'normal', code);
  await until(async () => (await lena.must('view', { what: 'order', key: order })).data.results.length, 'the result');
  return order;
}

test('the results between the last good control and the next are listed, no more and no fewer; each is looked at once', async () => {
  await result();
  await control();
  const before_ = await result();
  await control();
  const affected = [];
  const expired = [];
  for (let n = 0; n < 3; n += 1) {
    expired.push(await control());
    affected.push(await result());
    await result('CRP', '48421-2');
  }
  for (const run of expired) {
    assert.equal((await maria.ask('qc_void', { qc: run, reason: 'expired' })).status, 403);
    await lena.must('qc_void', { qc: run, reason: 'The control had expired on 2025-04-30.' });
  }
  const open = await list(expired[0]);
  assert.deepEqual(open.results.map((each) => each.order), affected);
  assert.equal(open.good_after, null);
  assert.match(open.voided.reason, /expired/);
  await control();
  const later = await result();
  const closed = await list(expired[0]);
  assert.deepEqual(closed.results.map((each) => each.order), affected);
  assert.ok(!closed.results.some((each) => [before_, later].includes(each.order)));
  assert.ok(closed.good_before.run < expired[0] && closed.good_after.run > expired[2]);
  assert.match((await lena.ask('qc_look', { qc: expired[0], result_id: 1, outcome: 'stands' })).sentence, /does not reach/);
  const [first] = closed.results;
  await lena.must('qc_look', { qc: expired[0], result_id: first.result, outcome: 'stands', note: 'Repeated at the hospital.' });
  assert.match((await lena.ask('qc_look', { qc: expired[0], result_id: first.result, outcome: 'repeat' })).sentence, /already/);
  assert.equal((await list(expired[0])).results[0].tick.by.login, 'lena');
  const failures = (await lena.must('view', { what: 'qc' })).data.failures;
  const mine = failures.find((each) => each.run === expired[0]);
  assert.deepEqual([mine.reach, mine.reached], [3, 1]);
});

test('a recalled control vouches for nothing: its runs are void, and what they reached is listed', async () => {
  const item = Number((await lena.must('item_set', { name: 'Glycated control', kind: 'control', test: ['HbA1c'] })).key);
  const lot = Number((await lena.must('lot_receive', { item, lot: 'C-9', expires: '2099-01-31' })).key);
  await lena.must('lot_open', { lot_id: lot });
  const last = await control();
  const nine = Number((await maria.must('qc_enter', { qc: root, code: ['4548-4'], value: ['5.0'], lot: 'C-9', expires: '2099-01-31' })).key);
  const touched = await result();
  const answer = await lena.must('lot_mark', { lot_id: lot, kind: 'recalled', reason: 'the maker has recalled it' });
  assert.match(answer.sentence, /1 control of this lot is void.*look back/);
  const { voided, results, good_before } = await list(nine);
  assert.match(voided.reason, /C-9.*was recalled: the maker has recalled it/);
  assert.deepEqual(results.map((each) => each.order), [touched]);
  assert.equal(good_before.run, last);
  assert.equal((await list(last)).voided ?? null, null, 'other lots stand');
  assert.equal(voided.lot_back, 0);
  const back = await lena.must('lot_mark', { lot_id: lot, kind: 'usable', reason: 'the letter was of another box' });
  assert.match(back.sentence, /stay void.*run a control before the next patient/);
  assert.equal((await list(nine)).voided.lot_back, 1, 'what is void stays void, and says why');
});

test('the page lists them by patient and takes the ticks by keyboard; it is on record who saw it', async () => {
  const bad = await control('7.0');
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'lena');
  await page.evaluate(() => (location.hash = '#/qc'));
  await page.click(`[data-failure="${bad}"] button`);
  const card = page.locator('[aria-label="Look back"]');
  await card.waitFor();
  assert.equal(await card.getAttribute('data-reach'), String((await list(bad)).results.length));
  await assertFits(page, 'look back');
  await axeClean(page, 'look back');
  let left = Number(await card.getAttribute('data-left'));
  assert.ok(left > 0);
  while (left) {
    const act = card.locator('[data-act=repeat]').first();
    await act.focus();
    await page.keyboard.press('Enter');
    left -= 1;
    await page.waitForSelector(`[aria-label="Look back"][data-left="${left}"]`);
  }
  assert.match(await card.textContent(), /all looked at/);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  const [row] = (await list(bad)).results;
  assert.equal(row.tick.outcome, 'repeat');
});
