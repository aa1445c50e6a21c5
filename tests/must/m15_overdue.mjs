// m15_overdue.mjs PHIAL: the age of what waits, and the practice's list of what waits too long (domain.md 5.6, rule 12).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, signIn, takeSession } from '../browser/browser.mjs';
import { Caller, Site } from '../browser/site.mjs';

const phial = process.argv[2];
const rows = 120;
const step = 240; // minutes that each row's result is older than the one before
let site, browser;

before(async () => {
  site = await Site.start(phial);
  await site.stop();
  const filler = path.join(path.dirname(phial), 'tests/support/open_rows');
  const done = spawnSync(filler, [site.data, String(rows), '0', String(step)], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  await site.serve();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const hours = (n) => (n * step) / 60;
// The rows of open_rows by their number, as its kinds are: critical, abnormal, normal.
const limit = (n) => (n % 50 === 0 ? 1 : n % 3 === 0 ? 7 * 24 : 14 * 24);

test('rule 12: the list holds what is critical for an hour, abnormal for 7 days, normal for 14, and nothing else', async () => {
  const lena = await site.caller('lena');
  const { data } = await lena.must('view', { what: 'overdue' });
  const wanted = [...Array(rows).keys()].map((i) => i + 1).filter((n) => hours(n) >= limit(n));
  const named = data.rows.map((row) => Number(/FILLER(\d+)-/.exec(row.patient.family)[1]));
  assert.deepEqual([...named].sort((a, b) => a - b), wanted);
  assert.deepEqual(named.slice(0, 2), [100, 50], 'what is critical first, the oldest before');
});

test('rule 12: each row of the inbox shows its age, in hours and in days, and whether it is late', async () => {
  const page = await openPage(browser, site.url);
  await signIn(page, 'dr.kay');
  await page.waitForSelector('.item .name');
  const first = page.locator('.item').first();
  assert.equal(await first.locator('.age').textContent(), `${Math.floor(hours(100) / 24)} d`);
  assert.equal(await first.locator('.age.late').count(), 1);
  await page.keyboard.press('j');
  const young = page.locator('.item', { has: page.locator('.age:not(.late)') });
  for (let i = 0; i < 100 && (await young.count()) === 0; i += 1) await page.mouse.wheel(0, 600);
  await page.click('#tabs [data-screen=overdue]');
  await page.waitForSelector('.tbl');
  assert.match(await page.textContent('main'), /critical for an hour, abnormal for 7 days, normal for 14 days/);
  assert.match(await page.locator('.tbl tbody tr').first().textContent(), /FILLER100-TEST.*CRITICAL.*Dr\. Kay Invented/);
  await axeClean(page, 'what is overdue');
  await assertFits(page, 'what is overdue');
  await takeSession(page, new Caller(site.url));
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
