// m08_results.mjs PHIAL: a result stands as it was sent, `>`, `<` and words included, with its unit as sent; and says where
// it comes from: instrument, serial, run, operator, lot, time, message, control. What nobody told is said to be unknown.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test, { after, before } from 'node:test';
import { launch, openPage, signIn } from '../browser/browser.mjs';
import { Site, until } from '../browser/site.mjs';
import { Analyzer, message } from '../support/analyzer.mjs';

let site, maria, analyzer;
let patients = 0;

before(async () => {
  site = await Site.start(process.argv[2]);
  maria = await site.caller('maria');
  analyzer = await Analyzer.connect(site.analyzer);
});

after(async () => {
  await analyzer?.unplug();
  await site?.end();
});

const see = async (what, key = '') => (await maria.must('view', { what, key, limit: 500 })).data;

async function sent(fields, test = 'HbA1c') {
  patients += 1;
  const patient = { mrn: `V-${patients}`, family: `Value${patients}-TEST`, given: 'Jo' };
  const { order, accession } = await site.collected(maria, patient, test);
  await analyzer.send(message({ specimen: accession, run: String(patients), ...fields }));
  await until(async () => (await see('order', order)).results.length > 0, 'the result');
  return { data: await see('order', order), accession, order };
}

test('values stay as sent, and what was read from them stands beside', async () => {
  const rows = [
    ['>15.0', '>', '15.0'],
    ['<4.0', '<', '4.0'],
    ['>=14.0', '>=', '14.0'],
    ['5.10', '', '5.10'],
    ['Trace', '', ''],
    ['---', '', ''],
    ['1.020', '', '1.020'],
  ];
  for (const [value, comparator, number] of rows) {
    const { data } = await sent({ value });
    const [result] = data.results;
    assert.deepEqual([result.value, result.comparator, result.number, result.unit], [value, comparator, number, '%'], value);
  }
});

test('a unit is the one that was sent, and another than the test’s is not filed by itself', async () => {
  const held = (await see('unmatched')).count;
  patients += 1;
  const { order, accession } = await site.collected(maria, { mrn: `V-${patients}`, family: `Value${patients}-TEST`, given: 'Jo' });
  await analyzer.send(message({ specimen: accession, run: String(patients), value: '39', unit: 'mmol/mol' }));
  await until(async () => (await see('unmatched')).count === held + 1, 'it held');
  const row = (await see('unmatched')).rows.at(-1);
  assert.deepEqual([row.reason_code, row.results[0].value, row.results[0].unit], ['unit', '39', 'mmol/mol']);
  assert.equal((await see('order', order)).results.length, 0);
});

test('where it comes from: each field, and a word for what nobody told', async () => {
  const told = await sent({ value: '>15.0' });
  const [result] = told.data.results;
  const [from] = told.data.messages;
  assert.deepEqual([from.id, from.instrument, from.model, from.serial, from.operator, from.run, result.lot], [result.message, 'Bench', 'Afinion 2 Analyzer', 'AF0004711', 'NURSE7', String(patients), '10228413']);
  assert.ok(result.observed_at && result.at && from.received_at, 'three times');
  const bare = await sent({ operator: '', lot: '' });
  const rules = bare.data.warnings.map((warning) => [warning.rule, warning.finding]);
  for (const rule of ['operator', 'qc']) assert.ok(rules.some(([each, finding]) => each === rule && finding === 'unknown'), `${rule} is said to be unknown: ${JSON.stringify(rules)}`);
  const rows = spawnSync('sqlite3', ['-readonly', `${site.data}/phial.db`, 'SELECT count(*) FROM result r LEFT JOIN message m ON m.id = r.message LEFT JOIN session s ON s.id = m.session LEFT JOIN instrument i ON i.id = s.instrument WHERE i.name IS NULL OR m.received_at IS NULL OR r.specimen IS NULL'], { encoding: 'utf8' });
  assert.equal(rows.stdout.trim(), '0', 'no result without message, session, instrument and specimen');
  const browser = await launch();
  const page = await openPage(browser, site.url);
  await signIn(page, 'dr.kay');
  for (const [order, words] of [
    [told.order, ['serial AF0004711', 'operator NURSE7', 'lot 10228413', `run ${told.data.messages[0].run}`]],
    [bare.order, ['operator not sent', 'lot not known', 'not on record']],
  ]) {
    await page.click(`[data-order="${order}"] .btn:has-text("Open")`);
    await page.waitForSelector('h1, h2');
    for (const text of words) await page.waitForSelector(`main >> text=${text}`);
    await page.keyboard.press('Escape');
    await page.waitForSelector(`[data-order="${order}"]`);
  }
  await browser.close();
});
