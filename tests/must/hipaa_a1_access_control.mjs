// hipaa_a1_access_control.mjs PHIAL: 45 CFR 164.312(a)(1). Each role sees and does what its work needs, in core and not
// only on the page (M23); the front desk sees no result, the auditor changes nothing.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Caller, people, Site } from '../browser/site.mjs';

let site, order, accession;
const callers = {};
const more = {
  dora: { name: 'Dora Invented', role: 'director', pin: '173205' },
  finn: { name: 'Finn Invented', role: 'front-desk', pin: '223606' },
  omar: { name: 'Omar Invented', role: 'auditor', pin: '244948' },
};

before(async () => {
  site = await Site.start(process.argv[2]);
  const ada = await site.caller('ada');
  for (const [login, { name, role, pin }] of Object.entries(more)) await ada.must('user_add', { login, name, role, new_pin: pin });
  const maria = await site.caller('maria');
  ({ order, accession } = await site.collected(maria, { mrn: 'AC-1', family: 'Accesscontrol-TEST', given: 'Sam' }));
  await site.simulate(accession);
  for (const [login, { pin }] of Object.entries({ ...people, ...more })) {
    callers[login] = new Caller(site.url);
    await callers[login].must('sign_in', { login, pin, workstation: 'test' });
  }
});

after(() => site?.end());

const everybody = ['maria', 'lena', 'dr.kay', 'dora', 'omar', 'ada', 'finn'];

async function allowed(name, body, who) {
  for (const login of everybody) {
    const answer = await callers[login].ask(name, body);
    const denied = answer.status === 403 && /^As .* you may not/.test(answer.sentence);
    assert.equal(!denied, who.includes(login), `${login}: ${name} ${JSON.stringify(body)}: ${answer.status} ${answer.sentence}`);
  }
}

test('who may look at what', async () => {
  const clinical = ['maria', 'lena', 'dr.kay', 'dora'];
  await allowed('view', { what: 'inbox' }, [...clinical, 'omar']);
  await allowed('view', { what: 'order', key: order }, [...clinical, 'omar']);
  await allowed('view', { what: 'specimen', key: accession }, [...clinical, 'omar']);
  await allowed('view', { what: 'instrument', key: 'Bench' }, [...clinical, 'omar']);
  await allowed('view', { what: 'lot', key: '1' }, [...clinical, 'omar']);
  await allowed('view', { what: 'search', key: 'Access' }, [...clinical, 'omar']);
  await allowed('view', { what: 'unmatched' }, [...clinical, 'omar']);
  await allowed('view', { what: 'order_list' }, clinical);
  await allowed('view', { what: 'staff' }, ['ada']);
  await allowed('view', { what: 'access', key: 'AC-1' }, ['dora', 'omar']);
  await allowed('view', { what: 'access_by', key: 'maria' }, ['dora', 'omar']);
  await allowed('view', { what: 'emergencies' }, ['ada']);
});

test('who may do what', async () => {
  const bench = ['maria', 'lena', 'dr.kay', 'dora'];
  const entry = { mrn: 'AC-2', family: 'Other-TEST', birth_date: '1970-05-06', sex: 'F', provider: 'nobody', test: 'HbA1c' };
  await allowed('order_enter', entry, bench);
  await allowed('collect', { order: '0', specimen_type: 'whole blood' }, bench);
  await allowed('resolve', { message: 1, resolution: 'qc', reason: 'a try' }, ['lena', 'dora']);
  await allowed('sign', { order, version: '0', meaning: 'REVIEWED', pin: '000001' }, ['dr.kay']);
  await allowed('return', { order, version: '0', note: 'a try' }, ['dr.kay']);
  await allowed('user_add', { login: 'x', name: 'x', role: 'auditor', new_pin: '000001' }, ['ada']);
  await allowed('badge_issue', { login: 'nobody' }, ['ada']);
  await allowed('operator_name', { operator: '', login: '' }, ['lena', 'dora']);
});

test('what the page is told of somebody’s rights is what core lets them do', async () => {
  const rights = async (login) => (await callers[login].must('who')).rights;
  assert.deepEqual(await rights('finn'), ['see-status']);
  assert.ok(!(await rights('maria')).includes('sign'), 'a medical assistant cannot sign');
  assert.ok(!(await rights('ada')).includes('view-results'), 'an administrator sees no results');
  const changing = ['enter-order', 'collect', 'sign', 'resolve', 'correct', 'override', 'dispose'];
  assert.deepEqual((await rights('omar')).filter((each) => changing.includes(each)), [], 'an auditor changes nothing');
});
