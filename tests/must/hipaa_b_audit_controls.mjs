// hipaa_b_audit_controls.mjs PHIAL: 45 CFR 164.312(b). Looking, searching and printing are on record before anything is
// shown, so are sign-ins that fail and changes of roles; and who saw a patient is one question with a whole answer (M23).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, scan } from '../browser/browser.mjs';
import { Caller, instrument, people, Site, until } from '../browser/site.mjs';

let site, browser, maria, kay, omar, dora, order, accession, other;
const pin = '244948';

const sql = (query) => spawnSync('sqlite3', [`${site.data}/phial.db`, query], { encoding: 'utf8' }).stdout.trim();

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  const ada = await site.caller('ada');
  await ada.must('user_add', { login: 'omar', name: 'Omar Invented', role: 'auditor', new_pin: pin });
  await ada.must('user_add', { login: 'dora', name: 'Dora Invented', role: 'director', new_pin: '173205' });
  [maria, kay, omar, dora] = [1, 2, 3, 4].map(() => new Caller(site.url));
  await dora.must('sign_in', { login: 'dora', pin: '173205', workstation: 'office' });
  await maria.signIn('maria');
  await kay.signIn('dr.kay');
  await omar.must('sign_in', { login: 'omar', pin, workstation: 'office' });
  ({ order, accession } = await site.collected(maria, { mrn: 'AU-1', family: 'Audited-TEST', given: 'Sam' }));
  other = await site.collected(maria, { mrn: 'AU-2', family: 'Bystander-TEST', given: 'Jo' });
  await site.simulate(accession);
  await until(async () => (await kay.must('view', { what: 'inbox' })).data.rows.some((row) => row.order === order), 'the result');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

test('each way to see a patient leaves a row, with the person, the role and the place', async () => {
  const looks = [
    ['order', order],
    ['specimen', accession],
    ['search', 'Audited'],
    ['inbox', ''],
    ['inbox', 'dr.kay'],
    ['order_list', ''],
    ['unmatched', ''],
  ];
  for (const [what, key] of looks) {
    const count = () => Number(sql(`SELECT count(*) FROM view WHERE what = '${what}' AND key = '${key}' AND role = 'provider' AND workstation = 'test'`));
    const before_ = count();
    await kay.must('view', { what, key });
    assert.equal(count(), before_ + 1, what);
  }
  const label = await fetch(`${site.url}api/label_picture`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Phial': '1', Cookie: maria.cookie },
    body: JSON.stringify({ accession }),
  });
  assert.equal(label.status, 200);
  assert.equal(sql(`SELECT count(*) FROM view WHERE what = 'label' AND key = '${accession}'`), '1');
  assert.equal(sql(`SELECT count(*) FROM label_print p JOIN specimen s ON s.id = p.specimen WHERE s.accession = '${accession}'`), '1', 'printing');
});

test('a look that is refused shows nothing, and what does not exist is on record all the same', async () => {
  const finn = await omar.ask('sign', { order, version: '0', meaning: 'REVIEWED', pin });
  assert.equal(finn.status, 403);
  await kay.must('view', { what: 'order', key: 'NOPE' });
  assert.equal(sql("SELECT count(*) FROM view WHERE key = 'NOPE'"), '1');
});

test('sign-ins that fail are on record', async () => {
  await new Caller(site.url).ask('sign_in', { login: 'maria', pin: '000001', workstation: 'elsewhere' });
  assert.equal(sql("SELECT reason FROM sign_in WHERE ok = 0 AND workstation = 'elsewhere'"), 'wrong PIN');
});

