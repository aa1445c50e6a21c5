// accessible.mjs PHIAL MAKE_ECG: axe-core finds nothing on any screen, in light and in dark, narrow and wide.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from './axe.mjs';
import { launch, openPage, openScreen, scan, signIn } from './browser.mjs';
import * as carts from './ekg_site.mjs';
import { until } from './site.mjs';

const [, , phial, maker] = process.argv;
const looks = [
  { width: 1280, dark: false },
  { width: 1024, dark: true },
];
const patient = (n) => ({ mrn: `T-${n}`, family: `Invented${n}-TEST`, given: 'Sam' });
let site, browser, maria, critical, accession, toCollect;

before(async () => {
  site = await carts.startEkgSite(phial);
  browser = await launch();
  maria = await site.caller('maria');
  for (const [n, values] of ['normal', 'abnormal'].entries())
    await site.simulate((await site.collected(maria, patient(n))).accession, values);
  ({ order: critical, accession } = await site.collected(maria, patient(7), 'LIPID'));
  await site.simulate(accession, 'critical', '2571-8');
  await site.simulate('999999999999');
  toCollect = patient(8);
  await maria.must('order_enter', { birth_date: '1970-05-06', sex: 'F', provider: 'dr.kay', test: 'HbA1c', ...toCollect });
  await ekgs();
  await until(async () => (await maria.must('view', { what: 'unmatched' })).data.count > 0, 'a held result');
});

after(async () => {
  await browser?.close();
  await carts.endEkgSite(site);
});

// Two EKGs: one that waits for its order, one that waits for its overread.
async function ekgs() {
  const says = { id: 'T-9', family: 'Invented9-TEST', given: 'Sam', birth: '1958-07-19', sex: 'F' };
  const order = await carts.ekgOrder(maria, { mrn: 'T-9', family: 'Invented9-TEST', given: 'Sam' });
  carts.importStick(site, maker, [
    ['scp-ecg', { ...says, recorded: carts.cartTime(3) }],
    ['scp-ecg', { ...says, recorded: carts.cartTime(2) }],
  ]);
  const file = await carts.waits(maria, () => true);
  await maria.must('ekg_tie', { tracing: file.tracing, order, identifier: ['name', 'birth date'] });
  await until(async () => (await carts.ekgs(maria)).waiting.length === 1, 'the second EKG');
}

async function openAs(login, look) {
  const page = await openPage(browser, site.url, look);
  await axeClean(page, 'the sign-in');
  await signIn(page, login);
  if (login === 'lena' || login === 'maria') {
    await page.waitForSelector('#critical:not([hidden]) >> text=Finish what I am doing');
    await axeClean(page, 'the notice of a critical value');
    await page.click('#critical >> text=Finish what I am doing');
  }
  return page;
}

async function close(page) {
  assert.deepEqual(page.troubles, []);
  await page.context().close();
}

for (const look of looks) {
  const name = `${look.width} px, ${look.dark ? 'dark' : 'light'}`;

  test(`the screens of the provider: ${name}`, async () => {
    const page = await openAs('dr.kay', look);
    await page.waitForSelector('.item');
    await axeClean(page, 'the inbox');
    await page.click(`[data-order="${critical}"] .btn`);
    await page.waitForSelector('form.sign');
    await page.click('text=Told and read back');
    await axeClean(page, 'a critical order');
    await page.keyboard.press('Escape');
    await page.click('#nav [data-screen=ekg]');
    await page.waitForSelector('.rowlist button');
    await axeClean(page, 'the list of EKGs');
    await page.click('.rowlist button');
    await page.waitForSelector('.paper-frame');
    await axeClean(page, 'an EKG');
    await close(page);
  });

  test(`the screens of the bench: ${name}`, async () => {
    const page = await openAs('lena', look);
    for (const screen of ['collect', 'specimens', 'ekg', 'unmatched', 'today', 'instruments']) {
      if (screen === 'instruments') await openScreen(page, 'Lab', screen);
      else await page.click(`#nav [data-screen=${screen}]`);
      await page.waitForSelector(screen === 'specimens' ? 'main input[type=search]' : 'main h1');
      await axeClean(page, screen);
    }
    await page.click('[data-instrument=Bench] button');
    await page.waitForSelector('.wire');
    await axeClean(page, 'an instrument');
    await page.click('[data-screen=unmatched]');
    await page.click('.rowlist button');
    await page.waitForSelector('.halves');
    await axeClean(page, 'a held result');
    await page.click('[data-screen=today]');
    await page.waitForSelector('.tiles');
    await scan(page, accession);
    await page.waitForSelector('.chain');
    await axeClean(page, 'a specimen');
    await close(page);
  });

  test(`a collection, step by step: ${name}`, async () => {
    const page = await openAs('maria', look);
    await page.click('[data-screen=collect]');
    await page.click('text=New patient or order');
    await page.waitForSelector('input[name=mrn]');
    await axeClean(page, 'a new order');
    await page.click('[data-screen=collect]');
    await page.click(`text=${toCollect.family}`);
    await page.waitForSelector('input[name=identifier]');
    await axeClean(page, 'the two identifiers');
    await close(page);
  });

  test(`people, and the lock: ${name}`, async () => {
    const page = await openAs('ada', look);
    await page.click('[data-screen=people]');
    await page.waitForSelector('main h1');
    await axeClean(page, 'people');
    await close(page);
    const idle = await openAs('dr.kay', { ...look, clock: true });
    await idle.waitForSelector('.item');
    await idle.clock.fastForward(1000000);
    await idle.waitForSelector('text=Locked');
    await idle.clock.resume();
    await axeClean(idle, 'the lock');
    await close(idle);
  });
}
