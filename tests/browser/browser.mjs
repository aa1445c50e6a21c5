// Chromium, and what every browser test does with a page.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { hear } from '../support/phi_scan.mjs';
import { Caller, people } from './site.mjs';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
// A refusal that the page expects is told by the browser as a resource that failed; nothing else may be.
const expected = /Failed to load resource: (the server responded with a status of|net::ERR_)/;

// The shell starts in a third of the time, and shows no PDF: who looks at one asks for the `whole` browser.
export function launch({ whole = false } = {}) {
  const program = whole ? '/usr/bin/chromium' : '/usr/bin/chromium-headless-shell';
  return chromium.launch({ executablePath: process.env.CHROMIUM || program, args: flags });
}

// A page of a browser profile of its own. `page.troubles`: every error of script or policy it met.
export async function openPage(browser, url, options = {}) {
  const { width = 1280, height = 800, dark = false, clock = false } = options;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' });
  const page = await context.newPage();
  page.troubles = [];
  page.setDefaultTimeout(15000);
  page.on('pageerror', (error) => page.troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) page.troubles.push(message.text());
  });
  page.on('request', (request) => hear('urls', 'asked by the page', request.url()));
  page.on('framenavigated', (frame) => hear('urls', 'in the address bar', frame.url()));
  if (clock) await page.clock.install();
  await page.goto(url);
  return page;
}

export async function signIn(page, login) {
  await page.fill('input[name=login]', login);
  await page.fill('input[name=pin]', people[login].pin);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#top:not([hidden])');
  assert.match(await page.textContent('#who-name'), new RegExp(people[login].name));
}

// The same session past the page: what the person's browser could send by itself. A person has one session only.
export async function takeSession(page, caller) {
  const [cookie] = await page.context().cookies();
  caller.cookie = `${cookie.name}=${cookie.value}`;
}

// What the same browser, cookie and all, can send past the page.
export async function pastThePage(page) {
  const caller = new Caller(new URL('/', page.url()).href);
  await takeSession(page, caller);
  return caller;
}

// Somebody at the page, and their session past it.
export async function openSession(browser, site, login) {
  const page = await openPage(browser, site.url);
  await signIn(page, login);
  return [page, await pastThePage(page)];
}

// Opens a screen by the entry of the navigation that it stands under, and its tab.
export async function openScreen(page, group, screen) {
  await page.click(`#nav >> text=${group}`);
  await page.click(`#tabs [data-screen=${screen}]`);
}

// What a scanner types, as fast as one types it: the identifier of the symbology, the number, Enter. Its keys bear the time
// of the keyboard, as the kernel's do, however late a busy machine brings them.
export async function scan(page, number, prefix = ']C1') {
  const keyboard = await page.context().newCDPSession(page);
  const began = Date.now() / 1000;
  const strokes = [...prefix, ...number, 'Enter'].flatMap((key, i) => {
    const enter = key === 'Enter';
    const stroke = { key, windowsVirtualKeyCode: enter ? 13 : key.toUpperCase().charCodeAt(0), timestamp: began + i / 200 };
    return [{ ...stroke, type: 'keyDown', text: enter ? '\r' : key }, { ...stroke, type: 'keyUp' }];
  });
  await Promise.all(strokes.map((stroke) => keyboard.send('Input.dispatchKeyEvent', stroke)));
  await keyboard.detach();
}

export async function assertFits(page, where) {
  const over = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const beyond = [...document.querySelectorAll('body *')].filter((node) => {
      const box = node.getBoundingClientRect();
      return box.width > 0 && box.right > width + 1 && !node.closest('.scroll, .skip, .hidden-text');
    });
    return {
      scroll: document.documentElement.scrollWidth - width,
      beyond: beyond.slice(0, 3).map((n) => n.outerHTML.slice(0, 120)),
    };
  });
  assert.deepEqual(over, { scroll: 0, beyond: [] }, `${where} is wider than its window`);
}
