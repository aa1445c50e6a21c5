// m11_lots.mjs PHIAL: lots by the interface. A result of a lot that is expired, past its open life, not in the book or
// recalled is held; whoever may releases it with a reason, and both stay beside it; the director sets how far it reaches.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { bring, people, Site, siteDay as day, until } from '../browser/site.mjs';

bring('dora');

const gtin = '00380740000110';
// The site's day, so many days ahead.
const yymmdd = (ahead) => day(ahead).slice(2).replaceAll('-', '');
let site, maria, lena, dora, item, control;
let patients = 0;

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena, dora] = await site.callers('maria', 'lena', 'dora');
});

after(() => site?.end());

async function refused(caller, name, body, words) {
  const answer = await caller.ask(name, body);
  assert.equal(answer.ok, false, `${name} ${JSON.stringify(body)} was taken`);
  assert.match(answer.sentence, words);
  return answer;
}

const held = async () => (await lena.must('view', { what: 'unmatched', limit: 200 })).data.rows;
const lotOf = async (number) =>
  (await lena.must('view', { what: 'lots' })).data.items.flatMap((each) => each.lots).find((lot) => lot.number === number);

// A specimen of a new patient, measured with that lot: { data } of its order, or { row } where it is held.
async function measured(lot, more = []) {
  patients += 1;
  const patient = { mrn: `L-${patients}`, family: `Lot${patients}-TEST`, given: 'Sam' };
  const { order, accession } = await site.collected(maria, patient);
  await site.simulate(accession, 'normal', '4548-4', [...(lot ? ['--lot', lot] : []), ...more]);
  return until(async () => {
    const { data } = await maria.must('view', { what: 'order', key: order });
    const row = (await held()).find((each) => each.specimen === accession);
    return data.results.length ? { order, accession, data } : row && { order, accession, row };
  }, 'the result');
}

test('without a book of lots a result is filed with the warning that nobody knows the lot', async () => {
  const { data } = await measured('ANY-1');
  const warning = data.warnings.find((each) => each.rule === 'lot');
  assert.equal(warning.level, 'warn');
  assert.match(warning.sentence, /No lots are kept for Hemoglobin A1c/);
  const { data: inbox } = await lena.must('view', { what: 'inbox' });
  assert.ok(inbox.rows[0].warnings.some((each) => each.rule === 'lot'), 'the inbox shows it too');
});

test('the lab lead adds the item; a medical assistant does not', async () => {
  const fields = { name: 'A1c cartridges', kind: 'kit', gtin, test: ['HbA1c'], days: 30, storage: '2 to 8 °C' };
  const answer = await maria.ask('item_set', fields);
  assert.equal(answer.status, 403);
  await refused(lena, 'item_set', { ...fields, gtin: '00380740000111' }, /check digit/);
  await refused(lena, 'item_set', { ...fields, test: ['NOPE'] }, /no test "NOPE"/);
  await refused(lena, 'item_set', { ...fields, test: [] }, /Choose the tests/);
  item = Number((await lena.must('item_set', fields)).key);
  control = Number((await lena.must('item_set', { name: 'A1c control', kind: 'control', test: ['HbA1c'], days: 60 })).key);
});

test('a box is received by its GS1 code in each of its forms', async () => {
  const forms = [
    ['GS1', `01${gtin}17${yymmdd(300)}10GS1`],
    ['PAREN', `(01)${gtin}(17)${yymmdd(300)}(10)PAREN`],
    ['SEP', `01${gtin}10SEP<GS>17${yymmdd(300)}`],
  ];
  for (const [number, scanned] of forms) {
    await maria.must('lot_receive', { scanned, count: 2 });
    const lot = await lotOf(number);
    assert.deepEqual([lot.expires, lot.status, lot.quantity], [day(300), 'stock', 2], scanned);
    const { data } = await maria.must('view', { what: 'lot_scan', key: scanned });
    assert.deepEqual([data.item, data.lot, data.number], [item, lot.lot, number], 'the scan finds it again');
  }
  await maria.must('lot_receive', { scanned: forms[0][1], count: 3, shipment: 'S-2' });
  assert.equal((await lotOf('GS1')).quantity, 5, 'a second shipment is the same lot');
  assert.equal((await lotOf('GS1')).shipments, 2);
});

