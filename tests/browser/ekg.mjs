// ekg.mjs PHIAL MAKE_ECG: the EKG from the order to the signed PDF, played by two people at two browsers.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { assertFits, launch, openPage, pastThePage, signIn } from './browser.mjs';
import * as carts from './ekg_site.mjs';
import { Caller, people, until } from './site.mjs';

const [, , phial, maker] = process.argv;
const shots = process.env.SHOTS; // a folder for pictures of the screens
const iris = { mrn: '00900142', family: 'MARLOWE-TEST', given: 'Iris J' };
const omar = { mrn: '00900143', family: 'HALVORSEN-TEST', given: 'Omar', birth_date: '1971-01-30', sex: 'M' };
const ana = { mrn: '00900144', family: 'QUINTERO-TEST', given: 'Ana', birth_date: '1989-11-02' };
const irisFile = { id: '00900142', family: 'MARLOWE-TEST', given: 'IRIS', middle: 'J', birth: '1958-07-19', sex: 'F' };
const omarFile = { id: '00900143', family: 'HALVORSEN-TEST', given: 'OMAR', birth: '1971-01-30', sex: 'M' };
const nobody = { id: '', family: '', given: '', birth: '', sex: '' };
const pin = people['dr.kay'].pin;

let site, browsers, maria, kay, mariaCalls, kayCalls;

before(async () => {
  site = await carts.startEkgSite(phial);
  browsers = await Promise.all([launch({ whole: true }), launch({ whole: true })]);
  [maria, kay] = await Promise.all(browsers.map((browser) => openPage(browser, site.url)));
  await signIn(maria, 'maria');
  await signIn(kay, 'dr.kay');
  [mariaCalls, kayCalls] = await Promise.all([maria, kay].map(pastThePage));
});

after(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()));
  await carts.endEkgSite(site);
});

async function shoot(page, name) {
  if (!shots) return;
  await page.waitForTimeout(400);
  await page.screenshot({ path: path.join(shots, `${name}.png`) });
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.waitForTimeout(200);
  await page.screenshot({ path: path.join(shots, `${name}-1024.png`), fullPage: true });
  await page.setViewportSize({ width: 1280, height: 800 });
}

const drawn = (page) =>
  page.waitForFunction(() => document.querySelector('.paper-frame img:not([hidden])')?.naturalWidth > 0);

// An EKG that was tied and signed, by program.
async function signedEkg(patient, says) {
  const order = await carts.ekgOrder(mariaCalls, patient);
  await mariaCalls.must('ekg_open', { order, instrument: carts.stick });
  carts.importStick(site, maker, [['scp-ecg', says]]);
  const row = await carts.waits(mariaCalls, (each) => each.proposed?.order === order);
  const identifier = ['name', 'MRN'];
  await mariaCalls.must('ekg_tie', {
    tracing: row.tracing,
    order,
    identifier,
    reason: 'brought in from an earlier visit',
  });
  await mariaCalls.must('ekg_close', { instrument: carts.stick });
  const { version } = await carts.ekg(kayCalls, order);
  const sheet = await carts.picture(kayCalls, `/ekg/${row.tracing}.pdf`);
  const picture = sheet.headers.get('x-phial-picture');
  const layout = sheet.headers.get('x-phial-layout');
  const body = {
    order,
    version,
    tracing: row.tracing,
    opinion: 'agree',
    picture,
    layout,
    disposition: 'no-action',
    pin,
  };
  await kayCalls.must('overread', { ...body, reading: 'Normal sinus rhythm' });
  return row.tracing;
}

const before_ = { recorded: '2025-12-02T10:11:00', heart_rate: 68, pr: 164, qrs: 90, qt: 398, qtc: 424 };

