// scanner.mjs PHIAL: a bar-code scanner at a port, bound to a workstation, and a printer that cannot say whether its
// label came out: the scan is the proof. The scanner is behind a serial device server, which the test plays.
import assert from 'node:assert/strict';
import net from 'node:net';
import test, { after, before } from 'node:test';
import { launch, openPage, signIn } from './browser.mjs';
import { Caller, pause, Site, until } from './site.mjs';

const patient = (n) => ({ mrn: `S-${n}`, family: `Scanned${n}-TEST`, given: 'Sam' });
let site, browser, maria, scanner, printer;

// A port that somebody listens at: `line` is the last connection.
function listen() {
  return new Promise((done) => {
    const server = net.createServer((line) => {
      server.line = line;
      server.heard = '';
      line.on('error', () => {});
      line.on('data', (bytes) => (server.heard += bytes.toString('latin1')));
      line.on('close', () => (server.line = null));
    });
    server.listen(0, '127.0.0.1', () => done(server));
  });
}

before(async () => {
  [scanner, printer] = await Promise.all([listen(), listen()]);
  const more = [
    `[scanner gun]\nport = tcp:127.0.0.1:${scanner.address().port}\nworkstation = browser`,
    `[printer Mute]\nkind = tcp\nport = 127.0.0.1:${printer.address().port}\nanswers = no\n`,
  ].join('\n');
  site = await Site.start(process.argv[2], { more });
  browser = await launch();
  maria = new Caller(site.url);
  await until(() => scanner.line && printer.line, 'the scanner and the printer to be connected');
});

after(async () => {
  await browser?.close();
  await site?.end();
  for (const server of [scanner, printer]) {
    server?.line?.destroy();
    server?.close();
  }
});

const shown = (page) => page.locator('.chain').count();

// Only one session a person: the caller does its part, then the page signs in.
async function bench(n) {
  await maria.signIn('maria');
  const { accession } = await site.collected(maria, patient(n));
  const page = await openPage(browser, site.url);
  await signIn(page, 'maria');
  return { page, accession };
}

test('a scan appears on the page of its workstation and on no other', async () => {
  const { page, accession } = await bench(1);
  const office = await openPage(browser, site.url);
  await office.evaluate(() => localStorage.setItem('workstation', 'office'));
  await office.reload();
  await signIn(office, 'dr.kay');
  scanner.line.write(`]C0${accession.slice(0, 5)}`);
  await pause(50);
  scanner.line.write(`${accession.slice(5)}\r\n`);
  await page.waitForSelector('.chain');
  assert.match(await page.textContent('main'), new RegExp(patient(1).family));
  await pause(300);
  assert.equal(await shown(office), 0);
  assert.deepEqual([page.troubles, office.troubles], [[], []]);
  await office.context().close();
  await page.context().close();
});

test('a damaged or an endless scan is nobody’s number', async () => {
  const { page, accession } = await bench(2);
  scanner.line.write(`${accession.slice(0, 6)}\u0000${accession.slice(7)}\r`);
  scanner.line.write(`${'9'.repeat(400)}\r`);
  scanner.line.write(accession.slice(0, 7));
  await pause(700); // the end never came
  assert.equal(await shown(page), 0);
  scanner.line.write(`${accession}\t`);
  await page.waitForSelector('.chain');
  await page.context().close();
});

test('a scanner that was unplugged reads again when it is back', async () => {
  const { page, accession } = await bench(3);
  scanner.line.destroy();
  await until(() => scanner.line && !scanner.line.destroyed, 'the scanner to be connected again');
  await pause(200);
  scanner.line.write(`]d2${accession}\r`);
  await page.waitForSelector('.chain');
  await page.context().close();
});

test('of two windows the one that was used last takes the scan', async () => {
  const { page, accession } = await bench(4);
  const second = await page.context().newPage();
  await second.goto(site.url);
  await second.waitForSelector('#top:not([hidden])');
  await second.mouse.click(640, 700);
  scanner.line.write(`${accession}\r`);
  await second.waitForSelector('.chain');
  await pause(300);
  assert.equal(await shown(page), 0);
  await page.context().close();
});

test('what a printer cannot say is proven by the scan', async () => {
  await maria.signIn('maria');
  const birth = { birth_date: '1970-05-06', sex: 'F', provider: 'dr.kay' };
  const { order } = await maria.must('order_enter', { ...birth, ...patient(5), test: 'HbA1c' });
  await maria.must('identify', { order, identifier: ['name', 'birth date'], method: 'stated' });
  const { accession } = await maria.must('collect', { order, specimen_type: 'whole blood' });
  const page = await openPage(browser, site.url);
  await signIn(page, 'maria');
  await page.click('[data-screen=collect]');
  await page.click(`[data-order="${order}"]`);
  await page.waitForSelector('text=stick it on the tube');
  assert.equal(await page.locator('text=If a label came out').isVisible(), false);
  await page.selectOption('select', 'Mute');
  await page.click('text=Print the label');
  await page.waitForSelector('text=If a label came out');
  assert.match(await page.textContent('.say.bad'), /scan it back/);
  assert.match(printer.heard, /\^XA\^PW406/);
  scanner.line.write(`]C0${accession}\r`);
  await page.waitForSelector('text=The tube is ready for testing');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
