// surveyor_4_no_controls.mjs PHIAL: domain.md 2.3, finding 4: no controls were run for four kit lots that were opened,
// though the insert asks for them with each shipment and each untrained operator. Here every result of such a kit is
// held, with a sentence that says what to do, until both controls have passed with it.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, openPage, signIn } from '../browser/browser.mjs';
import { Site, until } from '../browser/site.mjs';
import { freePort } from '../support/ports.mjs';
import { spawn } from 'node:child_process';

const strep = '60489-2';
const device = 'ID NOW';
let site, browser, maria, lena, port, kit;
let patients = 0;

function simulate(specimen, values, operator) {
  patients += 1;
  const args = ['simulate', 'abbott-id-now', '--to', `tcp:127.0.0.1:${port}`, '--specimen', specimen, '--test', strep];
  return new Promise((done, failed) => {
    const more = ['--values', values, '--operator', operator, '--run', String(patients)];
    const child = spawn(site.phial, [...args, ...more], { stdio: ['ignore', site.log, site.log] });
    child.on('exit', (status) => (status === 0 ? done() : failed(new Error(`phial simulate: ${status}`))));
  });
}

before(async () => {
  port = await freePort();
  site = await Site.start(process.argv[2], { more: `[instrument ${device}]\nprofile = abbott-id-now\nport = tcp-listen:127.0.0.1:${port}` });
  [maria, lena] = await site.callers('maria', 'lena');
  kit = Number((await lena.must('item_set', { name: 'ID NOW Strep A', kind: 'kit', test: ['STREP-A-NAAT'], instrument: device })).key);
  for (const [level, expected, matches] of [
    ['positive', 'Positive', 'CTRL-POS'],
    ['negative', 'Negative', 'CTRL-NEG'],
  ])
    await lena.must('qc_level', {
      test: 'STREP-A-NAAT',
      instrument: device,
      control: 'Swab control',
      level,
      matches,
      source: 'insert',
      code: [strep],
      low: [''],
      high: [''],
      expected: [expected],
      mean: [''],
      sd: [''],
      unit: [''],
    });
  for (const trigger of ['new_shipment', 'new_operator'])
    await lena.must('qc_trigger', { test: 'STREP-A-NAAT', instrument: device, trigger, basis: 'ifu-required', note: 'insert' });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

async function openLot(number) {
  const received = await maria.must('lot_receive', { item: kit, lot: number, expires: '2099-01-31', count: 24, shipment: `S-${number}` });
  const lots = (await maria.must('view', { what: 'lots' })).data.items.flatMap((item) => item.lots);
  const { lot } = lots.find((each) => each.number === number);
  await maria.must('lot_open', { lot_id: lot });
  return { lot, received };
}

async function result(operator) {
  const patient = { mrn: `I-${patients}`, family: `Swab${patients}-TEST`, given: 'Jo', birth_date: '1990-05-06', sex: 'F', provider: 'dr.kay' };
  const { order } = await maria.must('order_enter', { ...patient, test: 'STREP-A-NAAT' });
  await maria.must('identify', { order, identifier: ['name', 'birth date'], method: 'stated' });
  const { accession } = await maria.must('collect', { order, specimen_type: 'throat swab' });
  await maria.must('label_print', { accession });
  await maria.must('label_verify', { accession, scanned: accession });
  await simulate(accession, 'normal', operator);
  return until(async () => {
    const { data } = await lena.must('view', { what: 'order', key: order });
    if (data.results.length) return data;
    return (await lena.must('view', { what: 'unmatched' })).data.rows.find((row) => row.specimen === accession);
  }, 'the result');
}

const levelOf = async (name) => (await maria.must('view', { what: 'qc' })).data.scopes[0].levels.find((each) => each.level_name === name);

// Both controls: the negative by the instrument, the positive typed from its screen.
async function controls(caller, operator) {
  const negative = await levelOf('negative');
  await simulate('CTRL-NEG', 'qc', operator);
  await until(async () => (await levelOf('negative')).last?.run !== negative.last?.run, 'the negative control');
  const { level } = await levelOf('positive');
  await caller.must('qc_enter', { qc: level, code: [strep], value: ['Positive'], lot: 'C-1', expires: '2099-01-31' });
}

test('four lots are opened one after the other: nothing counts before both controls have passed with each', async () => {
  for (const number of ['N1', 'N2', 'N3', 'N4']) {
    const { lot } = await openLot(number);
    const held = await result('maria');
    assert.equal(held.reason_code, 'qc', `lot ${number} without a control`);
    assert.match(held.reason, /A control of .* is due: Swab control, positive, each new shipment\. Run it, then release/);
    await controls(maria, 'maria');
    assert.equal((await result('maria')).results?.length, 1, `lot ${number} after both controls`);
    await lena.must('lot_mark', { lot_id: lot, kind: 'depleted', reason: 'used up' });
  }
});

test('an operator who never ran a control is held, until that person has', async () => {
  await openLot('N5');
  await controls(maria, 'maria');
  assert.equal((await result('maria')).results?.length, 1);
  const held = await result('lena');
  assert.equal(held.reason_code, 'qc');
  assert.match(held.reason, /each new operator/);
  await controls(lena, 'lena');
  assert.equal((await result('lena')).results?.length, 1);
});

test('the page says which control is due, and why', async () => {
  await openLot('N6');
  const page = await openPage(browser, site.url);
  await signIn(page, 'maria');
  await page.evaluate(() => (location.hash = '#/qc'));
  const card = page.locator(`[data-scope="STREP-A-NAAT ${device}"]`);
  await card.waitFor();
  assert.match(await card.textContent(), /a control is due.*each new shipment.*the instructions require it.*due: Swab control, positive; Swab control, negative/s);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