test('nothing is guessed from a code that is damaged, ambiguous or unknown', async () => {
  const bad = (scanned, words) => refused(maria, 'lot_receive', { scanned }, words);
  await bad(`01${gtin.slice(0, 13)}117${yymmdd(300)}10X`, /no GS1 code/);
  await bad(`01${gtin}10LOT17${yymmdd(300)}`, /lot's number is missing\. Type it/);
  await bad(`01${gtin}17271332${'10X'}`, /no GS1 code/);
  await bad('hello', /no GS1 code/);
  await bad(`010000000000001717${yymmdd(300)}10X`, /does not know yet what this is/);
  await refused(maria, 'lot_receive', { item, lot: 'GS1', expires: day(200) }, /is in the book with the expiry date/);
});

test('use-by is the earlier of the printed date and the open life, and opening in the past needs a reason', async () => {
  const lot = await lotOf('GS1');
  await refused(maria, 'lot_open', { lot_id: lot.lot, opened_on: day(-5) }, /Say why/);
  await refused(maria, 'lot_open', { lot_id: lot.lot, opened_on: day(3) }, /today or before/);
  await refused(maria, 'lot_open', { lot_id: lot.lot, opened_on: day(-90), reason: 'forgotten' }, /could be used until/);
  await maria.must('lot_open', { lot_id: lot.lot, opened_on: day(-5), reason: 'forgotten' });
  const opened = await lotOf('GS1');
  assert.deepEqual([opened.status, opened.opened_on, opened.use_by, opened.days_left], ['open', day(-5), day(25), 25]);
  await maria.must('lot_receive', { item, lot: 'SHORT', expires: day(10) });
  await maria.must('lot_open', { lot_id: (await lotOf('SHORT')).lot });
  assert.equal((await lotOf('SHORT')).use_by, day(10), 'opening never makes it last longer');
});

test('an open lot lets a result through without a word of the rule', async () => {
  const { data } = await measured('gs1');
  assert.equal(data.warnings.some((each) => each.rule === 'lot'), false);
  const { data: lot } = await lena.must('view', { what: 'lot', key: String((await lotOf('GS1')).lot) });
  assert.equal(lot.result_count, 1);
  assert.equal(lot.results[0].order, data.order);
});

test('a lot that is not in the book, not open or expired holds the result, and says what to do', async () => {
  const unknown = await measured('127');
  assert.equal(unknown.row.reason_code, 'lot');
  assert.match(unknown.row.reason, /lot 127 .* not in the book of lots\. Compare the code chip/);
  assert.equal(unknown.row.locked, 1);
  const closed = await measured('PAREN');
  assert.match(closed.row.reason, /no day on which lot PAREN .* was opened/);
  await maria.must('lot_receive', { item, lot: 'OLD', expires: day(-1) });
  assert.equal((await lotOf('OLD')).status, 'quarantine', 'what comes past its date goes into quarantine');
  await refused(maria, 'lot_open', { lot_id: (await lotOf('OLD')).lot }, /quarantine/);
  const old = await measured('OLD');
  assert.match(old.row.reason, /quarantine: it came past its expiry date/);
});

test('a release needs the right, a reason and a rule; the warning stays beside the result', async () => {
  const { order, accession, row } = await measured('127');
  const { message } = row;
  assert.equal((await maria.ask('release', { message, reason: 'please' })).status, 403);
  await refused(lena, 'release', { message, reason: '  ' }, /Say why/);
  await lena.must('release', { message, rule: ['lot'], reason: 'chip compared with the container' });
  const { data } = await lena.must('view', { what: 'order', key: order });
  assert.equal(data.results.length, 1);
  const [warning] = data.warnings.filter((each) => each.rule === 'lot');
  assert.equal(warning.level, 'lockout');
  assert.deepEqual([warning.released.by, warning.released.role, warning.released.reason], [
    people.lena.name,
    'lab-lead',
    'chip compared with the container',
  ]);
  assert.equal((await held()).some((each) => each.specimen === accession), false);
  const { data: rules } = await lena.must('view', { what: 'rules' });
  assert.equal(rules.rules.find((rule) => rule.rule === 'lot').overrides, 1, 'releases are counted');
  await refused(lena, 'release', { message, reason: 'again' }, /does not wait/);
});

test('what waits for another reason than a rule cannot be released', async () => {
  await site.simulate('999999999999');
  const row = await until(async () => (await held()).find((each) => each.specimen === '999999999999'), 'the stray one');
  await refused(lena, 'release', { message: row.message, reason: 'it will do' }, /No rule holds this message/);
});

test('linking by hand asks the rules as well', async () => {
  patients += 1;
  const { order, accession } = await site.collected(maria, { mrn: `L-${patients}`, family: `Lot${patients}-TEST`, given: 'Sam' });
  await site.simulate('888888888888', 'normal', '4548-4', ['--lot', '127']);
  const row = await until(async () => (await held()).find((each) => each.specimen === '888888888888'), 'the stray one');
  const link = { message: row.message, resolution: 'link', accession, reason: 'mistyped', identifier: ['name', 'MRN'] };
  await refused(lena, 'resolve', link, /A rule of the laboratory holds this result\. .*lot 127/);
  await lena.must('resolve', { ...link, release: 'chip compared' });
  const { data } = await lena.must('view', { what: 'order', key: order });
  assert.equal(data.warnings.find((each) => each.rule === 'lot').released.reason, 'chip compared');
});

test('a recall holds what comes, and lists what was measured before', async () => {
  const lot = (await lotOf('GS1')).lot;
  const before_ = (await lena.must('view', { what: 'lot', key: String(lot) })).data.result_count;
  assert.equal((await maria.ask('lot_mark', { lot_id: lot, kind: 'recalled', reason: 'letter of today' })).status, 403);
  await refused(lena, 'lot_mark', { lot_id: lot, kind: 'recalled' }, /Say why/);
  await lena.must('lot_mark', { lot_id: lot, kind: 'recalled', reason: 'letter of today' });
  const { row } = await measured('GS1');
  assert.match(row.reason, /Lot GS1 .* is recalled/);
  assert.equal((await lena.must('view', { what: 'lot', key: String(lot) })).data.result_count, before_, 'held is not on a chart');
  assert.equal(before_, 1);
  await lena.must('lot_mark', { lot_id: lot, kind: 'usable', reason: 'the letter meant another lot' });
});

test('a medical assistant may quarantine a lot and mark it as used up, and not more', async () => {
  await maria.must('lot_receive', { item: control, lot: 'C1', expires: day(100) });
  const lot = (await lotOf('C1')).lot;
  await maria.must('lot_mark', { lot_id: lot, kind: 'quarantine', reason: 'box was wet' });
  assert.equal((await maria.ask('lot_mark', { lot_id: lot, kind: 'usable', reason: 'dry now' })).status, 403);
  await lena.must('lot_mark', { lot_id: lot, kind: 'usable', reason: 'vials are sealed' });
  await maria.must('lot_mark', { lot_id: lot, kind: 'depleted' });
  assert.equal((await lotOf('C1')).status, 'depleted');
});

test('an instrument that names no lot: a warning while one is open, held when none is', async () => {
  const { data } = await measured('');
  assert.match(data.warnings.find((each) => each.rule === 'lot').sentence, /did not say which lot .* Open in the book: lot/);
  for (const number of ['GS1', 'SHORT'])
    await lena.must('lot_mark', { lot_id: (await lotOf(number)).lot, kind: 'quarantine', reason: 'a test' });
  const { row } = await measured('');
  assert.match(row.reason, /in quarantine/);
});

test('the director sets how far a rule reaches, with PIN and reason, on record', async () => {
  const change = { rule: 'lot', finding: 'against', level: 'warn', reason: 'strips of the new maker', pin: people.dora.pin };
  assert.equal((await lena.ask('rule_set', { ...change, pin: people.lena.pin })).status, 403);
  await refused(dora, 'rule_set', { ...change, pin: '000000' }, /not your PIN/);
  await refused(dora, 'rule_set', { ...change, reason: '' }, /Say why/);
  await refused(dora, 'rule_set', { ...change, level: 'off' }, /Choose allow, warn or lockout/);
  await refused(dora, 'rule_set', { ...change, rule: 'nope' }, /no rule/);
  await dora.must('rule_set', change);
  const { data } = await measured('127');
  assert.equal(data.warnings.find((each) => each.rule === 'lot').level, 'warn');
  await dora.must('rule_set', { ...change, level: 'allow' });
  const silent = await measured('127');
  assert.equal(silent.data.warnings.some((each) => each.rule === 'lot'), false);
  await dora.must('rule_set', { ...change, level: 'lockout', reason: 'back' });
  assert.equal((await measured('127')).row.reason_code, 'lot');
  const { data: rules } = await dora.must('view', { what: 'rules' });
  assert.deepEqual(rules.history.slice(0, 3).map((each) => each.level), ['lockout', 'allow', 'warn']);
  assert.equal(rules.rules.find((rule) => rule.rule === 'lot').against.by.name, people.dora.name);
});

test('lots are kept by the command line too: received, opened, recalled, listed', () => {
  const words = (word, input) => {
    return site.run(['lot', word, '--as', 'lena', '--json'], `${input}pin: ${people.lena.pin}\n`);
  };
  const received = words('receive', `item: ${item}\nlot: CLI-1\nexpires: ${day(100)}\n`);
  assert.equal(received.status, 0, received.stderr);
  const lot = /\d+/.exec(received.stdout)[0];
  assert.equal(words('open', `lot_id: ${lot}\n`).status, 0);
  const listed = () => JSON.stringify(JSON.parse(words('list', '').stdout)).match(/\{[^{}]*"number":"CLI-1"[^{}]*\}/)[0];
  assert.match(listed(), /"status":"open"/);
  assert.equal(words('mark', `lot_id: ${lot}\nkind: recalled\n`).status, 2, 'a recall has a reason');
  assert.equal(words('mark', `lot_id: ${lot}\nkind: recalled\nreason: letter of the maker\n`).status, 0);
  assert.match(listed(), /"status":"recalled"/);
  assert.equal(JSON.parse(words('show', `lot_id: ${lot}\n`).stdout).marks.at(-1).reason, 'letter of the maker');
});

test('the book cannot be rewritten: the chain of custody stands', () => {
  const verify = site.run(['custody', 'verify']);
  assert.equal(verify.status, 0, verify.stdout + verify.stderr);
});
