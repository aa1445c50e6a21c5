// m22_send_outs.mjs PHIAL: a manifest for the courier; a count that differs blocks the hand-over; what is out is on the
// outstanding list until its result came; the result carries the laboratory that measured it, and its own words.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, scan, signIn } from '../browser/browser.mjs';
import { Site } from '../browser/site.mjs';

let site, browser, maria, lena, laboratory;
const far = { name: 'Faraway Laboratory-TEST', address: '1 Far Street, Elsewhere, NY 10001', clia: '33D1234567' };
const patient = (n) => ({ mrn: `S-${n}`, family: `Sent${n}-TEST`, given: 'Ida' });

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  [maria, lena] = await site.callers('maria', 'lena');
  await lena.must('lab_set', { ...far, test: ['TSH'], days: [2] });
  const { data } = await maria.must('view', { what: 'sendouts' });
  ({ laboratory } = data.labs[0]);
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const look = async () => (await maria.must('view', { what: 'sendouts' })).data;

test('only what the laboratory does, is labelled and in one bag, goes on a manifest', async () => {
  const { key: manifest } = await maria.must('manifest_open', { laboratory, temperature: 'cold' });
  assert.match(manifest, /^M\d{6}-\d+$/);
  const wrong = await site.collected(maria, patient(1));
  const refused = await maria.ask('manifest_pack', { manifest, accession: wrong.accession });
  assert.match(refused.sentence, /does none of the tests of specimen/);
  const right = await site.collected(maria, patient(2), 'TSH');
  assert.deepEqual(
    (await look()).to_send.map((row) => row.accession),
    [right.accession],
  );
  await maria.must('manifest_pack', { manifest, accession: right.accession });
  const again = await maria.ask('manifest_pack', { manifest, accession: right.accession });
  assert.match(again.sentence, /cannot be in two bags/);
  const off = await maria.ask('manifest_unpack', { manifest, accession: right.accession, reason: '' });
  assert.match(off.sentence, /Say why/);
  await maria.must('manifest_unpack', { manifest, accession: right.accession, reason: 'wrong bag' });
  assert.equal((await look()).open[0].count, 0);
  const empty = await maria.ask('hand_over', { manifest, count: 0, courier: 'Rider', scanned: manifest });
  assert.match(empty.sentence, /is empty/);
  await site.simulate(right.accession); // what is stored may still be tested; what is out may not: see below
});

test('a count that differs blocks the hand-over and is on record; equal counts go out', async () => {
  const { key: manifest } = await maria.must('manifest_open', { laboratory, temperature: 'cold' });
  const sent = [];
  for (const n of [11, 12]) sent.push(await site.collected(maria, patient(n), 'TSH'));
  for (const { accession } of sent) await maria.must('manifest_pack', { manifest, accession });
  const short = await maria.ask('hand_over', { manifest, count: 1, courier: 'Rider-TEST', scanned: manifest });
  assert.equal(short.ok, false);
  assert.match(short.sentence, /You counted 1, the manifest has 2\. Nothing was handed over\..*missing/);
  const listed = (await look()).open.find((each) => each.manifest === manifest);
  assert.deepEqual([listed.counts[0].counted, listed.counts[0].listed, listed.sent_at], [1, 2, null]);
  const other = await maria.ask('hand_over', { manifest, count: 2, courier: 'Rider-TEST', scanned: 'M000000-1' });
  assert.match(other.sentence, /is not the number of this manifest/);
  await maria.must('hand_over', { manifest, count: 2, courier: 'Rider-TEST', scanned: manifest });
  const after_ = await look();
  const rows = after_.outstanding.filter((row) => row.manifest === manifest);
  assert.equal(rows.length, 2);
  for (const row of rows) {
    assert.equal(row.due_at - row.sent_at, 2 * 86400000);
    assert.equal(row.late, 0);
    assert.deepEqual(row.lab, { ...far, phone: '' });
  }
  const late = await maria.ask('manifest_pack', { manifest, accession: sent[0].accession });
  assert.match(late.sentence, /with the courier already/);
});

