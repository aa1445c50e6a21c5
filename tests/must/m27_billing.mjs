// m27_billing.mjs PHIAL: the catalogue has a column for billing codes, and it is empty: they are licensed content. A site
// brings in its own; all of its table or none; who did it is on record.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, openScreen, signIn, takeSession } from '../browser/browser.mjs';
import { Site } from '../browser/site.mjs';

let site, browser, lena;

before(async () => {
  site = await Site.start(process.argv[2]);
  lena = await site.caller('lena');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const menu = async () => (await lena.must('view', { what: 'tests' })).data.tests;
const codesOf = async (code) => (await menu()).find((each) => each.code === code).billing;
const facts = () =>
  spawnSync('sqlite3', [`${site.data}/phial.db`, 'SELECT b.test_code, b.codes, p.login FROM billing_code b JOIN person p ON p.id = b.person ORDER BY b.id'], { encoding: 'utf8' }).stdout.trim();

test('a new site has none, for no test', async () => {
  const tests = await menu();
  assert.ok(tests.length > 20);
  assert.deepEqual([...new Set(tests.map((each) => each.billing))], ['']);
  assert.equal(facts(), '');
});

test('a table is taken in whole or not at all', async () => {
  const refused = async (billing, words) => assert.match((await lena.ask('billing_set', { billing })).sentence, words);
  await refused('HbA1c,INVENTED-1\nNoSuch,INVENTED-2\n', /Line 2: "NoSuch" is no test of the menu. Nothing/);
  await refused('HbA1c,INVENTED-1,more\n', /Line 1: a line has two columns/);
  await refused('HbA1c,"INVENTED-1\n', /open quote/);
  await refused('test,codes\n', /no line with a test/);
  assert.equal(facts(), '');
  const maria = await site.caller('maria');
  assert.equal((await maria.ask('billing_set', { billing: 'HbA1c,INVENTED-1' })).status, 403);
  assert.match((await lena.must('billing_set', { billing: 'test,codes\r\nHbA1c,INVENTED-1\r\nLIPID,"INVENTED-2, INVENTED-3"\r\n' })).sentence, /2 tests/);
  assert.deepEqual([await codesOf('HbA1c'), await codesOf('LIPID')], ['INVENTED-1', 'INVENTED-2, INVENTED-3']);
  await lena.must('billing_set', { billing: 'HbA1c,' });
  assert.equal(await codesOf('HbA1c'), '');
  assert.equal(facts(), 'HbA1c|INVENTED-1|lena\nLIPID|INVENTED-2, INVENTED-3|lena\nHbA1c||lena');
});

test('the page: what stands there, and the site’s own table brought in', async () => {
  const page = await openPage(browser, site.url, { width: 1280 });
  await signIn(page, 'lena');
  await takeSession(page, lena);
  await openScreen(page, 'Lab', 'billing');
  await page.waitForSelector('text=INVENTED-2, INVENTED-3');
  await page.setInputFiles('input[name=file]', { name: 'ours.csv', mimeType: 'text/csv', buffer: Buffer.from('HbA1c,INVENTED-9\n') });
  await page.waitForFunction(() => document.querySelector('textarea[name=billing]').value.includes('INVENTED-9'));
  await page.click('text=Take in');
  await page.waitForSelector('td:has-text("INVENTED-9")');
  for (const width of [1280, 1024]) {
    await page.setViewportSize({ width, height: 800 });
    await assertFits(page, `billing codes at ${width}`);
    await axeClean(page, `billing codes at ${width}`);
  }
  await page.setViewportSize({ width: 1024, height: 800 });
  assert.deepEqual(page.troubles, []);
});
