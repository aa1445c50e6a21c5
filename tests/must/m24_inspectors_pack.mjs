// m24_inspectors_pack.mjs PHIAL: the inspector's pack: one command, or one click, and a span of days; it opens offline;
// its results log has CDC's columns; its numbers are those of the database, asked anew; tracing goes both ways.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { axeClean } from '../browser/axe.mjs';
import { assertFits, launch, openPage, signIn } from '../browser/browser.mjs';
import { bring, Caller, people, Site, until } from '../browser/site.mjs';

bring('omar');
const far = { name: 'Faraway Laboratory-TEST', address: '1 Far Street, Elsewhere, NY 10001', clia: '33D1234567' };
const nasty = { mrn: 'PK-2', family: '=HYPERLINK("x"),<b>Nasty</b>-TEST', given: 'Nan' };

let site, browser, maria, lena, kay, first, out;
const day = (ms) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York', dateStyle: 'short' }).format(new Date(ms));
const today = day(Date.now());

const sql = (text) =>
  spawnSync('sqlite3', [`file:${site.data}/phial.db?mode=ro`, text], { encoding: 'utf8' }).stdout.trim();

// RFC 4180, as a spreadsheet reads it.
function parse(text) {
  const rows = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (quoted && c === '"' && text[i + 1] === '"') {
      cell += '"';
      i += 1;
    } else if (c === '"') quoted = !quoted;
    else if (!quoted && c === ',') {
      rows.at(-1).push(cell);
      cell = '';
    } else if (!quoted && c === '\r') {
      rows.at(-1).push(cell);
      cell = '';
      rows.push([]);
    } else if (quoted || c !== '\n') cell += c;
  }
  rows.pop();
  return rows;
}

const table = (folder, name) => {
  const [head, ...rows] = parse(fs.readFileSync(path.join(folder, `${name}.csv`), 'utf8'));
  return rows.map((row) => Object.fromEntries(head.map((each, i) => [each, row[i]])));
};

function pack(more = [], input = `pin: ${people.omar.pin}\n`) {
  const folder = path.join(site.folder, `pack${Math.random()}`);
  const done = site.run(['pack', '--from', today, '--to', today, '--out', folder, '--as', 'omar', ...more], input);
  return { folder, ...done };
}

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  for (const login of ['maria', 'lena', 'dr.kay']) {
    const caller = new Caller(site.url);
    await caller.signIn(login);
    if (login === 'maria') maria = caller;
    else if (login === 'lena') lena = caller;
    else kay = caller;
  }
  first = await site.collected(maria, { mrn: 'PK-1', family: 'Packed-TEST', given: 'Pat' });
  await site.simulate(first.accession, 'normal', '4548-4', ['--lot', 'LOT-88', '--operator', 'maria']);
  const second = await site.collected(maria, nasty);
  await site.simulate(second.accession, 'abnormal');
  await site.simulate('999999999999');
  const bad = await site.collected(maria, { mrn: 'PK-3', family: 'Rejected-TEST', given: 'Rae' });
  await lena.must('reject', { accession: bad.accession, reason_code: 'RH', reason: '' });
  await lena.must('lab_set', { ...far, test: ['TSH'], days: [1] });
  const { data } = await maria.must('view', { what: 'sendouts' });
  const { key: manifest } = await maria.must('manifest_open', {
    laboratory: data.labs[0].laboratory,
    temperature: 'cold',
  });
  const sent = await site.collected(maria, { mrn: 'PK-4', family: 'Away-TEST', given: 'Abe' }, 'TSH');
  await maria.must('manifest_pack', { manifest, accession: sent.accession });
  await maria.must('hand_over', { manifest, count: 1, courier: 'Rider-TEST', scanned: manifest });
  const order = await until(async () => {
    const found = await kay.must('view', { what: 'order', key: first.order });
    return found.data.results.length ? found.data : null;
  }, 'the first result');
  await kay.must('sign', { order: first.order, version: order.version, meaning: 'REVIEWED', disposition: 'no-action', pin: people['dr.kay'].pin });
  await until(() => Number(sql("SELECT count(*) FROM message WHERE disposition = 'held'")) > 0, 'the held one');
  await new Caller(site.url).ask('sign_in', { login: '=1+2', pin: '000001', workstation: '-5.4' });
  out = pack();
});

test('no cell is a formula for a spreadsheet, and a number stays a number', () => {
  const text = fs.readFileSync(path.join(out.folder, 'sign_ins.csv'), 'utf8');
  assert.match(text, /"'=1\+2"/);
  assert.match(text, /"-5\.4"/);
});

after(async () => {
  await browser?.close();
  await site?.end();
});

