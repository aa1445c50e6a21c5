// m11_qc.mjs PHIAL: quality control holds results when its control failed, is due or was never set up; controls come
// from the instrument or by hand; the page shows them over time, and works by scanner and keyboard.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, scan, signIn } from '../browser/browser.mjs';
import { Site, until } from '../browser/site.mjs';

let site, browser, maria, lena;
let patients = 0;

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena] = await site.callers('maria', 'lena');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const empty = { low: [''], high: [''], expected: [''], mean: [''], sd: [''], unit: [''] };
// A level of HbA1c on the analyzer, whose simulated controls give 4.8 to 5.6 %.
const level = (name, more) =>
  lena.must('qc_level', { test: 'HbA1c', instrument: 'Bench', control: 'Invented control', level: name, source: 'insert', ...empty, code: ['4548-4'], unit: ['%'], ...more });
const book = async () => (await maria.must('view', { what: 'qc', since: Date.now() - 3600000 })).data;
const levels = async () => (await book()).scopes.flatMap((scope) => scope.levels);
const rootOf = async (name) => (await levels()).find((each) => each.level_name === name)?.level;
const enter = async (name, value, more = {}) => maria.ask('qc_enter', { qc: await rootOf(name), code: ['4548-4'], value: [value], lot: 'C-1', expires: '2099-01-31', ...more });
const runs = async (name) => (await maria.must('view', { what: 'qc_level', key: String(await rootOf(name)) })).data.runs;

async function result() {
  patients += 1;
  const { order, accession } = await site.collected(maria, { mrn: `Q-${patients}`, family: `Qual${patients}-TEST`, given: 'Jo' });
  await site.simulate(accession);
  const filed = await until(async () => {
    const { data } = await lena.must('view', { what: 'order', key: order });
    if (data.results.length) return data;
    const list = await lena.must('view', { what: 'unmatched' });
    return list.data.rows.find((row) => row.specimen === accession);
  }, 'the result');
  return { order, ...filed };
}

test('without a book the result is filed with a warning', async () => {
  const filed = await result();
  assert.equal(filed.results.length, 1);
  const warning = filed.warnings.find((each) => each.rule === 'qc');
  assert.match(warning.sentence, /No quality control is kept for .*Lab > Quality control/);
});

test('what is expected must make sense, and only the lab lead says it', async () => {
  const body = { test: 'HbA1c', instrument: 'Bench', control: 'C', level: 'I', source: 'insert', ...empty, code: ['4548-4'] };
  assert.equal((await maria.ask('qc_level', { ...body, low: ['4'], high: ['6'] })).status, 403);
  assert.match((await lena.ask('qc_level', body)).sentence, /a range, or a word/);
  assert.match((await lena.ask('qc_level', { ...body, low: ['6'], high: ['4'] })).sentence, /ends before it begins/);
  assert.match((await lena.ask('qc_level', { ...body, low: ['4,5'] })).sentence, /not a number/);
  assert.match((await lena.ask('qc_level', { ...body, low: ['4'], high: [] })).sentence, /once for each analyte/);
  assert.match((await lena.ask('qc_level', { ...body, instrument: 'Nowhere', low: ['4'] })).sentence, /no instrument Nowhere/);
  assert.match((await lena.ask('qc_trigger', { test: 'HbA1c', instrument: 'Bench', trigger: 'every_n_days', basis: 'site-policy' })).sentence, /how many/);
});

test('a control that is due holds the result; the instrument runs it, and the next one passes', async () => {
  await level('I', { low: ['4.0'], high: ['6.0'], matches: 'CTRL-LOW' });
  await level('II', { low: ['8.0'], high: ['9.0'], matches: 'CTRL-HIGH' });
  await lena.must('qc_trigger', { test: 'HbA1c', instrument: 'Bench', trigger: 'each_day_of_use', basis: 'ifu-required', note: 'insert' });
  const held = await result();
  assert.equal(held.reason_code, 'qc');
  assert.match(held.reason, /A control of .* is due: Invented control, I, each day of use\. Run it, then release/);
  await site.simulate('CTRL-LOW', 'qc');
  await until(async () => (await runs('I')).length, 'the run');
  const [run] = await runs('I');
  assert.equal(run.passed, 1);
  assert.equal(run.reason, 'each_day_of_use');
  assert.equal((await result()).reason_code, 'qc', 'the other level is still due');
  assert.equal((await enter('II', '8.5')).sentence, 'The control passed.');
  const filed = await result();
  assert.equal(filed.results.length, 1);
  assert.deepEqual(filed.warnings.filter((each) => each.rule === 'qc'), []);
  assert.equal((await maria.ask('release', { message: held.message, reason: 'seen' })).status, 403);
  await lena.must('release', { message: held.message, rule: ['qc'], reason: 'The control passed right after.' });
  const { data } = await lena.must('view', { what: 'order', key: held.order });
  assert.equal(data.results.length, 1, 'the result is real and was never thrown away');
});

