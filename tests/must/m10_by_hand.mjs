// m10_by_hand.mjs PHIAL: tests that people read by eye or type: kit, clock, control line, second look, numbers twice.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, scan, signIn } from '../browser/browser.mjs';
import { bring, people, Site, until } from '../browser/site.mjs';

bring('dora');
let site, browser, maria, lena, kay, dora;
let patients = 0;

const set = (code, more) =>
  dora.must('reading_set', { test: code, read_from: 0, read_to: 3600, second_look: 'never', source: 'insert, invented', ...more });

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena, kay, dora] = await site.callers('maria', 'lena', 'dr.kay', 'dora');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await site?.end();
});

async function tube(code, type = 'urine', more = {}) {
  patients += 1;
  const patient = { mrn: `H-${patients}`, family: `Hand${patients}-TEST`, given: 'Jo', birth_date: '1990-02-03', sex: 'F', ...more };
  const { order } = await maria.must('order_enter', { ...patient, provider: 'dr.kay', test: code });
  await maria.must('identify', { order, identifier: ['name', 'birth date'], method: 'stated' });
  const { accession } = await maria.must('collect', { order, specimen_type: type });
  await maria.must('label_print', { accession });
  await maria.must('label_verify', { accession, scanned: accession });
  return { order, accession, ...patient };
}

const begin = (caller, { accession }, code, lot = 'K-1') => caller.ask('reading_begin', { accession, test: code, lot });
const look = (caller, run, value, more = {}) => caller.ask('reading_look', { run, control: 'valid', value, ...more });
const results = async (order) => (await kay.must('view', { what: 'order', key: order })).data.results;
const ended = async (accession) => {
  const { data } = await maria.must('view', { what: 'by_hand' });
  return data.ended.find((each) => each.accession === accession)?.how;
};

test('nobody enters a test by hand before the director has said how it is read', async () => {
  const urine = await tube('HCG');
  const refused = await begin(maria, urine, 'HCG');
  assert.equal(refused.status, 409);
  assert.match(refused.sentence, /director has not set how HCG/);
  assert.equal((await maria.ask('reading_set', { test: 'HCG', read_from: 0, read_to: 9, second_look: 'never', source: 'x' })).status, 403);
  assert.equal((await dora.ask('reading_set', { test: 'HCG', read_from: 9, read_to: 3, second_look: 'never', source: 'x' })).status, 400);
  assert.equal((await dora.ask('reading_set', { test: 'HCG', read_from: 0, read_to: 9, second_look: 'never', source: '' })).status, 400);
  await set('HCG');
  assert.equal((await begin(maria, urine, 'HCG')).ok, true);
});

test('by the page: tube, kit, clock, control line, two big choices; downstream it is a result like any other', async () => {
  await set('HCG');
  const urine = await tube('HCG');
  const wrong = await tube('HCG');
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'lena');
  await page.click('[data-screen=collect]');
  await page.click('#tabs [data-screen=byhand]');
  await page.waitForSelector(`[data-accession="${urine.accession}"]`);
  await axeClean(page, 'enter result');
  await assertFits(page, 'enter result');
  await page.click(`[data-accession="${urine.accession}"]`);
  await page.waitForSelector('text=Scan the tube in your hand');
  await scan(page, wrong.accession);
  await page.waitForSelector('.stop');
  assert.match(await page.textContent('.stop'), /not the tube of/);
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=Scan the tube in your hand');
  await scan(page, urine.accession);
  await page.waitForSelector('text=Scan the box of the kit');
  await axeClean(page, 'the kit');
  await scan(page, 'K-77');
  assert.equal(await page.inputValue('input[name=lot]'), 'K-77');
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=What do you see?');
  await axeClean(page, 'what is seen');
  await assertFits(page, 'what is seen');
  for (const label of await page.$$('.choices.huge label')) assert.ok((await label.boundingBox()).height >= 64, 'a big choice');
  await page.click('form.stack > .btn.primary');
  assert.match(await page.textContent('.say.bad'), /control line/);
  await page.click('text=Yes, the control line shows');
  await page.click('.choices >> text=Positive');
  await page.click('form.stack > .btn.primary');
  await page.waitForSelector('text=The result is entered');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  await lena.signIn('lena'); // the page was the newer session of hers

  const [result] = await results(urine.order);
  assert.deepEqual([result.value, result.instrument, result.lot, result.status, result.loinc], ['Positive', 'By hand', 'K-77', 'F', '2106-3']);
  const a1c = await site.collected(maria, { mrn: 'H-A1C', family: 'Machine-TEST', given: 'Al' });
  await site.simulate(a1c.accession);
  const [machine] = await until(async () => (await results(a1c.order)).length && results(a1c.order), 'the analyzer');
  assert.deepEqual(Object.keys(result).sort(), Object.keys(machine).sort(), 'only the source tells them apart');
  const { data } = await maria.must('view', { what: 'specimen', key: urine.accession });
  assert.deepEqual(
    data.events.filter((event) => ['wrong-label', 'test-started', 'result-received'].includes(event.type)).map((event) => [event.type, event.person.login]),
    [
      ['wrong-label', 'lena'],
      ['test-started', 'lena'],
      ['result-received', 'lena'],
    ],
  );
  assert.match(data.transmissions[0].frames[0].text, /"value":"Positive"/);
});

