// m15_inbox_rules.mjs PHIAL: the inbox by the rules of domain.md 5.6. Each test names its rule; rules 4, 6 to 9 and 12
// are in m15_batch, m15_tasks, m15_cover and m15_overdue, rule 14 and the time of rule 16 in m15_5000_rows.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openSession } from '../browser/browser.mjs';
import { people, Site } from '../browser/site.mjs';

let site, browser, maria, kay, page;
const orders = {};
const patient = (n) => ({ mrn: `T-${n}`, family: `Invented${n}-TEST`, given: 'Sam' });

async function result(n, values, test = 'HbA1c', code = '4548-4') {
  const { order, accession } = await site.collected(maria, patient(n), test);
  await site.simulate(accession, values, code);
  return { order, accession };
}

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  maria = await site.caller('maria');
  [page, kay] = await openSession(browser, site, 'dr.kay');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const rowOf = (order) => page.locator(`.item[data-order="${order}"]`);
const inSight = (order) => rowOf(order).locator('.name').waitFor();
const stateOf = async (order) => (await kay.must('view', { what: 'order', key: order })).data;

test('rule 19: an empty inbox says when the last result came, and from where', async () => {
  await page.waitForSelector('text=Nothing of yours awaits review.');
  assert.match(await page.textContent('.empty'), /No result has come yet/i);
  const { order } = await result(1, 'normal');
  await inSight(order);
  const { version } = await stateOf(order);
  await kay.must('sign', { order, version, meaning: 'REVIEWED', pin: people['dr.kay'].pin });
  await page.waitForSelector('text=Nothing of yours awaits review.');
  assert.match(await page.textContent('.empty'), /Last result \d\d:\d\d from Bench/);
});

test('rule 1: one row for each order, however many values it has', async () => {
  const { order, accession } = await site.collected(maria, patient(2), 'LIPID');
  for (const code of ['2093-3', '2571-8']) await site.simulate(accession, 'normal', code);
  await inSight(order);
  await page.waitForFunction((n) => document.querySelectorAll(`[data-order="${n}"] .vals tr`).length === 2, order);
  assert.equal(await rowOf(order).count(), 1);
  orders.panel = order;
});

test('rule 2: what is critical first, then what is abnormal, the oldest first, then the normal', async () => {
  orders.normal = (await result(3, 'normal')).order;
  orders.abnormal = (await result(4, 'abnormal')).order;
  orders.later = (await result(5, 'abnormal')).order;
  orders.critical = (await result(6, 'critical', 'LIPID', '2571-8')).order;
  await inSight(orders.critical);
  await inSight(orders.later);
  const shown = await page.locator('.item').evaluateAll((rows) => rows.map((row) => row.dataset.order));
  const wanted = [orders.critical, orders.abnormal, orders.later, orders.panel, orders.normal];
  assert.deepEqual(shown, wanted);
  const { data } = await kay.must('view', { what: 'inbox', key: 'dr.kay' });
  assert.deepEqual(data.rows.map((row) => row.order), wanted, 'and so does core give them');
  assert.match(await rowOf(orders.critical).textContent(), /CRITICAL/, 'in words, not by colour alone');
});

test('rule 3: the value before stands beside the new one, with its date and which way it went', async () => {
  const { order } = await result(4, 'normal');
  await inSight(order);
  const before_ = await rowOf(order).locator('.prev').textContent();
  assert.match(before_, /↓ \d+\.\d from \d+\.\d\s*\d\d\/\d\d\/\d{4}/);
  await rowOf(order).locator('.btn').first().click();
  await page.waitForSelector('form.sign');
  const picture = page.locator('svg.spark');
  assert.match(await picture.getAttribute('aria-label'), /Hemoglobin A1c, %: .* on \d\d\/\d\d\/\d{4}, /);
  await page.click('.trend summary');
  assert.match(await page.textContent('.trend ol'), /\d+\.\d % H? ?\d\d\/\d\d\/\d{4}/);
  await axeClean(page, 'an order with its trend');
  orders.again = order;
  const value = async (number) => (await stateOf(number)).results[0].value;
  const third = await result(4, 'normal');
  const { version, results } = await stateOf(third.order);
  assert.notEqual(await value(orders.abnormal), await value(order));
  assert.equal(results[0].previous.value, await value(order), 'the last one before, not the first');
  await kay.must('sign', { order: third.order, version, meaning: 'REVIEWED', pin: people['dr.kay'].pin });
});

test('rule 5: who it is stands at the button that signs', async () => {
  const banner = await page.textContent('form.sign .banner');
  for (const part of ['Invented4-TEST', 'Sam', '05/06/1970', 'F', 'T-4']) assert.ok(banner.includes(part), part);
  await page.keyboard.press('Escape');
  await inSight(orders.again);
});

