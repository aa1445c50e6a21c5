// hipaa_a2ii_emergency_access.mjs PHIAL: 45 CFR 164.312(a)(2)(ii). In an emergency anybody who is signed in can see what is
// needed, with a reason, for four hours; an administrator is told at once, every look is on record as such, and somebody
// else reviews it.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { launch, openPage } from '../browser/browser.mjs';
import { Caller, people, Site } from '../browser/site.mjs';

let site, browser, ada, finn, order;
const pin = '223606';
const reason = 'No provider here, patient collapsed in the waiting room';

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  ada = await site.caller('ada');
  finn = new Caller(site.url);
  await ada.must('user_add', { login: 'finn', name: 'Finn Invented', role: 'front-desk', new_pin: pin });
  const maria = await site.caller('maria');
  const made = await site.collected(maria, { mrn: 'EA-1', family: 'Emergency-TEST', given: 'Sam' });
  order = made.order;
  await site.simulate(made.accession);
  await finn.must('sign_in', { login: 'finn', pin, workstation: 'desk' });
});

after(async () => {
  await browser?.close();
  await site?.end();
});

test('it takes a reason and the PIN', async () => {
  assert.equal((await finn.ask('view', { what: 'order', key: order })).status, 403);
  assert.match((await finn.ask('emergency_begin', { reason: 'urgent', pin })).sentence, /Say what the emergency is/);
  assert.match((await finn.ask('emergency_begin', { reason, pin: '000001' })).sentence, /not your PIN/);
  assert.equal((await finn.ask('view', { what: 'order', key: order })).status, 403);
});

test('then everything needed is seen, nothing can be done, and each look is on record as such', async () => {
  const begun = await finn.must('emergency_begin', { reason, pin });
  assert.match(begun.sentence, /until \d\d:\d\d.*on record.*administrator has been told/);
  const { data } = await finn.must('view', { what: 'order', key: order });
  assert.equal(data.order, order);
  const who = await finn.must('who');
  assert.ok(who.rights.includes('view-results'));
  assert.ok(Math.abs(who.emergency_until - Date.now() - 4 * 3600000) < 60000, 'four hours');
  assert.equal((await finn.ask('identify', { order, identifier: ['name', 'mrn'], method: 'x' })).status, 403);
  assert.equal((await finn.ask('sign', { order, version: '0', meaning: 'REVIEWED', pin })).status, 403);
  const notice = await finn.ask('notice_seen', { item_id: 1, note: 'told them by telephone' });
  assert.equal(notice.status, 403, 'to see is no right to put anything on record');
  const { data: list } = await ada.must('view', { what: 'emergencies' });
  assert.equal(list.open, 1);
  assert.equal(list.rows[0].reason, reason);
  assert.equal(list.rows[0].workstation, 'desk');
  assert.deepEqual(list.rows[0].views.map(({ what, key }) => [what, key]), [['order', order]]);
});

test('who reviews it sees that somebody was looked for, and not whom', async () => {
  await finn.must('view', { what: 'search', key: 'Emergency-TEST' });
  const { data } = await ada.must('view', { what: 'emergencies' });
  assert.deepEqual(data.rows[0].views.at(-1).what, 'search');
  assert.doesNotMatch(JSON.stringify(data), /Emergency-TEST/, 'an administrator sees no patient');
});

test('an unlock by the same person keeps it, a restart ends it', async () => {
  await finn.must('sign_in', { login: 'finn', pin, workstation: 'desk' });
  assert.equal((await finn.ask('view', { what: 'order', key: order })).status, 200);
  await finn.must('sign_out');
  await finn.must('sign_in', { login: 'finn', pin, workstation: 'desk' });
  assert.equal((await finn.ask('view', { what: 'order', key: order })).status, 403, 'signing out ends it');
});

test('an administrator is told on the page and reviews it; nobody reviews their own', async () => {
  const { data } = await ada.must('view', { what: 'emergencies' });
  const id = data.rows[0].id;
  assert.equal((await finn.ask('emergency_review', { emergency: id, justified: 1, note: 'it was fine' })).status, 403);
  const page = await openPage(browser, site.url);
  await page.fill('input[name=login]', 'ada');
  await page.fill('input[name=pin]', people.ada.pin);
  await page.keyboard.press('Enter');
  const card = page.locator(`[data-emergency="${id}"]`);
  await card.waitFor();
  assert.match(await card.textContent(), /Finn Invented/);
  assert.ok((await card.textContent()).includes(reason));
  assert.match(await page.textContent('#nav [data-screen=people] .count'), /1/, 'it is counted in the navigation');
  await axeClean(page, 'People');
  await card.locator('input[value="1"]').check();
  await card.locator('input[type=text]').fill('Chart agrees with the incident report');
  await card.locator('text=Put the review on record').click();
  await page.waitForFunction((each) => !document.querySelector(`[data-emergency="${each}"] form`), id);
  await page.context().close();
  const { data: after_ } = await ada.must('view', { what: 'emergencies' }).catch(async () => {
    await ada.signIn('ada');
    return ada.must('view', { what: 'emergencies' });
  });
  assert.equal(after_.open, 0);
  assert.equal(after_.rows[0].review.by.login, 'ada');
  assert.equal((await ada.ask('emergency_review', { emergency: id, justified: 0, note: 'once more' })).status, 409);
});

test('on the page: the front desk asks for it, and is told as long as it lasts', async () => {
  const page = await openPage(browser, site.url);
  await page.fill('input[name=login]', 'finn');
  await page.fill('input[name=pin]', pin);
  await page.keyboard.press('Enter');
  await page.click('#emergency-begin');
  await page.fill('textarea[name=reason]', reason);
  await page.fill('#gate input[type=password]', pin);
  await axeClean(page, 'Emergency access');
  await page.click('text=See what is needed');
  await page.waitForSelector('#emergency:not([hidden])');
  assert.match(await page.textContent('#emergency'), /Emergency access until \d\d:\d\d/);
  await page.waitForSelector('#nav [data-screen=inbox]');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