test('one command makes it, and every table has the rows that the database has', () => {
  assert.equal(out.status, 0, out.stderr);
  const counts = {
    results: 'SELECT count(*) FROM result',
    specimens: 'SELECT count(*) FROM specimen',
    rejected: "SELECT count(*) FROM event WHERE type = 'rejected'",
    reviews: 'SELECT count(*) FROM review',
    unmatched: "SELECT count(*) FROM message WHERE disposition IN ('held', 'incomplete')",
    send_outs: 'SELECT count(*) FROM manifest_line WHERE packed = 1',
    people: 'SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM person_role)',
    qc: 'SELECT count(*) FROM qc_run',
    lots: 'SELECT count(*) FROM lot',
    temperatures: 'SELECT count(*) FROM temperature',
    certificates: 'SELECT count(*) FROM certificate',
    corrected: 'SELECT count(*) FROM correction',
    criticals: 'SELECT (SELECT count(*) FROM critical_notice) + (SELECT count(*) FROM critical_attempt)',
    overrides: 'SELECT count(*) FROM gate_override',
    limits: 'SELECT count(*) FROM reference_limit',
    maintenance: 'SELECT count(*) FROM maintenance',
    reveals: 'SELECT (SELECT count(*) FROM reveal) + (SELECT count(*) FROM emergency)',
  };
  const page = fs.readFileSync(path.join(out.folder, 'index.html'), 'utf8');
  for (const [name, query] of Object.entries(counts)) {
    const rows = Number(sql(query));
    assert.equal(table(out.folder, name).length, rows, name);
    assert.match(page, new RegExp(`<section id="${name}"><h2>[^<]+ <small>${rows} row`), `${name} on the page`);
  }
  assert.ok(table(out.folder, 'results').length >= 2 && table(out.folder, 'rejected').length === 1);
});

test('the results log has the columns of CDC’s template and what the database says of each', () => {
  const rows = table(out.folder, 'results');
  const row = rows.find((each) => each['Sample number'] === first.accession);
  for (const column of ['Date', 'Facility', 'Test', 'Sample number', 'Patient', 'Result', 'Lot', 'Expiration', 'Tester'])
    assert.ok(column in row, column);
  const [value, lot] = sql(
    `SELECT r.value, r.lot FROM result r JOIN specimen p ON p.id = r.specimen WHERE p.accession = '${first.accession}'`,
  ).split('|');
  assert.equal(row.Result, value);
  assert.equal(row.Lot, lot);
  assert.equal(row.Facility, 'Invented Clinic');
  assert.match(row.Signed, /^Dr\. Kay Invented, /);
  const away = table(out.folder, 'send_outs')[0];
  assert.deepEqual([away.Laboratory, away.Address, away.CLIA, away.Result], [far.name, far.address, far.clia, 'outstanding']);
});

test('names are covered unless they are asked for with a reason, which the next pack shows', () => {
  const all = (folder) =>
    fs
      .readdirSync(folder)
      .map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))
      .join('\n');
  assert.doesNotMatch(all(out.folder), /Packed-TEST|Nasty|PK-\d/);
  const silent = pack(['--names']);
  assert.notEqual(silent.status, 0);
  assert.match(silent.stderr, /Say why you need the names/);
  const named = pack(['--names'], `pin: ${people.omar.pin}\nreason: inspection 2026\n`);
  assert.equal(named.status, 0, named.stderr);
  const patients = table(named.folder, 'results').map((row) => row.Patient);
  assert.ok(patients.includes('Packed-TEST, Pat'));
  assert.ok(
    patients.some((name) => name.startsWith("'=HYPERLINK")),
    'no cell is a formula',
  );
  assert.doesNotMatch(fs.readFileSync(path.join(named.folder, 'index.html'), 'utf8'), /<b>Nasty/, 'nor markup');
  assert.ok(table(named.folder, 'reveals').some((row) => row.Reason === 'inspection 2026'));
  assert.equal(sql("SELECT count(*) > 1 FROM view WHERE what = 'pack'"), '1', 'each pack is on record');
  fs.rmSync(named.folder, { recursive: true }); // whoever asks for names looks after them
});

test('it opens offline, without a script, and says how far custody was verified', async () => {
  const context = await browser.newContext({ offline: true, javaScriptEnabled: false });
  const page = await context.newPage();
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(path.join(out.folder, 'index.html')).href);
  const text = await page.textContent('body');
  assert.match(text, /whole: \d+ rows were recomputed, sealed up to row \d+/);
  assert.match(text, /Invented Clinic/);
  assert.equal(await page.locator('#contents tr').count(), fs.readdirSync(out.folder).length);
  assert.equal(asked.length, 1, 'nothing but the page itself');
  assert.doesNotMatch(fs.readFileSync(path.join(out.folder, 'index.html'), 'utf8'), /https?:|<script/);
  await context.close();
});