test('a control that fails holds every result until it passes; action first, then review', async () => {
  await site.simulate('CTRL-HIGH', 'qc');
  const failure = await until(async () => (await book()).failures[0], 'the failure');
  assert.equal(failure.passed, 0);
  assert.match(failure.finding, /is outside 8\.0 to 9\.0/);
  const held = await result();
  assert.equal(held.reason_code, 'qc');
  assert.match(held.reason, /last control of .* did not pass \(Invented control, II: .*outside 8\.0 to 9\.0/);
  assert.match((await lena.ask('qc_review', { qc: failure.run })).sentence, /corrective action first/);
  await maria.must('qc_action', { qc: failure.run, note: 'Vial was cold; a fresh one taken.' });
  assert.equal((await maria.ask('qc_review', { qc: failure.run })).status, 403);
  await lena.must('qc_review', { qc: failure.run, note: 'Agreed.' });
  assert.equal((await result()).reason_code, 'qc', 'words do not make it good');
  assert.match((await enter('II', '9.1')).sentence, /did not pass.*9\.1 is outside/);
  assert.match((await enter('II', '9.0')).sentence, /passed/);
  assert.equal((await result()).results.length, 1);
});

test('a control past its date proves nothing', async () => {
  const answer = await enter('II', '8.5', { expires: '2025-04-30' });
  assert.match(answer.sentence, /did not pass\. The control expired on 2025-04-30/);
  assert.equal((await result()).reason_code, 'qc');
  await enter('II', '8.5');
  assert.match((await enter('II', '8.5', { lot: '' })).sentence, /lot and its expiry/);
});

test('what the instrument does not name waits for a person', async () => {
  await site.simulate('WHAT-IS-IT', 'qc');
  const row = await until(async () => (await book()).unplaced[0], 'the control on the list');
  assert.equal(row.specimen, 'WHAT-IS-IT');
  assert.equal(row.levels.length, 2);
  await maria.must('qc_place', { message: row.message, qc: await rootOf('I') });
  assert.equal((await book()).unplaced.length, 0);
  assert.equal((await runs('I'))[0].message, row.message);
  assert.match((await maria.ask('qc_place', { message: row.message, qc: await rootOf('II') })).sentence, /does not wait/);
});

test('maintenance and doubt ask for a control', async () => {
  await lena.must('qc_trigger', { test: 'HbA1c', instrument: 'Bench', trigger: 'after_maintenance', basis: 'site-policy' });
  assert.equal((await result()).results?.length, 1);
  await maria.must('maintenance', { instrument: 'Bench', kind: 'maintenance', name: 'Lens cleaned' });
  assert.match((await result()).reason, /after maintenance/);
  await enter('I', '5.0');
  await enter('II', '8.4');
  assert.equal((await result()).results?.length, 1);
});

test("Westgard's rules judge where mean and SD are given", async () => {
  const { data } = await maria.must('view', { what: 'qc_level', key: String(await rootOf('I')) });
  await lena.must('qc_level', { test: 'HbA1c', instrument: 'Bench', qc: data.level, control: data.control, level: 'I', source: 'insert', matches: 'CTRL-LOW', westgard: 1, code: ['4548-4'], low: ['4.0'], high: ['6.0'], expected: [''], mean: ['5.0'], sd: ['0.2'], unit: ['%'] });
  assert.match((await enter('I', '5.5')).sentence, /passed\. .*Rule 1-2s/);
  assert.match((await enter('I', '5.45')).sentence, /did not pass.*Rule 2-2s/);
  assert.match((await enter('I', '5.7')).sentence, /did not pass.*Rule 1-3s/);
  assert.equal((await enter('I', '5.0')).sentence, 'The control passed.');
  assert.equal((await enter('I', '5.1')).sentence, 'The control passed.');
});

test('the page: run by scanner and keyboard, the picture over time, a failure looked into', async () => {
  for (const width of [1280, 1024]) {
    const page = await openPage(browser, site.url, { width });
    await signIn(page, 'lena');
    await page.click('[data-screen=instruments], #nav >> text=Lab');
    await page.click('#tabs [data-screen=qc]');
    const card = page.locator('[data-scope="HbA1c Bench"]');
    await card.waitFor();
    assert.match(await card.textContent(), /Invented control, II.*8\.0–9\.0 %/);
    await assertFits(page, `quality control at ${width}`);
    await axeClean(page, 'quality control');
    const row = card.locator('tbody tr', { hasText: 'Invented control, II' });
    await row.locator('button', { hasText: 'Run it' }).click();
    await page.waitForSelector('form[aria-label="Run a control"]');
    await scan(page, 'C-77');
    await page.waitForFunction(() => document.querySelector('input[name=lot]').value === 'C-77');
    await page.fill('input[name=expires]', '2099-03-31');
    await page.fill('input[name="value-4548-4"]', '9.7');
    await axeClean(page, 'running a control');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:has-text("A control that did not pass")');
    assert.match(await page.textContent('main'), /9\.7 is outside 8\.0 to 9\.0/);
    await assertFits(page, `a failure at ${width}`);
    await axeClean(page, 'a failure');
    await page.fill('textarea[name=note]', 'Ran with the wrong vial.');
    await page.click('text=Write down what was done');
    await page.waitForSelector('text=Ran with the wrong vial.');
    await page.keyboard.press('Escape');
    if (await page.locator('h1:has-text("A control that did not pass")').count()) await page.keyboard.press('Escape');
    await card.waitFor();
    assert.match(await page.textContent('.strip'), /1 did not pass/);
    await row.locator('button', { hasText: 'History' }).click();
    await page.waitForSelector('.levey svg');
    const told = await page.getAttribute('.levey svg', 'aria-label');
    assert.match(told, /\d+ values from .* did not pass/);
    assert.equal(await page.locator('.levey .bad').count(), (await runs('II')).filter((run) => !run.passed).length);
    await assertFits(page, `a level at ${width}`);
    await axeClean(page, 'a level');
    assert.deepEqual(page.troubles, []);
    await page.context().close();
    await enter('II', '8.5');
  }
});
