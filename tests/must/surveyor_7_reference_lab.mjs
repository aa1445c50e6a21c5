// surveyor_7_reference_lab.mjs PHIAL: "the name and address of the reference laboratory were missing on the report"
// (domain.md 2.3). From scratch in the browser: a laboratory without its address is refused with what to do, nothing
// goes out without one on record, and the result shows who measured it, on the page and on the report.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { launch, openPage, scan, signIn } from '../browser/browser.mjs';
import { Site } from '../browser/site.mjs';

let site, browser, maria;
const far = { name: 'Faraway Laboratory-TEST', address: '1 Far Street, Elsewhere, NY 10001', clia: '33D1234567' };

before(async () => {
  site = await Site.start(process.argv[2], {});
  browser = await launch();
  maria = await site.caller('maria');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

test('the reference laboratory stands on the result, or nothing leaves the house', async () => {
  const { order, accession } = await site.collected(
    maria,
    { mrn: 'SV-7', family: 'Seven-TEST', given: 'Sue' },
    'TSH',
  );
  const page = await openPage(browser, site.url);
  await signIn(page, 'lena');
  await page.goto(`${site.url}#/sendouts`);
  await page.waitForSelector('text=None is on record. Put one on record before specimens leave the house.');
  await page.locator('h1').click();
  await scan(page, accession);
  await page.waitForSelector('.say.bad >> text=Open a manifest first');

  await page.click('text=Add a laboratory');
  const form = page.locator('[data-lab=new]');
  await form.locator('[name=name]').fill(far.name);
  await form.locator('[name=clia]').fill(far.clia);
  await form.locator('select').selectOption('TSH');
  await form.locator('button', { hasText: 'Save' }).click();
  await form.locator('.say.bad', { hasText: 'address' }).waitFor();
  assert.match(await form.locator('.say').textContent(), /copy street, city, state and ZIP from its requisition/);
  await form.locator('[name=address]').fill(far.address);
  await form.locator('button', { hasText: 'Save' }).click();

  await page.locator('[data-new=manifest] button').click();
  const number = await page.locator('[data-manifest]').getAttribute('data-manifest');
  await page.locator('h1').first().click();
  await scan(page, accession);
  const over = page.locator(`[data-handover="${number}"]`);
  await over.locator('input[type=number]').fill('1');
  await over.locator('input').nth(1).fill('Rider-TEST');
  await over.locator('input').nth(2).fill(number);
  await over.locator('button').click();

  await page.locator(`tr[data-accession="${accession}"] button`, { hasText: 'Result came' }).click();
  const result = page.locator(`[data-result="${accession}"]`);
  await result.locator('input').nth(0).fill('FL-1');
  await result.locator('input[type=datetime-local]').fill('2026-03-14T16:05');
  await result.locator('[name=value]').fill('2.10');
  await result.locator('[name=range]').fill('0.450-4.500');
  for (const name of ['name', 'birth date']) await result.locator(`input[value="${name}"]`).check();
  await result.locator('button').click();
  await page.locator(`tr[data-accession="${accession}"]`).waitFor({ state: 'detached' });

  const { data } = await maria.must('view', { what: 'order', key: order });
  assert.deepEqual(data.results[0].performed_by, {
    ...far,
    phone: '',
    number: 'FL-1',
    reported_at: '2026-03-14T16:05',
  });
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test('the printed report names it, its address and its CLIA number', async () => {
  const { data } = await maria.must('view', { what: 'find', key: 'SV-7' });
  const response = await fetch(`${site.url}report/${data.rows[0].order}.pdf`, { headers: { Cookie: maria.cookie } });
  assert.equal(response.status, 200, await (response.ok ? '' : response.text()));
  const file = path.join(site.folder, 'report.pdf');
  fs.writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  const text = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).stdout.replace(/\s+/g, ' ');
  for (const part of [far.name, '1 Far Street', 'NY 10001', far.clia, '2.10', '0.450'])
    assert.ok(text.includes(part), `${part} in ${text}`);
});
