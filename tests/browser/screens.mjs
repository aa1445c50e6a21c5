// Every screen that a role is offered, and what opens within it: the places for the tests that look at all of them.
// What opens: the screen, the part of the page to press (the first that fits), what stands there then.
export const within = [
  ['inbox', '.item .btn >> text=Open', '.tbl'],
  ['inbox', '.item .btn >> text=Task', 'main form >> visible=true'],
  ['inbox', 'main .btn >> text=Sign normals together', '.item.tick, .empty'],
  ['tasks', 'main .btn >> text=Write the outcome', 'main form >> visible=true'],
  ['collect', 'main .btn >> text=New patient or order', 'input[name=mrn]'],
  ['collect', '.rowlist > button', 'input[name=identifier], form'],
  ['byhand', '.rowlist > button', '.banner'],
  ['oral', 'summary >> text=A signed paper has come', 'main form >> visible=true'],
  ['ekg', '.rowlist.reviews > button', '.paper-frame'],
  ['ekg', '.rowlist.ekgs > button', '.ties-split, .banner, .paper-frame'],
  ['unmatched', '.rowlist > button', '.halves'],
  ['instruments', 'main .btn >> text=Codes and raw wire', '.wire, .tbl, .empty'],
  ['lots', 'main .btn >> text=Receive a lot by hand', 'main form >> visible=true'],
  ['lots', 'main .btn >> text=Add an item', 'main form >> visible=true'],
  ['lots', '[data-needs] .btn', '.facts'],
  ['temperatures', 'main .btn >> text=Change', 'main form >> visible=true'],
  ['qc', 'main .btn >> text=Run it', 'form[aria-label="Run a control"]'],
  ['qc', 'main .btn >> text=History', '.levey, .empty'],
  ['qc', 'main .btn >> text=Look into it', 'section[aria-label="Look back"]'],
  ['qc', 'main .btn >> text=Set up another test', 'main form >> visible=true'],
  ['rules', '[data-rule] .btn', 'form[aria-label="Change a rule"]'],
  ['operators', 'main .btn >> text=Change', 'input[name=evidence]'],
  ['outbox', 'main .btn >> text=Open order', '.tbl'],
  ['people', 'main .btn >> text=Change', '[aria-label^="Change"] form'],
];

export const settled = (page) =>
  page.waitForFunction(() => document.querySelector('main h1, main input, main .empty, main h2') && !document.querySelector('main').textContent.includes('Loading …'));

// A critical value that nobody was told stands before everything: it is put aside.
export async function putAside(page) {
  const aside = page.locator('#critical >> text=Finish what I am doing');
  if (await aside.isVisible()) await aside.click();
}

export async function openOf(page, name) {
  await page.evaluate((hash) => {
    window.location.hash = '#/today';
    window.location.hash = `#/${hash}`;
  }, name);
  await page.waitForFunction((hash) => document.querySelector('[aria-current]') && window.location.hash === `#/${hash}`, name);
  await settled(page);
  await putAside(page);
}

// The names of all screens that the navigation and its tabs offer.
export async function offered(page) {
  const names = new Set();
  const entries = await page.$$eval('#nav a', (links) => links.map((link) => link.dataset.screen));
  for (const entry of entries) {
    await openOf(page, entry);
    const tabs = await page.$$eval('#tabs:not([hidden]) a', (links) => links.map((link) => link.dataset.screen));
    for (const name of [entry, ...tabs]) names.add(name);
  }
  return [...names];
}

// Everything that is folded, opened.
export const unfold = (page) => page.$$eval('main details', (all) => all.forEach((each) => (each.open = true)));
