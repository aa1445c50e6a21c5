// m07_frames.mjs PHIAL: every frame is kept byte for byte before it is acknowledged, and hangs together with what was read
// from it; unplugged in the middle and sent again, nothing is lost and nothing there twice, at every frame it could
// happen; what is not understood is parked where people see it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import test, { after, before } from 'node:test';
import { launch, openPage, signIn } from '../browser/browser.mjs';
import { Site, until } from '../browser/site.mjs';
import { Analyzer, message } from '../support/analyzer.mjs';

let site, maria;
const sent = [];

before(async () => {
  site = await Site.start(process.argv[2]);
  maria = await site.caller('maria');
});

after(() => site?.end());

const see = async (what, key = '') => (await maria.must('view', { what, key, limit: 500 })).data;
function sql(text) {
  const { stdout, stderr, status } = spawnSync('sqlite3', ['-readonly', `${site.data}/phial.db`, text], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

async function withAnalyzer(act) {
  const analyzer = await Analyzer.connect(site.analyzer);
  await act(analyzer);
  sent.push(...analyzer.sent);
  await analyzer.unplug();
}

const collected = (n) => site.collected(maria, { mrn: `F-${n}`, family: `Frame${n}-TEST`, given: 'Jo' });
const resultsOf = async (order) => (await see('order', order)).results;
const filed = (order) => until(async () => (await resultsOf(order)).length > 0, 'the result');

test('unplugged after every frame of a message, and plugged in again: one result each, nothing left over', async () => {
  const records = message({}).length;
  const orders = [];
  for (let cut = 0; cut < records; cut += 1) {
    const { order, accession } = await collected(cut);
    const text = message({ specimen: accession, run: String(100 + cut) });
    await withAnalyzer(async (analyzer) => {
      await analyzer.begin();
      for (let i = 0; i < cut; i += 1) await analyzer.frame(text[i], false);
    });
    await withAnalyzer((analyzer) => analyzer.send(text));
    orders.push(order);
  }
  for (const order of orders) await filed(order);
  for (const order of orders) assert.equal((await resultsOf(order)).length, 1);
  // What broke off before it told a number stays in sight; what told one was settled by the whole message.
  await until(async () => (await see('unmatched')).rows.every((row) => row.specimen === ''), 'the broken-off ones to be settled');
  for (const row of (await see('unmatched')).rows) assert.deepEqual([row.disposition, row.results.length], ['incomplete', 0]);
});

test('acknowledged whole and the line lost before its end: sent again, it counts once', async () => {
  const { order, accession } = await collected('L');
  const text = message({ specimen: accession, run: '200' });
  await withAnalyzer(async (analyzer) => {
    await analyzer.begin();
    for (const record of text) await analyzer.frame(record, record === text.at(-1));
  });
  await filed(order);
  await withAnalyzer((analyzer) => analyzer.send(text));
  await until(() => sql("SELECT count(*) FROM message WHERE run = '200' AND disposition = 'repeat'") === '1', 'the repeat');
  assert.equal((await resultsOf(order)).length, 1);
});

test('what is not understood is parked, with its bytes, and a person sees it', async () => {
  const before_ = (await see('unmatched')).count;
  await withAnalyzer((analyzer) => analyzer.send(['Z|1|nothing that anybody knows\r']));
  await until(async () => (await see('unmatched')).count === before_ + 1, 'it on the unmatched list');
  const row = (await see('unmatched')).rows.at(-1);
  assert.ok(row.reason.length > 10, 'it says why');
  const { frames } = await see('message', String(row.message));
  assert.ok(frames.some((each) => each.text.includes('nothing that anybody knows')));
  const browser = await launch();
  const page = await openPage(browser, site.url);
  await signIn(page, 'maria');
  await page.click('#nav >> text=Unmatched');
  await page.click(`[data-message="${row.message}"]`);
  await page.waitForSelector('text=nothing that anybody knows');
  await browser.close();
});

test('every frame that was acknowledged is there with the very bytes, in a session, hashed into the chain', async () => {
  const hash = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
  const kept = sql('SELECT hex(bytes) FROM frame WHERE direction = 0 ORDER BY id').split('\n').filter(Boolean);
  const texts = kept.map((hex) => Buffer.from(hex, 'hex')).filter((bytes) => bytes[0] === 2);
  // A frame ends with CR: the LF that LIS01 puts behind it belongs to none, and some instruments leave it out.
  assert.deepEqual(texts.map(hash), sent.map((bytes) => hash(bytes.subarray(0, -1))), 'as many, in order, byte for byte');
  assert.equal(sql('SELECT count(*) FROM frame f LEFT JOIN session s ON s.id = f.session WHERE s.id IS NULL'), '0');
  const lost = "SELECT count(*) FROM session s WHERE EXISTS (SELECT 1 FROM frame f WHERE f.session = s.id AND f.direction = 0 AND substr(f.bytes, 1, 1) = x'02') AND NOT EXISTS (SELECT 1 FROM message m WHERE m.session = s.id)";
  assert.equal(sql(lost), '0', 'every session with a frame has a message');
  assert.equal(sql('SELECT count(*) FROM undecoded'), '0');
  const verified = site.run(['custody', 'verify']);
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
});
