// m27_catalogue.mjs: LOINC and UCUM with their notices and a check digit that holds, and no CPT: the check that runs
// over the whole repository finds nothing there, and finds each fault that is put into a copy.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { after, beforeEach } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'phial-codes-'));
const parts = ['core/catalogue', 'instruments/profiles', 'docs/NOTICES.md'];

beforeEach(() => {
  for (const part of parts) fs.cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
});

after(() => fs.rmSync(copy, { recursive: true, force: true }));

function look(folder) {
  const done = spawnSync('python3', [path.join(root, 'tests/style/codes.py'), folder], { encoding: 'utf8' });
  return { status: done.status, said: done.stdout + done.stderr };
}

function change(file, from, to) {
  const at = path.join(copy, file);
  const text = fs.readFileSync(at, 'utf8');
  assert.ok(text.includes(from), `${from} stands in ${file}`);
  fs.writeFileSync(at, text.replace(from, to));
}

test('the repository is clean, and so is the copy', () => {
  assert.deepEqual(look(root), { status: 0, said: '\n' });
  assert.equal(look(copy).status, 0);
});

const code = 83000 + 36;
const faults = [
  ['a wrong check digit in the menu', 'core/catalogue/menu.csv', '4548-4', '4548-5', /4548-5 is no LOINC/],
  ['a wrong check digit in a profile', 'instruments/profiles/abbott-afinion-2.profile', '48421-2', '48421-3', /48421-3 is no LOINC/],
  ['a wrong check digit in the limits', 'core/catalogue/limits.csv', '2823-3', '2823-4', /2823-4 is no LOINC/],
  ['one code with two names', 'core/catalogue/menu.csv', '2823-3,Potassium', '2823-3,Kalium', /2823-3 is "Kalium"/],
  ['LOINC without its notice', 'docs/NOTICES.md', 'LOINC is copyright', 'LOINC is nice', /notice of LOINC is missing/],
  ['UCUM without its notice', 'docs/NOTICES.md', 'https://ucum.org/license', '', /notice of UCUM is missing/],
  ['an analyte that could never be live', 'core/catalogue/limits.csv', '\n2345-7,', '\n#2345-7,', /no line for 2345-7/],
  ['a billing code in the menu', 'core/catalogue/menu.csv', 'whole blood,capillary', `whole blood,${code}`, /looks like a CPT code/],
  ['a billing code in words', 'docs/NOTICES.md', 'LOINC is copyright', `CPT ${code} LOINC is copyright`, /looks like a CPT code/],
  ['a modified billing code', 'docs/NOTICES.md', 'LOINC is copyright', `${code}${'QW'} LOINC is copyright`, /looks like a CPT code/],
];

for (const [what, file, from, to, said] of faults)
  test(`found: ${what}`, () => {
    change(file, from, to);
    const found = look(copy);
    assert.equal(found.status, 1);
    assert.match(found.said, said);
  });
