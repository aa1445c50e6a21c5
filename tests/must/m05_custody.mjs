// m05_custody.mjs PHIAL: on the records of a real day, every table: a value changed, a row deleted, two rows in each other's
// place is found, and the first row that is not what it was is named; and the database itself refuses a step that a
// specimen cannot take, and every change of what is written. (10,000 random changes with the chain computed anew: tests/custody.)
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { Site, until } from '../browser/site.mjs';

let site, copy, tables, specimen;

function sqlite(text, folder = copy) {
  return spawnSync('sqlite3', ['-bail', '-cmd', 'PRAGMA synchronous = off', path.join(folder, 'phial.db'), text], { encoding: 'utf8' });
}

function sql(text) {
  const { stdout, stderr, status } = sqlite(text);
  assert.equal(status, 0, `${text}: ${stderr}`);
  return stdout.trim();
}

const verify = () => spawnSync(site.phial, ['custody', 'verify', '--data', copy], { encoding: 'utf8' });

function fresh() {
  fs.rmSync(copy, { recursive: true, force: true });
  fs.mkdirSync(copy);
  for (const name of ['phial.db', 'custody.seal', 'custody.pub', 'phial.conf']) fs.copyFileSync(path.join(site.data, name), path.join(copy, name));
}

before(async () => {
  site = await Site.start(process.argv[2]);
  copy = path.join(site.folder, 'copy');
  site.patientFiles.push(copy);
  const [maria, kay] = await site.callers('maria', 'dr.kay');
  for (let n = 0; n < 3; n += 1) {
    const { order, accession } = await site.collected(maria, { mrn: `D-${n}`, family: `Day${n}-TEST`, given: 'Jo' });
    await site.simulate(n === 2 ? '' : accession);
    if (n === 2) continue;
    const look = async () => (await kay.must('view', { what: 'order', key: order })).data;
    await until(async () => (await look()).results.length, 'the result');
    const { version } = await look();
    await kay.must('sign', { order, version, meaning: 'REVIEWED', disposition: 'no-action', pin: '161803' });
    specimen = accession;
  }
  await site.stop();
  fresh();
  const names = sql("SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'link' WHERE m.type = 'table' ORDER BY 1").split('\n');
  tables = names.filter((name) => sql(`SELECT EXISTS (SELECT 1 FROM ${name})`) === '1');
});

after(async () => {
  fs.rmSync(copy, { recursive: true, force: true });
  await site?.end();
});

test('untouched, it is whole', () => {
  const { status, stdout, stderr } = verify();
  assert.equal(status, 0, stdout + stderr);
  assert.ok(tables.length > 20, `${tables.length} tables have rows`);
});

test('a change of what is written, and a step that cannot be, are refused by the database itself', () => {
  const changes = tables.flatMap((table) => [`UPDATE ${table} SET link = zeroblob(32)`, `DELETE FROM ${table}`, `REPLACE INTO ${table} SELECT * FROM ${table}`]);
  const script = `PRAGMA recursive_triggers = on;\n${changes.join(';\n')};\n`;
  const { stderr } = spawnSync('sqlite3', [path.join(copy, 'phial.db')], { input: script, encoding: 'utf8' });
  const refused = stderr.trim().split('\n').filter((line) => /Error|error/.test(line));
  assert.equal(refused.length, changes.length, stderr);
  const columns = sql("SELECT group_concat(name) FROM pragma_table_info('event')");
  const step = (type, from, to) =>
    columns.split(',').map((name) => ({ id: 'max(id) + 1000', type: `'${type}'`, state_from: `'${from}'`, state_to: `'${to}'` })[name] ?? name).join(',');
  const add = (...how) => sqlite(`INSERT INTO event (${columns}) SELECT ${step(...how)} FROM event WHERE specimen = (SELECT id FROM specimen WHERE accession = '${specimen}')`);
  assert.match(add('collected', 'tested', 'collected').stderr, /cannot take that step/);
  assert.match(add('received', 'collected', 'received').stderr, /does not begin in the specimen's present state/);
  assert.match(add('rejected', 'tested', 'disposed').stderr, /cannot take that step/);
  assert.equal(verify().status, 0, 'and nothing came of it');
});

// The file in the hands of somebody who has taken the guards off.
let bare = null;

function tamper(change) {
  if (!bare) {
    fresh();
    const triggers = sql("SELECT group_concat('DROP TRIGGER \"' || name || '\"', ';') FROM sqlite_master WHERE type = 'trigger'");
    sql(`BEGIN; ${triggers}; COMMIT`);
    bare = fs.readFileSync(path.join(copy, 'phial.db'));
  }
  fs.writeFileSync(path.join(copy, 'phial.db'), bare);
  sql(`PRAGMA foreign_keys = off; PRAGMA ignore_check_constraints = on; ${change}`);
  const { status, stdout, stderr } = verify();
  assert.equal(status, 1, `${change} was not found: ${stdout}${stderr}`);
  return stdout + stderr;
}

test('one value changed, or one row deleted, in every table: found, and the row is named', () => {
  tables.forEach((table, i) => {
    if (i % 2) {
      const id = sql(`SELECT max(id) FROM ${table}`);
      const said = tamper(`DELETE FROM ${table} WHERE id = ${id}`);
      assert.ok(said.includes(id), `${table} ${id}: ${said}`);
      return;
    }
    const [column, type] = sql(`SELECT name, type FROM pragma_table_info('${table}') WHERE name NOT IN ('id', 'link', 'root') AND type IN ('TEXT', 'INTEGER') ORDER BY type = 'TEXT' DESC, name = 'at' DESC LIMIT 1`).split('|');
    const id = sql(`SELECT min(id) FROM ${table}`);
    const value = type === 'TEXT' ? `${column} || 'x'` : `${column} + 1`;
    const said = tamper(`UPDATE ${table} SET ${column} = ${value} WHERE id = ${id}`);
    assert.ok(said.includes(table) && said.includes(id), `${table} ${id}: ${said}`);
  });
});

test('two rows in each other’s place: found, and the first is named', () => {
  const ids = sql('SELECT id FROM event ORDER BY id LIMIT 6').split('\n');
  for (const [a, b] of [[ids[0], ids[1]], [ids[2], ids[5]]]) {
    const said = tamper(`UPDATE event SET id = -1 WHERE id = ${a}; UPDATE event SET id = ${a} WHERE id = ${b}; UPDATE event SET id = ${b} WHERE id = -1`);
    assert.ok(said.includes('event') && said.includes(a), said);
  }
});
