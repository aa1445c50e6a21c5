// m04_scan_back.mjs PHIAL: the label that is scanned back is the one of the tube, or a red stop and a near miss.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, openPage, scan, signIn } from '../browser/browser.mjs';
import { Site } from '../browser/site.mjs';

let site, browser, maria;

before(async () => {
  site = await Site.start(process.argv[2]);
  maria = await site.caller('maria');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

async function labelled(n) {
  const patient = { mrn: `S-${n}`, family: `Scan${n}-TEST`, given: 'Al', birth_date: '1970-05-06', sex: 'M' };
  const { order } = await maria.must('order_enter', { ...patient, provider: 'dr.kay', test: 'HbA1c' });
  await maria.must('identify', { order, identifier: ['name', 'birth date'], method: 'stated' });
  const { accession } = await maria.must('collect', { order, specimen_type: 'whole blood' });
  await maria.must('label_print', { accession });
  return { order, accession };
}

const specimen = async (accession) => (await maria.must('view', { what: 'specimen', key: accession })).data;
const misses = (data) => data.events.filter((event) => event.type === 'wrong-label');

// What a hand may scan instead: another tube, a digit off, digits swapped, more or less of it, anything at all.
function wrong(right, other, seed) {
  let state = seed;
  const random = (n) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * n);
  };
  const at = random(12);
  const digits = [...right];
  const changed = (digit) => digits.map((each, i) => (i in digit ? digit[i] : each)).join('');
  const ways = [
    () => other,
    () => changed({ [at]: String((Number(digits[at]) + 1 + random(9)) % 10) }),
    () => changed({ [at]: digits[(at + 1) % 12], [(at + 1) % 12]: digits[at] }),
    () => right.slice(0, at),
    () => right + random(10),
    () => `0${right}`,
    () => ` ${right}`,
    () => right.slice(1),
    () => String(random(1e12)).padStart(12, '0'),
    () => `]C1${right}`,
    () => [...right].reverse().join(''),
    () => `${right}${right}`,
  ];
  const text = ways[random(ways.length)]();
  return text === right || !text ? other : text;
}

test('a thousand wrong scans: none is accepted, each is a near miss', { timeout: 60000 }, async () => {
  const { accession } = await labelled(1);
  const { accession: other } = await labelled(2);
  let sent = 0;
  const hand = async () => {
    while (sent < 1000) {
      const scanned = wrong(accession, other, 7919 * (sent += 1));
      const answer = await maria.ask('label_verify', { accession, scanned });
      assert.equal(answer.status, 409, scanned);
      assert.match(answer.sentence, /not this specimen's label.*near miss/);
    }
  };
  await Promise.all(Array.from({ length: 20 }, hand));
  const data = await specimen(accession);
  assert.equal(data.state, 'labelled');
  assert.equal(misses(data).length, sent);
  assert.equal(misses(data)[0].person.login, 'maria');
  await maria.must('label_verify', { accession, scanned: accession });
  assert.equal((await specimen(accession)).state, 'verified');
  assert.equal((await specimen(other)).state, 'labelled', 'the other tube is not verified by it');
});

test('the page stops in red at another patient’s label, and goes on only with the right one', async () => {
  const { order, accession } = await labelled(3);
  const { accession: other } = await labelled(4);
  browser = await launch();
  const page = await openPage(browser, site.url);
  await signIn(page, 'lena');
  await page.click('[data-screen=collect]');
  await page.click(`[data-order="${order}"]`);
  await page.waitForSelector('text=Scan the tube in your hand');
  await scan(page, other);
  await page.waitForSelector('.stop[role=alert]');
  const red = await page.evaluate(() => getComputedStyle(document.querySelector('.stop')).backgroundColor.match(/\d+/g).map(Number));
  assert.ok(red[0] > red[1] && red[0] > red[2], `red: ${red}`);
  assert.match(await page.textContent('.stop'), /STOP/);
  assert.match(await page.textContent('.stop'), /not the tube of Scan3-TEST/);
  assert.doesNotMatch(await page.textContent('.stop'), /Scan4/, 'nor whose tube it is');
  assert.equal(await page.locator('button:visible', { hasText: /ready|done|next patient/i }).count(), 0);
  assert.equal(misses(await specimen(accession)).length, 1);
  await page.click('.stop .btn');
  await page.waitForSelector('text=Scan the tube in your hand');
  await scan(page, accession);
  await page.waitForSelector('text=The tube is ready for testing');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
