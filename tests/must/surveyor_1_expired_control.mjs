// surveyor_1_expired_control.mjs PHIAL: domain.md 2.3, finding 1: expired control solution was used for months, and nobody
// could say for which patients. Here an expired vial cannot be opened, a control run with it is refused, and results wait
// until a control in its date has passed. (The list of patients after a failure: m11_qc_look_back.)
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { launch, openPage, scan, signIn } from '../browser/browser.mjs';
import { bring, Site, siteDay as day, until } from '../browser/site.mjs';

const gtin = '00380740000110';
// Whoever works past the page is not the one in front of it: a person has one session.
bring('nina', 'lou');
const code = (number, ahead) => `01${gtin}17${day(ahead).slice(2).replaceAll('-', '')}10${number}`;
let site, browser, maria, lena, control, level;

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena] = await site.callers('nina', 'lou');
  control = Number((await lena.must('item_set', { name: 'HbA1c control', kind: 'control', gtin, test: ['HbA1c'], days: 120 })).key);
  const kit = Number((await lena.must('item_set', { name: 'HbA1c cartridges', kind: 'kit', test: ['HbA1c'] })).key);
  const { key } = await maria.must('lot_receive', { item: kit, lot: 'KIT-1', expires: day(200) });
  await maria.must('lot_open', { lot_id: Number(key) });
  await lena.must('qc_level', {
    test: 'HbA1c',
    instrument: 'Bench',
    item: control,
    control: 'HbA1c control',
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
  const trigger = { test: 'HbA1c', instrument: 'Bench', trigger: 'each_day_of_use', basis: 'ifu-required', note: 'insert' };
  await lena.must('qc_trigger', trigger);
  const { data } = await maria.must('view', { what: 'qc', since: Date.now() - 3600000 });
  level = data.scopes.flatMap((scope) => scope.levels)[0].level;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const run = (lot) => maria.ask('qc_enter', { qc: level, code: ['4548-4'], value: ['5.1'], lot, reagent_lot: 'KIT-1' });

test('an expired vial is scanned: it goes into quarantine, and cannot be opened', async () => {
  const page = await openPage(browser, site.url);
  await signIn(page, 'maria');
  await page.click('#nav [data-screen]:has-text("Lab")');
  await page.click('#tabs [data-screen=lots]');
  await page.waitForSelector('[data-item]');
  await scan(page, code('OLD-1', -220), ']d2');
  const form = await page.waitForSelector('form[aria-label="Receive a lot"]');
  assert.equal(await page.inputValue('form input[name=lot]'), 'OLD-1', 'lot and expiry come out of the scan');
  assert.equal(await page.inputValue('form input[name=expires]'), day(-220));
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Put it in the book');
  await page.keyboard.press('Enter');
  await form.waitForElementState('hidden');
  assert.match(await page.textContent('aside .say'), /It is in quarantine: do not use it/);
  await page.waitForSelector('[data-needs] >> text=expired');
  await axeClean(page, 'Lots');
  await scan(page, code('OLD-1', -220), ']d2');
  await page.waitForSelector('main h1:has-text("lot OLD-1")');
  assert.equal(await page.$('form[aria-label="A container was opened"]'), null, 'nothing to open');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test('even a lab lead who lets it out of quarantine cannot have it used', async () => {
  const { data } = await lena.must('view', { what: 'lots' });
  const old = data.items.flatMap((item) => item.lots).find((lot) => lot.number === 'OLD-1');
  await lena.must('lot_mark', { lot_id: old.lot, kind: 'usable', reason: 'we have no other' });
  const opened = await maria.ask('lot_open', { lot_id: old.lot });
  assert.equal(opened.ok, false);
  assert.match(opened.sentence, /Lot OLD-1 of HbA1c control expired on .* Discard it; .*another lot|expired on .*Discard it/);
  const answer = await run('OLD-1'); // the run is kept, as what it is
  assert.match(`${answer.sentence}`, /expired on/);
  const { data: book } = await maria.must('view', { what: 'qc_level', key: String(level) });
  assert.equal(book.runs[0].passed, 0, 'a value within its range from an expired vial is no pass');
});

test('results wait meanwhile, and go on when a control in its date has passed', async () => {
  const measured = async (n) => {
    const { order, accession } = await site.collected(maria, { mrn: `C-${n}`, family: `Control${n}-TEST`, given: 'Sam' });
    await site.simulate(accession, 'normal', '4548-4', ['--lot', 'KIT-1']);
    return until(async () => {
      const { data } = await maria.must('view', { what: 'order', key: order });
      if (data.results.length) return { filed: data };
      const list = await lena.must('view', { what: 'unmatched' });
      const held = list.data.rows.find((row) => row.specimen === accession);
      return held && { held };
    }, 'the result');
  };
  const { held } = await measured(1);
  assert.equal(held.reason_code, 'qc');
  const { key } = await maria.must('lot_receive', { item: control, lot: 'NEW-1', expires: day(100) });
  await maria.must('lot_open', { lot_id: Number(key) });
  assert.equal((await run('NEW-1')).ok, true);
  assert.equal((await measured(2)).filed.results.length, 1);
});
