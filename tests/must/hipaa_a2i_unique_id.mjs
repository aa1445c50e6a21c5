// hipaa_a2i_unique_id.mjs PHIAL: 45 CFR 164.312(a)(2)(i). A sign-in name is one person's for good; everything done is on
// record under the person, the role and the place; programs that send results cannot sign in.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Caller, instrument, people, Site, until } from '../browser/site.mjs';

let site, ada, maria;

before(async () => {
  site = await Site.start(process.argv[2]);
  [ada, maria] = await site.callers('ada', 'maria');
});

after(() => site?.end());

test('a sign-in name is never given to a second person, not even after the first has left', async () => {
  const other = { login: 'lena', name: 'Another Invented', role: 'provider', new_pin: '577215' };
  assert.match((await ada.ask('user_add', other)).sentence, /is taken/);
  await ada.must('user_change', { login: 'lena', role: ['lab-lead'], active: 0, reason: 'has left', pin: people.ada.pin });
  assert.match((await ada.ask('user_add', other)).sentence, /is taken/);
});

test('what somebody does stands in custody with the person, the role and the workstation', async () => {
  const { order, accession } = await site.collected(maria, { mrn: 'UI-1', family: 'Uniqueid-TEST' });
  const { data } = await maria.must('view', { what: 'specimen', key: accession });
  const acts = data.events.filter((event) => event.person);
  assert.ok(acts.length >= 5, order);
  for (const event of acts) {
    assert.equal(event.person.login, 'maria', event.type);
    assert.equal(event.workstation, 'test');
  }
});

test('an instrument, the setup code and a name that nobody has open nothing', async () => {
  for (const login of [instrument, 'setup', 'root', 'admin', '', 'maria ', 'MARIA', 'ID-AAAAAAAAAA']) {
    const answer = await new Caller(site.url).ask('sign_in', { login, pin: people.maria.pin });
    assert.equal(answer.status, 403, login);
  }
  const { accession } = await site.collected(maria, { mrn: 'UI-2', family: 'Uniqueid-TEST' });
  await site.simulate(accession);
  const event = await until(async () => {
    const { data } = await maria.must('view', { what: 'specimen', key: accession });
    return data.events.find((each) => each.type === 'result-received');
  }, 'the result');
  assert.equal(event.person, null, 'a result is the instrument’s, not somebody’s');
  assert.equal(event.instrument, instrument);
});
