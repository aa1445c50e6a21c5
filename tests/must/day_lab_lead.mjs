// day_lab_lead.mjs PHIAL: the day of a lab lead, by keyboard and scanner alone, at both widths: a lot received and opened by
// its GS1 code, a control, a result that a rule holds released, one that nobody owns resolved.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch } from '../browser/browser.mjs';
import { filed, Hands, widths } from '../browser/hands.mjs';
import { Site, until } from '../browser/site.mjs';

const gtin = '00380740000110';
const empty = { low: [''], high: [''], expected: [''], mean: [''], sd: [''], unit: [''] };
let site, browser, maria;

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  const lena = await site.caller('lena');
  maria = await site.caller('maria');
  await lena.must('item_set', { name: 'A1c cartridges', kind: 'kit', gtin, test: ['HbA1c'], days: 30, storage: '2 to 8 °C' });
  const level = { control: 'A1c control', level: 'I', source: 'insert', ...empty, code: ['4548-4'], unit: ['%'], low: ['4.0'], high: ['6.0'] };
  await lena.must('qc_level', { test: 'HbA1c', instrument: 'Bench', ...level });
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const collected = (width, name) =>
  site.collected(maria, { mrn: `D-${name}-${width}`, family: `${name}${width}-TEST`, given: 'Lou' });
const measured = (specimen, lot) => site.simulate(specimen, 'normal', '4548-4', ['--lot', lot]);
const heldOf = (specimen) =>
  until(async () => {
    const { data } = await maria.must('view', { what: 'unmatched', limit: 200 });
    return data.rows.find((row) => row.specimen === specimen)?.message;
  }, 'the held result');

async function lots(hands, lot) {
  const { page } = hands;
  await hands.open('Lab', 'lots', 'lots');
  const code = `01${gtin}1730123110${lot}`;
  await hands.scan(code);
  await hands.seen('form[aria-label="Receive a lot"]', 'a lot received');
  assert.equal(await page.inputValue('input[name=lot]'), lot);
  assert.equal(await page.inputValue('input[name=expires]'), '2030-12-31');
  await hands.push('main .btn.primary', 'Put it in the book');
  await page.waitForSelector(`[data-lot] >> text=${lot}`);
  await hands.scan(code);
  await hands.seen('form[aria-label="A container was opened"]', 'a lot');
  await hands.press('Enter');
  await page.waitForSelector('.facts >> text=by Lena Invented');
}

async function control(hands, lot) {
  const { page } = hands;
  await hands.open('Lab', 'qc', 'quality control');
  await hands.push('main .btn', 'Run it');
  await hands.seen('form[aria-label="Run a control"]', 'a control');
  await hands.to('input[name=lot]');
  await hands.scan('C-77');
  await page.waitForFunction(() => document.querySelector('input[name=lot]').value === 'C-77');
  await hands.scan(lot);
  await page.waitForFunction((each) => document.querySelector('input[name=reagent_lot]').value === each, lot);
  await hands.date('input[name=expires]', '12312030');
  await hands.type('input[name="value-4548-4"]', '5.1');
  await hands.push('main .btn.primary', 'Keep the run');
  await page.waitForSelector('[data-level] >> text=passed');
  await hands.push('main .btn', 'History');
  await hands.seen('main h1 >> text=A1c control', 'a control over time');
}

async function release(hands, width) {
  const { order, accession } = await collected(width, 'Chip');
  await measured(accession, 'NOBODYS');
  const message = await heldOf(accession);
  await hands.open('Unmatched', '', 'the unmatched');
  await hands.line(`[data-message="${message}"]`);
  await hands.seen('form[aria-label="Release a held result"]', 'a result that a rule holds');
  await hands.type('input[name=release]', 'compared with the box');
  await hands.push('main .btn.primary', 'Release');
  const { warnings } = await filed(maria, order);
  assert.equal(warnings.find((each) => each.rule === 'lot').released.reason, 'compared with the box');
  await hands.page.waitForSelector(`[data-message="${message}"]`, { state: 'detached' });
}

async function resolve(hands, width, lot) {
  const { order, accession } = await collected(width, 'Stray');
  const sent = `9999${width}0000`.padEnd(12, '9').slice(0, 12);
  await measured(sent, lot);
  const message = await heldOf(sent);
  await hands.open('Unmatched', '');
  await hands.line(`[data-message="${message}"]`);
  await hands.seen('.halves', 'a result that nobody owns');
  await hands.scan(accession);
  await hands.tick('identifier', 'name');
  await hands.tick('identifier', 'MRN');
  await hands.type('input[name=reason]', 'number typed wrong at the instrument');
  await hands.push('main .btn.primary', 'Record the decision');
  assert.equal((await filed(maria, order)).results.length, 1);
}

for (const width of widths)
  test(`the day of the lab lead at ${width} px`, async () => {
    const lot = `W${width}`;
    const hands = await Hands.at(browser, site, width);
    await hands.byName('lena');
    await lots(hands, lot);
    await control(hands, lot);
    await release(hands, width);
    await resolve(hands, width, lot);
    for (const [title, screen] of [
      ['Lab', 'instruments'],
      ['Lab', 'temperatures'],
      ['Lab', 'rules'],
      ['Lab', 'limits'],
      ['Lab', 'operators'],
      ['Lab', 'byhandset'],
      ['Specimens', 'sendouts'],
      ['Today', 'metrics'],
      ['Records', ''],
    ])
      await hands.open(title, screen, screen || title);
    await hands.leave();
  });
