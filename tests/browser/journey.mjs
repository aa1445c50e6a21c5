// journey.mjs PHIAL: one specimen's whole journey, played by two people at two browsers.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch, openPage, scan, signIn } from './browser.mjs';
import { people, Site } from './site.mjs';

const family = 'Ñuñez-O’Hara-TEST';

async function enterOrder(page) {
  await page.click('[data-screen=collect]');
  await page.click('text=New patient or order');
  await page.fill('input[name=mrn]', 'T-4711');
  await page.fill('input[name=family]', family);
  await page.fill('input[name=given]', 'Inés');
  await page.fill('input[name=birth_date]', '1958-07-19');
  await page.check('input[name=sex][value=F]');
  await page.check('input[name=test][value=HbA1c]');
  await page.click('text=Enter the order');
  await page.waitForSelector('text=Which two did the patient tell you?');
}

async function collect(page) {
  await page.click('text=Both agree');
  assert.match(await page.textContent('.say.bad'), /two/);
  await page.check('input[name=identifier][value=name]');
  await page.check('input[name=identifier][value="birth date"]');
  await page.click('text=Both agree');
  await page.waitForSelector('text=Collect for Hemoglobin A1c');
  await page.keyboard.type('left arm');
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=stick it on the tube');
  await page.waitForSelector('img.label:not([hidden])');
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=Scan the tube in your hand');
  return (await page.textContent('.scanbox .acc')).replaceAll(' ', '');
}

async function scanBack(page, accession) {
  await scan(page, '261122999990');
  await page.waitForSelector('.stop');
  assert.match(await page.textContent('.stop'), /This is not the tube of/);
  await scan(page, accession);
  await page.waitForSelector('text=The tube is ready for testing');
}

// What the medical assistant's own browser, cookie and all, can send past the page.
function signPastThePage(page, order, version, pin) {
  return page.evaluate(
    async (body) => {
      const response = await fetch('/api/sign', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Phial': '1' },
        body: JSON.stringify(body),
      });
      return { status: response.status, ...(await response.json()) };
    },
    { order, version, meaning: 'REVIEWED', disposition: 'no-action', pin },
  );
}

function readOrder(page, key) {
  return page.evaluate(async (number) => {
    const response = await fetch('/api/view', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Phial': '1' },
      body: JSON.stringify({ what: 'order', key: number }),
    });
    return (await response.json()).data;
  }, key);
}

async function sign(page) {
  await page.keyboard.press('j');
  await page.keyboard.press('s');
  const panel = page.locator('form.sign');
  await panel.waitFor();
  assert.match(await panel.locator('.banner').textContent(), new RegExp(family), 'the patient stands at the button');
  await panel.locator('input[name=pin]').fill('999999');
  await panel.locator('button[name=sign]').press('Enter');
  assert.match(await page.textContent('.sign .say.bad'), /what is to be done/);
  await panel.locator('input[value=call-patient]').check();
  await panel.locator('textarea[name=instruction]').fill('Call the patient: come for a visit.');
  await panel.locator('select[name=owner]').selectOption('maria');
  await panel.locator('input[name=pin]').fill('999999');
  await panel.locator('input[name=pin]').press('Enter');
  await page.waitForFunction(() => /PIN/.test(document.querySelector('.sign .say.bad')?.textContent ?? ''));
  await panel.locator('input[name=pin]').fill(people['dr.kay'].pin);
  await panel.locator('input[name=pin]').press('Enter');
}

async function eventsOf(page, accession) {
  await scan(page, accession);
  await page.waitForSelector('.chain');
  return page.locator('.chain li b').allTextContents();
}

function assertInOrder(events, wanted) {
  let at = 0;
  for (const event of events) if (event === wanted[at]) at += 1;
  assert.equal(at, wanted.length, `${wanted[at]} is missing in ${events.join(', ')}`);
}

test('two people take one specimen from the order to the signature', { timeout: 150000 }, async () => {
  const site = await Site.start(process.argv[2]);
  const browsers = await Promise.all([launch(), launch()]);
  let passed = false;
  try {
    const [maria, kay] = await Promise.all(browsers.map((browser) => openPage(browser, site.url)));
    await signIn(maria, 'maria');
    await signIn(kay, 'dr.kay');
    await kay.waitForSelector('text=Nothing of yours awaits review.');
    await kay.evaluate(() => (window.neverLoadedAgain = true));

    await enterOrder(maria);
    const accession = await collect(maria);
    await scanBack(maria, accession);

    await site.simulate(accession, 'abnormal');
    const row = kay.locator('.item');
    await row.waitFor();
    assert.equal(await kay.evaluate(() => window.neverLoadedAgain), true, 'the row came without a reload');
    assert.match(await row.textContent(), new RegExp(family));
    assert.equal(await row.locator('.flag.h').textContent(), 'H');
    assert.match(await row.locator('.r').textContent(), /4\.0–5\.6/);
    const number = await row.getAttribute('data-order');

    const { version } = await readOrder(maria, number);
    const refused = await signPastThePage(maria, number, version, people.maria.pin);
    assert.equal(refused.status, 403);
    assert.match(refused.sentence, /sign/);
    const stale = await signPastThePage(kay, number, '0'.repeat(64), people['dr.kay'].pin);
    assert.equal(stale.status, 409, 'a version that nobody saw is not signed');
    assert.equal((await readOrder(maria, number)).reviews.length, 0);

    await sign(kay);
    await kay.waitForSelector('text=Nothing of yours awaits review.');
    const { reviews } = await readOrder(kay, number);
    assert.equal(reviews.length, 1);
    assert.deepEqual([reviews[0].meaning, reviews[0].by.login, reviews[0].version], ['REVIEWED_ACTION_ORDERED', 'dr.kay', version]);

    const steps = ['Ordered', 'Patient identified', 'Collected', 'Label printed', 'Wrong label scanned'];
    assertInOrder(await eventsOf(maria, accession), [...steps, 'Label verified', 'Result received', 'Signed']);
    assert.match(await maria.textContent('.wire'), new RegExp(accession), 'the raw transmission is shown');
    for (const page of [maria, kay]) {
      assert.deepEqual(page.troubles, []);
      assert.doesNotMatch(page.url(), /4711|\d{12}|TEST/, 'no address names a patient or a specimen');
    }
    await site.stop();
    const verified = site.run(['custody', 'verify']);
    assert.equal(verified.status, 0, verified.stdout + verified.stderr);
    passed = true;
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    await site.end(!passed);
  }
});
