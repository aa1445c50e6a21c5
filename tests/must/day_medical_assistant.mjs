// day_medical_assistant.mjs PHIAL: the day of a medical assistant, by keyboard and scanner alone, at both widths: badge and
// PIN, an order entered, a collection with its wrong tube, a test read by eye, a critical value called, a colleague's turn.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch } from '../browser/browser.mjs';
import { filed, Hands, widths } from '../browser/hands.mjs';
import { bring, Site } from '../browser/site.mjs';

bring('dora');
const badges = {};
let site, browser, kay;

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  const [ada, dora] = await site.callers('ada', 'dora');
  kay = await site.caller('dr.kay');
  for (const login of ['maria', 'lena']) badges[login] = (await ada.must('badge_issue', { login })).key;
  const reading = { read_from: 0, read_to: 3600, second_look: 'never', source: 'insert, invented' };
  await dora.must('reading_set', { test: 'HCG', ...reading });
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const patient = (width, name) => ({ mrn: `D-${name}-${width}`, family: `${name}${width}-TEST`, given: 'Dana' });

async function enterOrder(hands, width) {
  const { mrn, family, given } = patient(width, 'Chair');
  await hands.open('Collect', '', 'whom to collect from');
  await hands.push('main .btn', 'New patient or order');
  await hands.seen('input[name=mrn]', 'a new order');
  await hands.type('input[name=mrn]', mrn);
  await hands.date('input[name=birth_date]', '05061970');
  await hands.type('input[name=family]', family);
  await hands.type('input[name=given]', given);
  await hands.pick('sex', 'F');
  await hands.tick('test', 'HbA1c');
  await hands.push('main .btn', 'Enter the order');
}

async function collect(hands, wrong) {
  const { page } = hands;
  await hands.seen('input[name=identifier]', 'the two identifiers');
  await hands.push('main .btn', 'Both agree');
  await page.waitForSelector('.say.bad >> text=tick both');
  await hands.tick('identifier', 'name');
  await hands.tick('identifier', 'birth date');
  await hands.push('main .btn', 'Both agree');
  await hands.seen('input[name=site]', 'the collection');
  await hands.type('input[name=site]', 'L arm');
  await hands.scan('TUBE-77');
  assert.equal(await page.inputValue('input[name=lot]'), 'TUBE-77', 'the lot of the tube is scanned');
  await hands.pick('fasting', 'yes');
  await hands.push('main .btn', 'Collected');
  await hands.seen('text=Print, and stick it on the tube now', 'the label');
  await hands.push('main .btn', 'Print the label');
  await hands.seen('text=Scan the tube in your hand', 'the scan back');
  const accession = (await page.textContent('.scanbox .acc')).replace(/\s/g, '');
  await hands.scan(wrong);
  await hands.seen('.stop', 'the wrong tube');
  await hands.press('Enter');
  await page.waitForSelector('text=Scan the tube in your hand');
  await hands.scan(accession);
  await hands.seen('text=The tube is ready for testing', 'the tube is ready');
  await hands.push('main .btn', 'Where is it now?');
  await hands.seen('.chain', 'a specimen');
  assert.match(await page.textContent('.chain'), /wrong label/i, 'the near miss is on record');
  return accession;
}

async function readByEye(hands, urine) {
  const { page } = hands;
  await hands.open('Collect', 'byhand', 'enter a result');
  await hands.scan(urine.accession);
  await hands.seen('input[name=lot]', 'the kit');
  await hands.scan('K-77');
  await hands.press('Enter');
  await hands.seen('text=What do you see?', 'what is seen');
  await hands.pick('control', 'valid');
  await hands.pick('value0', 'Positive');
  await hands.push('main .btn', 'Enter');
  await hands.seen('text=The result is entered', 'the result is entered');
}

async function call(hands, width) {
  const { page } = hands;
  const { order, accession } = await site.collected(kay, patient(width, 'Worst'), 'LIPID');
  await site.simulate(accession, 'critical', '2571-8');
  const notice = '#critical.notice';
  await hands.seen(notice, 'the notice of a critical value');
  await hands.type('input[name=told_to]', 'Dr. Kay Invented');
  await hands.select('select[name=credential]', 'MD');
  await hands.pick('method', 'telephone');
  await hands.type('input[name=contact]', 'extension 4');
  await hands.type('input[name=read_back]', 'the value, heard back');
  await hands.push(`${notice} .btn.danger`, 'Told, and read back');
  await page.waitForSelector(notice, { state: 'hidden' });
  const { critical_notices: [told] } = (await kay.must('view', { what: 'order', key: order })).data;
  assert.equal(told.read_back, 'the value, heard back');
}

for (const width of widths)
  test(`the day of the medical assistant at ${width} px`, async () => {
    const other = await site.collected(kay, patient(width, 'Other'));
    const urine = await site.collected(kay, patient(width, 'Urine'), 'HCG');
    const hands = await Hands.at(browser, site, width);
    const { page } = hands;
    await hands.byBadge('maria', badges.maria);
    await page.waitForSelector('#nav a');
    await hands.open('Today', '', 'today');
    await hands.open('Inbox', '', 'the inbox of the bench');
    await hands.open('Inbox', 'tasks', 'tasks');
    await enterOrder(hands, width);
    const accession = await collect(hands, other.accession);
    await readByEye(hands, urine);
    await call(hands, width);
    await hands.open('Collect', '');
    await hands.byBadge('lena', badges.lena);
    assert.ok(!(await page.textContent('body')).includes(patient(width, 'Chair').family), 'the patient before is gone');
    await hands.byBadge('maria', badges.maria);
    for (const [title, screen] of [
      ['Collect', 'oral'],
      ['Specimens', 'sendouts'],
      ['EKG', ''],
      ['Unmatched', ''],
      ['Lab', 'instruments'],
      ['Today', 'find'],
    ])
      await hands.open(title, screen, screen || title);
    await site.simulate(accession);
    const [{ value }] = (await filed(kay, (await kay.must('view', { what: 'specimen', key: accession })).data.order)).results;
    assert.notEqual(value, '');
    await hands.leave();
  });
