// day_administrator.mjs PHIAL: the day of an administrator, by keyboard and typed scans alone, at both widths: somebody new
// with a badge, somebody with another role, somebody who left, an emergency access reviewed, and no patient anywhere.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch } from '../browser/browser.mjs';
import { Hands, widths } from '../browser/hands.mjs';
import { bring, Caller, people, Site } from '../browser/site.mjs';

bring('fay');
const family = 'Unseen-TEST';
let site, browser, fay;

before(async () => {
  site = await Site.start(process.argv[2]);
  browser = await launch();
  const maria = await site.caller('maria');
  fay = await site.caller('fay');
  await site.collected(maria, { mrn: 'D-1', family, given: 'Una' });
});

after(async () => {
  await browser?.close();
  await site?.end();
});

const change = (hands, name) => hands.push('main .btn', `Change ${name}`);

// Opens one of the folded parts of a person, unless it is open.
async function part(hands, title) {
  await hands.to('main summary', title);
  if (!(await hands.page.evaluate(() => document.activeElement.parentNode.open))) await hands.press('Enter');
}

async function addPerson(hands, login) {
  const name = `New ${login}`;
  people[login] = { name, role: 'lab-lead', pin: '173205' };
  await hands.open('People', '', 'people');
  await hands.write('Sign-in name', login);
  await hands.write('Full name', name);
  await hands.pick('role', 'lab-lead');
  await hands.write('First PIN', '173205');
  await hands.press('Enter');
  await hands.seen(`[data-login=${login}]`, 'somebody new');
  await change(hands, name);
  await part(hands, 'Badge');
  await hands.push('main .btn', 'Make a badge');
  await hands.seen('.badge img', 'a badge');
  return hands.page.textContent('.badge .mono');
}

async function setPin(hands, login, pin) {
  await part(hands, 'New PIN');
  await hands.write('New PIN', pin);
  await hands.push('main .btn', 'Set the PIN');
  await hands.told('The new PIN is set');
  assert.match(await hands.page.textContent('.facts'), /PIN set\s*just now/);
  people[login].pin = pin;
}

async function secondRole(hands, login) {
  await hands.tick('roles', 'auditor');
  await hands.write('Why, for the record', 'audits on Fridays');
  await hands.write('Your PIN', people.ada.pin);
  await hands.press('Enter');
  await hands.page.waitForSelector(`[data-login=${login}] >> text=lab lead, auditor`);
}

async function gone(hands, login) {
  await change(hands, people[login].name);
  await hands.pick('active', 'no');
  await hands.write('Why, for the record', 'left the clinic');
  await hands.write('Your PIN', people.ada.pin);
  await hands.press('Enter');
  await hands.seen(`[data-login=${login}] >> text=not active`, 'somebody who left');
}

async function review(hands) {
  const reason = 'nobody else here, a patient fainted at the desk';
  const begun = await fay.must('emergency_begin', { reason, pin: people.fay.pin });
  assert.ok(begun.ok);
  await hands.seen('[data-emergency] >> text=Did the reason hold?', 'an emergency access');
  const row = await hands.page.getAttribute('[data-emergency]:has(form)', 'data-emergency');
  await hands.pick(`justified-${row}`, '1');
  await hands.write('What you found', 'the ambulance was called');
  await hands.press('Enter');
  await hands.page.waitForSelector('summary >> text=Emergency access, reviewed');
}

for (const width of widths)
  test(`the day of the administrator at ${width} px`, async () => {
    const login = `new${width}`;
    const hands = await Hands.at(browser, site, width);
    await hands.byName('ada');
    const badge = await addPerson(hands, login);
    await setPin(hands, login, '244948');
    await secondRole(hands, login);
    await review(hands);
    for (const [title, screen] of [
      ['Today', 'today'],
      ['Lab', 'instruments'],
      ['Lab', 'lots'],
      ['Lab', 'operators'],
      ['Records', 'retention'],
    ]) {
      await hands.open(title, screen === 'retention' ? '' : screen, `${screen}, of the administrator`);
      assert.ok(!(await hands.page.textContent('body')).includes(family), 'no patient is shown');
    }
    await hands.scan(badge);
    await hands.seen('#gate >> text=Badge read', 'a badge of somebody else');
    await hands.page.keyboard.type('173205');
    await hands.press('Enter');
    await hands.page.waitForSelector('#gate .say.bad');
    await hands.page.keyboard.type(people[login].pin);
    await hands.press('Enter');
    await hands.seen('[data-role]', 'the choice of a role');
    await hands.push('[data-role=auditor]');
    await hands.here(login);
    await hands.push('#switch');
    await hands.byName('ada');
    await hands.open('People', '');
    await gone(hands, login);
    const answer = await new Caller(site.url).ask('sign_in', { login, pin: people[login].pin, workstation: 'test' });
    assert.equal(answer.ok, false, 'who left cannot sign in');
    await hands.leave();
  });