test('an assistant enters the order, opens it at the cart, and ties what the stick brings', async () => {
  await signedEkg(iris, { ...irisFile, ...before_, statement: ['Normal sinus rhythm', 'Normal ECG'] });
  await maria.click('[data-screen=ekg]');
  await maria.click('text=New patient or order');
  await maria.fill('input[name=mrn]', iris.mrn);
  await maria.fill('input[name=family]', iris.family);
  await maria.fill('input[name=given]', iris.given);
  await maria.fill('input[name=birth_date]', '1958-07-19');
  await maria.check('input[name=sex][value=F]');
  await maria.check('input[name=test][value=HbA1c]');
  await maria.check('input[name=test][value=EKG]');
  await maria.click('text=Enter the order');
  assert.match(await maria.textContent('.say.bad'), /order of its own/);
  await maria.uncheck('input[name=test][value=HbA1c]');
  await maria.click('text=Enter the order');
  await maria.waitForSelector('.ekg-row');
  await maria.click('[data-screen=collect]');
  await maria.click('.rowlist > button >> text=EKG to run');
  const row = maria.locator('.ekg-row', { hasText: iris.family });
  await row.locator('text=Open at USB stick or import').click();
  await row.locator('text=open at USB stick or import').waitFor();
  await shoot(maria, 'ekg-open');
  await maria.evaluate(() => (window.neverLoadedAgain = true));
  const statement = ['Sinus rhythm', 'Nonspecific T wave abnormality', 'Abnormal ECG'];
  carts.importStick(site, maker, [
    ['scp-ecg', { ...irisFile, recorded: carts.cartTime(3), severity: 'ABNORMAL ECG', statement, seed: 1 }],
  ]);
  const waiting = maria.locator('.rowlist.ekgs > button');
  await waiting.waitFor();
  assert.equal(await maria.evaluate(() => window.neverLoadedAgain), true, 'the file came without a reload');
  assert.match(await waiting.textContent(), /MARLOWE-TEST.*agrees with the order open at that cart/);
  await shoot(maria, 'ekg-waiting');
  await waiting.click();
  await drawn(maria);
  await shoot(maria, 'ekg-tie');
  await maria.click('text=This is the EKG of');
  assert.match(await maria.textContent('.say.bad'), /two identifiers/);
  await maria.check('input[name=identifier][value=name]');
  await maria.keyboard.press('Enter');
  assert.match(await maria.textContent('.say.bad'), /two identifiers/);
  await maria.check('input[name=identifier][value="birth date"]');
  await maria.click('text=This is the EKG of');
  await maria.waitForSelector('.rowlist.reviews > button');
  assert.match(await maria.textContent('.rowlist.reviews'), /MARLOWE-TEST/);
  assert.deepEqual(maria.troubles, []);
});