test('a kit is read within its window, by the clock of the box', async () => {
  await set('HCG', { read_from: 600, read_to: 900 });
  const early = await tube('HCG');
  const { key } = await begin(maria, early, 'HCG');
  const refused = await look(maria, key, 'Positive');
  assert.equal(refused.ok, false);
  assert.match(refused.sentence, /too early: read it in (600|599) seconds/);
  assert.equal(await ended(early.accession), undefined, 'the run goes on');
  await set('HCG', { read_from: 0, read_to: 1 });
  const late = await tube('HCG');
  const run = await begin(maria, late, 'HCG');
  await until(async () => (await look(maria, run.key, 'nonsense')).status === 409, 'the window to close');
  assert.equal(await ended(late.accession), 'late');
  assert.deepEqual(await results(late.order), []);
  await set('HCG');
  assert.equal((await begin(maria, late, 'HCG')).ok, true, 'with a new kit it is done again');
});

test('without its control line, or of an unknown word, a kit gives no result', async () => {
  await set('HCG');
  const urine = await tube('HCG');
  const { key } = await begin(maria, urine, 'HCG');
  assert.equal((await maria.ask('reading_look', { run: key, value: 'Positive' })).status, 400, 'the control line is asked for');
  assert.equal((await look(maria, key, 'Perhaps')).status, 400);
  const invalid = await maria.ask('reading_look', { run: key, control: 'invalid' });
  assert.match(invalid.sentence, /again with a new kit/);
  assert.equal(await ended(urine.accession), 'invalid');
  assert.deepEqual(await results(urine.order), []);
  assert.equal((await look(maria, key, 'Positive')).status, 409, 'a run that is over takes nothing');
  assert.equal((await maria.ask('reading_begin', { accession: urine.accession, test: 'HCG' })).status, 400, 'a kit has a lot');
});

test('a second look is another person’s, who is not told what the first one saw', async () => {
  await set('STREP-A', { second_look: 'positive' });
  const throat = await tube('STREP-A', 'throat swab');
  const { key } = await begin(maria, throat, 'STREP-A');
  assert.equal((await look(maria, key, 'Positive')).key, 'second');
  assert.deepEqual(await results(throat.order), []);
  assert.equal((await look(maria, key, 'Positive')).status, 403);
  const ada = await site.caller('ada');
  const { name, role } = people.maria;
  await ada.must('user_change', { login: 'maria', name: `${name} II`, role: [role], active: 1, reason: 'married', pin: people.ada.pin });
  await maria.signIn('maria');
  assert.equal((await look(maria, key, 'Positive')).status, 403, 'nor under a new name: it is the same person');
  const { data } = await lena.must('view', { what: 'by_hand' });
  assert.doesNotMatch(JSON.stringify(data.runs.find((run) => String(run.run) === key).looked_by ?? {}), /Positive/);
  assert.equal((await look(lena, key, 'Positive')).key, 'filed');
  assert.equal((await results(throat.order))[0].value, 'Positive');
  const other = await tube('STREP-A', 'throat swab');
  const run = await begin(maria, other, 'STREP-A');
  await look(maria, run.key, 'Positive');
  assert.match((await look(lena, run.key, 'Negative')).sentence, /new kit/);
  assert.equal(await ended(other.accession), 'disagree');
  const third = await tube('STREP-A', 'throat swab');
  const negative = await begin(maria, third, 'STREP-A');
  assert.equal((await look(maria, negative.key, 'Negative')).key, 'filed', 'only what finds something is looked at twice');
});

