// m20_outbox.mjs PHIAL: signed results reach a health record over a real connection. Core, the connection's process and
// the health record are killed at random moments: each message is applied once, in the order of its patient, and none
// is lost. What is refused is parked on the page with its reason, and a person sends it again.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, signIn } from '../browser/browser.mjs';
import { Site, until } from '../browser/site.mjs';
import { all, exchange, field, HealthRecord, resulted, sign } from '../support/health_record.mjs';

let site, ehr, kay, browser;
const patient = (n) => ({ mrn: `T-20${n}`, family: `Invented${n}-TEST`, given: 'Lou' });
const orderOf = async (order) => (await kay.must('view', { what: 'order', key: order })).data;
const rows = (sql) => spawnSync('sqlite3', [`${site.data}/phial.db`, sql], { encoding: 'utf8' }).stdout.trim();
const delivery = async (order) => (await orderOf(order)).delivery[0].messages;

before(async () => {
  ehr = await HealthRecord.open();
  site = await Site.start(process.argv[2], { more: exchange(ehr.port) });
  kay = await site.caller('dr.kay');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
  await ehr?.close();
});

async function signed(n, first = () => {}) {
  const data = await resulted(site, kay, patient(n));
  first(data.order);
  await sign(kay, data);
  return data.order;
}

const taken = (order) => until(async () => (await delivery(order))[0]?.state === 'acked', `order ${order} to be taken`, 30000);

test('what is signed goes out once, marked as not real, and the order says that it arrived', async () => {
  const data = await resulted(site, kay, patient(1));
  const { order } = data;
  assert.equal(ehr.received.length, 0, 'nothing goes before it is signed');
  await sign(kay, data);
  await taken(order);
  const [{ text }] = ehr.of(patient(1).mrn);
  const [msh] = all(text, 'MSH');
  assert.equal(field(msh, 9), 'ORU^R01^ORU_R01');
  assert.equal(field(msh, 11), 'T', 'a site that is not real says so');
  assert.equal(field(all(text, 'OBR')[0], 3).split('^')[0].length > 0, true);
  assert.equal(field(all(text, 'OBX')[0], 5), (await orderOf(order)).results[0].value);
});

test('killed at random moments: each is applied once, in order, and none is lost', async () => {
  const orders = [];
  const child = () => {
    const pids = fs.readFileSync(`/proc/${site.core.pid}/task/${site.core.pid}/children`, 'utf8').trim().split(' ');
    return pids.find((pid) => fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('child-exchange'));
  };
  const kills = [
    async () => {
      await site.stop('SIGKILL');
      await site.serve();
      await kay.signIn('dr.kay');
    },
    async () => child() && process.kill(Number(child()), 'SIGKILL'),
    async () => {
      await ehr.close();
      await ehr.listen();
    },
  ];
  // The first three rounds strike when the health record has applied the message and its answer never comes: it goes
  // again, and must be known again. The others strike at any moment after the signature.
  let held = '';
  ehr.answer = (text, record) => {
    const control = field(all(text, 'MSH')[0], 10);
    if (!held || !text.includes(held)) return 'AA';
    if (!record.applied.some((each) => each.control === control)) record.applied.push({ control, text });
    return '';
  };
  for (let i = 0; i < 6; i++) {
    const early = i < kills.length;
    const order = await signed(2 + (i % 2), (number) => (held = early ? number : ''));
    orders.push({ n: 2 + (i % 2), order });
    if (early) await until(() => ehr.received.some(({ text }) => text.includes(order)), 'the message');
    else await new Promise((done) => setTimeout(done, Math.random() * 40));
    held = '';
    await kills[i % kills.length]();
  }
  ehr.answer = () => 'AA';
  for (const { order } of orders) await taken(order);
  for (const n of [2, 3]) {
    const mine = orders.filter((each) => each.n === n).map((each) => each.order);
    const got = ehr.of(patient(n).mrn).map(({ text }) => mine.find((order) => all(text, 'OBR').some((obr) => field(obr, 3).includes(order))));
    assert.deepEqual(got, mine, 'in the order in which they were signed, each once');
  }
  const bytes = new Map();
  for (const { control, text } of ehr.received) {
    assert.equal(bytes.get(control) ?? text, text, 'a number never stands on two messages');
    bytes.set(control, text);
  }
  assert.equal(rows('SELECT count(*) FROM outbox_queue'), '0');
  assert.equal(site.run(['custody', 'verify']).status, 0);
});

test('refused: parked with its reason, only this patient waits, and the lab lead sends it again', async () => {
  ehr.answer = (text) => (text.includes(patient(4).mrn) ? 'AE|patient T-204 is not registered' : 'AA');
  const first = await signed(4);
  await until(async () => (await delivery(first))[0]?.state === 'parked', 'the refusal');
  const second = await signed(4);
  const other = await signed(5);
  await taken(other);
  assert.equal((await delivery(second))[0].state, 'new', 'it waits behind the one before');
  assert.ok((await delivery(second))[0].behind);
  const refused = await kay.ask('outbox_release', { outbox: (await delivery(first))[0].outbox, reason: 'I am in a hurry' });
  assert.equal(refused.status, 403);

  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'lena');
  await page.evaluate(() => (location.hash = '#/today'));
  await page.waitForSelector('[data-line="outstanding-outbox-parked"] a');
  await page.click('[data-line="outstanding-outbox-parked"] a');
  const card = page.locator('section[data-outbox]');
  await card.waitFor();
  assert.match(await card.innerText(), /not registered/);
  assert.match(await page.innerText('[data-endpoint=EHR]'), /Refused\s+1/);
  await assertFits(page, 'the health record');
  await axeClean(page, 'the health record');
  ehr.answer = () => 'AA';
  const before = ehr.received.filter(({ text }) => text.includes(patient(4).mrn)).length;
  await card.locator('input').fill('registered there now');
  await card.locator('text=Send again').click();
  await taken(first);
  await taken(second);
  await page.waitForSelector('section[data-outbox]', { state: 'detached' });
  const mine = ehr.received.filter(({ text }) => text.includes(patient(4).mrn));
  assert.equal(mine.length, before + 2);
  assert.equal(mine[before].text, mine[0].text, 'the same message, with the same number');
  await page.close();
});