test('the provider compares, changes the drawing, must say what it is, signs, and has it as a PDF', async () => {
  await kay.click('[data-screen=ekg]');
  const row = kay.locator('.rowlist.reviews > button', { hasText: iris.family });
  await row.waitFor();
  const order = await row.getAttribute('data-order');
  await shoot(kay, 'ekg-list-provider');
  await kay.keyboard.press('j');
  await kay.keyboard.press('Enter');
  await drawn(kay);
  await shoot(kay, 'ekg-review');
  const measured = await kay.textContent('.ekg aside .tbl');
  assert.match(measured, /Rate.*74.*68.*↑ 6/);
  assert.match(measured, /QT .*392.*398.*↓ 6/);
  assert.match(await kay.textContent('.quote'), /Sinus rhythm.*Nonspecific T wave abnormality.*Abnormal ECG/);
  assert.match(await kay.textContent('.unconfirmed'), /UNCONFIRMED/);
  const asked = [];
  kay.on('request', (request) => request.url().includes('/ekg/') && asked.push(request.url()));
  for (const key of ['l', 'o', 'v', 'g']) await kay.keyboard.press(key);
  const changed = /layout=6x2&order=cabrera&speed=50&gain=20/;
  await until(() => asked.some((url) => /\.pdf/.test(url) && changed.test(url)), 'the page to sign in the new view');
  assert.ok(asked.some((url) => /\.svg/.test(url) && changed.test(url)));
  await shoot(kay, 'ekg-cabrera');
  for (const key of ['l', 'l', 'o', 'v', 'g', 'g']) await kay.keyboard.press(key);
  await kay.keyboard.press('p');
  assert.equal(await kay.locator('.sheets .paper-frame').count(), 2, 'the one before stands beside it');
  assert.match(await kay.textContent('.sheets figcaption >> nth=0'), /Now.*Rate 74 ↑ 6 · PR 168 ↑ 4 .*QTc 435 ↑ 11/);
  assert.match(await kay.textContent('.sheets figcaption >> nth=1'), /Before, 12\/02\/2025.*Rate 68 · PR 164/);
  await kay.waitForFunction(() =>
    [...document.querySelectorAll('.sheets img')].every((image) => image.naturalWidth > 0),
  );
  await shoot(kay, 'ekg-beside');
  await kay.keyboard.press('f');
  await kay.keyboard.press('f');
  await kay.keyboard.press('p');
  await assertFits(kay, 'the EKG');
  const fold = kay.locator('text=Fold the cart’s words');
  assert.equal(await fold.isDisabled(), true);
  await kay.keyboard.press('s');
  await kay.keyboard.press('ArrowRight');
  assert.equal(await kay.isChecked('input[name=opinion][value=change]'), true);
  assert.equal(await fold.isDisabled(), true, 'change needs the provider’s own words');
  await kay.fill('textarea[name=reading]', 'Sinus rhythm 74. T waves lower than 12/02/25 in II, V5, V6.');
  assert.equal(await fold.isDisabled(), false);
  await fold.click();
  assert.equal(await kay.isVisible('.quote'), false);
  await kay.click('text=Show the cart’s words');
  await kay.selectOption('select[name=disposition]', 'no-action');
  await kay.locator('form.read', { hasText: 'SHA-256' }).waitFor();
  await shoot(kay, 'ekg-reading');
  const { version, tracings } = await carts.ekg(mariaCalls, order);
  await refuseTheAssistant(order, version, tracings[0].tracing);
  await kay.fill('input[name=pin]', pin);
  await kay.keyboard.press('Enter');
  await kay.waitForSelector('.signed');
  await shoot(kay, 'ekg-signed');
  const review = (await carts.ekg(kayCalls, order)).reviews.at(-1);
  assert.deepEqual([review.kind, review.by.login, review.overread.opinion], ['signed', 'dr.kay', 'change']);
  assert.equal(review.overread.layout, '3x4 standard 25 10');
  await assertSignedPdf(review.overread);
  assert.deepEqual(kay.troubles, []);
});

// With the assistant's own cookie, past the page.
async function refuseTheAssistant(order, version, tracing) {
  const sheet = await carts.picture(mariaCalls, `/ekg/${tracing}.pdf`);
  const body = { order, version, tracing, opinion: 'agree', disposition: 'no-action', pin: people.maria.pin };
  const bound = { picture: sheet.headers.get('x-phial-picture'), layout: sheet.headers.get('x-phial-layout') };
  const refused = await mariaCalls.ask('overread', { ...body, ...bound });
  assert.equal(refused.status, 403);
  assert.match(refused.sentence, /sign/);
  const plain = await kayCalls.ask('sign', { order, version, meaning: 'REVIEWED', disposition: 'no-action', pin });
  assert.equal(plain.ok, false, 'an EKG is not signed without a reading');
  assert.deepEqual((await carts.ekg(mariaCalls, order)).reviews, []);
}

async function assertSignedPdf(overread) {
  const [download] = await Promise.all([kay.waitForEvent('download'), kay.click('text=Signed PDF')]);
  assert.match(download.suggestedFilename(), /^ekg-signed-\d+\.pdf$/);
  const text = carts.pdfText(fs.readFileSync(await download.path()));
  const wanted = [
    'MARLOWE-TEST, Iris J',
    '07/19/1958',
    '00900142',
    'Nonspecific T wave abnormality',
    'for Dr. Kay Invented',
  ];
  const bound = [overread.original, overread.picture, 'phial-tracing-1', '3x4 standard 25 10'];
  for (const part of [...wanted, 'T waves lower than 12/02/25', 'UNCONFIRMED', ...bound])
    assert.ok(text.includes(part), `${part} in the signed PDF:\n${text}`);
  const again = await carts.picture(kayCalls, `/ekg/${overread.tracing}.pdf`);
  assert.equal(
    createHash('sha256').update(again.bytes).digest('hex'),
    overread.picture,
    'what was signed can be drawn again',
  );
  const original = await carts.picture(kayCalls, `/ekg/${overread.tracing}/original`);
  assert.equal(createHash('sha256').update(original.bytes).digest('hex'), overread.original);
}

