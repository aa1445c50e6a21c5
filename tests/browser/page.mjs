// page.mjs PHIAL: how the page behaves under hands, scanners, strange names, idle time and a lost server.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test, { after, before } from 'node:test';
import { assertFits, launch, openPage, openScreen, scan, signIn } from './browser.mjs';
import { pause, people, Site, until } from './site.mjs';

let site, browser, maria;
const patient = (n, more = {}) => ({ mrn: `T-${n}`, family: `Invented${n}-TEST`, given: 'Sam', ...more });

before(async () => {
  site = await Site.start(process.argv[2], { idleLock: 30 });
  browser = await launch();
  maria = await site.caller('maria');
});

after(async () => {
  await browser?.close();
  await site?.end();
});

async function result(n, values, more) {
  const { order, accession } = await site.collected(maria, patient(n, more));
  await site.simulate(accession, values);
  return { order, accession };
}

const topOf = (page, order) =>
  page.evaluate((number) => document.querySelector(`[data-order="${number}"]`)?.getBoundingClientRect().top, order);

// Scrolling knows whole pixels only.
const assertNear = (a, b, what) => assert.ok(Math.abs(a - b) < 1, `${what}: ${a}, ${b}`);

test('what arrives never moves the row under the cursor, nor takes its focus', async () => {
  const rows = [];
  for (let n = 1; n <= 8; n += 1) rows.push(await result(n, 'normal'));
  const page = await openPage(browser, site.url);
  await signIn(page, 'dr.kay');
  await page.waitForFunction(() => document.querySelectorAll('.item').length === 8);
  for (let n = 0; n < 8; n += 1) await page.keyboard.press('j');
  const at = rows[7].order;
  await page.focus(`[data-order="${at}"] .btn`);
  const top = await topOf(page, at);
  const node = await page.$(`[data-order="${at}"]`);
  for (let n = 9; n <= 11; n += 1) {
    const { order } = await result(n, 'abnormal');
    await page.waitForSelector(`[data-order="${order}"]`);
    assertNear(await topOf(page, at), top, 'the row is where it was');
  }
  assert.equal(await page.evaluate((n) => document.activeElement?.closest('.item') === n, node), true);
  assert.match(await page.textContent('.pill:not([hidden])'), /^[123] new/, 'what came out of sight is told');
  const lead = await site.caller('lena');
  await page.mouse.move(600, 400);
  const under = await page.evaluate(() => document.elementFromPoint(600, 400).closest('.item')?.dataset.order);
  const before_ = await topOf(page, under);
  const kay = await page.evaluate(
    async (orders) => {
      const ask = async (name, body) =>
        (
          await fetch(`/api/${name}`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', 'X-Phial': '1' },
            body: JSON.stringify(body),
          })
        ).json();
      for (const order of orders) {
        const { data } = await ask('view', { what: 'order', key: order });
        await ask('return', { order, version: data.version, note: 'taken from the list' });
      }
      return orders.length;
    },
    [rows[0].order, rows[1].order],
  );
  assert.equal(kay, 2);
  await page.waitForSelector(`[data-order="${rows[0].order}"]`, { state: 'detached' });
  assertNear(await topOf(page, under), before_, 'nor does what leaves move it');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test('a press on a line that is drawn anew holds, too', async () => {
  const mine = patient(16);
  const entered = (who) =>
    maria.must('order_enter', { birth_date: '1970-05-06', sex: 'F', provider: 'dr.kay', test: 'HbA1c', ...who });
  await entered(mine);
  const page = await openPage(browser, site.url);
  await signIn(page, 'lena');
  await openScreen(page, 'Collect', 'collect');
  await page.hover(`main .rowlist > button >> text=${mine.family}`);
  await page.mouse.down();
  await entered(patient(17));
  await pause(700); // what came would be drawn by now
  await page.mouse.up();
  await page.waitForSelector('.banner');
  assert.match(await page.textContent('.banner'), new RegExp(mine.family));
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test('a press on a button of the list holds while a result arrives', async () => {
  await result(14, 'normal');
  const page = await openPage(browser, site.url);
  await signIn(page, 'dr.kay');
  await page.hover('text=Sign normals together');
  await page.mouse.down();
  const { order } = await result(15, 'normal');
  await page.waitForSelector(`[data-order="${order}"]`);
  await page.mouse.up();
  await page.waitForSelector('text=normal results to sign together');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test('a name that looks like markup is shown as the name it is', async () => {
  const family = '<img src=x onerror=document.title="owned">&amp;-TEST';
  const { order, accession } = await result(20, 'normal', { family, given: '"><script>alert(1)</script>' });
  const page = await openPage(browser, site.url);
  await signIn(page, 'dr.kay');
  await page.waitForSelector(`[data-order="${order}"]`);
  assert.match(await page.textContent(`[data-order="${order}"] .name`), /<img src=x onerror/);
  await scan(page, accession);
  await page.waitForSelector('.banner');
  assert.equal(await page.textContent('.banner .name'), `${family}, "><script>alert(1)</script>`);
  assert.equal(await page.locator('main img, main script').count(), 0);
  assert.doesNotMatch(await page.title(), /owned/);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test('a scan is known wherever the focus is, and a bracket that a hand types is kept', async () => {
  const { accession } = await site.collected(maria, patient(30));
  const page = await openPage(browser, site.url);
  await signIn(page, 'lena');
  await page.click('[data-screen=specimens]');
  const input = page.locator('input[type=search]');
  await input.fill('');
  await input.pressSequentially('a]b', { delay: 200 });
  assert.equal(await input.inputValue(), 'a]b');
  for (const prefix of [']C0', ']C1', ']d2']) {
    await page.click('[data-screen=today]');
    await page.waitForSelector('.tiles');
    await scan(page, accession, prefix);
    await page.waitForSelector('.chain');
    assert.equal((await page.textContent('.banner .mono')).replaceAll(' ', ''), accession);
  }
  await page.context().close();
});

// A scan whose keys reach the page each 180 ms after the other, and bear the keyboard's times. Gives the longest wait.
async function scanLate(page, number) {
  const keyboard = await page.context().newCDPSession(page);
  const start = Date.now() / 1000;
  let longest = 0;
  let before = performance.now();
  for (const [i, key] of [...']C1', ...number, 'Enter'].entries()) {
    const timestamp = start + i / 200;
    const text = key === 'Enter' ? '\r' : key;
    await keyboard.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text, timestamp });
    await keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', key, timestamp });
    longest = Math.max(longest, performance.now() - before);
    before = performance.now();
    await pause(180);
  }
  await keyboard.detach();
  return longest;
}

test('a scan whose keys come late is a scan, by the time at which they were pressed', async () => {
  const { accession } = await site.collected(maria, patient(31));
  const page = await openPage(browser, site.url);
  await signIn(page, 'lena');
  await page.waitForSelector('h1');
  for (let tries = 1; (await scanLate(page, accession)) > 500; tries += 1) // the page waits 600 ms for a key
    assert.ok(tries < 10, 'the keys come when they are sent');
  await page.waitForSelector('.chain');
  await page.context().close();
});

// Every entry is in sight, however much waits.
async function assertNavigationFits(page) {
  const over = await page.evaluate(() => {
    const nav = document.getElementById('nav');
    const counts = [...nav.querySelectorAll('.count')];
    const before = counts.map((each) => [each.hidden, each.textContent]);
    for (const each of counts) Object.assign(each, { hidden: false, textContent: '99' });
    const more = nav.scrollWidth - nav.clientWidth;
    counts.forEach((each, i) => Object.assign(each, { hidden: before[i][0], textContent: before[i][1] }));
    return more;
  });
  assert.equal(over, 0, 'the navigation is cut off');
}

test('the page fits its window on every screen, light and dark', async () => {
  const held = await until(async () => {
    await site.simulate('999999999999');
    const list = await maria.must('view', { what: 'unmatched' });
    return list.data.count > 0;
  }, 'a held result');
  assert.equal(held, true);
  const { order, accession } = await result(40, 'critical', { family: `${'Wolfeschlegelsteinhausen-'.repeat(3)}TEST` });
  for (const [width, dark] of [
    [1024, false],
    [1280, true],
  ]) {
    const page = await openPage(browser, site.url, { width, dark });
    await assertFits(page, 'sign-in');
    await signIn(page, 'lena');
    await page.waitForSelector(`[data-order="${order}"]`);
    await assertFits(page, 'inbox');
    await assertNavigationFits(page);
    await page.click(`[data-order="${order}"] .btn`);
    await page.waitForSelector('.tbl');
    await assertFits(page, 'order');
    await scan(page, accession);
    await page.waitForSelector('.chain');
    await assertFits(page, 'specimen');
    for (const screen of ['collect', 'ekg', 'today', 'instruments', 'unmatched']) {
      if (screen === 'instruments') await openScreen(page, 'Lab', screen);
      else await page.click(`#nav [data-screen=${screen}]`);
      await page.waitForSelector('main h1');
      await assertFits(page, screen);
    }
    await page.click('.rowlist button');
    await page.waitForSelector('.halves');
    await assertFits(page, 'held');
    assert.deepEqual(page.troubles, []);
    await page.context().close();
  }
});

test('a result outside the waiver of its instrument says so', async () => {
  const { order, accession } = await site.collected(maria, patient(30), 'CRP');
  await site.simulate(accession, 'normal', 'CRP');
  const waived = await result(29, 'normal');
  const page = await openPage(browser, site.url);
  await signIn(page, 'lena');
  await page.click(`[data-order="${order}"] .btn`);
  await page.waitForSelector('.tbl');
  assert.match(await page.textContent('.tbl tbody'), /not among the waived tests.*looked up \d{4}-\d\d-\d\d/);
  await page.keyboard.press('Escape');
  await page.click(`[data-order="${waived.order}"] .btn`);
  await page.waitForSelector('.tbl');
  assert.doesNotMatch(await page.textContent('.tbl tbody'), /waived/);
  await page.context().close();
});

test('what an instrument told before the page listens is shown', async () => {
  const { accession } = await site.collected(maria, patient(32));
  const page = await openPage(browser, site.url);
  let listens = 0;
  let letThrough;
  const through = new Promise((done) => (letThrough = done));
  await page.route('**/api/events', async (route) => {
    listens += 1;
    await through;
    await route.continue();
  });
  await signIn(page, 'lena');
  await openScreen(page, 'Lab', 'instruments');
  await until(() => listens, 'the page to listen');
  await site.simulate(accession, 'normal', '4548-4', ['--fault', 'damage=300', '--seed', '7']);
  const noticed = async () => (await maria.must('who')).devices.find((each) => each.name === 'Bench').noticed;
  await until(async () => (await noticed()).some((each) => /^checksum/.test(each)), 'core to be told of the damage');
  const line = page.locator('[data-instrument=Bench] .state.due', { hasText: /checksum \d/ });
  assert.equal(await line.count(), 0, 'nobody has told the page yet');
  letThrough();
  await line.waitFor();
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test('an instrument shows its state, the codes nobody mapped and its raw wire, and who looked is on record', async () => {
  const { accession } = await result(31, 'normal');
  for (const seed of ['7', '8', '9']) // where the damage falls depends on the time in the message
    await site.simulate(accession, 'normal', 'XQ7', ['--fault', 'damage=300', '--seed', seed]);
  const page = await openPage(browser, site.url, { width: 1024 });
  await signIn(page, 'lena');
  await openScreen(page, 'Lab', 'instruments');
  const card = page.locator('[data-instrument=Bench]');
  await card.locator('.state.bad', { hasText: 'held' }).waitFor();
  await card.locator('.state.due', { hasText: /checksum \d/ }).waitFor();
  const text = await card.textContent();
  for (const part of ['draft', 'abbott-afinion-2 on tcp-listen:', 'SIM0001', 'Last control', 'never'])
    assert.ok(text.includes(part), `${part} in ${text}`);
  await card.locator('button').click();
  await page.waitForSelector('.wire');
  assert.match(await page.textContent('.tbl tbody'), /XQ7/);
  assert.match(await page.textContent('.wire'), /<STX>1H\|/);
  await assertFits(page, 'instrument');
  await page.keyboard.press('Escape');
  await card.waitFor();
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  const seen = spawnSync('sqlite3', [`${site.data}/phial.db`, "SELECT key FROM view WHERE what = 'instrument'"]);
  assert.equal(seen.stdout.toString().trim(), 'Bench', 'the view is a row before it is shown');
});

test('a lost server is told, and found again without a reload', async () => {
  const page = await openPage(browser, site.url);
  await signIn(page, 'dr.kay');
  await page.waitForSelector('.item');
  await site.stop('SIGKILL');
  await page.waitForSelector('#away:not([hidden])');
  assert.match(await page.textContent('#away'), /No connection to Phial since/);
  await page.click('.item .btn');
  await page.waitForSelector('text=This order cannot be shown.');
  await site.serve();
  await page.waitForSelector('input[name=login]', { timeout: 20000 });
  await signIn(page, 'dr.kay');
  await page.waitForSelector('.item');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test('an idle page locks, shows nothing of anybody, and its person takes it up again', async () => {
  const page = await openPage(browser, site.url, { clock: true });
  await signIn(page, 'dr.kay');
  await page.waitForSelector('.item');
  await page.clock.fastForward(20000);
  await page.keyboard.press('j');
  await page.clock.fastForward(20000);
  assert.equal(await page.isVisible('.item.cursor'), true, 'a key is a sign of life');
  await page.clock.fastForward(11000);
  await page.waitForSelector('text=Locked');
  assert.doesNotMatch(await page.evaluate(() => document.body.innerText), /TEST|T-\d/);
  assert.doesNotMatch(await page.title(), /TEST/);
  await page.fill('input[name=pin]', '000000');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.say.bad');
  await pause(100);
  await page.fill('input[name=pin]', people['dr.kay'].pin);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.item.cursor');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

// Core has answered, and the answers to the view `what` come late: when `letThrough` is called.
async function delay(page, what) {
  const late = { waiting: 0 };
  const through = new Promise((done) => (late.letThrough = done));
  await page.route('**/api/view', async (route) => {
    const response = await route.fetch();
    if (route.request().postDataJSON().what === what) {
      late.waiting += 1;
      await through;
    }
    await route.fulfill({ response });
  });
  return late;
}

test('what comes for who has left, or over a lock, is not drawn', async () => {
  const page = await openPage(browser, site.url, { clock: true });
  const huddle = await delay(page, 'huddle');
  await signIn(page, 'lena');
  await page.click('[data-screen=today]');
  await until(() => huddle.waiting, 'the morning to be asked for');
  await page.click('#switch');
  await page.waitForSelector('input[name=login]');
  huddle.letThrough();
  await pause(200);
  assert.deepEqual(page.troubles, []);

  await maria.signIn('maria'); // her session ended with the server
  const { accession } = await site.collected(maria, patient(12), 'LIPID');
  const criticals = await delay(page, 'criticals');
  await site.simulate(accession, 'critical', '2571-8');
  await signIn(page, 'lena');
  await until(() => criticals.waiting, 'what is critical to be asked for');
  await page.clock.fastForward(31000);
  await page.waitForSelector('text=Locked');
  criticals.letThrough();
  await pause(200);
  assert.doesNotMatch(await page.evaluate(() => document.body.innerText), /TEST|T-\d|CRITICAL/);
  await page.fill('input[name=pin]', people.lena.pin);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#critical >> text=Invented12-TEST');
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
