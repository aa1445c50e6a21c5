// bench.mjs PHIAL: what else people do with the page: critical values, held results, copies, PINs, tabs.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, openPage, scan, signIn } from './browser.mjs';
import { people, Site, until } from './site.mjs';

let site, browser, maria;

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  maria = await site.caller('maria');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const patient = (n) => ({ mrn: `T-${n}`, family: `Invented${n}-TEST`, given: 'Ira' });

async function openAs(login) {
  const page = await openPage(browser, site.url);
  await signIn(page, login);
  return page;
}

async function close(page) {
  assert.deepEqual(page.troubles, []);
  await page.context().close();
}

test('a critical value is told and read back, and a lab lead has no way to sign', async () => {
  const { order, accession } = await site.collected(maria, patient(1), 'LIPID');
  await site.simulate(accession, 'critical', '2571-8');
  const page = await openAs('lena');
  const row = page.locator(`[data-order="${order}"]`);
  await row.waitFor();
  assert.match(await row.textContent(), /CRITICAL.*nobody told yet/);
  await page.click('#critical >> text=Finish what I am doing');
  await row.locator('.btn').click();
  await page.click('text=Told and read back …');
  await page.fill('.told input[name=told_to]', 'Dr. Kay Invented');
  await page.selectOption('.told select[name=credential]', 'MD');
  await page.fill('.told input[name=read_back]', 'one thousand one hundred');
  await page.click('.told .btn.danger');
  await page.waitForSelector('text=told to Dr. Kay Invented');
  assert.equal(await page.locator('form.sign').count(), 0, 'a lab lead has no way to sign');
  const { data } = await maria.must('view', { what: 'order', key: order });
  assert.equal(data.critical_notices[0].read_back, 'one thousand one hundred');
  assert.equal(data.critical_notices[0].by.login, 'lena');
  await close(page);
});

test('a newer result is told to whoever has the order open, and the older one cannot be signed', async () => {
  const { order, accession } = await site.collected(maria, patient(2));
  await site.simulate(accession, 'normal');
  const page = await openAs('dr.kay');
  await page.click(`[data-order="${order}"] .btn`);
  await page.waitForSelector('form.sign');
  const shown = await page.textContent('.tbl tbody .value');
  await site.simulate(accession, 'abnormal');
  await page.waitForSelector('text=A newer result has come');
  assert.equal(await page.textContent('.tbl tbody .value'), shown, 'what is on the screen stays');
  await page.fill('form.sign input[name=pin]', people['dr.kay'].pin);
  await page.click('form.sign .btn.primary');
  await page.waitForSelector('.sign .say.bad');
  assert.match(await page.textContent('.sign .say.bad'), /newer result/);
  await page.click('text=Show it');
  await page.waitForFunction(() => document.querySelectorAll('.tbl tbody tr').length > 1);
  await page.fill('form.sign input >> nth=-2', 'measure again');
  await page.click('text=Send back');
  await page.waitForSelector('.worklist');
  const { data } = await maria.must('view', { what: 'order', key: order });
  assert.deepEqual([data.state, data.reviews[0].kind, data.reviews[0].note], ['returned', 'returned', 'measure again']);
  await close(page);
});

test('a lab lead links a mistyped result to its specimen, with a reason and two identifiers', async () => {
  const { order, accession } = await site.collected(maria, patient(3));
  const digit = (Number(accession[10]) + 1) % 10;
  const mistyped = accession.slice(0, 10) + digit + accession[11];
  await site.simulate(mistyped, 'abnormal');
  const page = await openAs('lena');
  await page.click('[data-screen=unmatched]');
  await page.waitForSelector('.rowlist button');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.halves');
  assert.match(await page.textContent('.strip.hold'), /check digit is wrong/);
  assert.match(await page.textContent('.wire'), new RegExp(mistyped));
  assert.equal(await page.locator('.facts .diff').textContent(), String(digit), 'the digit that differs is marked');
  await page.fill('input[name=reason]', 'typed at the device; the tube says otherwise');
  await page.click('text=Record the decision');
  assert.match(await page.textContent('.say.bad'), /Choose the specimen/);
  await scan(page, accession);
  await page.click('text=Record the decision');
  assert.match(await page.textContent('.say.bad'), /two identifiers/);
  await page.check('input[name=identifier][value=name]');
  await page.check('input[name=identifier][value=MRN]');
  await page.click('text=Record the decision');
  await page.waitForSelector('text=Nothing is held.');
  const { data } = await maria.must('view', { what: 'order', key: order });
  assert.equal(data.results.length, 1);
  await close(page);
});

test('a label is printed again only with a reason, and the specimen says where it is', async () => {
  const { accession } = await site.collected(maria, patient(4));
  const page = await openAs('lena');
  await scan(page, accession);
  await page.click('text=Print the label again');
  await page.click('details[open] .btn');
  assert.equal(await page.locator('.chain b >> text=Label printed again').count(), 0, 'no reason, no label');
  await page.fill('details[open] input', 'the first one tore');
  await page.click('details[open] .btn');
  await page.waitForSelector('.chain b >> text=Label printed again');
  assert.match(await page.textContent('.chain'), /the first one tore/);
  await page.click('summary >> text=Store');
  await page.fill('details[open] input', 'rack 2, room temperature');
  await page.click('details[open] .btn');
  await page.waitForSelector('.facts >> text=rack 2, room temperature');
  await close(page);
});

test('an administrator adds a person, who signs in and changes the PIN', async () => {
  const page = await openAs('ada');
  assert.equal(await page.locator('[data-screen=inbox]').count(), 0, 'an administrator sees no results');
  await page.fill('aside input[type=text] >> nth=0', 'noor');
  await page.fill('aside input[type=text] >> nth=1', 'Noor Invented');
  await page.fill('aside input[type=password] >> nth=0', '602214');
  await page.click('aside .btn.primary >> nth=0');
  await page.waitForSelector('.tbl >> text=Noor Invented');
  await close(page);
  people.noor = { name: 'Noor Invented', pin: '602214' };
  const own = await openAs('noor');
  await own.click('[data-screen=today]');
  await own.click('text=Change my PIN');
  const fields = own.locator('details[open] input');
  for (const [i, pin] of ['602214', '662607', '662607'].entries()) await fields.nth(i).fill(pin);
  await own.click('details[open] .btn');
  await own.waitForSelector('text=Your PIN is changed.');
  await own.click('#switch');
  people.noor.pin = '662607';
  await signIn(own, 'noor');
  await close(own);
});

test('the tabs of one browser share one stream and one person', async () => {
  const first = await openAs('dr.kay');
  const second = await first.context().newPage();
  await second.goto(site.url);
  await second.waitForSelector('#top:not([hidden])');
  const { order, accession } = await site.collected(maria, patient(6));
  await site.simulate(accession, 'normal');
  await Promise.all([first, second].map((page) => page.waitForSelector(`[data-order="${order}"]`)));
  await first.close();
  const later = await site.collected(maria, patient(7));
  await site.simulate(later.accession, 'normal');
  await second.waitForSelector(`[data-order="${later.order}"]`);
  const third = await second.context().newPage();
  await third.goto(site.url);
  await third.waitForSelector('.item');
  await third.click('#switch');
  await until(() => second.isVisible('input[name=login]'), 'the other tab to follow');
  await second.context().close();
});