test('a file that names somebody else is held with both names shown, and needs a reason', async () => {
  const order = await carts.ekgOrder(mariaCalls, omar);
  await mariaCalls.must('ekg_open', { order, instrument: carts.cart });
  await maria.click('[data-screen=ekg]');
  const under = maria.locator(`.ekg-row[data-order="${order}"]`, { hasText: `open at ${carts.cart}` });
  await under.hover();
  const place = await under.boundingBox();
  const says = { ...irisFile, recorded: carts.cartTime(1), seed: 3 };
  carts.makeFile(maker, 'muse-xml', path.join(site.cartFolder, 'next.xml'), says);
  const row = maria.locator('.rowlist.ekgs > button', { hasText: 'HALVORSEN-TEST' });
  await row.waitFor();
  const now = await under.boundingBox();
  assert.ok(Math.abs(now.y - place.y) < 2, `nothing moves under the pointer: ${place.y} ${now.y}`);
  assert.match(await row.textContent(), /The file names\s*MARLOWE-TEST.*HALVORSEN-TEST, Omar.*differs: .*name/);
  await row.click();
  await drawn(maria);
  assert.match(await maria.textContent('.strip.hold'), /does not agree.*name, birth date/);
  assert.equal(await maria.locator('input[name=candidate]:checked').count(), 0, 'nobody is proposed');
  await maria.check(`input[name=candidate][value="${order}"]`);
  assert.match(await maria.textContent('.compare'), /MARLOWE-TEST.*HALVORSEN-TEST.*differs/);
  await shoot(maria, 'ekg-held');
  await maria.check('input[name=identifier][value=name]');
  await maria.check('input[name=identifier][value=MRN]');
  await maria.click('text=This is the EKG of');
  assert.match(await maria.textContent('.say.bad'), /why/);
  const unasked = await mariaCalls.ask('ekg_tie', { tracing: await heldTracing(), order, identifier: ['name', 'MRN'] });
  assert.equal(unasked.ok, false, 'core asks for the reason too');
  await maria.click('text=the cart still had the last patient’s name');
  await maria.click('text=This is the EKG of');
  await maria.waitForSelector('.rowlist.reviews >> text=HALVORSEN-TEST');
  const { tracings } = await carts.ekg(mariaCalls, order);
  assert.match(tracings[0].tied.reason, /last patient/);
  assert.deepEqual(maria.troubles, []);
});

const heldTracing = async () =>
  (await carts.ekgs(mariaCalls)).waiting.find((each) => each.reason_code === 'ekg-differs').tracing;

test('a repeat keeps both, and somebody says which is for review and why the other is not', async () => {
  const { review } = await carts.ekgs(mariaCalls);
  const { order } = review.find((each) => each.patient.mrn === omar.mrn);
  carts.makeFile(maker, 'hl7-aecg', path.join(site.cartFolder, 'again.xml'), {
    ...omarFile,
    recorded: carts.cartTime(0),
    seed: 5,
  });
  const row = maria.locator('.rowlist.ekgs > button', { hasText: 'HALVORSEN-TEST' });
  await row.waitFor();
  await row.click();
  await maria.check('input[name=identifier][value=name]');
  await maria.check('input[name=identifier][value=MRN]');
  await maria.click('text=This is the EKG of');
  await maria.waitForSelector('text=which is for review?');
  await maria.waitForFunction(() =>
    [...document.querySelectorAll('.pickable img')].every((image) => image.naturalWidth > 0),
  );
  await shoot(maria, 'ekg-repeat');
  await maria.check('input[name=tracing] >> nth=1');
  await maria.click('text=This one is for review');
  assert.match(await maria.textContent('.say.bad'), /why/);
  await maria.click('text=artifact or movement');
  await maria.fill('input[name=repeat-own]', 'he coughed');
  await maria.click('text=This one is for review');
  await maria.waitForSelector('.rowlist.reviews >> text=HALVORSEN-TEST');
  const data = await carts.ekg(mariaCalls, order);
  assert.equal(data.tracings.length, 2);
  assert.deepEqual(
    data.tracings.map((each) => each.chosen),
    [0, 1],
  );
  assert.equal(data.choice.reason, 'artifact or movement: he coughed');
  await kay.click('[data-screen=ekg]');
  await kay.click('.rowlist.reviews >> text=HALVORSEN-TEST');
  await drawn(kay);
  assert.match(await kay.textContent('main'), /the other is not, because artifact or movement: he coughed/);
  await kay.click('text=/^1: /');
  await kay.waitForSelector('text=This one is not for review.');
  await kay.keyboard.press('Escape');
});

