// m15_tasks.mjs PHIAL: the four verbs, dispositions and tasks (domain.md 5.6, rules 6, 7 and 8; 5.1).
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { launch, openPage, openSession, signIn, takeSession } from '../browser/browser.mjs';
import { people, Site, siteDay as day, until } from '../browser/site.mjs';

const { pin } = people['dr.kay'];
let site, browser, maria, kay, page, number = 0;

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  maria = await site.caller('maria');
  [page, kay] = await openSession(browser, site, 'dr.kay');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const read = async (order) => (await kay.must('view', { what: 'order', key: order })).data;

async function result(values) {
  number += 1;
  const who = { mrn: `T-15-${100 + number}`, family: `Invented${number}-TEST`, given: 'Sam' };
  const { order, accession } = await site.collected(maria, who);
  await site.simulate(accession, values);
  const version = await until(async () => (await read(order)).version, 'the result');
  return { order, version };
}

async function openOrder(order, look = page) {
  await look.click('#tabs [data-screen=inbox]').catch(() => {});
  await look.locator(`.item[data-order="${order}"] .btn`).first().click();
  await look.waitForSelector('form.sign');
}

test('rule 7: what is not normal is not signed without saying what is to be done', async () => {
  const { order, version } = await result('abnormal');
  const body = { order, version, meaning: 'REVIEWED', pin };
  const bare = await kay.ask('sign', body);
  assert.equal(bare.ok, false);
  assert.match(bare.sentence, /not normal. Choose what is to be done/);
  const odd = await kay.ask('sign', { ...body, disposition: 'whatever' });
  assert.equal(odd.ok, false);
  await openOrder(order);
  await page.fill('form.sign input[name=pin]', pin);
  await page.click('form.sign button[name=sign]');
  await page.waitForSelector('.sign .say.bad');
  assert.match(await page.textContent('.sign .say.bad'), /Choose what is to be done/);
  for (const label of ['No action needed', 'Repeat on', 'Order more', 'Refer', 'Call patient', 'Already managed'])
    assert.equal(await page.locator('form.sign label', { hasText: label }).count(), 1, label);
  assert.equal((await read(order)).state, 'waiting');
  await kay.must('sign', { ...body, disposition: 'already-managed', note: 'known for years' });
  const { reviews, stage } = await read(order);
  assert.deepEqual([reviews[0].disposition, reviews[0].note, stage], ['already-managed', 'known for years', 'closed']);
});

test('rule 8: "call patient" makes a dated task with an owner; the order stays open until its outcome', async () => {
  const { order, version } = await result('abnormal');
  const body = { order, version, meaning: 'REVIEWED_ACTION_ORDERED', disposition: 'call-patient', pin };
  for (const [more, says] of [
    [{}, /who does it and by when/],
    [{ owner: 'maria', due: day(-1), instruction: 'call' }, /is over/],
    [{ owner: 'maria', due: '2026-02-31', instruction: 'call' }, /no day of the calendar|is over/],
    [{ owner: 'ada', due: day(1), instruction: 'call' }, /nobody here who may/],
    [{ owner: 'maria', due: day(1) }, /Write what is to be done/],
  ]) {
    const refused = await kay.ask('sign', { ...body, ...more });
    assert.equal(refused.ok, false);
    assert.match(refused.sentence, says);
    assert.equal((await read(order)).state, 'waiting', 'a refused task signs nothing');
  }
  await page.click('#nav [data-screen=inbox]');
  await openOrder(order);
  await page.check('form.sign input[value=call-patient]');
  await page.fill('form.sign textarea[name=instruction]', 'Call the patient: come for a visit this week.');
  await page.selectOption('form.sign select[name=owner]', 'maria');
  await page.fill('form.sign input[name=due]', day(2));
  await page.fill('form.sign input[name=pin]', pin);
  await axeClean(page, 'the form that signs and sets a task');
  await page.click('form.sign button[name=sign]');
  await page.waitForSelector('.worklist, .empty');
  const signed = await read(order);
  assert.deepEqual([signed.state, signed.stage, signed.tasks.length], ['signed', 'follow-up-open', 1]);
  assert.deepEqual([signed.tasks[0].owner, signed.tasks[0].due], ['maria', day(2)]);
  const open = (await kay.must('view', { what: 'inbox', state: 'follow-up' })).data;
  assert.deepEqual(open.rows.map((row) => row.order), [order]);

  const hers = await openPage(browser, site.url);
  await signIn(hers, 'maria');
  await takeSession(hers, maria);
  await hers.click('#tabs [data-screen=tasks]');
  const card = hers.locator('[data-task]');
  await card.waitFor();
  assert.match(await card.textContent(), /come for a visit this week.*due/s);
  await card.locator('text=Write the outcome').click();
  await axeClean(hers, 'a task’s outcome');
  await hers.check('input[value=attempt]');
  await hers.fill('textarea[name=outcome-note]', 'No answer, tried twice.');
  await hers.click('text=Record the outcome');
  await hers.waitForSelector('text=No answer, tried twice.');
  assert.equal((await read(order)).stage, 'follow-up-open', 'an attempt is no outcome');
  await hers.locator('[data-task]').locator('text=Write the outcome').click();
  await hers.check('input[value=done]');
  await hers.fill('textarea[name=outcome-note]', 'Reached her, comes on Thursday.');
  await hers.click('text=Record the outcome');
  await hers.waitForSelector('text=No task of yours is open.');
  const closed = await read(order);
  assert.deepEqual([closed.stage, closed.tasks[0].outcome.note], ['closed', 'Reached her, comes on Thursday.']);
  const again = await maria.ask('task_step', { task: closed.tasks[0].task, outcome: 'done', note: 'once more' });
  assert.equal(again.ok, false, 'an outcome is given once');
  assert.deepEqual(hers.troubles, []);
  await hers.context().close();
});