test('a number is typed twice, and an unusual one is confirmed', async () => {
  await set('GLUCOSE', { kind: 'number', read_to: 0, control: 'no', range: '20-600' });
  const blood = await tube('GLUCOSE', 'capillary blood');
  const { key } = await maria.must('reading_begin', { accession: blood.accession, test: 'GLUCOSE' });
  const type = (value, again, more = {}) => maria.ask('reading_look', { run: key, value, again, ...more });
  assert.match((await type('612', '621')).sentence, /not the same/);
  assert.match((await type('abc', 'abc')).sentence, /no number/);
  assert.match((await type('612', '612')).sentence, /unusual/);
  assert.deepEqual(await results(blood.order), []);
  assert.equal((await type('612', '612', { confirmed: 1 })).key, 'filed');
  const [result] = await results(blood.order);
  assert.deepEqual([result.value, result.number, result.unit], ['612', '612', 'mg/dL']);
});

test('what is not ordered, not labelled or running already is not begun', async () => {
  await set('HCG');
  const urine = await tube('HCG');
  assert.match((await begin(maria, urine, 'STREP-A')).sentence, /not ordered/);
  const { order } = await maria.must('order_enter', { mrn: 'H-X', family: 'Bare-TEST', birth_date: '1990-02-03', sex: 'F', provider: 'dr.kay', test: 'HCG' });
  await maria.must('identify', { order, identifier: ['name', 'birth date'], method: 'stated' });
  const { accession } = await maria.must('collect', { order, specimen_type: 'urine' });
  assert.match((await begin(maria, { accession }, 'HCG')).sentence, /cannot be tested yet/);
  await begin(maria, urine, 'HCG');
  assert.match((await begin(lena, urine, 'HCG')).sentence, /running/);
});

test('a kit whose lot the books speak against is stopped before it is opened', async () => {
  await set('COVID');
  const { key: item } = await lena.must('item_set', { name: 'COVID kit, invented', kind: 'kit', test: ['COVID'], days: 30 });
  const soon = new Date(Date.now() + 90 * 86400000).toISOString().slice(0, 10);
  await lena.must('lot_receive', { item: Number(item), lot: 'C-OPEN', expires: soon, count: 5 });
  const lots = async () => (await lena.must('view', { what: 'lots' })).data.items.find((each) => each.item === Number(item)).lots;
  const nose = await tube('COVID', 'nasal swab');
  const unknown = await begin(maria, nose, 'COVID', 'C-OTHER');
  assert.equal(unknown.status, 409);
  assert.match(unknown.sentence, /^Do not start: /);
  assert.match((await begin(maria, nose, 'COVID', 'C-OPEN')).sentence, /^Do not start: /, 'it is not opened');
  const [{ lot }] = await lots();
  await lena.must('lot_open', { lot_id: lot });
  const run = await begin(maria, nose, 'COVID', `(01)00380740000110(17)${soon.slice(2).replaceAll('-', '')}(10)C-OPEN`);
  assert.equal(run.ok, true, run.sentence);
  assert.equal((await look(maria, run.key, 'Negative')).key, 'filed');
  assert.equal((await results(nose.order))[0].lot, 'C-OPEN', 'the lot as the books write it, out of the scanned code');
  await lena.must('lot_receive', { item: Number(item), lot: '1023456', expires: soon, count: 5 });
  await lena.must('lot_open', { lot_id: (await lots()).find((each) => each.number === '1023456').lot });
  const typed = await tube('COVID', 'nasal swab');
  const by_number = await begin(maria, typed, 'COVID', '1023456');
  assert.equal(by_number.ok, true, by_number.sentence);
  assert.equal((await look(maria, by_number.key, 'Negative')).key, 'filed');
  assert.equal((await results(typed.order))[0].lot, '1023456', 'a number that begins like a GS1 identifier is a number');
  await lena.must('lot_mark', { lot_id: lot, kind: 'recalled', reason: 'by its maker' });
  const second = await tube('COVID', 'nasal swab');
  assert.match((await begin(maria, second, 'COVID', 'C-OPEN')).sentence, /^Do not start: .*recalled/);
});
