// m24_covered_names.mjs PHIAL: who audits sees no patient's name, number or birthday until they ask, with a reason; what
// is covered never reaches the browser; the asking is on record (domain.md 4, minimum necessary).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { launch, openPage } from '../browser/browser.mjs';
import { bring, Caller, people, Site, until } from '../browser/site.mjs';

bring('omar');
const secret = { mrn: 'Q-7731', family: 'Quicksilver-TEST', given: 'Zenobia', birth_date: '1961-11-23' };
const telling = /Quicksilver|Zenobia|Q-7731|1961-11-23|19611123/i;

let site, browser, maria, omar, order, accession, held;

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  maria = await site.caller('maria');
  ({ order, accession } = await site.collected(maria, secret));
  await site.simulate(accession, 'abnormal');
  await site.simulate('999999999999', 'normal', '4548-4', ['--patient-name', 'QUICKSILVER-TEST^ZENOBIA']).catch(() =>
    site.simulate('999999999999'),
  );
  held = await until(async () => (await maria.must('view', { what: 'unmatched' })).data.rows[0]?.message, 'a held one');
  omar = await site.caller('omar');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const sql = (text) =>
  spawnSync('sqlite3', [`file:${site.data}/phial.db?mode=ro`, text], { encoding: 'utf8' }).stdout.trim();

test('nothing that an auditor may look at tells who it is', async () => {
  const looks = [
    ['inbox', ''],
    ['order', order],
    ['specimen', accession],
    ['unmatched', ''],
    ['message', String(held)],
    ['search', 'Quick'],
    ['search', accession],
    ['instrument', 'Bench'],
    ['ekgs', ''],
    ['today', ''],
    ['trace', accession],
  ];
  let shown = 0;
  for (const [what, key] of looks) {
    const answer = await omar.ask('view', { what, key });
    if (!answer.ok) continue;
    shown += 1;
    assert.equal(answer.covered, true, what);
    assert.doesNotMatch(JSON.stringify(answer), telling, `${what} ${key}`);
  }
  assert.ok(shown >= 8, `${shown} were shown`);
  const { data } = await omar.must('view', { what: 'order', key: order });
  assert.equal(data.patient.family, 'Patient');
  assert.match(data.patient.mrn, /^P-\d+$/);
  assert.equal(data.patient.birth_date, '1961', 'a year is left');
  assert.equal(data.results[0].value !== '', true, 'and the result');
});

test('asking needs a reason, is on record, and opens that patient alone', async () => {
  const other = await site.collected(maria, { mrn: 'Q-2', family: 'Otherone-TEST', given: 'Una' });
  const silent = await omar.ask('reveal', { what: 'order', key: order, reason: '' });
  assert.match(silent.sentence, /Say why you need the names/);
  await omar.must('reveal', { what: 'order', key: order, reason: 'complaint of 14 March' });
  const { data, covered } = await omar.must('view', { what: 'order', key: order });
  assert.equal(covered, undefined);
  assert.equal(data.patient.family, secret.family);
  const specimen = await omar.must('view', { what: 'specimen', key: accession });
  assert.equal(specimen.data.patient.mrn, secret.mrn, 'the same patient by another way');
  const { data: una } = await omar.must('view', { what: 'order', key: other.order });
  assert.equal(una.patient.family, 'Patient', 'not another patient');
  assert.equal(
    sql("SELECT p.login || '|' || r.what || '|' || r.key || '|' || r.reason FROM reveal r JOIN person p ON p.id = r.person"),
    `omar|order|${order}|complaint of 14 March`,
  );
  const bench = await maria.ask('reveal', { what: 'order', key: order, reason: 'x' });
  assert.equal(bench.ok, false, 'only who audits asks');
});

test('an emergency opens the names as well, and each look says so', async () => {
  const { order: urgent } = await site.collected(maria, { mrn: 'Q-9', family: 'Urgent-TEST', given: 'Ulf' });
  people.otto = { name: 'Otto Invented', role: 'auditor', pin: '662607' };
  const otto = new Caller(site.url);
  const ada = await site.caller('ada');
  await ada.must('user_add', { login: 'otto', name: people.otto.name, role: 'auditor', new_pin: people.otto.pin });
  await otto.signIn('otto');
  await otto.must('emergency_begin', { reason: 'Nobody else is here, patient collapsed', pin: people.otto.pin });
  const { data } = await otto.must('view', { what: 'order', key: urgent });
  assert.equal(data.patient.family, 'Urgent-TEST');
  const { data: list } = await ada.must('view', { what: 'emergencies' });
  assert.deepEqual(list.rows[0].views.map(({ what, key }) => [what, key]), [['order', urgent]]);
});

test('on the page: covered, asked for with a reason, shown', async () => {
  const { order: fresh } = await site.collected(maria, { mrn: 'Q-3', family: 'Pagewise-TEST', given: 'Pia' });
  const page = await openPage(browser, site.url);
  const bodies = [];
  page.on('response', async (response) => {
    if (response.url().includes('/api/')) bodies.push(await response.text().catch(() => ''));
  });
  await page.fill('input[name=login]', 'omar');
  await page.fill('input[name=pin]', people.omar.pin);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#top:not([hidden])');
  await page.waitForSelector('#nav [data-screen=inbox]');
  assert.equal(await page.locator('[data-screen=overdue], [data-screen=cover], [data-screen=tasks]').count(), 0, 'nothing that an auditor cannot do');
  await page.goto(`${site.url}#/overdue`);
  await page.waitForSelector('.worklist, main .empty');
  await page.goto(`${site.url}#/specimens`);
  await page.fill('input[type=search]', 'Patient');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#covered:not([hidden])');
  await page.waitForSelector('.rowlist');
  assert.doesNotMatch(await page.textContent('main'), /Pagewise|Quicksilver/);
  for (const body of bodies) assert.doesNotMatch(body, /Pagewise|Pia"|Q-3/);
  await axeClean(page, 'a screen with covered names');
  await page.click('#covered .btn');
  await page.fill('#covered input', 'a check of identity');
  await page.click('#covered .btn.primary');
  await until(() => sql("SELECT count(*) FROM reveal WHERE reason = 'a check of identity'") === '1', 'the record');
  assert.ok(fresh);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
