// day_auditor.mjs PHIAL: the day of an auditor, by keyboard and scanner alone, at both widths: the pack, who saw what, the
// trace of a specimen, and names that are shown when they are asked for.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch } from '../browser/browser.mjs';
import { filed, Hands, widths } from '../browser/hands.mjs';
import { bring, Site } from '../browser/site.mjs';

bring('omar');
let site, browser, maria;
const specimens = new Map();

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  maria = await site.caller('maria');
  for (const width of widths) {
    const made = await site.collected(maria, { mrn: `D-${width}`, family: `Covered${width}-TEST`, given: 'Cora' });
    await site.simulate(made.accession, 'abnormal');
    await filed(maria, made.order);
    specimens.set(width, made);
  }
});

after(async () => {
  await browser?.close();
  await site?.end();
});

for (const width of widths)
  test(`the day of the auditor at ${width} px`, async () => {
    const { accession, order } = specimens.get(width);
    const family = `Covered${width}-TEST`;
    const hands = await Hands.at(browser, site, width);
    const { page } = hands;
    await hands.byName('omar');
    await hands.open('Today', '', 'today, of the auditor');
    await hands.open('Records', 'pack', 'the inspector’s pack');
    const saved = page.waitForEvent('download');
    await hands.push('form .btn.primary');
    assert.match((await saved).suggestedFilename(), /^inspectors-pack-.*\.zip$/);
    await page.waitForSelector('text=The pack is saved');
    await hands.open('Records', 'access', 'who saw what');
    await hands.type('input[name=key]', order);
    await page.keyboard.press('Enter');
    await hands.seen('#report', 'who saw one patient');
    assert.match(await page.textContent('#report'), /Maria Invented/);
    await hands.pick('by', 'person');
    await hands.type('input[name=key]', 'maria');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#report >> text=Maria Invented (maria)');
    await hands.clean('what one person saw');
    await hands.open('Records', 'trace', 'the trace');
    await hands.scan(accession);
    await page.waitForFunction((number) => document.querySelector('main').textContent.replaceAll(' ', '').includes(number), order);
    await hands.clean('a specimen traced');
    await hands.open('Specimens', '', 'specimens');
    await hands.scan(accession);
    await hands.seen('.chain', 'a specimen, its names covered');
    assert.ok(!(await page.textContent('body')).includes(family), 'no name before it is asked for');
    await hands.push('#covered .btn', 'Show the names');
    await page.keyboard.type('complaint of this morning');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`main >> text=${family}`);
    await hands.clean('a specimen, its names shown');
    await hands.leave();
  });
