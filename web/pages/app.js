// The frame of the page: who is signed in, which screen is open, keys, scanner, events, the lock.
import { ask, listen, onSession, view, watchOtherTabs } from './api.js';
import { collect } from './collect.js';
import { h, show } from './dom.js';
import { ekg } from './ekg.js';
import * as format from './format.js';
import { lockGate, signInGate } from './gate.js';
import { inbox } from './inbox.js';
import { instruments } from './instruments.js';
import { order } from './order.js';
import { overread } from './overread.js';
import { people } from './people.js';
import { isWindowInUse, watchScanner, watchWindow } from './scanner.js';
import { specimens } from './specimens.js';
import { today } from './today.js';
import { unmatched } from './unmatched.js';

const byId = (id) => document.getElementById(id);

// The entries of the navigation, in order. One with several screens shows them as tabs below the header.
const groups = {
  inbox: 'Inbox',
  collect: 'Collect',
  specimens: 'Specimens',
  ekg: 'EKG',
  unmatched: 'Unmatched',
  today: 'Today',
  lab: 'Lab',
  records: 'Records',
  people: 'People',
};

// `right` is what a person must be allowed to do (core judges it again); without one, everybody may. `group` is the
// entry of the navigation that it stands under, by itself its own. `keys` is what the footer tells: keys, then what
// they do. A screen `of` another is about one thing of its list.
const screens = {
  inbox: {
    title: 'Inbox',
    make: inbox,
    right: 'view-results',
    keys: [
      ['j', 'k', 'next, previous'],
      ['Enter', 'open'],
      ['s', 'sign'],
    ],
  },
  collect: {
    title: 'Collect',
    make: collect,
    right: 'collect',
    keys: [
      ['j', 'k', 'next, previous'],
      ['Enter', 'pick'],
    ],
  },
  specimens: { title: 'Specimens', make: specimens, right: 'view-custody', keys: [['/', 'type a number']] },
  ekg: {
    title: 'EKG',
    make: ekg,
    right: 'view-results',
    keys: [
      ['j', 'k', 'next, previous'],
      ['Enter', 'open'],
      ['Esc', 'back to the list'],
    ],
  },
  unmatched: {
    title: 'Unmatched',
    make: unmatched,
    right: 'view-results',
    keys: [
      ['j', 'k', 'next, previous'],
      ['Enter', 'open'],
      ['Esc', 'back to the list'],
    ],
  },
  instruments: { title: 'Instruments', make: instruments, group: 'lab', right: 'view-custody', keys: [['Esc', 'back to the list']] },
  today: { title: 'Today', make: today, keys: [] },
  people: { title: 'People', make: people, right: 'manage-people', keys: [] },
  order: {
    title: 'Result',
    make: order,
    of: 'inbox',
    keys: [
      ['s', 'sign'],
      ['j', 'k', 'next, previous'],
      ['Esc', 'back to the inbox'],
    ],
  },
  overread: {
    title: 'EKG',
    make: overread,
    of: 'ekg',
    note: 'Phial computes nothing from the waveform',
    keys: [
      ['s', 'sign'],
      ['f', 'full size'],
      ['p', 'previous'],
      ['j', 'k', 'next'],
      ['Esc', 'back'],
    ],
  },
};

const roleNames = { 'medical-assistant': 'medical assistant', 'lab-lead': 'lab lead' };
const everyTopic = ['inbox', 'ekg', 'held', 'orders', 'specimen', 'tests', 'people', 'status'];

// What every screen is given. `key` is what the screen shows (an order, an accession): it lives here and
// never in the address. `inbox` is where the reader was in the list; `home` the list that was open last; `look` how
// tracings are laid out.
const context = {
  me: null,
  may: (right) => context.me?.rights.includes(right) ?? false,
  devices: new Map(),
  key: '',
  intent: '',
  inbox: { cursor: '', orders: [], ekgs: new Set(), filter: null },
  home: 'inbox',
  look: null,
  go,
  goOrder,
  back: () => go('inbox'),
  count,
};

let current = null; // { name, screen }
let events = null;
let idle = 0;
let countTimer = 0;
let lost = 0; // since when core cannot be reached
let missed = false; // something changed while the page was locked

const locked = () => !byId('gate').hidden;

function setSession(answer) {
  context.me = answer;
  context.devices = new Map(answer.devices.map((device) => [`${device.kind} ${device.name}`, device]));
  format.setZone(answer.zone);
  byId('demo').hidden = !answer.demo;
  const role = roleNames[answer.role] ?? answer.role;
  show(byId('who-name'), answer.name, ' ', h('small', { class: 'quiet' }, `(${role})`));
  showNavigation();
  showClock();
}