test('the result comes back as the laboratory wrote it, names it, and ends the waiting', async () => {
  const row = (await look()).outstanding[0];
  const result = {
    accession: row.accession,
    lab_number: 'FL-90210',
    reported_at: '2026-03-14T16:05',
    identifier: ['name', 'birth date'],
    code: ['3016-3'],
    value: ['>100.00'],
    unit: ['uIU/mL'],
    range: ['0.450-4.500'],
    flag: ['H'],
    note: 'Verified by repeat analysis.\nSecond line.',
  };
  const one = await maria.ask('reference_result', { ...result, identifier: ['name'] });
  assert.match(one.sentence, /two/);
  const strange = await maria.ask('reference_result', { ...result, code: ['4548-4'] });
  assert.match(strange.sentence, /was not ordered/);
  await maria.must('reference_result', result);
  const { data } = await maria.must('view', { what: 'order', key: row.order });
  const [filed] = data.results;
  for (const [name, value] of Object.entries({
    value: '>100.00',
    comparator: '>',
    number: '100.00',
    unit: 'uIU/mL',
    device_range: '0.450-4.500',
    device_flags: 'H',
    site_flag: '',
    reference_range: '',
  }))
    assert.equal(filed[name], value, name);
  assert.deepEqual(filed.performed_by, { ...far, phone: '', number: 'FL-90210', reported_at: '2026-03-14T16:05' });
  assert.equal(data.state, 'waiting', 'it waits for the provider like any other');
  const left = await look();
  assert.equal(
    left.outstanding.some((each) => each.accession === row.accession),
    false,
  );
  const again = await maria.ask('reference_result', result);
  assert.match(again.sentence, /Nothing is outstanding/);
  const specimen = (await maria.must('view', { what: 'specimen', key: row.accession })).data;
  const kinds = specimen.events.map((event) => event.type);
  for (const kind of ['packed', 'handed-over', 'reference-result']) assert.ok(kinds.includes(kind), kind);
  assert.ok(specimen.transmissions[0].frames.some((frame) => frame.text.includes('Verified by repeat analysis.')));
});

test('by scanner at the bench: pack, count, courier; the list and its laboratory', async () => {
  const { accession } = await site.collected(maria, patient(31), 'TSH');
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'maria');
  await page.goto(`${site.url}#/sendouts`);
  await page.waitForSelector('[data-new=manifest]');
  await page.locator('[data-new=manifest] button').click();
  await page.waitForFunction(() => document.querySelectorAll('[data-manifest]').length === 2); // one was left open
  const card = page.locator('[data-manifest]').first();
  const number = await card.getAttribute('data-manifest');
  await page.locator('h1').first().click();
  await scan(page, accession);
  await card.locator('tbody tr', { hasText: 'Sent31-TEST' }).waitFor();
  const form = page.locator(`[data-handover="${number}"]`);
  await form.locator('input[type=number]').fill('3');
  await form.locator('input').nth(1).fill('Rider-TEST');
  await form.locator('input').nth(2).fill(number);
  await form.locator('button').click();
  await form.locator('.say.bad', { hasText: 'You counted 3, the manifest has 1' }).waitFor();
  await axeClean(page, 'the send-outs screen');
  await assertFits(page, 'send-outs');
  await form.locator('input[type=number]').fill('1');
  await form.locator('button').click();
  const row = page.locator(`tr[data-accession="${accession}"]`);
  await row.waitFor();
  for (const part of ['Sent31-TEST', far.name, far.address, far.clia, 'expected'])
    assert.ok((await row.textContent()).includes(part), part);
  await row.locator('button', { hasText: 'Result came' }).click();
  await page.waitForSelector(`[data-result="${accession}"]`);
  await axeClean(page, 'the form for a reference result');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
