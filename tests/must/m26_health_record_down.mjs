// m26_health_record_down.mjs PHIAL: the health record is off while results are signed and corrected. Nothing is lost and
// everybody can see that it waits; when it is back everything arrives in order. (m26_three_days.c: over three days.)
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, openPage, signIn } from '../browser/browser.mjs';
import { people, Site, until } from '../browser/site.mjs';
import { all, exchange, field, HealthRecord, resulted, sign } from '../support/health_record.mjs';

let site, ehr, kay, browser;
const patient = (n) => ({ mrn: `T-26${n}`, family: `Invented${n}-TEST`, given: 'Lou' });
const orderOf = async (order) => (await kay.must('view', { what: 'order', key: order })).data;

before(async () => {
  ehr = await HealthRecord.open();
  site = await Site.start(process.argv[2], { more: exchange(ehr.port, 'alarm = 1') });
  kay = await site.caller('dr.kay');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
  await ehr?.close();
});

async function signed(n) {
  const data = await resulted(site, kay, patient(n));
  await sign(kay, data);
  return data;
}

test('off, and on again', async () => {
  await ehr.close();
  const a = await signed(1);
  const b = await signed(2);
  const c = await signed(1);
  const lena = await site.caller('lena');
  const { version, results } = await orderOf(a.order);
  await lena.must('correct', {
    order: a.order, version, result_id: results[0].id, kind: 'value', value: '6.6', unit: results[0].unit,
    reason_code: 'typing', reason: 'misread', pin: people.lena.pin,
  });

  const page = await openPage(browser, site.url, { width: 1280 });
  await signIn(page, 'lena');
  await page.evaluate(() => (location.hash = '#/outbox'));
  const card = page.locator('[data-endpoint=EHR]');
  await until(async () => /Waiting\s+4/.test(await card.innerText()), 'four that wait');
  await until(async () => /No connection to the health record at/.test(await card.innerText()), 'the reason');
  assert.match(await card.innerText(), /link down since/);
  const data = await orderOf(b.order);
  assert.equal(data.delivery[0].messages[0].state === 'acked', false);

  await ehr.listen();
  await until(async () => /Waiting\s+none/.test(await card.innerText()), 'all to arrive', 30000);
  const told = ehr.applied.map(({ text }) => {
    const [obr] = all(text, 'OBR');
    return [a, b, c].findIndex(({ order }) => field(obr, 3).includes(order)) + field(obr, 25);
  });
  assert.deepEqual(told, ['0F', '1F', '2F', '0C']);
  await page.close();
});