// Who is within one thing of a list comes back to the list by its name.
function navigationLink([name, screen]) {
  const again = () => location.hash === `#/${name}` && open(name);
  const attributes = { href: `#/${name}`, 'data-screen': name, onclick: again };
  return h('a', attributes, screen.title, h('span', { class: 'count', hidden: true }));
}

// Where a person begins: with what their role is there for.
const firstScreen = () => ['inbox', 'people', 'find', 'today'].find((name) => screens[name] && isOffered([name, screens[name]]));
const groupOf = (name) => screens[name]?.group ?? name;
const isOffered = ([, screen]) => !screen.of && (!screen.right || context.may(screen.right));

// The screens of an entry of the navigation that the person may open, the entry's own first.
function screensOf(group) {
  const mine = Object.entries(screens).filter((entry) => isOffered(entry) && groupOf(entry[0]) === group);
  return mine.sort(([a], [b]) => (b === group) - (a === group));
}

function showNavigation() {
  const entries = Object.entries(groups).filter(([group]) => screensOf(group).length);
  show(
    byId('nav'),
    entries.map(([group, title]) => navigationLink([screensOf(group)[0][0], { title }])),
  );
  markNavigation();
  refreshCounts();
}

function markLinks(links, isHere) {
  for (const link of links) {
    if (isHere(link.dataset.screen)) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

function markNavigation() {
  const here = screens[current?.name]?.of ?? current?.name;
  const tabs = here ? screensOf(groupOf(here)) : [];
  markLinks(byId('nav').children, (name) => groupOf(name) === groupOf(here));
  byId('tabs').hidden = tabs.length < 2;
  show(byId('tabs'), tabs.map(navigationLink));
  markLinks(byId('tabs').children, (name) => name === here);
}

function count(name, number) {
  for (const place of document.querySelectorAll(`.top [data-screen="${name}"] .count, #tabs [data-screen="${name}"] .count`)) {
    place.hidden = !number;
    place.textContent = number;
  }
}

// How much waits is always in sight, whatever screen is open.
async function refreshCounts() {
  if (!context.me || locked()) return;
  const answer = await view('today', { since: format.dayStart() });
  if (!answer.ok || !context.me) return;
  const { waiting, held, to_collect: toCollect, ekg: ekgs } = answer.data;
  count('inbox', waiting.critical + waiting.abnormal + waiting.normal);
  count('ekg', ekgs.waiting + ekgs.review);
  count('unmatched', held);
  count('collect', toCollect);
}

function go(name, key = '', intent = '') {
  context.key = key;
  context.intent = intent;
  if (location.hash === `#/${name}`) open(name);
  else location.hash = `#/${name}`;
}

// An order of the inbox: its results, or its EKG.
function goOrder(number, intent = '') {
  go(context.inbox.ekgs.has(number) ? 'overread' : 'order', number, intent);
}

function keyHint(keys) {
  return h(
    'span',
    {},
    keys.slice(0, -1).map((key) => [h('kbd', {}, key), ' ']),
    keys.at(-1),
  );
}

async function open(name) {
  const wanted = screens[name]?.of && !context.key ? screens[name].of : name;
  const list = screens[screens[wanted]?.of ?? wanted];
  const known = list && isOffered([wanted, list]) ? wanted : firstScreen();
  current?.screen?.close?.();
  current = { name: known, screen: null };
  if (!screens[known].of) context.home = known;
  const main = byId('main');
  main.style.minHeight = '';
  document.body.className = known === 'collect' ? 'bench' : 'desk';
  markNavigation();
  show(
    byId('keys'),
    screens[known].keys.map(keyHint),
    h('span', {}, screens[known].note ?? 'Scan a label at any time'),
  );
  const screen = screens[known].make(context);
  current.screen = screen;
  show(main, screen.node);
  window.scrollTo(0, 0);
  document.title = `${screens[known].title} – Phial`;
  await screen.open?.();
}

function openFromAddress() {
  if (!context.me || locked()) return;
  open(location.hash.replace(/^#\//, '') || firstScreen());
}

// The gate stands in front of everything; what is behind it is hidden, not lost.
function gateOpen(node) {
  for (const id of ['main', 'top', 'tabs', 'foot']) byId(id).hidden = true;
  byId('gate').hidden = false;
  show(byId('gate'), node);
  byId('gate').querySelector('input')?.focus();
}

function gateClose() {
  show(byId('gate'));
  byId('gate').hidden = true;
  for (const id of ['main', 'top', 'foot']) byId(id).hidden = false;
  markNavigation();
}

function showSignIn(sentence = '') {
  events?.close();
  events = null;
  clearTimeout(idle);
  current?.screen?.close?.();
  current = null;
  Object.assign(context, {
    me: null,
    key: '',
    inbox: { cursor: '', orders: [], ekgs: new Set(), filter: null },
    look: null,
  });
  show(byId('main'));
  reached();
  document.title = 'Sign in – Phial';
  gateOpen(signInGate(sentence, signedIn));
}

function showLock() {
  if (!context.me || locked()) return;
  document.title = 'Locked – Phial';
  gateOpen(lockGate(context.me, unlock, signOut));
}

function unlock(answer) {
  setSession(answer);
  gateClose();
  watchIdle();
  startEvents();
  tellOtherTabs();
  document.title = `${screens[current?.name]?.title ?? 'Phial'} – Phial`;
  refreshCounts();
  if (missed) everyTopic.forEach((topic) => current?.screen?.changed?.({ topic, key: '' }));
  missed = false;
}

async function signOut() {
  await ask('sign_out', {}, true);
  history.replaceState(null, '', '#');
  showSignIn();
  tellOtherTabs();
}

function sessionEnded(answer) {
  if (!context.me) return;
  showSignIn(answer.sentence);
  tellOtherTabs();
}

function begin(answer) {
  setSession(answer);
  gateClose();
  watchIdle();
  startEvents();
  openFromAddress();
  refreshCounts();
}

function signedIn(answer) {
  begin(answer);
  tellOtherTabs();
}

function changed(event) {
  if (locked()) {
    missed = true;
    return;
  }
  current?.screen?.changed?.(event);
  clearTimeout(countTimer);
  countTimer = setTimeout(refreshCounts, 600);
}

function reached() {
  byId('away').hidden = true;
  lost = 0;
}

function showAway() {
  if (!lost) lost = Date.now();
  const place = byId('away');
  place.textContent = `No connection to Phial since ${format.time(lost)}. What you see may be old; trying again.`;
  place.hidden = !context.me;
}

function startEvents() {
  events?.close();
  events = listen({
    // What happened while no tab held a stream was told to nobody: look at everything anew.
    up: () => {
      reached();
      everyTopic.forEach((topic) => changed({ topic, key: '' }));
    },
    down: showAway,
    reload: () => everyTopic.forEach((topic) => changed({ topic, key: '' })),
    changed,
    scan: ({ text }) => isWindowInUse() && scanned(text),
    status: (device) => {
      context.devices.set(`${device.kind} ${device.name}`, device);
      changed({ topic: 'status', key: '' });
    },
  });
}

// A hand held the scanner: it counts as a touch.
function scanned(number) {
  if (locked() || !context.me) return;
  watchIdle();
  if (!current?.screen?.scan?.(number)) go('specimens', number);
}

function watchIdle() {
  clearTimeout(idle);
  const limit = Number(context.me?.idle_lock) || 180;
  if (context.me) idle = setTimeout(showLock, limit * 1000);
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || locked()) return;
  const typing = event.target.matches('input:not([type=radio], [type=checkbox]), textarea, select');
  if (typing && event.key !== 'Escape') return;
  if (typing) event.target.blur();
  else if (current?.screen?.key?.(event.key, event)) event.preventDefault();
}

function showClock() {
  if (!context.me) return;
  const unset = context.me.clock === 'unset';
  byId('clock').className = unset ? 'push state due' : 'push';
  byId('clock').textContent =
    `${unset ? 'Nobody vouches for the clock of this box · ' : ''}${format.moment(Date.now())}`;
  current?.screen?.tick?.();
}

onSession({ signIn: sessionEnded, locked: showLock });
const tellOtherTabs = watchOtherTabs(() => location.reload());
window.addEventListener('hashchange', openFromAddress);
document.addEventListener('keydown', onKey);
for (const sign of ['pointerdown', 'keydown', 'wheel']) document.addEventListener(sign, watchIdle, { passive: true });
byId('switch').addEventListener('click', signOut);
watchScanner(scanned);
watchWindow();
setInterval(showClock, 5000);

const session = await ask('who', {}, true);
if (session.ok) begin(session);
else
  showSignIn(session.state === 2 ? `${session.name} was here. Sign in again.` : session.away ? session.sentence : '');
