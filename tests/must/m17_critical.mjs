// m17_critical.mjs PHIAL: a critical value stands before whoever is at the bench, takes nothing from their hands, and
// stays until a call with every field is on record. It is never signed together with others.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, signIn } from '../browser/browser.mjs';
import { people, Site, until } from '../browser/site.mjs';

let site, browser, kay; // pages are maria's and lena's: a person has one session at a time
const patient = (n) => ({ mrn: `T-17${n}`, family: `Invented${n}-TEST`, given: 'Kim' });
const worst = (data) => data.results.find((result) => result.severity === 2);
const orderOf = async (order) => (await kay.must('view', { what: 'order', key: order })).data;

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  kay = await site.caller('dr.kay');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

async function critical(n) {
  const { order, accession } = await site.collected(kay, patient(n), 'LIPID');
  await site.simulate(accession, 'critical', '2571-8');
  const data = await until(async () => {
    const now = await orderOf(order);
    return now.severity === 2 && now;
  }, 'the critical result');
  return { order, accession, data };
}

test('the notice comes before a half-done collection and leaves it as it was', async () => {
  const { order: other } = await kay.must('order_enter', {
    ...patient(1),
    birth_date: '1970-05-06',
    sex: 'F',
    provider: 'dr.kay',
    test: 'HbA1c',
  });
  await kay.must('identify', { order: other, identifier: ['name', 'birth date'], method: 'stated' });
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'maria');
  await page.click('[data-screen=collect]');
  await page.click('.rowlist button');
  const typed = page.locator('main input[type=text] >> nth=0');
  await typed.fill('left arm');
  const { order, data } = await critical(2);
  const notice = page.locator('#critical.notice');
  await notice.waitFor();
  assert.match(await notice.textContent(), /Critical: tell Dr\. Kay Invented now/);
  assert.match(await notice.textContent(), /Invented2-TEST, Kim/, 'the patient stands in it');
  assert.ok((await notice.textContent()).includes(worst(data).value), 'and the value');
  assert.equal(await page.evaluate(() => document.getElementById('main').inert), true, 'what is behind is out of reach');
  assert.equal(await page.evaluate(() => document.getElementById('critical').contains(document.activeElement)), true);
  await assertFits(page, 'the notice');
  await axeClean(page, 'the notice');
  await notice.locator('text=Finish what I am doing').click();
  await page.waitForSelector('#critical.notice-bar');
  assert.equal(await typed.inputValue(), 'left arm', 'nothing was taken from her hands');
  assert.equal(await page.evaluate(() => document.getElementById('main').inert), false);
  await page.click('#critical >> text=Show');

  await notice.locator('summary', { hasText: 'Not reached' }).click();
  await notice.locator('input[value=no-answer]').check();
  await notice.locator('input[name=contact]').fill('555-0100');
  await notice.locator('text=Record the attempt').click();
  await page.waitForSelector('#critical >> text=/No answer: Dr. Kay Invented/');
  await page.fill('#critical input[name=read_back]', 'as read');
  await page.click('#critical >> text="Told, and read back"');
  assert.equal(await notice.isVisible(), true, 'without a credential nothing is recorded');
  await page.selectOption('#critical select[name=credential]', 'MD');
  await page.fill('#critical input[name=contact]', '555-0101');
  await page.click('#critical >> text="Told, and read back"');
  await notice.waitFor({ state: 'hidden' });
  assert.equal(await typed.inputValue(), 'left arm');
  const now = await orderOf(order);
  assert.equal(now.critical_since, null);
  assert.deepEqual(
    now.critical_calls.map((call) => [call.kind, call.outcome, call.to, call.contact, call.by.login]),
    [
      ['attempt', 'no-answer', 'Dr. Kay Invented', '555-0100', 'maria'],
      ['told', 'read-back', 'Dr. Kay Invented', '555-0101', 'maria'],
    ],
  );
  const [told] = now.critical_notices;
  assert.deepEqual([told.credential, told.method, told.read_back], ['MD', 'in person', 'as read']);
  assert.ok(told.value_read.includes(worst(now).value), 'the value as it was read out');
  assert.ok(told.at >= worst(now).at, 'the clock began at the receipt');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test('when the provider stands there, one touch is enough the next time', async () => {
  const page = await openPage(browser, site.url);
  await signIn(page, 'lena');
  const { order } = await critical(3);
  await page.click('#critical.notice >> text=told in person, read back');
  await page.waitForSelector('#critical', { state: 'hidden' });
  const [told] = (await orderOf(order)).critical_notices;
  assert.deepEqual([told.credential, told.method, told.by.login], ['MD', 'in person', 'lena']);
  await page.context().close();
});

test('a call without a field of the record is refused, and a repeat of the test leaves both results', async () => {
  const { order, accession, data } = await critical(4);
  const call = { order, version: data.version, told_to: 'Dr. Kay', method: 'telephone', value_read: '1', read_back: '1' };
  for (const [name, words] of [
    ['credential', /MD, DO/],
    ['told_to', /whom/],
    ['value_read', /read it out/],
    ['read_back', /read back/],
  ]) {
    const answer = await kay.ask('critical_told', { credential: 'MD', ...call, [name]: ' ' });
    assert.equal(answer.ok, false, name);
    assert.match(answer.sentence, words);
  }
  await site.simulate(accession, 'critical', '2571-8');
  const both = await until(async () => {
    const now = await orderOf(order);
    return now.results.length === 2 * data.results.length && now;
  }, 'the repeat');
  assert.equal(both.results.filter((result) => result.severity === 2).length, 2, 'both are kept');
  assert.equal((await kay.ask('critical_told', { ...call, credential: 'MD' })).status, 409, 'a newer one came');
  await kay.must('critical_told', { ...call, version: both.version, credential: 'MD' });
  assert.equal((await orderOf(order)).critical_since, null);
});

test('what is critical is not signed together with others, and is still signed by itself', async () => {
  const { order, data } = await critical(5);
  const { pin } = people['dr.kay'];
  const batch = await kay.ask('sign_batch', { order: [order], version: [data.version], meaning: 'REVIEWED', pin });
  assert.equal(batch.ok, false);
  assert.equal((await orderOf(order)).reviews.length, 0);
  await kay.must('sign', { order, version: data.version, meaning: 'REVIEWED', disposition: 'already-managed', pin });
  assert.equal((await orderOf(order)).critical_since, null, 'what a provider has signed has been read');
});

test('a critical value that nobody could place is before the bench at once, and leads to where it finds its place', async () => {
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'maria');
  await site.simulate('000000000000', 'critical', '2571-8');
  await page.waitForSelector('#critical >> text=Held, critical: whose is it?');
  assert.match(await page.textContent('#critical'), /Triglycerides \d+ mg\/dL HH.*Bench sent it with specimen “000000000000”/);
  await axeClean(page, 'a held critical value');
  await assertFits(page, 'a held critical value');
  await page.click('#critical >> text=Open the list of what is held');
  await page.waitForSelector('.rowlist [data-message]');
  assert.equal(await page.locator('#critical').isVisible(), false, 'the list is not covered');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  const { data } = await kay.must('view', { what: 'huddle' });
  assert.ok(data.overdue.some((line) => line.what === 'critical-held'));
});