test('rule 6: sign; sign with a task; a task without signing; return with a note', async () => {
  const task = { owner: 'maria', due: day(1), instruction: 'Weigh the patient.' };
  const plain = await result('normal');
  await kay.must('sign', { ...plain, meaning: 'REVIEWED', pin });
  assert.equal((await read(plain.order)).stage, 'closed');

  const both = await result('normal');
  await kay.must('sign', { ...both, meaning: 'REVIEWED_ACTION_ORDERED', disposition: 'order', pin, ...task });
  assert.equal((await read(both.order)).stage, 'follow-up-open');

  const without = await result('abnormal');
  await kay.must('task_add', { ...without, ...task });
  const waits = await read(without.order);
  assert.deepEqual([waits.state, waits.tasks.length, waits.reviews.length], ['waiting', 1, 0]);

  const back = await result('abnormal');
  const silent = await kay.ask('return', { ...back, note: ' ' });
  assert.equal(silent.ok, false, 'a return says why');
  await kay.must('return', { ...back, note: 'Was she fasting?' });
  assert.equal((await read(back.order)).state, 'returned');

  const hers = await openPage(browser, site.url);
  await signIn(hers, 'maria');
  await takeSession(hers, maria);
  await hers.selectOption('select[aria-label=Show]', 'returned');
  await hers.locator(`.item[data-order="${back.order}"] .btn`).click();
  await hers.waitForSelector('text=Was she fasting?');
  await axeClean(hers, 'an order that was sent back');
  await hers.fill('textarea[name=answer]', 'Yes, since the evening.');
  await hers.click('text=Answer, and send it for review');
  await hers.waitForSelector('textarea[name=answer]', { state: 'detached' });
  const answered = await read(back.order);
  assert.deepEqual([answered.state, answered.return_answers[0].note], ['waiting', 'Yes, since the evening.']);
  const twice = await maria.ask('return_answer', { ...back, note: 'again' });
  assert.equal(twice.ok, false);
  await hers.context().close();
});

test('who may do what with a task', async () => {
  const it = await result('abnormal');
  const task = { ...it, owner: 'maria', due: day(1), instruction: 'Call.' };
  assert.equal((await maria.ask('task_add', task)).status, 403, 'a medical assistant sets none');
  await kay.must('task_add', task);
  const { tasks } = await read(it.order);
  const step = { task: tasks[0].task, note: 'not now' };
  const dropped = await maria.ask('task_step', { ...step, outcome: 'not-needed' });
  assert.equal(dropped.ok, false, 'only a provider drops a task');
  await maria.must('task_step', { ...step, outcome: 'handed', owner: 'lena', due: day(3) });
  const { tasks: handed } = await read(it.order);
  assert.deepEqual([handed[0].owner, handed[0].due], ['lena', day(3)]);
  await kay.must('task_step', { ...step, outcome: 'not-needed' });
  assert.deepEqual(page.troubles, []);
});
