// hipaa_a2iii_automatic_logoff.mjs PHIAL: 45 CFR 164.312(a)(2)(iii). A place that is left alone locks: nothing of a patient is
// to be seen, core refuses what comes from there (daemon.idle waits for that), the same person finds the half-done collection again, anybody
// else does not.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, { after, before } from 'node:test';
import { launch, openPage, signIn } from '../browser/browser.mjs';
import { people, Site } from '../browser/site.mjs';

let site, browser;
const family = 'Idle-TEST';

before(async () => {
  site = await Site.start(process.argv[2], { idleLock: 30 });
  browser = await launch();
  const maria = await site.caller('maria');
  await maria.must('order_enter', { mrn: 'ID-1', family, given: 'Sam', birth_date: '1970-05-06', sex: 'F', provider: 'dr.kay', test: 'HbA1c' });
  await maria.must('sign_out');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

async function halfDone(page) {
  await signIn(page, 'maria');
  await page.click('[data-screen=collect]');
  await page.locator('.rowlist > button', { hasText: family }).first().click();
  await page.waitForSelector(`.banner:has-text("${family}")`);
}

async function left(page, seconds) {
  await page.clock.fastForward(seconds * 1000);
  await page.waitForSelector('#gate:not([hidden]) h1');
}

test('the page locks after the idle time; the same person goes on, somebody else begins anew', async () => {
  const page = await openPage(browser, site.url, { clock: true });
  await halfDone(page);
  await left(page, 31);
  assert.match(await page.textContent('#gate h1'), /Locked/);
  assert.equal(await page.isVisible(`text=${family}`), false);
  await page.fill('#gate input[name=pin]', people.maria.pin);
  await page.keyboard.press('Enter');
  await page.waitForSelector(`.banner:has-text("${family}")`);
  await left(page, 31);
  await page.click('button:has-text("Somebody else")');
  await page.waitForSelector('input[name=login]');
  assert.ok(!(await page.content()).includes(family), 'nothing of the patient is left in the page, hidden or not');
  await signIn(page, 'lena');
  assert.equal(await page.locator(`.banner:has-text("${family}")`).count(), 0);
  assert.equal(await page.locator('#main').evaluate((node, name) => node.textContent.includes(name), family), false);
  await page.context().close();
});

test('the idle time is three minutes unless the site says otherwise, and at most an hour', () => {
  const conf = `${site.data}/phial.conf`;
  const before_ = fs.readFileSync(conf, 'utf8');
  const check = (line) => {
    fs.writeFileSync(conf, before_.replace('idle_lock = 30', line));
    const done = site.run(['check']);
    fs.writeFileSync(conf, before_);
    return done;
  };
  assert.equal(check('').status, 0);
  assert.match(check('idle_lock = 3601').stderr, /from 30 to 3600/);
  assert.match(check('idle_lock = 0').stderr, /from 30 to 3600/);
});