test('a document of a cart is tied, shown as it is, and signed as it is', async () => {
  const order = await carts.ekgOrder(mariaCalls, ana);
  await mariaCalls.must('ekg_open', { order, instrument: carts.stick });
  const folder = carts.importStick(site, maker, [['pdf', nobody]]);
  const bytes = fs.readFileSync(path.join(folder, 'ecg0.pdf'));
  const row = maria.locator('.rowlist.ekgs > button', { hasText: 'QUINTERO-TEST' });
  await row.waitFor();
  assert.match(await row.textContent(), /PDF.*names nobody/);
  await row.click();
  await maria.waitForSelector('iframe.document');
  await maria.check('input[name=identifier][value=name]');
  await maria.check('input[name=identifier][value="birth date"]');
  await maria.click('text=it was run on this patient');
  await shoot(maria, 'ekg-document-tie');
  await maria.click('text=This is the EKG of');
  await maria.waitForSelector('.rowlist.reviews >> text=QUINTERO-TEST');
  await kay.click('[data-screen=inbox]');
  await kay.locator(`[data-order="${order}"] .btn`).click();
  await kay.waitForSelector('iframe.document');
  await until(
    () => kay.frames().some((frame) => frame.url().endsWith('/original#navpanes=0&view=FitH')),
    'the document in its frame',
  );
  await shoot(kay, 'ekg-document');
  await kay.check('input[name=opinion][value=disagree]');
  await kay.fill('textarea[name=reading]', 'Low voltage; repeat with new electrodes.');
  await kay.selectOption('select[name=disposition]', 'repeat');
  await kay.fill('textarea[name=instruction]', 'Repeat the EKG with new electrodes.');
  await kay.selectOption('select[name=owner]', 'maria');
  await kay.fill('input[name=pin]', pin);
  await kay.keyboard.press('Enter');
  await kay.waitForSelector('.signed');
  const { overread } = (await carts.ekg(kayCalls, order)).reviews.at(-1);
  const hash = createHash('sha256').update(bytes).digest('hex');
  assert.deepEqual([overread.original, overread.picture, overread.layout], [hash, hash, 'original']);
  const original = await carts.picture(kayCalls, `/ekg/${overread.tracing}/original`);
  assert.ok(original.bytes.equals(bytes), 'byte for byte');
  assert.match(original.headers.get('content-disposition'), /^inline; filename="ekg-original-\d+\.pdf"$/);
  const signature = carts.pdfText((await carts.picture(kayCalls, `/ekg/${overread.tracing}/signed`)).bytes);
  for (const part of ['QUINTERO-TEST', 'Low voltage', hash])
    assert.ok(signature.includes(part), `${part} in ${signature}`);
  assert.deepEqual(kay.troubles, []);
});

test('a file that cannot be read is kept and shown with its reason; leads that are missing are said', async () => {
  const order = await carts.ekgOrder(mariaCalls, iris);
  await mariaCalls.must('ekg_open', { order, instrument: carts.stick });
  carts.importStick(site, maker, [['scp-ecg', { ...irisFile, recorded: carts.cartTime(1), leads: 5, seed: 4 }]]);
  const tied = await carts.waits(mariaCalls, (each) => each.proposed?.order === order);
  await mariaCalls.must('ekg_tie', { tracing: tied.tracing, order, identifier: ['name', 'birth date'] });
  const whole = path.join(site.folder, 'whole.scp');
  site.patientFiles.push(whole);
  carts.makeFile(maker, 'scp-ecg', whole, { ...irisFile, recorded: carts.cartTime(2), seed: 11 });
  const damaged = fs.readFileSync(whole);
  damaged[damaged.length >> 1] ^= 0x10;
  fs.writeFileSync(path.join(site.cartFolder, 'damaged.scp'), damaged);
  await maria.click('[data-screen=today]');
  await maria.click('[data-screen=ekg]');
  const row = maria.locator('.rowlist.ekgs > button', { hasText: 'unreadable' });
  await row.click();
  assert.match(await maria.textContent('.strip.hold'), /checksum|CRC/i);
  await shoot(maria, 'ekg-unreadable');
  await maria.keyboard.press('Escape');
  await kay.click('[data-screen=today]');
  await kay.click('[data-screen=ekg]');
  await kay.click(`.rowlist.reviews [data-order="${order}"], .rowlist.reviews > [data-order="${order}"]`);
  await drawn(kay);
  assert.match(await kay.textContent('main'), /Not recorded: .*V6/);
  await shoot(kay, 'ekg-five-leads');
});

