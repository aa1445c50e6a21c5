// m15_cover.mjs PHIAL: whose a result is, and cover for a colleague (domain.md 5.4; 5.6, rule 9).
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { launch, openPage, signIn, takeSession } from '../browser/browser.mjs';
import { Caller, people, Site, siteDay as day, until } from '../browser/site.mjs';

const { pin } = people['dr.kay'];
const moss = { name: 'Dr. Moss Invented', role: 'provider', pin: '577215' };
people['dr.moss'] = moss;
people['dr.gone'] = { name: 'Dr. Gone Invented', role: 'provider', pin: '662607' };
let site, browser, maria, lena, kay, other, number = 0;

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  [maria, lena, kay, other] = await site.callers('maria', 'lena', 'dr.kay', 'dr.moss');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const read = async (order) => (await kay.must('view', { what: 'order', key: order })).data;

async function result(provider = 'dr.kay') {
  number += 1;
  const who = { mrn: `T-${number}`, family: `Invented${number}-TEST`, given: 'Sam', provider };
  const { order, accession } = await site.collected(maria, who);
  await site.simulate(accession, 'normal');
  const version = await until(async () => (await read(order)).version, 'the result');
  return { order, version };
}

const sign = (caller, it, its = pin) => caller.ask('sign', { ...it, meaning: 'REVIEWED', pin: its });