test('one click on the page saves the same, and who may not audit gets none', async () => {
  const refused = await maria.ask('pack', { from: today, to: today });
  assert.equal(refused.ok, false);
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'omar');
  await page.goto(`${site.url}#/pack`);
  await page.waitForSelector('input[name=from]');
  await axeClean(page, 'the inspector’s pack');
  await assertFits(page, 'the pack');
  await page.fill('input[name=from]', day(Date.now() - 86400000)); // of these days nobody has asked for names
  await page.fill('input[name=to]', today);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('form .btn.primary')]);
  const file = path.join(site.folder, 'pack.zip');
  await download.saveAs(file);
  const folder = path.join(site.folder, 'unpacked');
  const unzipped = spawnSync('python3', ['-m', 'zipfile', '-e', file, folder], { encoding: 'utf8' });
  assert.equal(unzipped.status, 0, unzipped.stderr);
  assert.deepEqual(fs.readdirSync(folder).sort(), fs.readdirSync(out.folder).sort());
  assert.deepEqual(table(folder, 'results'), table(out.folder, 'results'));
  const html = fs.readFileSync(path.join(folder, 'index.html'), 'utf8');
  assert.match(html, /Chain of custody<\/dt><dd>whole: \d+ rows were recomputed/, 'custody is verified for it');
  assert.match(html, /Taken by<\/dt><dd>Omar Invented, auditor/);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

// The program that makes a pack for the page, as soon as it is there and is not `before`, which may be about to end.
const packer = (before = 0) =>
  until(() => {
    const children = fs.readFileSync(`/proc/${site.core.pid}/task/${site.core.pid}/children`, 'utf8').trim().split(' ');
    return children.find((pid) => {
      try {
        return Number(pid) !== before && fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('child-pack');
      } catch {
        return false;
      }
    });
  }, 'the program that makes the pack');

test('while a pack is made the page goes on; a second one waits its turn; what stops it is said', async () => {
  const omar = await site.caller('omar');
  const take = () =>
    fetch(`${site.url}api/pack`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Phial': '1', Cookie: omar.cookie },
      body: JSON.stringify({ from: today, to: today }),
    });
  const going = take();
  const pid = Number(await packer());
  process.kill(pid, 'SIGSTOP');
  const asked = Date.now();
  assert.equal((await maria.must('view', { what: 'order_list' })).ok, true);
  assert.ok(Date.now() - asked < 2000, 'others are answered');
  const second = await take();
  assert.equal(second.status, 503);
  assert.match((await second.json()).sentence, /Another pack is being made/);
  process.kill(pid, 'SIGCONT');
  const whole = await going;
  assert.equal(whole.status, 200);
  assert.equal(Buffer.from(await whole.arrayBuffer()).toString('latin1', 0, 2), 'PK');
  const broken = take();
  const killed = Number(await packer(pid));
  process.kill(killed, 'SIGKILL');
  const told = await broken;
  assert.equal(told.ok, false);
  assert.match((await told.json()).sentence, /program that makes it stopped/);
  const left = new AbortController();
  const nobody = fetch(`${site.url}api/pack`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Phial': '1', Cookie: omar.cookie },
    body: JSON.stringify({ from: today, to: today }),
    signal: left.signal,
  }).catch(() => 'left');
  await packer(killed);
  left.abort();
  assert.equal(await nobody, 'left');
  await until(async () => (await take()).status === 200, 'the next one, after somebody left theirs');
});

test('tracing goes both ways', async () => {
  const omar = await site.caller('omar');
  const back = (await omar.must('view', { what: 'trace', key: first.accession })).data;
  assert.deepEqual(back.by, ['accession']);
  const [row] = back.results;
  assert.equal(row.order, first.order);
  assert.match(row.patient.mrn, /^P-\d+$/, 'the patient, covered');
  assert.equal(row.instrument, 'Bench');
  assert.equal(row.signed.by, people['dr.kay'].name);
  const lot = sql(`SELECT lot FROM result WHERE lot <> '' LIMIT 1`);
  assert.equal(lot, 'LOT-88');
  assert.deepEqual([row.lot, row.operator], ['LOT-88', 'maria']);
  const forth = (await omar.must('view', { what: 'trace', key: lot })).data;
  assert.deepEqual(forth.by, ['lot']);
  assert.equal(forth.count, Number(sql(`SELECT count(*) FROM result WHERE lot = '${lot}'`)), 'every result of the lot');
  const patient = (await omar.must('view', { what: 'trace', key: row.patient.mrn })).data;
  assert.deepEqual(
    patient.results.map((each) => each.accession),
    [first.accession],
    'every result of the patient',
  );
  const collector = (await omar.must('view', { what: 'trace', key: 'maria' })).data;
  assert.equal(collector.count, Number(sql('SELECT count(*) FROM result')), 'every result of a person');
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'omar');
  await page.goto(`${site.url}#/trace`);
  await page.fill('input[type=search]', first.accession);
  await page.keyboard.press('Enter');
  await page.waitForSelector('tbody tr');
  await axeClean(page, 'tracing');
  await assertFits(page, 'tracing');
  await page.click('tbody .btn >> nth=2');
  await page.waitForSelector('text=by the patient.');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
