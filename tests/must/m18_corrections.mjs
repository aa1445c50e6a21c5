// m18_corrections.mjs PHIAL: a result is corrected on its order's page. Both versions stay, everybody who saw the old
// one gets an item, the order waits again; what stood on the wrong patient is withdrawn by two people.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, scan, signIn } from '../browser/browser.mjs';
import { people, Site, until } from '../browser/site.mjs';

let site, browser, kay;
const patient = (n) => ({ mrn: `T-18${n}`, family: `Invented${n}-TEST`, given: 'Lou' });
const orderOf = async (order) => (await kay.must('view', { what: 'order', key: order })).data;
const rows = (sql) => spawnSync('sqlite3', [`${site.data}/phial.db`, sql], { encoding: 'utf8' }).stdout.trim();

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  kay = await site.caller('dr.kay');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

async function resulted(n) {
  const { order, accession } = await site.collected(kay, patient(n));
  await site.simulate(accession, 'normal');
  const data = await until(async () => {
    const now = await orderOf(order);
    return now.results.length === 1 && now;
  }, 'the result');
  return { order, accession, data };
}

async function openOrder(page, order) {
  await page.evaluate(() => (location.hash = '#/inbox'));
  await page.locator(`[data-order="${order}"] .btn >> nth=0`).click();
  await page.waitForSelector('.tbl');
}