test('who saw this patient: everybody, and nothing of the next patient', async () => {
  for (const key of ['AU-1', accession, order]) {
    const { data } = await dora.must('view', { what: 'access', key, limit: 500 });
    assert.equal(data.mrn, 'AU-1');
    assert.deepEqual(data.orders, [order]);
    const seen = data.rows.map((row) => `${row.person.login} ${row.kind} ${row.what}`);
    for (const each of ['dr.kay view order', 'dr.kay view specimen', 'dr.kay view search', 'maria view label', 'maria act collected', 'maria act label-verified'])
      assert.ok(seen.includes(each), `${each} in ${seen}`);
    assert.ok(data.rows.every((row) => row.key !== other.order && row.key !== other.accession));
    assert.ok(data.lists.some((row) => row.person.login === 'dr.kay' && row.what === 'inbox' && row.times >= 1), 'lists on which the patient stood');
    const own = Number(sql("SELECT count(*) FROM view v JOIN person p ON p.id = v.person WHERE v.what = 'inbox' AND p.login = 'dr.kay' AND v.key IN ('', 'dr.kay') AND v.at >= (SELECT min(at) FROM result)"));
    const listed = data.lists.find((row) => row.person.login === 'dr.kay' && row.what === 'inbox');
    assert.equal(listed.times, own, 'the list of one’s own results is one of them');
    assert.doesNotMatch(JSON.stringify(data), /Audited-TEST/, 'the report names no patient');
  }
  const covered = (await omar.must('view', { what: 'access', key: order, limit: 500 })).data;
  assert.match(covered.mrn, /^P-\d+$/, 'an auditor who did not bring the patient’s number is not told it');
  assert.ok(covered.rows.some((row) => row.what === 'search'), 'and the same rows');
  assert.ok(covered.rows.every((row) => row.what !== 'search' || row.key === ''), 'without what was typed');
  assert.deepEqual((await dora.must('view', { what: 'access', key: 'AU-2' })).data.rows.filter((row) => row.kind === 'view' && row.what !== 'access'), []);
  assert.deepEqual((await dora.must('view', { what: 'access', key: 'nobody' })).data, {});
  assert.equal(sql("SELECT count(*) FROM view WHERE what = 'access' AND key = 'AU-1'"), '1', 'the question is on record too');
});

test('an auditor who names a patient learns nothing of them before a reason is on record', async () => {
  assert.deepEqual((await omar.must('view', { what: 'access', key: 'AU-1' })).data, {}, 'not even that there is such a patient');
  await omar.must('reveal', { what: 'access', key: 'AU-1', reason: 'The patient asks who looked' });
  const { data, covered } = await omar.must('view', { what: 'access', key: 'AU-1', limit: 500 });
  assert.equal(covered, undefined);
  assert.equal(data.mrn, 'AU-1');
  assert.ok(data.rows.some((row) => row.what === 'search' && row.key === 'Audited'), 'what was typed, too');
  assert.equal(sql("SELECT reason FROM reveal WHERE what = 'access' AND key = 'AU-1'"), 'The patient asks who looked');
});

