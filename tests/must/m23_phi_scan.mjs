// m23_phi_scan.mjs PHIAL: the scanner for patient data finds what it is there to find: in a log, a URL as it was meant, a
// refusal, a temporary file and a command line; and nothing where there is nothing. Every browser test ends with it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { hear, needlesOf, phiScan, scanProcesses, scanText } from '../support/phi_scan.mjs';

const patients = [{ mrn: 'MR-20417', family: 'García-TEST', given: 'Sam', birth_date: '1958-07-19' }];
const needles = needlesOf(patients);

test('a name, a number and a birth date are found, however they stand', () => {
  for (const text of ['patient GARCÍA-TEST is here', 'mrn=MR-20417', 'born 07/19/1958', '1958-07-19', 'x 19580719 y', '/find?q=Garc%C3%ADa-TEST'])
    assert.equal(scanText('here', text, needles).length, 1, text);
  for (const text of ['P020 instrument Bench: the link is up', 'MR-204171', '2019580719', 'Sam']) assert.deepEqual(scanText('here', text, needles), []);
});

function site() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'phial-scan-'));
  const database = path.join(folder, 'phial.db');
  const row = patients[0];
  const rows = `CREATE TABLE patient (mrn, family, given, birth_date); INSERT INTO patient VALUES ('${row.mrn}', '${row.family}', '${row.given}', '${row.birth_date}');`;
  assert.equal(spawnSync('sqlite3', [database, rows]).status, 0);
  return { folder, database, end: () => fs.rmSync(folder, { recursive: true }) };
}

test('a log, a URL, a refusal or a temporary file with a patient fails the test that made it', () => {
  const at = site();
  phiScan(at);
  fs.writeFileSync(path.join(at.folder, 'log'), 'P040 core: message 7 of MR-20417 is held\n');
  assert.throws(() => phiScan(at), /log: an MRN of a patient/);
  fs.writeFileSync(path.join(at.folder, 'log'), 'P040 core: message 7 is held\n');
  fs.mkdirSync(path.join(at.folder, 'tmp'));
  fs.writeFileSync(path.join(at.folder, 'tmp', 'spill'), Buffer.from([0, 1, 2, ...Buffer.from('García-TEST')]));
  assert.throws(() => phiScan(at), /spill: a family name/);
  fs.rmSync(path.join(at.folder, 'tmp'), { recursive: true });
  hear('urls', 'the address bar', 'http://127.0.0.1:9/?q=Garc%C3%ADa-TEST');
  assert.throws(() => phiScan(at), /the address bar: a family name/);
  hear('refusals', 'label_verify', 'That label is of García-TEST.');
  assert.throws(() => phiScan(at), /label_verify: a family name/);
  phiScan(at);
  at.end();
});

test('a command line with a patient is found', async () => {
  const child = spawn('sleep', ['20'], { argv0: 'sleep-for-MR-20417' });
  await new Promise((done) => child.once('spawn', done));
  assert.match(scanProcesses(child.pid, needles).join(), /command line .* an MRN/);
  child.kill();
});
