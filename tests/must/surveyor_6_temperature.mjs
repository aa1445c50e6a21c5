// surveyor_6_temperature.mjs PHIAL: domain.md 2.3, finding 6: no temperature was on record where kits were kept. Here the
// results of a kit are held while its place has no reading of today or yesterday, or was out of range and nobody cleared
// it; a reading out of range cannot be written down without what was done.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, signIn } from '../browser/browser.mjs';
import { bring, Site, siteDay as day, until } from '../browser/site.mjs';

// Whoever works past the page is not the one in front of it: a person has one session.
bring('nina', 'lou');
let site, browser, maria, lena, place;
let patients = 0;

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena] = await site.callers('nina', 'lou');
  place = Number((await lena.must('place_set', { name: 'Refrigerator 1', measure: '°C', low: '2', high: '8' })).key);
  const item = Number((await lena.must('item_set', { name: 'Cartridges', kind: 'kit', test: ['HbA1c'], storage: '2 to 8 °C', place })).key);
  const { key } = await maria.must('lot_receive', { item, lot: 'T-1', expires: day(100) });
  await maria.must('lot_open', { lot_id: Number(key) });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

async function measured() {
  patients += 1;
  const { order, accession } = await site.collected(maria, { mrn: `T-${patients}`, family: `Cold${patients}-TEST`, given: 'Sam' });
  await site.simulate(accession, 'normal', '4548-4', ['--lot', 'T-1']);
  return until(async () => {
    const { data } = await maria.must('view', { what: 'order', key: order });
    const { rows } = (await lena.must('view', { what: 'unmatched' })).data;
    const held = rows.find((row) => row.specimen === accession);
    return data.results.length ? { filed: data } : held && { held };
  }, 'the result');
}

async function temperatures(login, width = 1280) {
  const page = await openPage(browser, site.url, { width });
  await signIn(page, login);
  await page.goto(`${site.url}#/temperatures`);
  await page.waitForSelector(`[data-place="${place}"]`);
  return page;
}

async function type(page, lowest, highest, now) {
  await page.focus('input[name=lowest]');
  await page.keyboard.type(lowest);
  await page.keyboard.press('Tab');
  await page.keyboard.type(highest);
  await page.keyboard.press('Tab');
  await page.keyboard.type(now);
}

test('without a reading the result is held, and the sentence says where to write it down', async () => {
  const { held } = await measured();
  assert.equal(held.reason_code, 'storage');
  assert.match(held.reason, /no temperature on record for Refrigerator 1, where Cartridges is kept\. Read it, and write it down under Lab, Temperatures/);
});

test('by keyboard alone the reading is written down, and results go through', async () => {
  const page = await temperatures('maria', 1024);
  assert.match(await page.textContent(`[data-place="${place}"]`), /not read today/);
  await assertFits(page, 'Temperatures');
  await axeClean(page, 'Temperatures');
  await type(page, '3.1', '7.5', '4.2');
  await page.keyboard.press('Enter');
  await page.waitForSelector(`[data-place="${place}"] >> text=read today`);
  assert.match(await page.textContent(`[data-place="${place}"] table`), /3\.1.*7\.5.*4\.2.*in range.*Maria Invented/);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  assert.equal((await measured()).filed.results.length, 1);
});

test('out of range: nothing is written down without what was done, and only the lab lead clears the kits', async () => {
  const page = await temperatures('maria');
  await type(page, '3.0', '11.5', '5');
  await page.waitForSelector('text=It should be 2 to 8 °C');
  await axeClean(page, 'a reading out of range');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.say.bad:has-text("Say what was done")');
  await page.fill('input[name=note]', 'door was open; lab lead told');
  await page.click('text=Write it down');
  await page.waitForSelector('td .state.bad:has-text("out of range")');
  await page.waitForSelector('text=door was open; lab lead told');
  await page.context().close();
  const denied = await maria.ask('temperature_add', { place, lowest: '3', highest: '11.5', note: 'fine', usable: 1 });
  assert.equal(denied.status, 403);
  const { held } = await measured();
  assert.match(held.reason, /Refrigerator 1, where Cartridges is kept, was out of its range .* not cleared for use/);
  const cleared = { place, lowest: '3', highest: '11.5', note: 'maker: up to 15 °C for 2 hours', usable: 1 };
  await lena.must('temperature_add', cleared);
  assert.equal((await measured()).filed.results.length, 1);
});

test('a reading must be possible', async () => {
  const refused = async (more, words) => {
    const answer = await maria.ask('temperature_add', { place, lowest: '3', highest: '5', present: '4', ...more });
    assert.equal(answer.ok, false, JSON.stringify(more));
    assert.match(answer.sentence, words);
  };
  await refused({ lowest: 'cold' }, /as numbers/);
  await refused({ lowest: '6' }, /lowest is above the highest/);
  await refused({ present: '5.1' }, /does not lie between/);
});
