// day_director.mjs PHIAL: the day of a laboratory director, by keyboard and typed scans alone, at both widths: in one of two
// roles, limits signed, a rule changed, a reading set, an operator certified, a failed control reviewed, who saw what, and
// the inspector's pack.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch } from '../browser/browser.mjs';
import { filed, Hands, widths } from '../browser/hands.mjs';
import { bring, people, Site } from '../browser/site.mjs';

bring('dora');
const { pin } = people.dora;
let site, browser, lena, order;

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  const [ada, maria] = await site.callers('ada', 'maria');
  lena = await site.caller('lena');
  const roles = ['director', 'provider'];
  const why = { reason: 'reads for her own patients', pin: people.ada.pin };
  await ada.must('user_change', { login: 'dora', name: people.dora.name, role: roles, active: 1, ...why });
  const made = await site.collected(maria, { mrn: 'D-1', family: 'Looked-TEST', given: 'Lou' });
  ({ order } = made);
  await site.simulate(made.accession, 'abnormal');
  await filed(maria, order);
  const empty = { low: [''], high: [''], expected: [''], mean: [''], sd: [''], unit: [''] };
  const level = { control: 'A1c control', level: 'I', source: 'insert', ...empty, code: ['4548-4'], unit: ['%'], low: ['4.0'], high: ['6.0'] };
  await lena.must('qc_level', { test: 'HbA1c', instrument: 'Bench', ...level });
});

after(async () => {
  await browser?.close();
  await site?.end();
});

async function signLimits(hands, width) {
  const set = `A1c, insert of ${width}`;
  const limits = `4548-4,,18,,4.0,5.${width === 1280 ? 6 : 7},,,,%`;
  await lena.must('limits_propose', { reference_set: set, limits, reason: 'insert, invented', effective: '' });
  await hands.open('Lab', 'limits', 'limits that wait');
  await hands.seen(`[data-set="${set}"]`);
  await hands.write('Your PIN', pin);
  await hands.press('Enter');
  await hands.page.waitForSelector(`[data-set="${set}"]`, { state: 'detached' });
  const { data } = await lena.must('view', { what: 'limits' });
  assert.equal(data.sets.find((each) => each.name === set).signed_by.name, people.dora.name);
}

async function changeRule(hands, width) {
  const level = width === 1280 ? 'warn' : 'lockout';
  await hands.open('Lab', 'rules', 'the rules');
  await hands.push('[data-rule=operator] .btn');
  await hands.seen('form[aria-label="Change a rule"]', 'a rule to change');
  await hands.pick('level', level);
  await hands.write('Reason, as an inspector may read it', 'two people are still in training');
  await hands.write('Your PIN', pin);
  await hands.press('Enter');
  await hands.told('The rule is changed');
  const { data } = await lena.must('view', { what: 'rules' });
  assert.equal(data.rules.find((each) => each.rule === 'operator').against.level, level);
}

async function setReading(hands) {
  await hands.open('Lab', 'byhandset', 'how tests are read');
  await hands.push('[data-test=HCG] > summary');
  await hands.pick('kind-HCG', 'choice');
  await hands.write('Where that stands', 'insert of the kit, invented');
  await hands.clean('how one test is read');
  await hands.press('Enter');
  await hands.page.waitForSelector('[data-test=HCG] > summary >> text=in use');
}

async function certify(hands) {
  await hands.open('Lab', 'operators', 'operators');
  await hands.push('main .btn', 'Certify somebody for Hemoglobin A1c');
  await hands.seen('input[name=evidence]', 'a certificate');
  await hands.select('select[name=login]', 'Maria');
  const methods = await hands.page.$$eval('input[name=method]', (all) => all.slice(0, 2).map((each) => each.value));
  for (const method of methods) await hands.tick('method', method);
  await hands.type('input[name=evidence]', 'binder 3');
  await hands.write('Your PIN', pin);
  await hands.press('Enter');
  await hands.page.waitForSelector('text=/Maria Invented may run/');
}

async function reviewControl(hands) {
  const { data } = await lena.must('view', { what: 'qc', since: Date.now() });
  const qc = data.scopes.flatMap((scope) => scope.levels)[0].level;
  await lena.must('qc_enter', { qc, code: ['4548-4'], value: ['9.9'], lot: 'C-1', expires: '2099-01-31' });
  await hands.open('Lab', 'qc', 'a control that failed');
  await hands.push('main .btn', 'Look into it');
  await hands.seen('section[aria-label="Look back"]', 'what a failed control speaks against');
  await hands.type('[name=note]', 'The cartridge was cold; run again after an hour.', 'Corrective action');
  await hands.push('main .btn', 'Write down what was done');
  await hands.page.waitForSelector('text=Reviewer: what you make of it');
  await hands.type('[name=note]', 'Agreed, the patients were looked at.', 'Reviewer');
  await hands.push('main .btn', 'Reviewed');
  await hands.page.waitForSelector('text=Agreed, the patients were looked at.');
}

async function records(hands) {
  const { page } = hands;
  await hands.open('Records', 'access', 'who saw what');
  await hands.type('input[name=key]', order);
  await hands.press('Enter');
  await hands.seen('#report >> text=Maria Invented', 'who saw one patient');
  await hands.open('Records', 'pack', 'the pack');
  const saved = page.waitForEvent('download');
  await hands.push('form .btn.primary');
  assert.match((await saved).suggestedFilename(), /^inspectors-pack-.*\.zip$/);
  await hands.open('Records', 'retention', 'retention');
  await hands.open('Records', 'trace', 'trace');
}

for (const width of widths)
  test(`the day of the director at ${width} px`, async () => {
    const hands = await Hands.at(browser, site, width);
    await hands.byName('dora', 'director');
    assert.match(await hands.page.textContent('#who-name'), /laboratory director/);
    await hands.open('Today', 'metrics', 'metrics');
    await signLimits(hands, width);
    await changeRule(hands, width);
    await setReading(hands);
    await certify(hands);
    await reviewControl(hands);
    await records(hands);
    await hands.leave();
  });
