// m12_operators.mjs PHIAL: results of an operator who is unknown, no longer certified or never was are held; the list
// of certificates is kept by people who may, with evidence, and nobody vouches for themselves.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { people, Site, until } from '../browser/site.mjs';

let site, maria, lena, specimens;
const day = (ahead) => new Date(Date.now() + ahead * 86400000).toISOString().slice(0, 10);
const lenaPin = people.lena.pin;

before(async () => {
  site = await Site.start(process.argv[2]);
  [maria, lena] = await site.callers('maria', 'lena');
  specimens = 0;
});

after(() => site?.end());

const certificate = (more = {}) => ({
  login: 'maria',
  test: 'HbA1c',
  trained_on: day(-100),
  valid_until: day(200),
  method: ['observation', 'quality-control'],
  evidence: 'binder 3, page 12',
  pin: lenaPin,
  ...more,
});

// One measured specimen: what became of it.
async function measured(operator) {
  specimens += 1;
  const patient = { mrn: `OP-${specimens}`, family: `Operator${specimens}-TEST`, given: 'Sam' };
  const { order, accession } = await site.collected(maria, patient);
  await site.simulate(accession, 'normal', '4548-4', operator ? ['--operator', operator] : []);
  return until(async () => {
    const { data } = await maria.must('view', { what: 'order', key: order });
    const held = (await lena.must('view', { what: 'unmatched', limit: 100 })).data.rows.find((row) => row.specimen === accession);
    return data.results.length ? { linked: data } : held ? { held } : null;
  }, 'the result');
}

test('a lab that certified nobody yet gets a warning, and the result', async () => {
  const { linked } = await measured('maria');
  assert.match(JSON.stringify(linked.warnings), /Nobody is certified for .* yet/);
});

test('a certificate needs its parts', async () => {
  const refused = async (more, words) => {
    const answer = await lena.ask('certify', certificate(more));
    assert.equal(answer.ok, false, JSON.stringify(more));
    assert.match(answer.sentence, words);
  };
  await refused({ method: ['observation'] }, /at least 2 ways/);
  await refused({ method: ['observation', 'hearsay'] }, /"hearsay" is no way/);
  await refused({ evidence: '' }, /where the evidence lies/);
  await refused({ trained_on: day(2) }, /future/);
  await refused({ valid_until: day(-101) }, /before the training/);
  await refused({ valid_until: '2026-02-30' }, /Give both days/);
  await refused({ test: 'NOPE' }, /no test/);
  await refused({ login: 'nobody' }, /nobody with the sign-in name/);
  await refused({ login: 'lena' }, /Nobody certifies themselves/);
  await refused({ pin: '000001' }, /not your PIN/);
  const byMaria = await maria.ask('certify', certificate({ pin: people.maria.pin }));
  assert.equal(byMaria.status, 403);
});

test('with the list kept: the certified operator passes, the unknown, the expired and the withdrawn are held', async () => {
  await lena.must('certify', certificate());
  const { linked } = await measured('MARIA');
  assert.doesNotMatch(JSON.stringify(linked.warnings), /operator|certified/i, 'whatever the case of the name');

  const unknown = (await measured('4711')).held;
  assert.equal(unknown.reason_code, 'operator');
  assert.match(unknown.reason, /Nobody here is known as operator "4711".*Lab, Operators/);

  const other = (await measured('lena')).held;
  assert.match(other.reason, /"lena" is not certified for/);

  await lena.must('certify', certificate({ trained_on: day(-400), valid_until: day(-2) }));
  const expired = (await measured('maria')).held;
  assert.match(expired.reason, new RegExp(`certificate of the operator "maria" .* ended on ${day(-2)}`));

  await lena.must('certify', certificate());
  await lena.must('certify_end', { login: 'maria', test: 'HbA1c', reason: 'second look failed', pin: lenaPin });
  const withdrawn = (await measured('maria')).held;
  assert.match(withdrawn.reason, /not certified/);
  await lena.must('certify', certificate());
});

test('an operator number is somebody once a person says so, and until they say otherwise', async () => {
  await lena.must('operator_name', { operator: '4711', login: 'maria' });
  assert.ok((await measured('4711')).linked);
  await lena.must('operator_name', { operator: '4711', login: '' });
  assert.ok((await measured('4711')).held);
  const { data } = await lena.must('view', { what: 'operators' });
  assert.ok(data.unknown.some((row) => row.name === '4711' && row.times >= 2), 'it is offered to be said whose it is');
});

test('an instrument that does not say who ran the test gives a warning', async () => {
  const { linked } = await measured('');
  assert.match(JSON.stringify(linked.warnings), /did not say who ran/);
});

test('whoever no longer works here runs no test', async () => {
  const ada = await site.caller('ada');
  const change = { login: 'maria', role: ['medical-assistant'], reason: 'moved away', pin: people.ada.pin };
  const { order, accession } = await site.collected(maria, { mrn: 'OP-900', family: 'Operator900-TEST' });
  await ada.must('user_change', { ...change, active: 0 });
  await site.simulate(accession, 'normal', '4548-4', ['--operator', 'maria']);
  const held = await until(
    async () => (await lena.must('view', { what: 'unmatched', limit: 100 })).data.rows.find((row) => row.specimen === accession),
    `the result of ${order}`,
  );
  assert.match(held.reason, /no longer works here/);
});
