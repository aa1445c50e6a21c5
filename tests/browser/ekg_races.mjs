// ekg_races.mjs PHIAL MAKE_ECG: what changes under a hand that is about to tie, choose or sign an EKG.
import assert from 'node:assert/strict';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { launch, openPage, pastThePage, signIn } from './browser.mjs';
import * as carts from './ekg_site.mjs';
import { people, until } from './site.mjs';

const [, , phial, maker] = process.argv;
const iris = { mrn: '00900142', family: 'MARLOWE-TEST', given: 'Iris J' };
const irisFile = { id: '00900142', family: 'MARLOWE-TEST', given: 'IRIS', middle: 'J', birth: '1958-07-19', sex: 'F' };
const sister = { id: '', family: 'MARLOWE-TEST', given: 'OLIVE', birth: '', sex: 'F' };
const olive = { mrn: '00900143', family: 'MARLOWE-TEST', given: 'Olive' };
const nobody = { id: '', family: '', given: '', birth: '', sex: '' };
const identifier = ['name', 'birth date'];
const pin = people['dr.kay'].pin;

let site, browser, kay, maria, mariaCalls, kayCalls, order, first, second;

before(async () => {
  site = await carts.startEkgSite(phial);
  browser = await launch();
  kay = await openPage(browser, site.url);
  await signIn(kay, 'dr.kay');
  maria = await openPage(browser, site.url);
  await signIn(maria, 'maria');
  [mariaCalls, kayCalls] = await Promise.all([maria, kay].map(pastThePage));
  order = await carts.ekgOrder(mariaCalls, iris);
  await mariaCalls.must('ekg_open', { order, instrument: carts.cart });
});

after(async () => {
  await browser?.close();
  await carts.endEkgSite(site);
});

async function sent(name, says, format = 'hl7-aecg') {
  const known = new Set((await carts.ekgs(mariaCalls)).waiting.map((each) => each.message));
  carts.makeFile(maker, format, path.join(site.cartFolder, name), { recorded: carts.cartTime(0), ...says });
  return carts.waits(mariaCalls, (each) => each.tracing && !known.has(each.message));
}

const opened = async (page) => {
  await page.click('[data-screen=ekg]');
  await page.click('.rowlist.reviews >> text=MARLOWE-TEST');
  await page.waitForFunction(() => document.querySelector('.paper-frame img:not([hidden])')?.naturalWidth > 0);
};

test('the page signs only what it was shown: that tracing, in that layout', async () => {
  first = (await sent('one.xml', { ...irisFile, seed: 1 })).tracing;
  await mariaCalls.must('ekg_tie', { tracing: first, order, identifier });
  const other = (await sent('two.xml', { ...irisFile, seed: 2, recorded: carts.cartTime(1) })).tracing;
  const elsewhere = await carts.ekgOrder(mariaCalls, iris);
  await mariaCalls.must('ekg_tie', { tracing: other, order: elsewhere, identifier });
  const bound = async (tracing, look = '') => {
    const sheet = await carts.picture(kayCalls, `/ekg/${tracing}.pdf${look}`);
    return { picture: sheet.headers.get('x-phial-picture'), layout: sheet.headers.get('x-phial-layout') };
  };
  const own = await bound(first);
  const strange = await bound(other);
  const wide = await bound(first, '?layout=12x1');
  const { version } = await carts.ekg(kayCalls, order);
  const body = { order, version, tracing: first, opinion: 'agree', disposition: 'no-action', pin };
  for (const wrong of [
    strange,
    { picture: own.picture, layout: wide.layout },
    { picture: '00'.repeat(32), layout: own.layout },
    { picture: own.picture, layout: 'original' },
    { picture: own.picture, layout: '' },
  ]) {
    const answer = await kayCalls.ask('overread', { ...body, ...wrong });
    assert.equal(answer.ok, false, JSON.stringify(wrong));
    assert.match(answer.sentence, /Open the EKG again/);
  }
  assert.deepEqual((await carts.ekg(kayCalls, order)).reviews, []);
});

test('what a provider has begun to say of one EKG is not said of another', async () => {
  await opened(kay);
  await kay.check('input[name=opinion][value=change]');
  await kay.fill('textarea[name=reading]', 'Said of the first.');
  second = (await sent('three.xml', { ...irisFile, seed: 3 })).tracing;
  await mariaCalls.must('ekg_tie', { tracing: second, order, identifier });
  await mariaCalls.must('ekg_untie', { tracing: first, reason: 'run on somebody else' });
  await kay.click('text=Show it');
  await until(
    () => kay.evaluate((id) => document.querySelector('.ekg .btn[download]')?.href.includes(`/ekg/${id}.pdf`), second),
    'the other EKG on the screen',
  );
  await kay.waitForSelector('form.read');
  assert.equal(await kay.locator('input[name=opinion]:checked').count(), 0);
  assert.equal(await kay.inputValue('textarea[name=reading]'), '');
  assert.deepEqual(kay.troubles, []);
});

test('a relative of the same name is not shown as agreeing', async () => {
  const row = await sent('four.xml', { ...sister, seed: 4 });
  assert.equal(row.differs, 'name');
  assert.deepEqual(
    row.candidates.filter((each) => each.why.includes('name')).map((each) => each.order),
    [],
  );
  await maria.click('[data-screen=ekg]');
  await maria.click('.rowlist.ekgs > button >> text=OLIVE');
  await maria.waitForSelector('.compare');
  assert.match(await maria.textContent('.compare tbody tr >> nth=0'), /Name.*differs/);
  assert.deepEqual(maria.troubles, []);
});

test('what names nobody and was recorded before the order was opened is nobody’s until somebody chooses', async () => {
  await mariaCalls.must('ekg_close', { instrument: carts.cart });
  const early = await carts.ekgOrder(mariaCalls, iris);
  await mariaCalls.must('ekg_open', { order: early, instrument: carts.cart });
  const recorded = carts.cartTime(0);
  await until(() => carts.cartTime(0) > recorded, 'the next second');
  const late = await carts.ekgOrder(mariaCalls, olive);
  await mariaCalls.must('ekg_open', { order: late, instrument: carts.cart, instead: early });
  await until(() => carts.cartTime(0) > recorded, 'the next second');
  const row = await sent('five.xml', { ...nobody, seed: 5, recorded });
  assert.equal(row.proposed.order, late);
  assert.equal(row.differs, 'time of recording');
  const before = row.candidates.find((each) => each.order === early);
  assert.deepEqual(before?.why, ['cart'], 'the one before is offered');
  await maria.click('[data-screen=ekg]');
  await maria.click('.rowlist.ekgs > button >> text=nobody');
  await maria.waitForSelector('.compare');
  assert.equal(await maria.locator('input[name=candidate]:checked').count(), 0, 'nobody is chosen for her');
  await maria.setViewportSize({ width: 1024, height: 768 });
  assert.equal(await maria.locator('input[name=candidate]').count(), 3);
  assert.equal(await maria.$eval('.scroll:has(.compare)', (table) => table.scrollWidth - table.clientWidth), 0, 'every candidate is in sight');
  assert.match(await maria.textContent('main'), /time of recording/);
  const refused = await mariaCalls.ask('ekg_tie', { tracing: row.tracing, order: late, identifier });
  assert.match(refused.sentence, /does not agree with this order: time of recording/);
  assert.deepEqual(maria.troubles, []);
});
