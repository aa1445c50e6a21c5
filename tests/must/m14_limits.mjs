// m14_limits.mjs PHIAL: limits are proposed, signed, live; without a signature a test cannot be ordered; a result is
// judged at the very limit as the law of the limit says, and keeps the version that judged it.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, signIn } from '../browser/browser.mjs';
import { people, Site, until } from '../browser/site.mjs';

const a1c = '4548-4';
const patient = (n, birth_date = '1970-05-06', sex = 'F') => ({ mrn: `L-${n}`, family: `Limit${n}-TEST`, given: 'Lee', birth_date, sex });
const order = (n) => ({ ...patient(n), provider: 'dr.kay', test: 'HbA1c' });
let site, maria, lena, kay, browser;

before(async () => {
  site = await Site.start(process.argv[2], { sign: false });
  [maria, lena, kay] = await site.callers('maria', 'lena', 'dr.kay');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const data = async () => (await maria.must('view', { what: 'limits' })).data;
const testOf = async (code) => (await data()).tests.find((each) => each.code === code);
const setOf = async (name) => (await data()).sets.find((each) => each.name === name);
const propose = (name, limits, more = {}) => ({ reference_set: name, limits, reason: 'invented insert, page 1', ...more });
const sign = (name) => ({ reference_set: name, pin: people['dr.kay'].pin });

async function result(n, values = 'normal', birth_date = undefined, sex = undefined) {
  const made = await site.collected(maria, patient(n, birth_date, sex));
  await site.simulate(made.accession, values, a1c, ['--seed', '3', '--run', '7']); // the same number each time
  return until(async () => (await maria.must('view', { what: 'order', key: made.order })).data.results[0], 'the result');
}

async function proposedAndSigned(name, limits, more = {}) {
  await lena.must('limits_propose', propose(name, limits, more));
  await kay.must('approve', sign(name));
}

test('a test whose limits nobody signed cannot be ordered; who works at the bench cannot sign', async () => {
  assert.equal((await testOf('HbA1c')).live, 0);
  const refused = await maria.ask('order_enter', order(1));
  assert.equal(refused.status, 409);
  assert.match(refused.sentence, /director has not signed the limits of Hemoglobin A1c.*Lab › Limits/);
  assert.equal((await maria.ask('limits_propose', propose('mine', `${a1c},,,,4,6,,,,%`))).status, 403);
  await lena.must('limits_propose', propose('first', `${a1c},,18,,4.0,5.6,,,,%`));
  assert.equal((await maria.ask('order_enter', order(1))).status, 409);
  assert.equal((await lena.ask('approve', { reference_set: 'first', pin: people.lena.pin })).status, 403);
  assert.notEqual((await kay.ask('approve', { reference_set: 'first', pin: '000111' })).status, 200);
  await kay.must('approve', sign('first'));
  assert.equal((await testOf('HbA1c')).live, 1);
  assert.equal((await testOf('CRP')).live, 0);
  await maria.must('order_enter', order(1));
});

async function openLimits(who, width) {
  const page = await openPage(browser, site.url, { width, height: 900 });
  await signIn(page, who);
  await page.click('#nav >> text=Lab');
  await page.click('text=Limits');
  await page.waitForSelector('[data-test]');
  return page;
}

test('on the page the lab lead proposes, the director reads what changes and signs with the PIN', async () => {
  const page = await openLimits('lena', 1024);
  const propose = page.locator('form[data-form=propose]');
  await propose.locator('select').first().selectOption(a1c);
  await propose.getByLabel('High', { exact: true }).first().fill('5.7');
  await propose.getByLabel('Where they come from').fill('invented insert, page 2');
  await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));
  await assertFits(page, 'limits, proposing');
  await axeClean(page, 'limits, proposing');
  await propose.getByRole('button', { name: 'Propose' }).click();
  await page.locator('[data-set^="Hemoglobin A1c"] .state.due').waitFor();
  assert.deepEqual(page.troubles, []);
  await page.context().close();

  const signing = await openLimits('dr.kay', 1280);
  const card = signing.locator('[data-set^="Hemoglobin A1c"]');
  assert.match(await card.textContent(), /proposed by Lena Invented.*Until now.*5\.7/s);
  await axeClean(signing, 'limits, signing');
  await card.getByLabel('Your PIN').fill(people['dr.kay'].pin);
  await signing.keyboard.press('Enter');
  await card.waitFor({ state: 'detached' });
  const mine = (await data()).sets.find((set) => set.source === 'invented insert, page 2');
  assert.equal(mine.signed_by.login, 'dr.kay');
  assert.deepEqual(signing.troubles, []);
  await signing.context().close();
  await lena.signIn('lena'); // the page took their places
  await kay.signIn('dr.kay');
});