test('what was tied to the wrong patient is taken off again, and what is nobody’s leaves the list', async () => {
  await kay.click('summary >> text=It is not this patient’s');
  await kay.locator('details[open] input').fill('run on somebody else');
  await kay.click('text=Take it off this order');
  await kay.waitForSelector('.rowlist.ekgs >> text=MARLOWE-TEST');
  const untied = (await carts.ekgs(kayCalls)).waiting.find((each) => each.tracing);
  assert.equal(untied.patient.id, iris.mrn, 'it waits to be tied again');
  const lena = await openPage(browsers[0], site.url);
  await signIn(lena, 'lena');
  await lena.click('[data-screen=ekg]');
  await lena.click('.rowlist.ekgs > button >> text=unreadable');
  await lena.click('summary >> text=It is no patient’s EKG');
  await lena.fill('input[name=off-reason]', 'the stick was pulled too early; it came again');
  await lena.click('text=Take it off the list');
  await lena.waitForSelector('text=The file is kept.');
  assert.equal(await lena.locator('.rowlist.ekgs >> text=unreadable').count(), 0);
  assert.equal(await lena.locator('form.read').count(), 0);
  assert.deepEqual(lena.troubles, []);
  await lena.context().close();
});

test('pictures are small, strict, counted as views, and for nobody without a session', async () => {
  const [{ tracing, order }] = (await carts.ekgs(kayCalls)).review.filter((each) => each.tracing);
  const seen = async () => (await carts.ekg(kayCalls, order)).tracings.length && site.views(tracing);
  const looks = await seen();
  const svg = await carts.picture(kayCalls, `/ekg/${tracing}.svg`);
  assert.equal(svg.status, 200);
  assert.equal(svg.headers.get('content-encoding'), 'gzip');
  assert.ok(Number(svg.headers.get('content-length')) < 20000, 'under 20 kB');
  assert.match(svg.headers.get('content-security-policy'), /^default-src 'none'; frame-ancestors 'none'; sandbox$/);
  assert.doesNotMatch(svg.bytes.toString(), /<script|<style|href/);
  assert.equal((await seen()) - looks, 1, 'the look is on record');
  const stranger = new Caller(site.url);
  for (const [url, status] of [
    [`/ekg/${tracing}.svg?layout=9x9`, 400],
    [`/ekg/${tracing}.svg?patient=1`, 400],
    ['/ekg/999999999.svg', 404],
    [`/ekg/${tracing}/signed`, 404],
    ['/ekg/x.svg', 404],
  ]) {
    const answer = await carts.picture(kayCalls, url);
    assert.equal(answer.status, status, url);
    assert.match(answer.bytes.toString(), /^[A-Z].*\.$/, 'a sentence');
  }
  const elsewhere = await carts.picture(kayCalls, `/ekg/${tracing}.svg`, { 'Sec-Fetch-Site': 'cross-site' });
  assert.equal(elsewhere.status, 403, 'another site’s page shows no EKG');
  for (const form of ['.svg', '.pdf', '/signed', '/original'])
    assert.equal((await carts.picture(stranger, `/ekg/${tracing}${form}`)).status, 401);
  for (const page of [maria, kay])
    assert.match(page.url(), /^http:\/\/127\.0\.0\.1:\d+\/#\/[a-z]+$/, 'no address names anybody');
  await site.stop();
  const verified = site.run(['custody', 'verify']);
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
});
