// hipaa_a2iv_encryption_at_rest.mjs PHIAL: 45 CFR 164.312(a)(2)(iv). Phial asks for an encrypted disk and says when it has
// none; what it writes is for its own user alone; no core dump and no temporary file holds a patient. (Backups: ops.)
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { Site } from '../browser/site.mjs';

let site;

before(async () => {
  site = await Site.start(process.argv[2]);
  const maria = await site.caller('maria');
  const { accession } = await site.collected(maria, { mrn: 'ER-1', family: 'Atrest-TEST', given: 'Sam' });
  await site.simulate(accession);
  await maria.must('view', { what: 'inbox' });
});

after(() => site?.end());

test('the doctor says whether the disk is encrypted', () => {
  assert.match(site.run(['doctor']).stdout, /The disk of the data folder is (not )?encrypted|Whether the disk of the data folder is encrypted/);
});

test('everything in the data folder is for its owner alone', () => {
  assert.equal(fs.statSync(site.data).mode & 0o077, 0, 'the folder');
  for (const name of ['phial.db', 'pins', 'custody.key', 'control.sock'])
    if (fs.existsSync(path.join(site.data, name))) assert.equal(fs.statSync(path.join(site.data, name)).mode & 0o077, 0, name);
  assert.doesNotMatch(fs.readFileSync(path.join(site.data, 'pins'), 'utf8'), /271828|314159/, 'no PIN, only its hash');
  assert.match(fs.readFileSync(path.join(site.data, 'pins'), 'utf8'), /\$argon2id\$/);
});

test('no process of Phial that meets the outside leaves a core dump', () => {
  const children = fs.readFileSync(`/proc/${site.core.pid}/task/${site.core.pid}/children`, 'utf8').trim().split(' ');
  assert.ok(children.length >= 3);
  for (const pid of children) {
    const limits = fs.readFileSync(`/proc/${pid}/limits`, 'utf8');
    assert.match(limits, /Max core file size\s+0\s+0\s/, fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  }
});

test('nothing is written to a temporary place', () => {
  assert.deepEqual(fs.readdirSync(site.temporary), []);
});
