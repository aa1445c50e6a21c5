// m25_huddle_and_metrics.mjs PHIAL: the morning's page and the laboratory's figures say what SQL says when it is asked
// anew; n stands beside each figure, and one drawn from fewer than twenty is not shown.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, signIn } from '../browser/browser.mjs';
import { people, Site, until } from '../browser/site.mjs';

const tubes = 21;
const values = ['normal', 'abnormal', 'normal'];
let site, browser, maria, lena, kay;

const sql = (text) =>
  spawnSync('sqlite3', [`file:${site.data}/phial.db?mode=ro`, text], { encoding: 'utf8' }).stdout.trim();
const number = (text) => Number(sql(text));

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  [maria, lena, kay] = await site.callers('maria', 'lena', 'dr.kay');
  for (let n = 1; n <= tubes; n += 1) {
    const made = await site.collected(maria, { mrn: `H-${n}`, family: `Huddle${n}-TEST`, given: 'Hal' });
    if (n <= 3) await site.simulate(made.accession, values[n - 1]);
    if (n === 4) await lena.must('reject', { accession: made.accession, reason_code: 'RM', reason: '' });
    if (n === 1) {
      const order = await until(async () => {
        const { data } = await kay.must('view', { what: 'order', key: made.order });
        return data.results.length ? data : null;
      }, 'the first result');
      const pin = people['dr.kay'].pin;
      await kay.must('sign', {
        order: made.order,
        version: order.version,
        meaning: 'REVIEWED',
        disposition: 'no-action',
        pin,
      });
    }
  }
  await site.simulate('999999999999');
  await until(() => number('SELECT count(*) FROM held') === 1 && number('SELECT count(*) FROM result') === 3, 'all of it');
  const oral = { mrn: 'H-90', family: 'Oral-TEST', given: 'Ora', birth_date: '1970-05-06', sex: 'F', provider: 'dr.kay' };
  await maria.must('order_enter', { ...oral, test: 'HbA1c', mode: 'oral' });
});

after(async () => {
  await browser?.close();
  await site?.end();
});

test('the huddle counts what the database holds', async () => {
  const { data } = await maria.must('view', { what: 'huddle', since: 0 });
  const of = (section, what) => data[section].find((line) => line.what === what).count;
  assert.equal(of('outstanding', 'review'), number("SELECT count(*) FROM worklist WHERE state = 'waiting'"));
  assert.equal(of('outstanding', 'held'), number('SELECT count(*) FROM held'));
  assert.equal(of('outstanding', 'sendouts'), 0);
  assert.equal(of('due', 'oral'), 1);
  assert.equal(
    of('due', 'collect'),
    number(`SELECT count(*) FROM to_do d WHERE NOT EXISTS (SELECT 1 FROM specimen p JOIN specimen_state c
      ON c.specimen = p.id WHERE p.orders = d.orders AND c.state <> 'rejected')`),
  );
  assert.equal(of('overdue', 'review'), 0);
  for (const section of ['due', 'expiring', 'outstanding', 'overdue']) assert.ok(data[section].length >= 2, section);
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'maria');
  await page.goto(`${site.url}#/today`);
  const line = page.locator('[data-line="outstanding-held"]');
  await line.waitFor();
  assert.match(await line.textContent(), /Held or unmatched\s*1, oldest/);
  assert.equal(await page.locator('[data-huddle]').count(), 5, 'due, expiring, outstanding, overdue, offline');
  await assertFits(page, 'today');
  await axeClean(page, 'today');
  await line.locator('a').click();
  await page.waitForSelector('text=1 held or unmatched');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test('each figure is what SQL says, with its n', async () => {
  const { data } = await lena.must('view', { what: 'metrics', since: Date.now() - 86400000 });
  const row = (id) => data.rows.find((each) => each.id === id);
  const share = (count, n, of) => Math.round((of * 100 * count) / n) / 100;
  const collected = number('SELECT count(*) FROM specimen');
  assert.equal(collected, tubes);
  const rejected = number("SELECT count(DISTINCT specimen) FROM event WHERE type = 'rejected'");
  const verified = number("SELECT count(DISTINCT specimen) FROM event WHERE type = 'label-verified'");
  assert.deepEqual([row('rejected').n, row('rejected').count, row('rejected').value], [tubes, rejected, share(rejected, tubes, 100)]);
  assert.deepEqual([row('verified').n, row('verified').count, row('verified').value], [tubes, verified, share(verified, tubes, 100)]);
  assert.deepEqual([row('labelling').n, row('labelling').count, row('labelling').value], [tubes, 1, share(1, tubes, 1000)]);
  const messages = number("SELECT count(*) FROM message WHERE disposition IN ('linked', 'held', 'incomplete')");
  assert.deepEqual([row('unmatched').n, row('unmatched').count], [messages, 1]);
  const minutes = sql(`SELECT (r.at - p.collected_at) / 60000.0 FROM result r JOIN specimen p ON p.id = r.specimen
    ORDER BY 1`).split('\n').map(Number);
  assert.equal(row('turnaround').n, minutes.length);
  assert.ok(Math.abs(row('turnaround').value - minutes[1]) <= 0.05, 'the median of three is the second');
  assert.ok(Math.abs(row('turnaround').p90 - minutes[2]) <= 0.05);
  assert.equal(row('review-normal').n, number("SELECT count(*) FROM review WHERE kind = 'signed'"));
  assert.equal(row('corrected').n, number('SELECT count(*) FROM result'));
});

test('fewer than twenty are too few to say, and the file says so too', async () => {
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'lena');
  await page.goto(`${site.url}#/metrics`);
  const many = page.locator('[data-metric=verified]');
  await many.waitFor();
  assert.match(await many.textContent(), new RegExp(`100 %.*${tubes} of n = ${tubes}`));
  assert.match(await page.textContent('[data-metric=turnaround]'), /too few to say.*n = 3/);
  const aims = await page.locator('[data-metric] td:last-child').allTextContents();
  for (const aim of aims.filter((text) => /\d/.test(text))) assert.match(aim, /\d+ (%|min|days|in 1000)/, 'an aim says in what');
  assert.deepEqual([aims[0], aims[5], aims[6]], ['below 0.5 in 1000', 'within a day', 'within 3 days']);
  assert.equal(await page.textContent('[data-metric=critical-call] td:last-child'), '15 min or less');
  await axeClean(page, 'the metrics');
  await assertFits(page, 'the metrics');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Save as CSV')]);
  const file = path.join(site.folder, 'metrics.csv');
  await download.saveAs(file);
  const lines = fs.readFileSync(file, 'utf8').trim().split('\r\n');
  assert.equal(lines.length, 1 + (await page.locator('[data-metric]').count()));
  assert.match(lines.find((line) => line.includes('scanned back')), new RegExp(`"${tubes}","${tubes}","100"`));
  assert.match(lines.find((line) => line.includes('tested here')), /"3","","","","min"/);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
