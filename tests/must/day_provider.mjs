// day_provider.mjs PHIAL: the day of a provider, by keyboard alone, at both widths: sign, sign with a task, send back with
// a note, normals together, and a corrected result that comes again.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch } from '../browser/browser.mjs';
import { filed, Hands, widths } from '../browser/hands.mjs';
import { people, Site } from '../browser/site.mjs';

const { pin } = people['dr.kay'];
let site, browser, maria, lena;

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  [maria, lena] = await site.callers('maria', 'lena');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const read = async (order) => (await lena.must('view', { what: 'order', key: order })).data;

async function result(width, name, values) {
  const { order, accession } = await site.collected(maria, { mrn: `D-${name}-${width}`, family: `${name}${width}-TEST`, given: 'Dee' });
  await site.simulate(accession, values);
  return (await filed(lena, order)).order;
}

// The cursor of the inbox on that order, by j and k: first to the top of the list, then down.
async function cursor(hands, order) {
  await hands.page.waitForSelector(`.item[data-order="${order}"] .name`);
  for (let steps = 0; steps < 10; steps += 1) await hands.press('k');
  for (let steps = 0; steps < 10; steps += 1) {
    if (await hands.page.locator(`.item.cursor[data-order="${order}"]`).count()) return;
    await hands.press('j');
  }
  assert.fail(`j does not come to order ${order}`);
}

const gone = (hands, order) => hands.page.waitForSelector(`.item[data-order="${order}"]`, { state: 'detached' });
const inbox = (hands) => hands.page.waitForSelector('main select[aria-label=Show]');

async function sign(hands, order) {
  await cursor(hands, order);
  await hands.press('s');
  await hands.seen('form.sign');
  await hands.page.waitForFunction(() => document.activeElement.name === 'pin');
  await hands.page.keyboard.type(pin);
  await hands.press('Enter');
  await inbox(hands);
  await gone(hands, order);
  assert.equal((await read(order)).state, 'signed');
}

async function signWithTask(hands, order) {
  await cursor(hands, order);
  await hands.press('s');
  await hands.seen('form.sign', 'an order that is not normal');
  await hands.pick('disposition', 'call-patient');
  await hands.to('textarea[name=instruction]');
  await hands.press('End');
  await hands.page.keyboard.type('the value, come this week');
  await hands.select('select[name=owner]', 'Maria');
  await hands.type('form.sign input[name=pin]', pin);
  await hands.press('Enter');
  await inbox(hands);
  const { state, tasks } = await read(order);
  assert.deepEqual([state, tasks.length, tasks[0].owner], ['signed', 1, 'maria']);
}

async function sendBack(hands, order) {
  await cursor(hands, order);
  await hands.press('Enter');
  await hands.seen('form.sign');
  await hands.type('form.sign input[name=note]', 'please repeat it');
  await hands.push('form.sign .btn', 'Send back');
  await inbox(hands);
  await gone(hands, order);
  assert.equal((await read(order)).state, 'returned');
}

async function together(hands, orders) {
  await hands.push('main .btn', 'Sign normals together');
  await hands.seen('.item.tick', 'normals together');
  for (const order of orders) await hands.tick('order', order);
  await hands.type('input[name=pin]', pin);
  await hands.press('Enter');
  await hands.page.waitForSelector('text=No normal result of yours awaits review');
  await hands.press('Escape');
  await inbox(hands);
  for (const order of orders) assert.equal((await read(order)).state, 'signed');
}

async function corrected(hands, order) {
  const { version, results: [old] } = await read(order);
  const right = { kind: 'value', value: '9.4', unit: old.unit, reason_code: 'typing', reason: 'read from the wrong line' };
  await lena.must('correct', { order, version, result_id: old.id, ...right, requested_by: '', pin: people.lena.pin });
  await hands.seen('[data-notice]', 'a corrected result in the inbox');
  const told = await hands.page.textContent('[data-notice]');
  assert.ok(told.includes(old.value) && told.includes('9.4'), 'old and new');
  await hands.push('[data-notice] .btn', 'I have read it');
  await hands.page.waitForSelector('[data-notice]', { state: 'detached' });
  await cursor(hands, order);
  await hands.press('s');
  await hands.seen('form.sign', 'a corrected order');
  await hands.pick('disposition', 'already-managed');
  await hands.type('form.sign input[name=pin]', pin);
  await hands.press('Enter');
  await inbox(hands);
  assert.equal((await read(order)).state, 'signed');
}

for (const width of widths)
  test(`the day of the provider at ${width} px`, async () => {
    const [first, second, third, high, odd] = await Promise.all([
      result(width, 'One', 'normal'),
      result(width, 'Two', 'normal'),
      result(width, 'Three', 'normal'),
      result(width, 'High', 'abnormal'),
      result(width, 'Odd', 'abnormal'),
    ]);
    const hands = await Hands.at(browser, site, width);
    await hands.byName('dr.kay');
    await hands.seen('.item .name', 'the inbox');
    await sign(hands, first);
    await signWithTask(hands, high);
    await sendBack(hands, odd);
    await together(hands, [second, third]);
    await corrected(hands, first);
    for (const [title, screen] of [
      ['Inbox', 'tasks'],
      ['Inbox', 'overdue'],
      ['Inbox', 'cover'],
      ['EKG', ''],
      ['Unmatched', ''],
      ['Today', ''],
    ])
      await hands.open(title, screen, screen || title);
    await hands.leave();
  });
