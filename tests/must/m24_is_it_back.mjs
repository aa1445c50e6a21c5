// m24_is_it_back.mjs PHIAL: "is Mrs X's result back?" in two steps, type and read: words for the front desk, and no value,
// flag or severity, neither on the page nor in what reaches the browser (domain.md 1, row 24; 164.502(b)).
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage } from '../browser/browser.mjs';
import { bring, people, Site, until } from '../browser/site.mjs';

bring('fay');
let site, browser, maria, lena, kay, fay;
const one = (n, given) => ({ mrn: `F-${n}`, family: 'Frontdesk-TEST', given });

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  [maria, lena, kay, fay] = await site.callers('maria', 'lena', 'dr.kay', 'fay');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const status = async (order) =>
  (await fay.must('view', { what: 'find', key: 'Frontdesk' })).data.rows.find((row) => row.order === order)?.status;

test('how far an order is, in words that anybody can read', async () => {
  const birth = { birth_date: '1970-05-06', sex: 'F', provider: 'dr.kay', test: 'HbA1c' };
  const { order } = await maria.must('order_enter', { ...one(1, 'Ann'), ...birth });
  assert.equal(await status(order), 'ordered');
  await maria.must('identify', { order, identifier: ['name', 'birth date'], method: 'stated' });
  const { accession } = await maria.must('collect', { order, specimen_type: 'whole blood' });
  await maria.must('label_print', { accession });
  await maria.must('label_verify', { accession, scanned: accession });
  assert.equal(await status(order), 'collected');
  await maria.must('receive', { accession });
  assert.equal(await status(order), 'at-bench');
  await site.simulate(accession, 'abnormal');
  await until(async () => (await status(order)) === 'back', 'the result');
  const { data } = await kay.must('view', { what: 'order', key: order });
  const signature = { order, version: data.version, meaning: 'REVIEWED', disposition: 'no-action' };
  await kay.must('sign', { ...signature, pin: people['dr.kay'].pin });
  assert.equal(await status(order), 'signed');
  const bad = await site.collected(maria, one(2, 'Bea'));
  await lena.must('reject', { accession: bad.accession, reason_code: 'RH', reason: '' });
  assert.equal(await status(bad.order), 'rejected');
});

test('no value comes to the front desk, by this way or another', async () => {
  const answer = await fay.must('view', { what: 'find', key: 'Frontdesk-TEST, Ann' });
  assert.equal(answer.data.rows.length, 1);
  const text = JSON.stringify(answer);
  for (const word of ['value', 'flag', 'severity', 'range', 'number'])
    assert.doesNotMatch(text, new RegExp(`"${word}"`), word);
  for (const what of ['inbox', 'order', 'specimen', 'search', 'unmatched', 'sendouts', 'trace', 'pack']) {
    const refused = await fay.ask('view', { what, key: answer.data.rows[0].order });
    assert.equal(refused.ok, false, what);
  }
  const report = await fetch(`${site.url}report/${answer.data.rows[0].order}.pdf`, { headers: { Cookie: fay.cookie } });
  assert.equal(report.status, 403);
});

test('two steps: type the name, read the answer', async () => {
  const page = await openPage(browser, site.url, { width: 1024 });
  await page.fill('input[name=login]', 'fay');
  await page.fill('input[name=pin]', people.fay.pin);
  await page.keyboard.press('Enter');
  await page.waitForSelector('input[type=search]');
  await page.keyboard.type('Frontdesk-TEST, Ann');
  await page.keyboard.press('Enter');
  const row = page.locator('[data-order]');
  await row.waitFor();
  assert.match(await row.textContent(), /Frontdesk-TEST, Ann.*The result is back and the provider has seen it/);
  await axeClean(page, 'is it back');
  await assertFits(page, 'is it back');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
