// day_front_desk.mjs PHIAL: the day of the front desk, by keyboard and scanner alone, at both widths: is it back?
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch } from '../browser/browser.mjs';
import { filed, Hands, widths } from '../browser/hands.mjs';
import { bring, Caller, Site } from '../browser/site.mjs';

bring('fay');
let site, browser, value, accession;

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  const maria = await site.caller('maria');
  const given = await site.collected(maria, { mrn: 'D-1', family: 'Caller-TEST', given: 'Cara' });
  ({ accession } = given);
  await site.simulate(accession, 'abnormal');
  [{ value }] = (await filed(maria, given.order)).results;
});

after(async () => {
  await browser?.close();
  await site?.end();
});

for (const width of widths)
  test(`the day of the front desk at ${width} px`, async () => {
    const hands = await Hands.at(browser, site, width);
    const { page } = hands;
    await hands.byName('fay');
    await hands.open('Today', 'find', 'is it back, before anything was typed');
    assert.equal(await page.evaluate(() => document.activeElement.type), 'search', 'typing can begin at once');
    await page.keyboard.type('Caller');
    await page.keyboard.press('Enter');
    await hands.seen('[data-order]', 'is it back');
    const told = await page.textContent('[data-order]');
    assert.match(told, /Caller-TEST/);
    assert.ok(!told.includes(value), 'no value is told');
    await page.keyboard.press('Escape');
    await hands.scan(accession);
    await page.waitForSelector('[data-order]');
    assert.equal(await page.locator('[data-order]').count(), 1, 'a label finds its order');
    await hands.open('Today', '', 'today, of the front desk');
    assert.equal(await page.locator('#nav a').count(), 1, 'nothing else is offered');
    await hands.leave();
  });
