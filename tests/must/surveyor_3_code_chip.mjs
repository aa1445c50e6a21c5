// surveyor_3_code_chip.mjs PHIAL: domain.md 2.3, finding 3: the meter's code chip was of lot 127, the strips in it of lot
// 132. Here a result of a lot that is not open in the book is held; the chip put right, the next one goes through; what
// was held is released by whoever may, with a reason, and carries the sentence for ever.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, signIn } from '../browser/browser.mjs';
import { bring, people, Site, siteDay as day, until } from '../browser/site.mjs';

// Whoever works past the page is not the one in front of it: a person has one session.
bring('nina', 'lou');
let site, browser, maria, lena;

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena] = await site.callers('nina', 'lou');
  const item = Number((await lena.must('item_set', { name: 'INR strips', kind: 'kit', test: ['HbA1c'], days: 0 })).key);
  // The container says 20531832; its code chip 132.
  const { key } = await maria.must('lot_receive', { item, lot: '20531832', code: '132', expires: day(200) });
  await maria.must('lot_open', { lot_id: Number(key) });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

async function measured(n, lot) {
  const { order, accession } = await site.collected(maria, { mrn: `K-${n}`, family: `Chip${n}-TEST`, given: 'Sam' });
  await site.simulate(accession, 'normal', '4548-4', ['--lot', lot]);
  return until(async () => {
    const { data } = await maria.must('view', { what: 'order', key: order });
    const { rows } = (await lena.must('view', { what: 'unmatched' })).data;
    const held = rows.find((row) => row.specimen === accession);
    return data.results.length ? { order, filed: data } : held && { order, held };
  }, 'the result');
}

test('chip 127 in a meter with strips of 132: held; the lab lead reads why and releases it', async () => {
  const { order, held } = await measured(1, '127');
  assert.equal(held.reason_code, 'lot');
  const page = await openPage(browser, site.url);
  await signIn(page, 'lena');
  await page.goto(`${site.url}#/unmatched`);
  await page.click('.rowlist button');
  const card = await page.waitForSelector('form[aria-label="Release a held result"]');
  assert.match(await card.textContent(), /used lot 127 for Hemoglobin A1c, which is not in the book of lots\. Compare the code chip/);
  await assertFits(page, 'Held result');
  await axeClean(page, 'Held result');
  await page.focus('input[name=release]');
  await page.keyboard.type('chip compared: the strips were of 127 as well, and in date');
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=Nothing is held');
  await page.goto(`${site.url}#/rules`);
  await page.waitForSelector('text=Released in spite of a rule: 1');
  await assertFits(page, 'Rules');
  await axeClean(page, 'Rules');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  const { data } = await lena.must('view', { what: 'order', key: order });
  const warning = data.warnings.find((each) => each.rule === 'lot');
  assert.deepEqual([warning.level, warning.released.by], ['lockout', people.lena.name]);
});

test('the chip put right, the result goes through; the code chip and the printed number both are the lot', async () => {
  for (const [n, lot] of [
    [2, '132'],
    [3, '20531832'],
  ]) {
    const { filed } = await measured(n, lot);
    assert.equal(filed.warnings.some((each) => each.rule === 'lot'), false, lot);
  }
});

test('the provider sees what was warned of, on the result and in the list', async () => {
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'dr.kay');
  const { data } = await lena.must('view', { what: 'inbox' });
  const row = data.rows.find((each) => each.warnings.some((warning) => warning.rule === 'lot'));
  await page.waitForSelector(`[data-order="${row.order}"] >> text=/rules? warns?/`);
  await page.goto(`${site.url}#/inbox`);
  await page.click(`[data-order="${row.order}"] .name`);
  await page.keyboard.press('Enter');
  const warnings = await page.waitForSelector('.warnings');
  assert.match(await warnings.textContent(), /used lot 127 .*It was held\. Lena Invented released it .*: chip compared/);
  await page.context().close();
});