test('a corrected value: both versions, why, who learns of it, and the order waits again', async () => {
  const { order, data } = await resulted(1);
  const [old] = data.results;
  const { pin } = people['dr.kay'];
  await kay.must('sign', { order, version: data.version, meaning: 'REVIEWED', disposition: 'no-action', pin });
  const stored = rows(`SELECT hex(link), value FROM result WHERE id = ${old.id}`);

  const maria = await site.caller('maria');
  await maria.must('view', { what: 'order', key: order });
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'lena');
  await page.selectOption('main select[aria-label=Show]', 'signed');
  await openOrder(page, order);
  await page.click('text=Correct a result …');
  await page.fill('form.correct input[name=value]', old.value);
  await page.fill('form.correct input[name=reason]', 'read from the wrong line');
  await page.fill('form.correct input[name=requested_by]', 'Maria Invented');
  await page.fill('form.correct input[name=pin]', people.lena.pin);
  await page.click('text=Record the correction');
  await page.waitForSelector('.correct .say.bad');
  assert.match(await page.textContent('.correct .say.bad'), /the value that stands there/);
  await page.fill('form.correct input[name=value]', '9.9');
  await page.fill('form.correct input[name=pin]', people.lena.pin);
  await axeClean(page, 'correcting');
  await assertFits(page, 'correcting');
  await page.click('text=Record the correction');
  await page.waitForSelector('[data-corrections="1"]');
  const told = await page.textContent('[data-corrections]');
  for (const part of [old.value, '9.9', 'read from the wrong line', 'Lena Invented', 'asked for by Maria Invented'])
    assert.ok(told.includes(part), `${part} in ${told}`);
  assert.match(told, /seen by .*Dr\. Kay Invented \(signed it\)/);
  assert.match(told, /Maria Invented \(opened it\)/);

  const now = await orderOf(order);
  assert.equal(now.state, 'waiting', 'the signed order waits again');
  assert.deepEqual([now.results[0].value, now.results[0].status, now.results[0].version], ['9.9', 'C', 2]);
  assert.equal(now.results[0].versions[0].value, old.value);
  assert.equal(now.severity, 1, 'the right value was judged by the limits');
  assert.equal(rows(`SELECT hex(link), value FROM result WHERE id = ${old.id}`), stored, 'the original is as it was');
  const batch = await kay.ask('sign_batch', { order: [order], version: [now.version], meaning: 'REVIEWED', pin });
  assert.equal(batch.ok, false, 'nor is a corrected result signed together with others');
  const stale = await kay.ask('sign', { order, version: data.version, meaning: 'REVIEWED', disposition: 'no-action', pin });
  assert.equal(stale.status, 409, 'the old version cannot be signed any more');

  for (const [who, caller, login] of [
    ['the one who signed', kay, 'dr.kay'],
    ['the one who looked', maria, 'maria'],
  ]) {
    const { data: notices } = await caller.must('view', { what: 'notices', key: login });
    const item = notices.rows.find((row) => row.order === order);
    assert.ok(item, `${who} has an item`);
    assert.deepEqual([item.old.value, item.new.value, item.how], [old.value, '9.9', login === 'maria' ? 'opened' : 'signed']);
  }
  const { data: mine } = await maria.must('view', { what: 'notices', key: 'maria' });
  const [item] = mine.rows;
  assert.equal((await kay.ask('notice_seen', { item_id: item.item })).status, 403, 'nobody reads it for her');
  await maria.must('sign_out');
  await signInAgain(page, 'maria');
  await page.click(`[data-notice="${item.item}"] >> text=I have read it`);
  await page.waitForSelector(`[data-notice="${item.item}"]`, { state: 'detached' });
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

async function signInAgain(page, login) {
  await page.click('#switch');
  await page.waitForSelector('input[name=login]');
  await signIn(page, login);
}

test('a result that is cancelled keeps what stood there; one who may not correct cannot', async () => {
  const { order, data } = await resulted(2);
  const [old] = data.results;
  const body = { order, version: data.version, result_id: old.id, kind: 'cancel', reason_code: 'specimen', reason: 'clotted' };
  const refused = await kay.ask('correct', { ...body, pin: people['dr.kay'].pin });
  assert.equal(refused.status, 403, 'a provider asks for a correction');
  const lena = await site.caller('lena');
  assert.equal((await lena.ask('correct', { ...body, pin: '000000' })).ok, false, 'by PIN');
  await lena.must('correct', { ...body, pin: people.lena.pin });
  const now = await orderOf(order);
  assert.deepEqual([now.results[0].status, now.results[0].severity, now.results[0].versions[0].value], ['X', 1, old.value]);
  const again = await lena.ask('correct', { ...body, version: now.version, result_id: old.id, pin: people.lena.pin });
  assert.equal(again.status, 409, 'the old version cannot be corrected twice');
});

test('an undone link posts W on the wrong order and the result on the right one, by two people', async () => {
  const wrong = await resulted(3);
  const right = await site.collected(kay, patient(4));
  const page = await openPage(browser, site.url);
  await signIn(page, 'lena');
  await openOrder(page, wrong.order);
  await page.click('text=Correct a result …');
  await page.check('form.correct input[value=patient]');
  await page.fill('form.correct input[name=accession]', '');
  await scan(page, right.accession);
  await page.check('form.correct input[name=identifier][value=name]');
  await page.check('form.correct input[name=identifier][value=MRN]');
  await page.fill('form.correct input[name=reason]', 'two tubes swapped');
  await page.click('text=Record the correction');
  await page.waitForSelector('.correct .say.ok');
  assert.equal((await orderOf(wrong.order)).results[0].status, 'F', 'nothing happens before the second person');
  await page.click('[data-screen=unmatched]');
  await page.waitForSelector('[data-proposal]');
  assert.equal(await page.locator('[data-proposal] >> text="Confirm"').count(), 0, 'nobody confirms what they proposed');
  const proposal = await page.getAttribute('[data-proposal]', 'data-proposal');
  const own = await page.evaluate(async (id) => {
    const response = await fetch('/api/proposal_end', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Phial': '1' },
      body: JSON.stringify({ proposal: id, outcome: 'confirmed', identifier: ['name', 'MRN'] }),
    });
    return response.status;
  }, Number(proposal));
  assert.equal(own, 403);
  await signInAgain(page, 'maria');
  await page.click('[data-screen=unmatched]');
  await page.waitForSelector('[data-proposal]');
  const shown = await page.textContent('[data-proposal]');
  for (const part of ['Invented3-TEST', 'Invented4-TEST', 'two tubes swapped', 'Lena Invented'])
    assert.ok(shown.includes(part), `${part} in ${shown}`);
  await axeClean(page, 'the second person');
  await page.click('[data-proposal] >> text="Confirm"');
  await page.waitForSelector('[data-proposal] .say.bad');
  await page.check('[data-proposal] input[value=name]');
  await page.check('[data-proposal] input[value="birth date"]');
  await page.click('[data-proposal] >> text="Confirm"');
  await page.waitForSelector('[data-proposal]', { state: 'detached' });

  const [before, there] = [await orderOf(wrong.order), await orderOf(right.order)];
  assert.deepEqual([before.results[0].status, before.results[0].value], ['W', 'withdrawn']);
  assert.equal(before.results[0].versions[0].value, wrong.data.results[0].value, 'what stood there is still shown');
  assert.equal(before.corrections[0].moved_to, right.order);
  assert.equal(there.results.length, 1);
  assert.deepEqual(
    [there.results[0].value, there.results[0].status, there.results[0].message],
    [wrong.data.results[0].value, 'F', wrong.data.results[0].message],
  );
  assert.equal(there.corrections[0].moved_from, wrong.order);
  assert.deepEqual([before.state, there.state], ['waiting', 'waiting'], 'both providers see it');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  await site.stop();
  const verified = site.run(['custody', 'verify']);
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
  await site.serve();
});
