// surveyor_2_opened_date.mjs PHIAL: domain.md 2.3, finding 2: a vial of strips stood open without the day on which it was
// opened, though it must be discarded four months after. Here its results are held until a scan says that it is open;
// the day until which it may be used is reckoned, shown and kept.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, scan, signIn } from '../browser/browser.mjs';
import { bring, Site, siteDay as day, until } from '../browser/site.mjs';

const gtin = '00380740000110';
const openDays = 120;
// Whoever works past the page is not the one in front of it: a person has one session.
bring('nina', 'lou');
const shown = (ahead) => day(ahead).replace(/(\d+)-(\d+)-(\d+)/, '$2/$3/$1');
const box = `01${gtin}17${day(400).slice(2).replaceAll('-', '')}10VIAL-7`;
let site, browser, maria, lena;

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena] = await site.callers('nina', 'lou');
  await lena.must('item_set', { name: 'Strips', kind: 'kit', gtin, test: ['HbA1c'], days: openDays, storage: '4 to 30 °C' });
  await maria.must('lot_receive', { scanned: box });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

async function measured(n) {
  const { order, accession } = await site.collected(maria, { mrn: `V-${n}`, family: `Vial${n}-TEST`, given: 'Sam' });
  await site.simulate(accession, 'normal', '4548-4', ['--lot', 'VIAL-7']);
  return until(async () => {
    const { data } = await maria.must('view', { what: 'order', key: order });
    const { rows } = (await lena.must('view', { what: 'unmatched' })).data;
    const held = rows.find((row) => row.specimen === accession);
    return data.results.length ? { filed: data } : held && { held };
  }, 'the result');
}

test('a result from a vial without its day of opening is held, and says what to do', async () => {
  const { held } = await measured(1);
  assert.equal(held.reason_code, 'lot');
  assert.match(held.reason, /no day on which lot VIAL-7 of Strips was opened\. Scan it under Lab, Lots, and write the day/);
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'maria');
  await page.goto(`${site.url}#/unmatched`);
  await page.click('.rowlist button');
  await page.waitForSelector('section[aria-label="Held by a rule"] >> text=was opened');
  assert.equal(await page.$('input[name=release]'), null, 'a medical assistant cannot release it');
  await axeClean(page, 'Held result');
  await page.context().close();
});

test('by scanner and keyboard alone: the vial is scanned, Enter says that it is open, the day is reckoned', async () => {
  for (const width of [1024, 1280]) {
    const page = await openPage(browser, site.url, { width });
    await signIn(page, 'maria');
    await page.goto(`${site.url}#/lots`);
    await page.waitForSelector('[data-item]');
    await scan(page, box, ']d2');
    await page.waitForSelector('main h1:has-text("lot VIAL-7")');
    await assertFits(page, 'a lot');
    await axeClean(page, 'a lot');
    if (width === 1024) {
      await page.keyboard.press('Enter'); // the focus stands on "It is open"
      await page.waitForSelector(`p.say.ok:has-text("Use it until ${day(openDays)}, and write that on it")`);
    } else {
      assert.match(await page.textContent('main'), new RegExp(`${shown(openDays)}.*${openDays} days left`));
    }
    assert.deepEqual(page.troubles, []);
    await page.context().close();
  }
  const { filed } = await measured(2);
  assert.equal(filed.warnings.some((each) => each.rule === 'lot'), false);
});

test('a vial that was opened too long ago cannot be said to be good', async () => {
  const { data } = await maria.must('view', { what: 'lots' });
  const { lot } = data.items[0].lots[0];
  const answer = await maria.ask('lot_open', { lot_id: lot, opened_on: day(-openDays - 1), reason: 'nobody wrote it down' });
  assert.equal(answer.ok, false);
  assert.match(answer.sentence, /could be used until .* Discard the container; open a fresh one/);
});
