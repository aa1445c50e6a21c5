// m02_collection.mjs PHIAL: nothing is collected or labelled before two identifiers; what is kept of a collection.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, signIn } from '../browser/browser.mjs';
import { Site } from '../browser/site.mjs';

let site, browser, maria;
let patients = 0;

before(async () => {
  site = await Site.start(process.argv[2]);
  maria = await site.caller('maria');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

async function ordered(more = {}) {
  patients += 1;
  const patient = { mrn: `C-${patients}`, family: `Chair${patients}-TEST`, given: 'Jo', birth_date: '1988-07-06', sex: 'F' };
  return (await maria.must('order_enter', { ...patient, provider: 'dr.kay', test: 'HbA1c', ...more })).order;
}

const specimen = async (accession) => (await maria.must('view', { what: 'specimen', key: accession })).data;

test('no label before two identifiers, and the event says which, how, who and when', async () => {
  const order = await ordered();
  const collect = () => maria.ask('collect', { order, specimen_type: 'whole blood' });
  assert.match((await collect()).sentence, /two identifiers/);
  const identify = (identifier) => maria.ask('identify', { order, identifier, method: 'stated' });
  for (const few of [[], ['name'], ['name', 'name']]) assert.equal((await identify(few)).status, 400);
  assert.equal((await collect()).status, 409);
  const started = Date.now();
  assert.equal((await identify(['name', 'birth date'])).ok, true);
  const { accession } = (await collect()) ?? {};
  const event = (await specimen(accession)).events.find((each) => each.type === 'identified');
  assert.deepEqual([event.detail, event.reason, event.person.login], ['name, birth date', 'stated', 'maria']);
  assert.ok(event.at >= started - 1000 && event.at <= Date.now());
  assert.match((await maria.ask('label_verify', { accession, scanned: accession })).sentence, /No label/);
});

test('who has begun a collection goes on with it, whatever comes to the list meanwhile', async () => {
  const lena = await site.caller('lena');
  await ordered();
  const page = await openPage(browser, site.url, { clock: true });
  await signIn(page, 'maria');
  await page.click('[data-screen=collect]');
  await page.waitForSelector('.rowlist button');
  await page.evaluate(() => { // the page passes on to other tabs what it has heard
    window.told = new Promise((done) => {
      new BroadcastChannel('phial-events').onmessage = ({ data }) => data.data?.topic === 'orders' && done();
    });
  });
  await lena.must('order_enter', { mrn: 'C-LATER', family: 'Later-TEST', given: 'Jo', birth_date: '1988-07-06', sex: 'F', provider: 'dr.kay', test: 'HbA1c' });
  await page.evaluate(() => window.told);
  await page.locator('.rowlist button').first().click();
  await page.waitForSelector('main .rail');
  const asked = [];
  page.on('request', (each) => asked.push(`${each.url()} ${each.postData() ?? ''}`));
  await page.clock.fastForward(2000);
  await page.evaluate(() => fetch('/api/who'));
  assert.deepEqual(asked.filter((each) => each.includes('order_list')), [], 'the list does not come back over it');
  assert.equal(await page.locator('main .rail').count(), 1);
  await page.context().close();
  await maria.signIn('maria');
});

test('a tube past its date, recalled or in quarantine is not filled; one within its date is, and its lot is on record', async () => {
  const lena = await site.caller('lena');
  const day = (ahead) => new Date(Date.now() + ahead * 86400000).toISOString().slice(0, 10);
  const item = Number((await lena.must('item_set', { name: 'EDTA tubes', kind: 'tube', test: ['HbA1c'] })).key);
  const lots = {};
  for (const [number, expires] of [['T-OLD', day(2)], ['T-GOOD', day(200)], ['T-BACK', day(200)], ['T-HOLD', day(200)]])
    lots[number] = Number((await lena.must('lot_receive', { item, lot: number, expires })).key);
  await lena.must('lot_mark', { lot_id: lots['T-BACK'], kind: 'recalled', reason: 'cracked stoppers' });
  await lena.must('lot_mark', { lot_id: lots['T-HOLD'], kind: 'quarantine', reason: 'box was wet' });
  const order = await ordered();
  await maria.must('identify', { order, identifier: ['name', 'birth date'], method: 'stated' });
  const collect = (lot) => maria.ask('collect', { order, specimen_type: 'whole blood', lot });
  assert.match((await collect('T-BACK')).sentence, /recalled.*another lot/);
  assert.match((await collect(' t-hold')).sentence, /quarantine: box was wet/);
  const printed = `(01)00380740000110(17)${day(-3).slice(2).replace(/-/g, '')}(10)T-NEW`;
  assert.match((await collect(printed)).sentence, /expired on .*Discard it/);
  assert.equal((await maria.must('view', { what: 'order', key: order })).data.specimens.length, 0);
  const { accession } = await collect(printed.replace(/\(17\)\d{6}/, `(17)${day(90).slice(2).replace(/-/g, '')}`));
  const lot = spawnSync('sqlite3', [`${site.data}/phial.db`, `SELECT lot FROM specimen WHERE accession='${accession}'`], { encoding: 'utf8' });
  assert.equal(lot.stdout.trim(), 'T-NEW', 'of a scanned code the lot is kept');
  assert.equal((await maria.ask('collect', { order, specimen_type: 'whole blood', lot: 'T-GOOD', again: 'a second one' })).ok, true);
});

test('a collection dated back by more than a quarter of an hour needs a reason; one in the future is refused', async () => {
  const order = await ordered();
  const another = await ordered();
  for (const each of [order, another]) await maria.must('identify', { order: each, identifier: ['name', 'birth date'], method: 'stated' });
  const at = (minutes) => new Date(Date.now() - minutes * 60000).toISOString().slice(0, 19) + 'Z';
  const collect = (more) => maria.ask('collect', { order, specimen_type: 'whole blood', ...more });
  assert.match((await collect({ collected_at: at(16) })).sentence, /15 minutes ago. Say why/);
  assert.match((await collect({ collected_at: at(-10) })).sentence, /future/);
  const { accession } = await collect({ collected_at: at(16), reason: 'the printer was out of labels' });
  const event = (await specimen(accession)).events.find((each) => each.type === 'collected');
  assert.equal(event.reason, 'the printer was out of labels');
  assert.equal((await collect({ order: another, collected_at: at(14) })).ok, true, 'a quarter of an hour is free');
});

test('what was asked at the chair is kept with the specimen', async () => {
  const order = await ordered({ placer: 'EHR-778812', icd10: 'E11.9' });
  await maria.must('identify', { order, identifier: ['name', 'birth date'], method: 'stated' });
  const told = { volume: '3 mL', fasting: 'yes', last_menses: '2026-10-30', anticoagulant: 'warfarin', note: 'hard draw' };
  assert.equal((await maria.ask('collect', { order, specimen_type: 'whole blood', fasting: 'perhaps' })).status, 400);
  const { accession } = await maria.must('collect', { order, specimen_type: 'whole blood', container: 'EDTA', site: 'L arm', lot: 'T-9', ...told });
  const data = await specimen(accession);
  assert.deepEqual(data.detail, told);
  assert.deepEqual([data.container, data.site, data.lot, data.collector], ['EDTA', 'L arm', 'T-9', 'maria']);
  const { data: entered } = await maria.must('view', { what: 'order', key: order });
  assert.deepEqual([entered.placer, entered.icd10], ['EHR-778812', 'E11.9']);
});

test('a collection that was left in the middle is taken up where it was left', async () => {
  const order = await ordered();
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'lena');
  const pick = async () => {
    await page.click('#nav [data-screen=collect]');
    await page.click(`.rowlist [data-order="${order}"]`);
  };
  await pick();
  await page.click('text=Name: ');
  await page.click('text=Birth date: ');
  await page.click('text=Both agree');
  await page.waitForSelector('text=Collect for');
  await axeClean(page, 'the collection');
  await assertFits(page, 'the collection');
  await page.fill('input[name=site]', 'R hand');
  await page.click('.choices >> text=Yes');
  await page.click('#nav [data-screen=today]');
  await pick();
  await page.waitForSelector('text=Collect for');
  assert.equal(await page.inputValue('input[name=site]'), 'R hand', 'what was typed is kept');
  assert.equal(await page.isChecked('input[name=fasting][value=yes]'), true);
  await page.click('text=Collected >> nth=-1');
  await page.waitForSelector('text=Print, and stick it on the tube now');
  await page.reload();
  await pick();
  await page.waitForSelector('text=Print, and stick it on the tube now');
  await page.click('text=Print the label');
  await page.waitForSelector('text=Scan the tube in your hand');
  await page.click('#switch');
  await signIn(page, 'maria');
  await pick();
  await page.waitForSelector('text=Scan the tube in your hand');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  const rows = spawnSync('sqlite3', [`${site.data}/phial.db`, 'SELECT site, fasting FROM specimen p JOIN collection_detail d ON d.specimen = p.id ORDER BY p.id DESC LIMIT 1']);
  assert.equal(rows.stdout.toString().trim(), 'R hand|yes');
});