test('what cannot be read, or contradicts itself, is refused with its line', async () => {
  const bad = { 'x': /Line 1/, '4548-5,,,,4,6,,,,%': /LOINC/, [`${a1c},,,,6,4,,,,%`]: /order is/, [`${a1c},,18,2,4,6,,,,%`]: /ages/, [`${a1c},Q,,,4,6,,,,%`]: /sex/, [`${a1c},,,,four,6,,,,%`]: /not a number/ };
  for (const [line, sentence] of Object.entries(bad)) {
    const answer = await lena.ask('limits_propose', propose('bad', line));
    assert.equal(answer.status, 400, line);
    assert.match(answer.sentence, sentence);
  }
  assert.equal(await setOf('bad'), undefined);
  assert.match((await lena.ask('limits_propose', propose('bad', `${a1c},,,,4,6,,,,%`, { effective: 'soon' }))).sentence, /2026-03-31/);
});

test('at the very limit: within the reference limit, critical at the critical one', async () => {
  const seen = (await result(2)).number;
  await proposedAndSigned('high is the value', `${a1c},,18,,1,${seen},,,,%`);
  assert.equal((await result(3)).site_flag, 'N');
  await proposedAndSigned('low is the value', `${a1c},,18,,${seen},99,,,,%`);
  assert.equal((await result(4)).site_flag, 'N');
  await proposedAndSigned('critical high is the value', `${a1c},,18,,1,${seen},,${seen},,%`);
  const high = await result(5);
  assert.deepEqual([high.flag, high.severity, high.number], ['HH', 2, seen]);
  await proposedAndSigned('critical low is the value', `${a1c},,18,,${seen},99,${seen},,,%`);
  assert.deepEqual([(await result(6)).flag, (await result(7)).severity], ['LL', 2]);
});

test('a result keeps the version that judged it; the next one is judged by the next', async () => {
  await proposedAndSigned('wide', `${a1c},,18,,1,90,,,,%`);
  const before = await result(8);
  await proposedAndSigned('narrow', `${a1c},,18,,1,2,,,,%`);
  const now = await result(9);
  assert.deepEqual([before.reference_range, before.site_flag, now.reference_range, now.flag], ['1-90', 'N', '1-2', 'H']);
  assert.equal((await setOf('wide')).judged, 1);
  assert.equal((await setOf('narrow')).judged, 1);
});

test('age, sex and the day from which it counts decide', async () => {
  await proposedAndSigned('by whom', `${a1c},F,18,,1,2,,,,%\n${a1c},M,18,,1,90,,,,%\n${a1c},,28d,18,1,80,,,,%\n${a1c},,18,,1,3,,,,%,serum`);
  const year = new Date().getFullYear();
  assert.equal((await result(10, 'normal', '1970-05-06', 'F')).reference_range, '1-2');
  assert.equal((await result(11, 'normal', '1970-05-06', 'M')).reference_range, '1-90');
  assert.equal((await result(12, 'normal', `${year - 10}-01-01`, 'M')).reference_range, '1-80');
  const other = await result(13, 'normal', '1970-05-06', 'X');
  assert.deepEqual([other.reference_range, other.site_flag], ['', '']);
  await proposedAndSigned('later', `${a1c},,,,1,70,,,,%`, { effective: '2099-01-01' });
  assert.equal((await result(14, 'normal', '1970-05-06', 'F')).reference_range, '1-2');
  const analyte = (await testOf('HbA1c')).analytes[0];
  assert.equal(analyte.next.set, (await setOf('later')).set);
});

test('“no limits” is signed too: the test is live, and nothing is normal by itself', async () => {
  await proposedAndSigned('none', '48421-2,,,,,,,,,mg/L');
  const made = await site.collected(maria, patient(15), 'CRP');
  await site.simulate(made.accession, 'normal', 'CRP');
  const one = await until(async () => (await maria.must('view', { what: 'order', key: made.order })).data.results[0], 'the result');
  assert.equal(one.site_flag, '');
  assert.match(one.comments, /no limits.*reviewed/);
});

test('a proposal that changed while it was read is not signed, and one can be taken back', async () => {
  await lena.must('limits_propose', propose('draft', `${a1c},,,,4,6,,,,%`));
  const seen = String((await setOf('draft')).set);
  assert.equal((await lena.ask('limits_propose', propose('draft', `${a1c},,,,4,7,,,,%`))).status, 409);
  await lena.must('limits_withdraw', { reference_set: 'draft', reason: 'a slip' });
  assert.match((await kay.ask('approve', sign('draft'))).sentence, /taken back/);
  await lena.must('limits_propose', propose('draft', `${a1c},,,,4,7,,,,%`));
  assert.match((await kay.ask('approve', { ...sign('draft'), version: seen })).sentence, /Read it again/);
  assert.equal((await lena.ask('limits_withdraw', { reference_set: 'first', reason: 'too late' })).status, 409);
});
