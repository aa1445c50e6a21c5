// m16_signature.mjs PHIAL: a signature is a person, a meaning, a time and one version of a result (M16).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test, { after, before } from 'node:test';
import { launch, openPage, openSession, signIn, takeSession } from '../browser/browser.mjs';
import { people, Site, until } from '../browser/site.mjs';

const { pin } = people['dr.kay'];
let site, browser, maria, kay, page, number = 0;

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

const read = async (order) => (await kay.must('view', { what: 'order', key: order })).data;

async function result(test_ = 'HbA1c', code = '4548-4') {
  number += 1;
  const who = { mrn: `T-${number}`, family: `Invented${number}-TEST`, given: 'Sam' };
  const { order, accession } = await site.collected(maria, who, test_);
  await site.simulate(accession, 'normal', code);
  const version = await until(async () => (await read(order)).version, 'the result');
  return { order, version, accession };
}

const body = ({ order, version }) => ({ order, version, meaning: 'REVIEWED', pin });

test('a second provider co-signs the version that the first has signed, once; nobody co-signs their own', async () => {
  const ada = await site.caller('ada');
  await ada.must('user_add', { login: 'dr.lee', name: 'Dr. Lee Invented', role: 'provider', new_pin: '662607' });
  people['dr.lee'] ??= { name: 'Dr. Lee Invented', role: 'provider', pin: '662607' };
  const lee = await site.caller('dr.lee');
  const it = await result();
  const co = { order: it.order, version: it.version, meaning: 'COSIGNED' };
  assert.match((await lee.ask('sign', { ...co, pin: people['dr.lee'].pin })).sentence, /nothing to co-sign/);
  await kay.must('sign', body(it));
  assert.match((await kay.ask('sign', { ...co, pin })).sentence, /second provider/);
  assert.equal((await lee.ask('sign', { ...co, version: '0'.repeat(64), pin: people['dr.lee'].pin })).status, 409);
  const second = await openPage(browser, site.url);
  await signIn(second, 'dr.lee');
  await second.selectOption('select[aria-label="Show"]', 'signed');
  await second.waitForSelector(`.item[data-order="${it.order}"] .name`);
  await second.locator(`.item[data-order="${it.order}"] .btn`).first().click();
  await second.fill('[aria-label="Co-sign"] input[name=cosign-pin]', people['dr.lee'].pin);
  await second.click('[aria-label="Co-sign"] button');
  await second.waitForSelector('text=Signed by Dr. Lee Invented: Co-signed');
  await takeSession(second, lee);
  assert.match((await lee.ask('sign', { ...co, pin: people['dr.lee'].pin })).sentence, /signed this version already/);
  assert.deepEqual(second.troubles, []);
  await second.context().close();
  const { reviews, state, version } = await read(it.order);
  assert.deepEqual(reviews.map((each) => [each.by.login, each.meaning, each.version === version]), [
    ['dr.kay', 'REVIEWED', true],
    ['dr.lee', 'COSIGNED', true],
  ]);
  assert.equal(state, 'signed');
});

test('an older version than the current one cannot be signed, and the page says so before', async () => {
  const it = await result('LIPID', '2571-8');
  await page.waitForSelector(`.item[data-order="${it.order}"] .name`);
  await page.locator(`.item[data-order="${it.order}"] .btn`).first().click();
  await page.waitForSelector('form.sign');
  await site.simulate(it.accession, 'normal', '2093-3');
  const newer = await until(async () => {
    const { version } = await read(it.order);
    return version !== it.version && version;
  }, 'the newer version');
  await page.waitForSelector('text=A newer result has come for this order');
  await page.fill('form.sign input[name=pin]', pin);
  await page.click('form.sign button[name=sign]');
  await page.waitForSelector('.sign .say.bad');
  assert.match(await page.textContent('.sign .say.bad'), /newer result arrived/);
  const refused = await kay.ask('sign', body(it));
  assert.equal(refused.status, 409);
  assert.equal((await read(it.order)).reviews.length, 0);
  await page.click('text=Show it');
  await page.waitForSelector('text=Cholesterol');
  await kay.must('sign', body({ ...it, version: newer }));
  const { reviews } = await read(it.order);
  assert.deepEqual([reviews.length, reviews[0].version, reviews[0].current], [1, newer, true]);
});

test('without the PIN, with another’s PIN, or without a meaning nothing is signed', async () => {
  const it = await result();
  for (const more of [{ pin: '' }, { pin: people.maria.pin }, { meaning: '' }, { meaning: 'FINE' }])
    assert.equal((await kay.ask('sign', { ...body(it), ...more })).ok, false, JSON.stringify(more));
  const hers = await maria.ask('sign', { ...body(it), pin: people.maria.pin });
  assert.equal(hers.status, 403, 'a medical assistant never signs');
  assert.equal((await read(it.order)).reviews.length, 0);
  await kay.must('sign', body(it));
});

test('one version is signed once, and not sent back afterwards', async () => {
  const it = await result();
  await kay.must('sign', body(it));
  const again = await kay.ask('sign', body(it));
  assert.equal(again.status, 409);
  assert.match(again.sentence, /Dr\. Kay Invented signed order .* as it stands/);
  assert.equal((await kay.ask('return', { ...it, accession: undefined, note: 'after all' })).status, 409);
  const { reviews, state } = await read(it.order);
  assert.deepEqual([reviews.length, state], [1, 'signed']);
  const sql = `SELECT count(*) FROM review v JOIN orders o ON o.id = v.orders WHERE o.number = '${it.order}'`;
  const count = spawnSync('sqlite3', [`${site.data}/phial.db`, sql], { encoding: 'utf8' });
  assert.equal(count.stdout.trim(), '1');
});

test('of two who sign in the same moment one is told', async () => {
  const it = await result();
  const answers = await Promise.all([kay.ask('sign', body(it)), kay.ask('sign', body(it)), kay.ask('sign', body(it))]);
  assert.equal(answers.filter((answer) => answer.ok).length, 1);
  assert.equal((await read(it.order)).reviews.length, 1);
});

test('the report shows who signed, when, and what it means', async () => {
  const it = await result();
  await kay.must('sign', body(it));
  const response = await fetch(`${site.url}report/${it.order}.pdf`, { headers: { Cookie: kay.cookie } });
  assert.equal(response.status, 200);
  const done = spawnSync('pdftotext', ['-layout', '-', '-'], { input: Buffer.from(await response.arrayBuffer()), encoding: 'utf8' });
  const [signed] = (await read(it.order)).reviews;
  const moment = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
  const at = moment.format(new Date(signed.at)).replace(',', '');
  const block = done.stdout.slice(done.stdout.indexOf('SIGNED'));
  assert.match(block, /Dr\. Kay Invented/, 'who');
  assert.ok(block.includes(at), `when: ${at} in ${block}`);
  assert.match(block, /reviewed/i, 'and what it means');
  assert.deepEqual(page.troubles, []);
});
