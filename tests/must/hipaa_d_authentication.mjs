// hipaa_d_authentication.mjs PHIAL: 45 CFR 164.312(d). Whoever acts has proven to be that person: PINs long enough and not
// guessable, a wait that grows with wrong ones whatever way they come, the PIN again for a signature.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Caller, people, Site, until } from '../browser/site.mjs';

let site, ada;

before(async () => {
  site = await Site.start(process.argv[2]);
  ada = new Caller(site.url);
  await ada.signIn('ada');
});

after(() => site?.end());

test('a PIN has six digits or more, and no row of them', async () => {
  const add = (pin) => ada.ask('user_add', { login: 'new.person', name: 'New Invented', role: 'auditor', new_pin: pin });
  for (const bad of ['12345', '27182', '', '111111', '123456', '987654', 'abcdef', '12 456', '1'.repeat(33)]) {
    const answer = await add(bad);
    assert.equal(answer.ok, false, bad);
    assert.match(answer.sentence, /PIN/);
  }
  assert.equal((await add('271829')).ok, true);
});

test('a signature takes the PIN again, the right one, of whoever signs', async () => {
  const maria = new Caller(site.url);
  const kay = new Caller(site.url);
  await maria.signIn('maria');
  await kay.signIn('dr.kay');
  const { order, accession } = await site.collected(maria, { mrn: 'AN-1', family: 'Authenticated-TEST' });
  await site.simulate(accession);
  const { data } = await until(async () => {
    const answer = await kay.must('view', { what: 'order', key: order });
    return answer.data.results.length ? answer : null;
  }, 'the result');
  const sign = (more) => kay.ask('sign', { order, version: data.version, meaning: 'REVIEWED', ...more });
  assert.match((await sign({})).sentence, /pin is missing/);
  assert.match((await sign({ pin: people.maria.pin })).sentence, /not your PIN/);
  assert.equal((await sign({ pin: people['dr.kay'].pin })).ok, true);
});

test('wrong PINs make it wait, by name and by badge alike, and right ones too', async () => {
  const badge = (await ada.must('badge_issue', { login: 'lena' })).key;
  const tries = ['lena', badge, 'lena', badge];
  for (const login of tries) await new Caller(site.url).ask('sign_in', { login, pin: '000001' });
  for (const login of ['lena', badge]) {
    const answer = await new Caller(site.url).ask('sign_in', { login, pin: people.lena.pin });
    assert.equal(answer.status, 403, login);
    assert.match(answer.sentence, /Too many wrong PINs. Wait \d+ seconds/);
  }
});

test('nobody is told which names exist', async () => {
  const wrong = await new Caller(site.url).ask('sign_in', { login: 'maria', pin: '000001' });
  const nobody = await new Caller(site.url).ask('sign_in', { login: 'nobody.here', pin: '000001' });
  const badge = await new Caller(site.url).ask('sign_in', { login: 'ID-2222222222', pin: '000001' });
  assert.deepEqual([nobody.status, nobody.sentence], [wrong.status, wrong.sentence]);
  assert.deepEqual([badge.status, badge.sentence], [wrong.status, wrong.sentence]);
});

test('a token ends with the person’s PIN, roles and access', async () => {
  const maria = new Caller(site.url);
  const change = { login: 'maria', active: 1, reason: 'for the test', pin: people.ada.pin };
  await maria.signIn('maria').catch(() => {});
  await until(async () => (await maria.ask('sign_in', { login: 'maria', pin: people.maria.pin })).ok, 'the sign-in');
  await ada.must('user_pin', { login: 'maria', new_pin: '662607' });
  assert.equal((await maria.ask('who')).status, 401);
  await maria.must('sign_in', { login: 'maria', pin: '662607' });
  await ada.must('user_change', { ...change, role: ['lab-lead'] });
  assert.equal((await maria.ask('who')).status, 401);
  await maria.must('sign_in', { login: 'maria', pin: '662607' });
  await ada.must('user_change', { ...change, role: ['lab-lead'], active: 0 });
  assert.equal((await maria.ask('who')).status, 401);
});