test('rule 10: nothing is a notice that nobody can act on', async () => {
  const count = await page.locator('.item').count();
  await site.simulate('QC-LEVEL-1', 'normal');
  await kay.must('view', { what: 'order', key: orders.normal });
  await maria.must('view', { what: 'order', key: orders.normal });
  const { data } = await kay.must('view', { what: 'inbox', key: 'dr.kay' });
  assert.equal(data.rows.length, count, 'neither a look nor a control is news');
  for (const row of data.rows) assert.equal(row.state, 'waiting', 'each row waits for a signature');
});

test('rule 13: how many are unsigned is in sight on every screen', async () => {
  const { data } = await kay.must('view', { what: 'inbox' });
  for (const screen of ['collect', 'today', 'unmatched']) {
    await page.click(`#nav [data-screen=${screen}]`);
    await page.waitForFunction((n) => document.querySelector('#nav [data-screen=inbox] .count').textContent === String(n), data.counts.waiting);
    assert.equal(await page.isVisible('#nav [data-screen=inbox] .count'), true);
  }
  await page.click('#nav [data-screen=inbox]');
  await inSight(orders.critical);
});

test('rule 15: j and k go through the list, s signs, t sets a task', async () => {
  const cursor = () => page.getAttribute('.item.cursor', 'data-order');
  await page.evaluate(() => document.activeElement.blur());
  for (let i = 0; i < 9; i += 1) await page.keyboard.press('k');
  const first = await cursor();
  assert.equal(first, orders.critical);
  await page.keyboard.press('j');
  assert.notEqual(await cursor(), first);
  await page.keyboard.press('k');
  assert.equal(await cursor(), first);
  await page.keyboard.press('t');
  await page.waitForSelector('form.sign textarea[name=instruction]:focus');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await inSight(first);
  await page.keyboard.press('s');
  await page.waitForSelector('form.sign input:focus');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
});

test('rule 16: two clicks sign what is normal', async () => {
  let clicks = 0;
  await page.exposeFunction('clicked', () => (clicks += 1));
  await page.evaluate(() => document.addEventListener('click', (event) => event.detail && window.clicked()));
  await inSight(orders.normal);
  await rowOf(orders.normal).locator('text=Sign').click();
  await page.waitForSelector('form.sign input[name=pin]:focus');
  await page.keyboard.type(people['dr.kay'].pin);
  await page.click('form.sign button[name=sign]');
  await inSight(orders.critical);
  await page.waitForSelector(`[data-order="${orders.normal}"]`, { state: 'detached' });
  assert.equal((await stateOf(orders.normal)).state, 'signed');
  assert.equal(clicks, 2);
});

test('rule 17: printing, drawing and exporting sign nothing', async () => {
  const order = orders.abnormal;
  const { version, specimens } = await stateOf(order);
  await maria.ask('label_print', { accession: specimens[0].accession, reason: 'torn' });
  const report = await fetch(`${site.url}report/${order}.pdf`, { headers: { Cookie: kay.cookie } });
  assert.equal(report.status, 200, 'the report is printed');
  const exported = site.run(['custody', 'export']);
  assert.equal(exported.status, 0, exported.stderr);
  const now = await stateOf(order);
  assert.deepEqual([now.state, now.version, now.reviews.length], ['waiting', version, 0]);
});

test('rule 18: what the device says is quoted, and the provider’s words stay the provider’s', async () => {
  const note = 'Seen; the next in three months.';
  const { version, results } = await stateOf(orders.later);
  await kay.must('sign', {
    order: orders.later,
    version,
    meaning: 'REVIEWED',
    disposition: 'already-managed',
    note,
    pin: people['dr.kay'].pin,
  });
  const { reviews, results: after_ } = await stateOf(orders.later);
  assert.equal(reviews[0].note, note);
  assert.deepEqual(after_[0].comments, results[0].comments, 'and not a word of it among the device’s');
  assert.equal(after_[0].device_flags, results[0].device_flags);
});

test('rule 20: whether a result went to a health record is said, so that silence is not taken for it', async () => {
  await rowOf(orders.critical).locator('.btn').first().click();
  await page.waitForSelector('.delivery');
  assert.match(await page.textContent('.delivery'), /Not sent to a health record/);
});

test('it works without any other network than the box itself, and fits its window', async () => {
  const asked = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => new URL(entry.name).host));
  assert.deepEqual([...new Set(asked)], [new URL(site.url).host]);
  for (const screen of ['tasks', 'overdue', 'cover', 'inbox']) {
    for (const width of [1024, 1280]) {
      await page.setViewportSize({ width, height: 768 });
      await page.click(`#tabs [data-screen=${screen}]`);
      await page.waitForSelector('main h1');
      await assertFits(page, screen);
      await axeClean(page, screen);
    }
  }
  assert.deepEqual(page.troubles, []);
  const seen = spawnSync('sqlite3', [`${site.data}/phial.db`, "SELECT count(*) FROM view WHERE what IN ('tasks', 'overdue')"], { encoding: 'utf8' });
  assert.ok(Number(seen.stdout) > 1, 'who looked is on record');
});
