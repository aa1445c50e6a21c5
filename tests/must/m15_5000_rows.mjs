// m15_5000_rows.mjs PHIAL: 5,000 open rows on the inbox (issue 5, acceptance 5; domain.md 5.6, rules 14 and 16).
//
// A frame's length is the processor time that the page's own thread worked in one piece, out of Chromium's trace: on
// a machine that does other things at the same time, the clock on the wall measures those.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { launch, openPage, signIn } from '../browser/browser.mjs';
import { pause, Site, until } from '../browser/site.mjs';
import { freePort } from '../support/ports.mjs';

const phial = process.argv[2];
const rows = 5000;
const arriving = 200; // results ...
const each = 20; // ... one every 20 ms: 50 a second
const ports = [0, 0, 0]; // of the instruments that send them: one waits for its acknowledgements
let site, browser, ready;

before(async () => {
  for (const i of ports.keys()) ports[i] = await freePort();
  const analyzers = ports.map((port, i) => `[instrument More ${i}]\nprofile = abbott-afinion-2\nport = tcp-listen:127.0.0.1:${port}\n`);
  site = await Site.start(phial, { more: analyzers.join('\n') });
  await site.stop();
  const filler = path.join(path.dirname(phial), 'tests/support/open_rows');
  const done = spawnSync(filler, [site.data, String(rows), String(arriving)], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  ready = done.stdout.trim().split('\n');
  await site.serve();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.stop(); // not end(): it would look for 5,000 invented names in every file
  if (site) fs.rmSync(site.folder, { recursive: true, force: true });
});

async function openInbox() {
  const page = await openPage(browser, site.url);
  await signIn(page, 'dr.kay');
  await page.waitForSelector('.item .name');
  return page;
}

const unsigned = (page) => page.textContent('main h1');

test('the first row stands there within 300 ms, of 5,000', async () => {
  const page = await openInbox();
  await page.waitForFunction((n) => document.querySelector('main h1').textContent.startsWith(String(n)), rows);
  const times = [];
  for (let i = 0; i < 5; i += 1) {
    await page.click('#nav [data-screen=today]');
    await page.waitForSelector('.tiles');
    times.push(
      await page.evaluate(
        () =>
          new Promise((done) => {
            const start = performance.now();
            const watcher = new MutationObserver(() => {
              if (!document.querySelector('.item .name')) return;
              watcher.disconnect();
              requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
            });
            watcher.observe(document.getElementById('main'), { childList: true, subtree: true });
            location.hash = '#/inbox';
          }),
      ),
    );
    await page.waitForSelector('.item .name');
  }
  times.sort((a, b) => a - b);
  assert.ok(times[2] <= 300, `the first row was visible after ${times.map(Math.round).join(', ')} ms`);
  assert.equal(await page.locator('.item').count() < 60, true, 'only what is in sight stands in the document');
  const last = page.locator('.item').last();
  assert.equal(await last.getAttribute('aria-setsize'), String(rows));
  await page.context().close();
});

// The longest pieces of work of the page's own thread, in ms of processor time.
function longest(trace) {
  const events = JSON.parse(trace.toString()).traceEvents;
  const main = events.find((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain' && pageOf(events, e.pid));
  const work = events.filter((e) => e.pid === main.pid && e.tid === main.tid && e.ph === 'X' && /RunTask$/.test(e.name));
  assert.ok(work.length > 100, 'the trace holds the page’s work');
  return work.map((e) => (e.tdur ?? e.dur) / 1000).sort((a, b) => b - a);
}

const pageOf = (events, pid) => events.some((e) => e.pid === pid && e.name === 'EventDispatch' && e.args?.data?.type === 'scroll');

test('no frame takes longer than 50 ms while the list is scrolled from end to end', async () => {
  const page = await openInbox();
  await page.waitForFunction((n) => document.querySelector('main h1').textContent.startsWith(String(n)), rows);
  await page.mouse.move(600, 400);
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] });
  for (let i = 0; i < 120; i += 1) {
    await page.mouse.wheel(0, 400);
    await pause(16);
  }
  for (const at of [0.3, 0.9, 0.1, 1]) {
    await page.evaluate((part) => window.scrollTo(0, document.documentElement.scrollHeight * part), at);
    await page.waitForSelector('.item .name');
    await pause(200);
  }
  const times = longest(await browser.stopTracing());
  const bottom = page.locator('.item .name').last();
  await bottom.waitFor();
  assert.ok(times[0] <= 50, `the longest frames took ${times.slice(0, 5).map((t) => t.toFixed(1)).join(', ')} ms`);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

// An instrument: one message a result, over one connection, as LIS01-A2 frames it.
class Sender {
  constructor(port) {
    this.port = port;
  }

  async open() {
    this.socket = net.connect(this.port, '127.0.0.1');
    await new Promise((done) => this.socket.once('connect', done));
  }

  reply() {
    return new Promise((done) => this.socket.once('data', done));
  }

  async send(accession, run) {
    const lines = [
      'H|\\^&|||Afinion 2^SIM0009^21.10|||||||P|1|20261122120000',
      'P|1',
      `O|1|${accession}||^^^HbA1c|||||||||||||||||||||F`,
      `R|1|^^^HbA1c|${(5 + (run % 9) / 2).toFixed(1)}|%||||F|||20261122120000`,
      'L|1|N',
    ];
    const text = `1${lines.join('\r')}\r\x03`;
    const sum = [...text].reduce((total, c) => (total + c.charCodeAt(0)) % 256, 0);
    await this.say('\x05');
    await this.say(`\x02${text}${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`);
    this.socket.write('\x04');
  }

  async say(text) {
    const answer = this.reply();
    this.socket.write(text, 'latin1');
    const byte = (await answer)[0];
    assert.equal(byte, 6, `the core acknowledges, not ${byte}`);
  }
}

test('the row under the cursor never moves while 50 results a second arrive', async () => {
  const page = await openInbox();
  const number = async () => Number((await unsigned(page)).split(' ')[0]);
  await page.waitForFunction((n) => document.querySelector('main h1').textContent.startsWith(String(n)), rows);
  // Among the normal ones: what arrives is abnormal, and finds its place above.
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight * 0.8));
  await page.mouse.move(600, 400);
  const under = () => page.evaluate(() => document.elementFromPoint(600, 400)?.closest('.item:not(.waits)')?.dataset.order);
  await until(under, 'a row under the cursor');
  await pause(500);
  const order = await under();
  await page.evaluate((key) => {
    const node = document.querySelector(`[data-order="${key}"]`);
    const start = node.getBoundingClientRect().top;
    window.watched = { node, start, least: start, most: start, frames: 0, gone: 0 };
    const look = () => {
      const now = document.querySelector(`[data-order="${key}"]`);
      window.watched.frames += 1;
      if (now !== node) window.watched.gone += 1;
      else {
        const { top } = now.getBoundingClientRect();
        window.watched.least = Math.min(window.watched.least, top);
        window.watched.most = Math.max(window.watched.most, top);
      }
      requestAnimationFrame(look);
    };
    look();
  }, order);
  const senders = ports.map((port) => new Sender(port));
  await Promise.all(senders.map((sender) => sender.open()));
  const begun = Date.now();
  const work = ready.entries();
  const run = async (sender) => {
    for (const [i, accession] of work) {
      const early = begun + i * each - Date.now();
      if (early > 0) await pause(early);
      await sender.send(accession, i);
    }
  };
  await Promise.all(senders.map(run));
  const took = (Date.now() - begun) / 1000;
  const maria = await site.caller('maria');
  await until(async () => (await maria.must('view', { what: 'inbox', limit: 1 })).data.counts.waiting === rows + arriving, 'all to arrive');
  await until(async () => (await number()) === rows + arriving, 'all to be told');
  const { start, least, most, frames, gone } = await page.evaluate(() => ({ ...window.watched, node: null }));
  assert.ok(arriving / took > 30, `only ${(arriving / took).toFixed(0)} results a second arrived`);
  assert.ok(frames > 60, `${frames} frames were looked at`);
  assert.equal(gone, 0, 'it is the same node all the time');
  assert.ok(Math.abs(least - start) < 1 && Math.abs(most - start) < 1, `it stood between ${least} and ${most}, at first at ${start}`);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
