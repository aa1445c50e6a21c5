// m28_practice.mjs PHIAL: practice is a site of its own. It never opens a real site's folder, a real site never opens
// its folder, its numbers are others, and PRACTICE stands on page, label, report and pack.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { launch, openPage } from '../browser/browser.mjs';
import { Caller, people, Site, until } from '../browser/site.mjs';
import { freePort } from '../support/ports.mjs';

const phial = process.argv[2];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'phial-practice-'));
const data = path.join(folder, 'practice');
let real, browser, running, port;

// Starts `phial practice` and gives its sign-ins.
async function start() {
  port = await freePort();
  running = spawn(phial, ['practice', '--data', data, '--port', String(port)], { stdio: ['ignore', 'pipe', 'ignore'] });
  let told = '';
  running.stdout.on('data', (text) => (told += text));
  await until(() => told.includes('Ctrl-C'), 'the sign-ins', 30000);
  await until(() => fetch(`http://127.0.0.1:${port}/`).then((r) => r.ok, () => false), 'the page');
  return Object.fromEntries([...told.matchAll(/^ {2}(\S+) +(\d{6}) /gm)].map(([, login, pin]) => [login, pin]));
}

async function stop() {
  if (!running || running.exitCode !== null) return;
  const ended = new Promise((done) => running.once('exit', done));
  running.kill('SIGTERM');
  await ended;
}

// How much of the first page the mark across it covers: it is drawn as a shape, in a pale brown.
function watermark(file) {
  const { stdout } = spawnSync('pdftoppm', ['-r', '20', '-f', '1', '-l', '1', file]);
  const [head] = /^P6\s+\d+\s+\d+\s+255\s/.exec(stdout.toString('latin1'));
  const pixels = stdout.subarray(head.length);
  let tinted = 0;
  for (let i = 0; i < pixels.length; i += 3)
    if (pixels[i] > 200 && pixels[i] - pixels[i + 2] > 8 && pixels[i] >= pixels[i + 1]) tinted += 1;
  return tinted / (pixels.length / 3);
}

const sql = (folder_, text) =>
  spawnSync('sqlite3', [`file:${folder_}/phial.db?mode=ro`, text], { encoding: 'utf8' }).stdout.trim();

before(async () => {
  real = await Site.start(phial);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await stop();
  await real?.end();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('it has a folder, people, a salt and analyzers of its own, and says PRACTICE wherever it is looked at', async () => {
  const pins = await start();
  const maria = new Caller(`http://127.0.0.1:${port}/`);
  await maria.must('sign_in', { login: 'maria', pin: pins.maria, workstation: 'test' });
  await until(async () => {
    const { data: inbox } = await maria.must('view', { what: 'inbox' });
    return inbox.rows.length > 0;
  }, 'a result of a simulated analyzer', 30000);
  const { data: inbox } = await maria.must('view', { what: 'inbox' });
  for (const row of inbox.rows) assert.match(row.patient.family, /-TEST$/);
  const row = inbox.rows.find((each) => each.accession);
  assert.notEqual(sql(data, 'SELECT salt FROM site'), sql(real.data, 'SELECT salt FROM site'));

  const label = await until(() => {
    const files = fs.readdirSync(path.join(data, 'labels')).filter((name) => name.endsWith('.pdf'));
    return files.length ? path.join(data, 'labels', files[0]) : null;
  }, 'a label').catch(() => null);
  const report = await fetch(`http://127.0.0.1:${port}/report/${row.order}.pdf`, { headers: { Cookie: maria.cookie } });
  assert.equal(report.status, 200);
  const file = path.join(folder, 'report.pdf');
  fs.writeFileSync(file, Buffer.from(await report.arrayBuffer()));
  assert.ok(watermark(file) > 0.01, 'across the report');
  if (label) assert.match(spawnSync('pdftotext', [label, '-'], { encoding: 'utf8' }).stdout, /PRACTICE/, 'on the label');
  else assert.fail('no label was printed');

  const page = await openPage(browser, `http://127.0.0.1:${port}/`);
  await page.waitForSelector('input[name=login]');
  await page.fill('input[name=login]', 'maria');
  await page.fill('input[name=pin]', pins.maria);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#top:not([hidden])');
  for (const screen of ['inbox', 'collect', 'today']) {
    await page.goto(`http://127.0.0.1:${port}/#/${screen}`);
    await page.waitForSelector('main h1');
    assert.equal(await page.isVisible('#practice'), true, screen);
    assert.match(await page.textContent('#practice'), /PRACTICE/);
  }
  await axeClean(page, 'the practice banner');
  await page.context().close();
  await stop();
});

test('a real site never opens its folder, under whatever settings', () => {
  const served = spawnSync(phial, ['serve', '--data', data], { encoding: 'utf8', timeout: 20000 });
  assert.notEqual(served.status, 0);
  assert.match(served.stderr, /folder for practice.*phial practice/);
  const conf = path.join(data, 'phial.conf');
  const before_ = fs.readFileSync(conf, 'utf8');
  fs.writeFileSync(conf, before_.replace('practice = yes\n', ''));
  const forced = spawnSync(phial, ['serve', '--data', data], { encoding: 'utf8', timeout: 20000 });
  assert.notEqual(forced.status, 0);
  assert.match(`${forced.stderr}${forced.stdout}`, /one for practice: its patients are invented/);
  fs.writeFileSync(conf, before_);
});

test('it never opens the folder of a real site', async () => {
  await real.stop();
  const rows = () => sql(real.data, 'SELECT count(*) FROM person');
  const had = rows();
  const conf = fs.readFileSync(path.join(real.data, 'phial.conf'), 'utf8');
  const tried = spawnSync(phial, ['practice', '--data', real.data, '--port', '1'], { encoding: 'utf8', timeout: 20000 });
  assert.notEqual(tried.status, 0);
  assert.match(tried.stderr, /a real site's. Practice never opens it/);
  assert.equal(rows(), had);
  assert.equal(fs.readFileSync(path.join(real.data, 'phial.conf'), 'utf8'), conf, 'nor touches its settings');
  fs.writeFileSync(path.join(real.data, 'phial.conf'), conf.replace('[site]\n', '[site]\npractice = yes\n'));
  const forced = spawnSync(phial, ['serve', '--data', real.data], { encoding: 'utf8', timeout: 20000 });
  assert.notEqual(forced.status, 0);
});

test('it is kept, and started again with new sign-ins', async () => {
  const orders = Number(sql(data, 'SELECT count(*) FROM orders'));
  const pins = await start();
  const maria = new Caller(`http://127.0.0.1:${port}/`);
  await maria.must('sign_in', { login: 'maria', pin: pins.maria, workstation: 'test' });
  const set = sql(data, 'SELECT DISTINCT count(s.id) FROM person p LEFT JOIN pin_set s ON s.person = p.id GROUP BY p.id');
  assert.equal(set, '2', 'that a PIN was set is on record for everybody, at each start');
  await until(() => Number(sql(data, 'SELECT count(*) FROM orders')) > orders, 'more to practise on', 30000);
  await stop();
});
