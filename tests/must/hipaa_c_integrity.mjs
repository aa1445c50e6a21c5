// hipaa_c_integrity.mjs PHIAL: 45 CFR 164.312(c). What is on record cannot be changed or taken out without being noticed,
// people and their rights included. (Every row and every order of rows: custody.*, m05.)
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { Caller, people, Site } from '../browser/site.mjs';

let site;

before(async () => {
  site = await Site.start(process.argv[2]);
  const ada = await site.caller('ada');
  await ada.must('badge_issue', { login: 'maria' });
  await ada.must('user_change', { login: 'lena', role: ['lab-lead', 'director'], active: 1, reason: 'directs too', pin: people.ada.pin });
  const lena = new Caller(site.url);
  await lena.must('sign_in', { login: 'lena', pin: people.lena.pin, role: 'lab-lead' });
  await lena.must('certify', { login: 'maria', test: 'HbA1c', trained_on: '2026-01-10', valid_until: '2027-01-10', method: ['observation', 'quiz'], evidence: 'binder 3', pin: people.lena.pin });
  const maria = await site.caller('maria');
  await maria.must('emergency_begin', { reason: 'nobody else is here today', pin: people.maria.pin });
  await maria.must('view', { what: 'inbox' });
  await site.stop();
});

after(() => site?.end());

const verify = (data) => spawnSync(site.phial, ['custody', 'verify', '--data', data], { encoding: 'utf8' });
const changes = [
  ["UPDATE person_role SET role = 'administrator'", 'person_role'],
  ["UPDATE badge SET code = 'ID-FORGED2222'", 'badge'],
  ["UPDATE certificate SET valid_until = '2031-01-01'", 'certificate'],
  ["UPDATE emergency SET reason = 'none'", 'emergency'],
  ["UPDATE person SET role = 'provider' WHERE login = 'maria'", 'person'],
  ["UPDATE sign_in SET ok = 1 - ok WHERE id = (SELECT max(id) FROM sign_in)", 'sign_in'],
  ['DELETE FROM view WHERE id = (SELECT max(id) FROM view)', ''],
];

test('an untouched site verifies', () => {
  const done = verify(site.data);
  assert.equal(done.status, 0, done.stdout + done.stderr);
});

for (const [statement, table] of changes)
  test(`noticed: ${statement}`, () => {
    const data = path.join(site.folder, 'copy');
    fs.cpSync(site.data, data, { recursive: true, filter: (from) => !from.endsWith('control.sock') });
    const file = path.join(data, 'phial.db');
    const refused = spawnSync('sqlite3', [file, `PRAGMA recursive_triggers = ON; ${statement};`], { encoding: 'utf8' });
    assert.match(refused.stderr, /facts are only ever added/, 'the database itself refuses');
    const name = statement.split(' ')[statement.startsWith('DELETE') ? 2 : 1];
    const forced = `DROP TRIGGER ${name}_no_update; DROP TRIGGER ${name}_no_delete; PRAGMA foreign_keys = OFF; ${statement};`;
    assert.equal(spawnSync('sqlite3', [file, forced], { encoding: 'utf8' }).stderr, '');
    const done = verify(data);
    assert.equal(done.status, 1, done.stdout);
    assert.match(done.stdout + done.stderr, new RegExp(table), 'it names the row');
    fs.rmSync(data, { recursive: true });
  });
