// every_screen.mjs PHIAL: every screen of every role, as the demonstration fills it, and what opens within it: no finding of
// axe-core at the top, scrolled, in the dark and at 1024 pixels; what has the focus is never under a bar; and colour is
// never the only sign.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { axeClean, axeFindings } from './axe.mjs';
import { assertFits, launch, openPage } from './browser.mjs';
import { Colours } from './colours.mjs';
import { offered, openOf, putAside, settled, unfold, within } from './screens.mjs';
import { freePort } from '../support/ports.mjs';
import { until } from './site.mjs';

const roles = ['dr.kay', 'maria', 'lena', 'dora', 'omar', 'finn', 'ada'];
const colours = new Colours();
const known = new Map(); // screen -> the kinds of nodes that were judged on it
const opened = new Set();
let folder, demo, browser, url;
let told = '';

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'phial-screens-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}/`;
  demo = spawn(process.argv[2], ['demo', '--port', String(port), '--data', path.join(folder, 'data')], { stdio: ['ignore', 'pipe', 'ignore'] });
  demo.stdout.on('data', (text) => (told += text));
  browser = await launch();
  await until(() => fetch(url).then((answer) => answer.ok, () => false), 'the demonstration');
});

after(async () => {
  await browser?.close();
  const ended = new Promise((done) => demo.once('exit', done));
  demo.kill();
  await ended;
  fs.rmSync(folder, { recursive: true, force: true });
});

const pinOf = (login) => new RegExp(`^  ${login.replace('.', '\\.')} +(\\d+)`, 'm').exec(told)[1];

async function signIn(page, login) {
  await page.fill('input[name=login]', login);
  await page.fill('input[name=pin]', pinOf(login));
  await page.keyboard.press('Enter');
  await page.waitForSelector('#top:not([hidden]), [data-role]');
  if (await page.locator('[data-role=director]').count()) await page.click('[data-role=director]');
  await page.waitForSelector('#top:not([hidden])');
}

// What kinds of nodes stand here that no screen of this name has shown yet. Axe judges kinds: the second row of a
// list, and the same screen of another role, tell it nothing new.
async function isNew(page, name) {
  const kinds = await page.evaluate(() => {
    const kindOf = (node) => `${node.tagName}.${node.getAttribute('class')}.${node.getAttribute('type')}`;
    const all = [...document.querySelectorAll('main *, #critical *, header.top *, .tabs *')];
    return all.map((each) => `${kindOf(each.parentElement)}>${kindOf(each)}`);
  });
  const seen = known.get(name) ?? known.set(name, new Set()).get(name);
  const before_ = seen.size;
  for (const kind of kinds) seen.add(kind);
  return seen.size > before_;
}

// Where the page is scrolled to, bars cover what is beneath: a target counts as too small only where it is so by itself,
// in the middle of the window.
async function scrolled(page, where) {
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  if (await page.evaluate(() => window.scrollY < 1)) return;
  for (const finding of await axeFindings(page, ['target-size'])) {
    await page.evaluate((target) => document.querySelector(target)?.scrollIntoView({ block: 'center' }), finding.target);
    const still = (await axeFindings(page, ['target-size'])).find((each) => each.target === finding.target);
    assert.equal(still, undefined, `axe-core finds on ${where}, scrolled: ${finding.text}`);
  }
}

// What has the focus, if a bar covers it; null outside of the screen.
const focusUnderBar = () => {
  const node = document.activeElement;
  if (!node.closest('main')) return null;
  const box = (node.closest('label') ?? node).getBoundingClientRect();
  const bars = [...document.querySelectorAll('header.top, .foot, .notice-bar')].map((bar) => bar.getBoundingClientRect());
  const covered = bars.some((bar) => bar.height && box.top < bar.bottom - 1 && box.bottom > bar.top + 1);
  return covered && box.height < 400 ? node.outerHTML.slice(0, 120) : '';
};

// Tab through everything: what has the focus is in sight, not under the bars at the top and at the bottom (WCAG 2.4.11).
async function focusShows(page, where) {
  await page.evaluate(() => {
    window.scrollTo(0, 0);
    document.querySelector('main').focus();
  });
  for (let tabs = 0; tabs < 40; tabs += 1) {
    await page.keyboard.press('Tab');
    let under = await page.evaluate(focusUnderBar);
    if (under) { // what arrived in between may have moved it: the key says where it belongs
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Tab');
      under = await page.evaluate(focusUnderBar);
    }
    if (under === null) return;
    assert.equal(under, '', `on ${where}, what has the focus is under a bar`);
  }
}