test('rule 9: another provider’s result is read, and neither signed, sent back nor given a task', async () => {
  const it = await result();
  assert.equal((await other.must('view', { what: 'order', key: it.order })).data.order, it.order);
  const signed = await sign(other, it, moss.pin);
  assert.equal(signed.status, 403);
  assert.match(signed.sentence, /dr\.kay's.*handed to you.*cover/);
  assert.equal((await other.ask('return', { ...it, note: 'why?' })).status, 403);
  const task = { ...it, owner: 'maria', due: day(1), instruction: 'Call.' };
  assert.equal((await other.ask('task_add', task)).status, 403);
  const batch = { order: [it.order], version: [it.version], meaning: 'REVIEWED', pin: moss.pin };
  assert.equal((await other.ask('sign_batch', batch)).status, 403);
  assert.equal((await read(it.order)).state, 'waiting');
  const { data } = await other.must('view', { what: 'inbox', key: 'dr.moss' });
  assert.deepEqual(data.rows, []);
});

test('rule 9: cover stands from its first day, once it was accepted, until it ends', async () => {
  const it = await result();
  const ask = { deputy: 'dr.moss', from_day: day(0), until_day: day(2), reason: 'a holiday' };
  assert.equal((await maria.ask('cover_ask', ask)).ok, false, 'a medical assistant asks for none');
  assert.equal((await kay.ask('cover_ask', { ...ask, until_day: day(-1) })).ok, false);
  assert.equal((await kay.ask('cover_ask', { ...ask, deputy: 'maria' })).ok, false, 'who does not sign covers nobody');
  assert.equal((await kay.ask('cover_ask', { ...ask, deputy: 'dr.kay' })).ok, false);

  const page = await openPage(browser, site.url);
  await signIn(page, 'dr.kay');
  await takeSession(page, kay);
  await page.click('#tabs [data-screen=cover]');
  await page.selectOption('select[name=deputy]', 'dr.moss');
  await page.fill('input[name=from]', day(0));
  await page.fill('input[name=until]', day(2));
  await page.fill('input[name=reason]', 'a holiday');
  await page.click('form button:has-text("Ask")');
  await page.waitForSelector('text=asked, not accepted yet');
  await axeClean(page, 'cover');
  assert.equal((await sign(other, it, moss.pin)).status, 403, 'asked for is not accepted');
  const { rows } = (await other.must('view', { what: 'covers' })).data;
  assert.equal((await lena.ask('cover_answer', { cover: rows[0].cover, outcome: 'accepted' })).ok, false, 'only the deputy accepts');

  const theirs = await openPage(browser, site.url);
  await signIn(theirs, 'dr.moss');
  await takeSession(theirs, other);
  await theirs.click('#tabs [data-screen=cover]');
  await theirs.click('button:has-text("Accept")');
  await theirs.waitForSelector('text=stands today');
  await theirs.click('#tabs [data-screen=inbox]');
  await theirs.locator(`.item[data-order="${it.order}"]`, { hasText: 'for Dr. Kay Invented' }).waitFor();
  await theirs.locator(`.item[data-order="${it.order}"] .btn`).first().click();
  await theirs.waitForSelector('form.sign');
  assert.match(await theirs.textContent('form.sign'), /for Dr\. Kay Invented/);
  await theirs.fill('form.sign input[name=pin]', moss.pin);
  await theirs.click('form.sign button[name=sign]');
  await theirs.waitForSelector('.worklist:visible, .empty:visible');
  const { reviews } = await read(it.order);
  assert.equal(reviews[0].by.login, 'dr.moss', 'under the name of who signed');

  const next = await result();
  await kay.must('cover_answer', { cover: rows[0].cover, outcome: 'ended' });
  assert.equal((await sign(other, next, moss.pin)).status, 403, 'over is over');
  assert.deepEqual([...page.troubles, ...theirs.troubles], []);
  await page.context().close();
  await theirs.context().close();
});

test('rule 9: cover that begins tomorrow does not stand today', async () => {
  const it = await result();
  await lena.must('cover_ask', { provider: 'dr.kay', deputy: 'dr.moss', from_day: day(1), until_day: day(1), reason: 'ill' });
  const { rows } = (await other.must('view', { what: 'covers' })).data;
  await other.must('cover_answer', { cover: rows[0].cover, outcome: 'accepted' });
  assert.equal((await sign(other, it, moss.pin)).status, 403);
});

test('a result is handed over by a person’s word, and is the colleague’s once accepted', async () => {
  const it = await result();
  assert.equal((await other.ask('own', { order: it.order, outcome: 'taken' })).ok, false, 'what has an owner is not taken');
  await kay.must('own', { order: it.order, outcome: 'offered', owner: 'dr.moss', note: 'your patient' });
  assert.equal((await sign(other, it, moss.pin)).status, 403, 'offered is not accepted');
  const list = (await other.must('view', { what: 'inbox', key: 'dr.moss', state: 'offered' })).data;
  assert.deepEqual(list.rows.map((row) => row.order), [it.order]);
  assert.equal((await lena.ask('own', { order: it.order, outcome: 'accepted' })).ok, false);
  await other.must('own', { order: it.order, outcome: 'accepted' });
  assert.equal((await sign(kay, it)).status, 403, 'it changed hands');
  assert.equal((await sign(other, it, moss.pin)).ok, true);
});

test('who also holds a role that signs nothing answers only in the one that does', async () => {
  const ada = await site.caller('ada');
  people['dr.two'] = { name: 'Dr. Two Invented', role: 'provider', pin: '866025' };
  const { pin: two } = people['dr.two'];
  await ada.must('user_add', { login: 'dr.two', name: 'Dr. Two Invented', role: 'provider', new_pin: two });
  await ada.must('user_change', { login: 'dr.two', role: ['provider', 'auditor'], active: 1, reason: 'audits, too', pin: people.ada.pin });
  const [auditor, provider] = [new Caller(site.url), new Caller(site.url)];
  await auditor.must('sign_in', { login: 'dr.two', pin: two, workstation: 'test', role: 'auditor' });
  const it = await result();
  await kay.must('own', { order: it.order, outcome: 'offered', owner: 'dr.two', note: 'your patient' });
  await kay.must('cover_ask', { deputy: 'dr.two', from_day: day(0), until_day: day(0), reason: 'a holiday' });
  const { cover } = (await kay.must('view', { what: 'covers' })).data.rows.find((row) => row.deputy === 'dr.two');
  const tries = [['own', { order: it.order, outcome: 'accepted' }], ['own', { order: it.order, outcome: 'declined' }], ['cover_answer', { cover, outcome: 'accepted' }]];
  for (const [name, body] of tries) {
    const refused = await auditor.ask(name, body);
    assert.equal(refused.status, 403, name);
    assert.match(refused.sentence, /as auditor, who signs no results/);
  }
  await auditor.must('sign_out');
  await provider.must('sign_in', { login: 'dr.two', pin: two, workstation: 'test', role: 'provider' });
  for (const [name, body] of [tries[0], tries[2]]) await provider.must(name, body);
  await provider.must('sign_out');
  await auditor.must('sign_in', { login: 'dr.two', pin: two, workstation: 'test', role: 'auditor' });
  assert.equal((await auditor.ask('own', { order: it.order, outcome: 'offered', owner: 'dr.kay', note: 'back' })).status, 403);
  assert.equal((await auditor.ask('cover_answer', { cover, outcome: 'ended' })).status, 403);
  await kay.must('cover_answer', { cover, outcome: 'ended' });
});

test('nothing is without an owner: what nobody here signs is in the pool, and the lab lead assigns it', async () => {
  const it = await result('dr.gone');
  const second = await result('dr.gone');
  const ada = await site.caller('ada');
  await ada.must('user_change', { login: 'dr.gone', role: ['provider'], active: 0, reason: 'has left', pin: people.ada.pin });
  const pool = (await kay.must('view', { what: 'inbox', state: 'pool' })).data;
  assert.deepEqual(pool.rows.map((row) => row.order), [it.order, second.order]);
  assert.equal(pool.counts.pool, 2);
  const refused = await sign(kay, it);
  assert.match(refused.sentence, /Take it first/);
  await kay.must('own', { order: it.order, outcome: 'taken' });
  assert.equal((await sign(kay, it)).ok, true);

  assert.equal((await maria.ask('own', { order: second.order, outcome: 'assigned', owner: 'dr.moss', note: 'hers' })).ok, false);
  assert.equal((await lena.ask('own', { order: second.order, outcome: 'assigned', owner: 'maria', note: 'hers' })).ok, false);
  await lena.must('own', { order: second.order, outcome: 'assigned', owner: 'dr.moss', note: 'saw the patient' });
  assert.equal((await sign(other, second, moss.pin)).ok, true);
});