test('every list that showed the patient is told of, and only from when to when it did', async () => {
  const dr = { provider: 'dr.kay', birth_date: '1970-05-06', sex: 'F', test: 'HbA1c' };
  const listed = async () => {
    const { data } = await dora.must('view', { what: 'access', key: 'AU-3', limit: 500 });
    return new Map(data.lists.filter((row) => row.person.login === 'dora').map((row) => [row.what, row.times]));
  };
  const today = new Date().toLocaleDateString('sv', { timeZone: 'America/New_York' });
  const looks = [
    ['order_list'], ['inbox'], ['inbox', '', 'signed'], ['tasks', 'maria'], ['tasks', '', 'closed'], ['oral'], ['unmatched'],
    ['instrument', instrument], ['trace', 'maria'], ['access_by', 'maria'], ['rejections'],
  ];
  const all = async () => {
    for (const [what, key = '', state] of looks) await dora.must('view', { what, key, ...(state ? { state } : {}) });
    const pack = await fetch(`${site.url}api/pack`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Phial': '1', Cookie: dora.cookie },
      body: JSON.stringify({ from: today, to: today }),
    });
    assert.equal(pack.status, 200);
    await pack.arrayBuffer();
  };
  await all();
  const mine = await site.collected(maria, { mrn: 'AU-3', family: 'Listed-TEST', given: 'Lou' });
  assert.deepEqual([...(await listed()).keys()].sort(), [], 'nothing of before');
  const oral = await maria.must('order_enter', { mrn: 'AU-3', family: 'Listed-TEST', given: 'Lou', ...dr, mode: 'oral' });
  await site.simulate('000000000000', 'normal', '4548-4', ['--patient', 'AU-3']);
  await site.simulate(mine.accession);
  const { rows } = await until(async () => {
    const { data } = await kay.must('view', { what: 'inbox' });
    return data.rows.some((row) => row.order === mine.order) && data;
  }, 'the result');
  await all();
  const open = await listed();
  for (const what of ['order_list', 'inbox', 'oral', 'unmatched', 'instrument', 'trace', 'access_by', 'pack'])
    assert.equal(open.get(what), 1, `${what} in ${[...open.keys()]}`);
  for (const what of ['tasks', 'rejections']) assert.equal(open.has(what), false, what);
  const { version } = rows.find((row) => row.order === mine.order);
  await kay.must('sign', { order: mine.order, version, meaning: 'REVIEWED', pin: people['dr.kay'].pin });
  await kay.must('task_add', { order: mine.order, version, instruction: 'Call them', owner: 'maria', due: today });
  await maria.must('order_cancel', { order: oral.order, reason: 'entered twice' });
  await all();
  await dora.must('view', { what: 'inbox' }); // what waits: the signed order is not there any more
  const later = await listed();
  const times = { order_list: 1, oral: 1, inbox: 2, tasks: 1, unmatched: 2, instrument: 2, trace: 2, pack: 2 };
  for (const [what, count] of Object.entries(times)) assert.equal(later.get(what), count, `${what} afterwards`);
});

test('each thing that core lets somebody look at, and records, is one that this report counts', () => {
  const source = (name) => fs.readFileSync(new URL(`../../core/${name}`, import.meta.url), 'utf8');
  const recorded = [...source('daemon/permit.c').matchAll(/\{ "(\w+)", RIGHT_\w+, true \}/g)].map((found) => found[1]);
  const byNumber = ['order', 'specimen', 'label', 'ekg']; // their key is an order's or a specimen's number
  const report = source('store/queries/access.sql');
  assert.ok(recorded.length > 20);
  assert.deepEqual(recorded.filter((what) => !byNumber.includes(what) && !report.includes(`'${what}'`)), []);
});

test('what one person saw and did, with the patient’s number', async () => {
  const { data } = await dora.must('view', { what: 'access_by', key: 'dr.kay', limit: 500 });
  assert.equal(data.name, people['dr.kay'].name);
  const row = data.rows.find((each) => each.what === 'order' && each.key === order);
  assert.equal(row.mrn, 'AU-1');
  assert.equal(row.role, 'provider');
});

for (const width of [1280, 1024])
  test(`the screen, ${width} px: a scan of the label answers it`, async () => {
    const page = await openPage(browser, site.url, { width });
    await page.fill('input[name=login]', 'omar');
    await page.fill('input[name=pin]', pin);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#top:not([hidden])');
    await page.evaluate(() => (location.hash = '#/access'));
    await page.waitForSelector('text=Everybody who saw one patient');
    await scan(page, accession);
    await page.waitForSelector('#report tbody tr');
    assert.match(await page.textContent('#report'), /Patient with MRN P-\d+/);
    assert.match(await page.textContent('#report'), /Dr. Kay Invented/);
    await assertFits(page, 'Who saw what');
    await axeClean(page, 'Who saw what');
    assert.equal(new URL(page.url()).hash, '#/access', 'nothing of the patient stands in the address');
    await page.fill('input[name=key]', 'AU-2');
    await page.keyboard.press('Enter');
    if (width === 1280) {
      await page.waitForSelector('text=Names and MRNs are covered');
      await page.click('#covered .btn');
      await page.fill('#covered input', 'the patient asks who looked');
      await page.click('#covered .btn.primary');
    }
    await page.waitForSelector('#report >> text=Patient with MRN AU-2');
    assert.deepEqual(page.troubles, []);
    await page.context().close();
  });