// A screen that fails does not hide the ones after it.
const findings = [];

async function judge(page, name, where) {
  await page.evaluate(() => document.activeElement.blur());
  await unfold(page);
  await colours.read(page, where);
  if (!(await isNew(page, name))) return;
  try {
    await look(page, where);
  } catch (error) {
    findings.push(error.message);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function look(page, where) {
  await axeClean(page, where);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await axeClean(page, `${where}, in the dark`, ['color-contrast']);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1024, height: 600 });
  await page.evaluate(() => window.scrollTo(0, 0));
  await assertFits(page, where);
  await scrolled(page, where);
  await focusShows(page, where);
}

// Presses what is there to be pressed, and says whether there was.
async function openWithin(page, name, press, then) {
  await openOf(page, name);
  const place = page.locator(press).first();
  if (!(await place.count()) || !(await place.isVisible()) || !(await place.isEnabled())) return false;
  await place.click();
  await page.waitForSelector(then).catch((error) => findings.push(`${name}, ${press}: ${error.message}`));
  await settled(page);
  await putAside(page);
  return true;
}

for (const login of roles)
  test(`every screen of ${login}`, async () => {
    const page = await openPage(browser, url);
    page.setDefaultTimeout(6000);
    if (!known.size) await judge(page, 'sign-in', 'the sign-in');
    await signIn(page, login);
    for (const name of await offered(page)) {
      const where = `${name} of ${login}`;
      await openOf(page, name);
      await judge(page, name, where);
      for (const [screen, press, then] of within.filter(([each]) => each === name))
        if (await openWithin(page, screen, press, then)) {
          opened.add(press);
          await judge(page, `${screen} ${press}`, `${where}, ${press}`);
        }
    }
    assert.deepEqual([...findings.splice(0), ...page.troubles], []);
    await page.context().close();
  });

test('only what has a range is called in range, and people are called by their names', async () => {
  const page = await openPage(browser, url);
  await signIn(page, 'dr.kay');
  await openOf(page, 'inbox');
  await page.locator('.vals .f >> text=device: normal').first().waitFor();
  const rows = await page.$$eval('.vals tr', (all) => all.map((row) => ['.f', '.r'].map((cell) => row.querySelector(cell).textContent)));
  assert.deepEqual(rows.filter(([flag, range]) => flag === 'in range' && !range), []);
  await openOf(page, 'collect');
  const list = await page.textContent('main .rowlist');
  assert.match(list, /Dr\. Kay Invented/);
  assert.doesNotMatch(list, /dr\.kay/);
  await page.context().close();
});

test('what the health record of the demonstration refused is sent again, and taken', async () => {
  const page = await openPage(browser, url);
  await signIn(page, 'lena');
  await openOf(page, 'outbox');
  await page.fill('[data-outbox] input', 'Registered there since');
  await page.click('[data-outbox] >> text=Send again');
  await page.locator('text=Nothing waits.').waitFor();
  const taken = await page.locator('li[data-outbox] .state.ok').allTextContents();
  assert.equal(taken.length, 5, 'three of one patient, and the two that stood still');
  for (const words of taken) assert.match(words, /^taken /);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test('an EKG goes to the health record when it is signed, and its page says so', async () => {
  const page = await openPage(browser, url);
  await signIn(page, 'dr.kay');
  await openOf(page, 'ekg');
  await page.click('.rowlist.reviews > button');
  const delivered = page.locator('section[aria-label="Health record"]');
  await delivered.locator('text=goes there when a provider has signed').waitFor();
  await page.check('input[name=opinion][value=agree]');
  await page.selectOption('select[name=disposition]', 'no-action');
  await page.locator('form.read', { hasText: 'SHA-256' }).waitFor();
  await page.fill('input[name=pin]', pinOf('dr.kay'));
  await page.click('text=Sign for');
  await page.waitForSelector('.signed');
  await delivered.locator('[data-delivery=acked]').waitFor();
  assert.match(await delivered.textContent(), /Clinic EHR: Report taken/);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test('everything that opens within a screen was opened by somebody', () => {
  assert.deepEqual(within.map(([, press]) => press).filter((press) => !opened.has(press)), []);
});

test('colour is never the only sign', () => colours.judge());
