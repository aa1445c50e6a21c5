// Somebody without a mouse: Tab, arrows, Space and Enter, and a scanner that types. What cannot be reached this way
// cannot be worked by keyboard, and the test says what it was.
import assert from 'node:assert/strict';
import { axeClean } from './axe.mjs';
import { assertFits, openPage, scan } from './browser.mjs';
import { people, until } from './site.mjs';

export const widths = [1280, 1024];
const mostTabs = 200;

// Whether what has the focus is `selector` and says `text`: in itself or in its label.
const isAt = ([selector, text]) => {
  const node = document.activeElement;
  if (!node?.matches(selector) || node.getClientRects().length === 0) return false;
  const labels = [...(node.labels ?? [])].map((label) => label.textContent);
  const words = [node.textContent, node.getAttribute('aria-label') ?? '', ...labels].join(' ');
  return !text || words.includes(text);
};

export class Hands {
  static async at(browser, site, width) {
    const hands = new Hands();
    hands.page = await openPage(browser, site.url, { width });
    await hands.page.waitForSelector('input[name=login]');
    await hands.clean('the sign-in');
    return hands;
  }

  // No finding of axe-core, and nothing wider than the window. What is scrolled under the bar at the top counts for axe
  // as a target that is too small: it looks from the top.
  async clean(what) {
    await this.page.evaluate(() => window.scrollTo(0, 0));
    await assertFits(this.page, what);
    await axeClean(this.page, what);
  }

  async seen(selector, what = '') {
    await this.page.waitForSelector(selector);
    if (what) await this.clean(what);
  }

  press(key) {
    return this.page.keyboard.press(key);
  }

  // Puts the focus there by Tab alone; it must be in sight then.
  async to(selector, text = '') {
    for (let tabs = 0; tabs < mostTabs; tabs += 1) {
      if (await this.page.evaluate(isAt, [selector, text])) return;
      await this.press('Tab');
    }
    const title = await this.page.title();
    assert.fail(`${mostTabs} times Tab do not come to ${selector} ${text} (${title})`);
  }

  async push(selector, text = '') {
    await this.to(selector, text);
    await this.press('Enter');
  }

  async type(selector, text, label = '') {
    await this.to(selector, label);
    await this.press('Control+a');
    await this.page.keyboard.type(text);
  }

  // Into the field of that label.
  write(label, text) {
    return this.type('input, textarea', text, label);
  }

  // The sentence that tells what was done.
  told(text) {
    return this.page.waitForSelector(`.say.ok >> text=${text}`);
  }

  // A date as a hand types it: month, day, year.
  async date(selector, digits) {
    await this.to(selector);
    await this.page.keyboard.type(digits);
  }

  // One of several: the group takes one Tab, the arrows choose.
  async pick(name, value) {
    const group = `input[type=radio][name="${name}"]`;
    await this.to(group);
    for (let steps = 0; steps < 12; steps += 1) {
      if (await this.page.evaluate(isAt, [`${group}[value="${value}"]`, ''])) {
        await this.press('Space');
        return;
      }
      await this.press('ArrowDown');
    }
    assert.fail(`the arrows do not come to ${value} of ${name}`);
  }

  async tick(name, value) {
    await this.to(`input[type=checkbox][name="${name}"][value="${value}"]`);
    await this.press('Space');
  }

  // The first letters choose in a list that folds.
  async select(selector, letters) {
    await this.to(selector);
    await this.page.keyboard.type(letters);
  }

  scan(text) {
    return scan(this.page, text);
  }

  // By an entry of the navigation, and the tab under it.
  async open(title, screen, what) {
    await this.push('#nav a', title);
    if (screen) {
      await this.page.waitForSelector(`#tabs [data-screen=${screen}]`);
      await this.push(`#tabs a[data-screen=${screen}]`);
      await this.page.waitForSelector(`#tabs [data-screen=${screen}][aria-current]`);
    }
    await this.page.waitForSelector('main h1, main input[type=search], main .empty');
    await this.page.waitForFunction(() => !document.querySelector('main')?.textContent.includes('Loading …'));
    if (what) await this.clean(what);
  }

  // j, until the line of the list has the focus.
  async line(selector) {
    await this.page.waitForSelector(selector);
    for (let steps = 0; steps < 60; steps += 1) {
      if (await this.page.evaluate(isAt, [selector, ''])) return this.press('Enter');
      await this.press('j');
    }
    return assert.fail(`j does not come to ${selector}`);
  }

  async byName(login, role = '') {
    await this.type('input[name=login]', login);
    await this.type('input[name=pin]', people[login].pin);
    await this.press('Enter');
    if (role) {
      await this.seen('[data-role]', 'the choice of a role');
      await this.push(`[data-role=${role}]`);
    }
    await this.here(login);
  }

  async byBadge(login, badge) {
    await this.scan(badge);
    await this.page.waitForSelector('#gate >> text=Badge read');
    await this.clean('the badge');
    await this.page.keyboard.type(people[login].pin);
    await this.press('Enter');
    await this.here(login);
  }

  async here(login) {
    const { name } = people[login];
    await this.page.waitForFunction(
      (each) => !document.querySelector('#top').hidden && document.querySelector('#who-name').textContent.includes(each),
      name,
    );
  }

  async leave() {
    await this.push('#switch');
    await this.seen('input[name=login]');
    assert.deepEqual(this.page.troubles, []);
    await this.page.context().close();
  }
}

// The results of an order, once they are filed.
export function filed(caller, order) {
  return until(async () => {
    const { data } = await caller.must('view', { what: 'order', key: order });
    return data.results.length > 0 && data;
  }, 'the result');
}
