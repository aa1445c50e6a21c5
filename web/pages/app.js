// The frame of the page: who is signed in, which screen is open, keys, scanner, events, the lock.
import { access } from './access.js';
import { ask, listen, onSession, sessionBegins, view, visitEnds, watchOtherTabs } from './api.js';
import { batch } from './batch.js';
import { billing } from './billing.js';
import { byHand } from './byhand.js';
import { byHandSet } from './byhandset.js';
import { collect } from './collect.js';
import { coveredBar } from './covered.js';
import { cover } from './cover.js';
import { criticalWatch } from './critical.js';
import { h, show } from './dom.js';
import { downtime } from './downtime.js';
import { ekg } from './ekg.js';
import { find } from './find.js';
import * as format from './format.js';
import { badgeGate, emergencyGate, lockGate, signInGate } from './gate.js';
import { inbox } from './inbox.js';
import { instruments } from './instruments.js';
import { limits } from './limits.js';
import { lots } from './lots.js';
import { metrics } from './metrics.js';
import { operators } from './operators.js';
import { oral } from './oral.js';
import { order } from './order.js';
import { outbox } from './outbox.js';
import { overdue } from './overdue.js';
import { overread } from './overread.js';
import { patient } from './patient.js';
import { patients } from './patients.js';
import { pack } from './pack.js';
import { people } from './people.js';
import { pressEnds } from './press.js';
import { retention } from './retention.js';
import { isBadge, roleName } from './roles.js';
import { qc } from './qc.js';
import { rules } from './rules.js';
import { isWindowInUse, watchScanner, watchWindow } from './scanner.js';
import { sendouts } from './sendouts.js';
import { specimens } from './specimens.js';
import { temperatures } from './temperatures.js';
import { tasks } from './tasks.js';
import { today } from './today.js';
import { trace } from './trace.js';
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
      ['t', 'task'],
    ],
  },
  tasks: { title: 'Tasks', make: tasks, group: 'inbox', right: 'follow-up', keys: [['Esc', 'back to the inbox']] },
  overdue: { title: 'Overdue', make: overdue, group: 'inbox', right: 'follow-up', keys: [] },
  cover: { title: 'Cover', make: cover, group: 'inbox', right: 'follow-up', keys: [] },
  batch: { title: 'Sign together', make: batch, of: 'inbox', keys: [['Esc', 'back to the inbox']] },
  collect: {
    title: 'Collect',
    make: collect,
    right: 'collect',
    keys: [
      ['j', 'k', 'next, previous'],
      ['Enter', 'pick'],
    ],
  },
  byhand: {
    title: 'Enter result',
    make: byHand,
    group: 'collect',
    right: 'run-test',
    keys: [
      ['j', 'k', 'next, previous'],
      ['Enter', 'pick'],
      ['Esc', 'back to the list'],
    ],
  },
  oral: { title: 'Oral orders', make: oral, group: 'collect', right: 'enter-order', keys: [] },
  downtime: { title: 'Downtime', make: downtime, group: 'collect', right: 'collect', keys: [], note: 'Scan the label on the tube' },
  specimens: { title: 'Specimens', make: specimens, right: 'view-results', keys: [['/', 'type a number']] },
  sendouts: { title: 'Send-outs', make: sendouts, group: 'specimens', right: 'send-out', keys: [] },
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
  lots: { title: 'Lots', make: lots, group: 'lab', right: 'view-custody', keys: [['Esc', 'back to the list']], note: 'Scan a box or a vial' },
  temperatures: { title: 'Temperatures', make: temperatures, group: 'lab', right: 'view-custody', keys: [] },
  qc: { title: 'Quality control', make: qc, group: 'lab', right: 'view-custody', keys: [['Esc', 'back to the list']], note: 'Scan the control, then the kit' },
  rules: { title: 'Rules', make: rules, group: 'lab', right: 'view-custody', keys: [] },
  limits: { title: 'Limits', make: limits, group: 'lab', right: 'view-custody', keys: [] },
  billing: { title: 'Billing codes', make: billing, group: 'lab', right: 'keep-lots', keys: [] },
  today: { title: 'Today', make: today, keys: [] },
  metrics: { title: 'Metrics', make: metrics, group: 'today', right: 'view-custody', keys: [] },
  find: { title: 'Is it back?', make: find, group: 'today', right: 'see-status', keys: [['/', 'type a name']] },
  people: { title: 'People', make: people, right: 'manage-people', keys: [] },
  operators: { title: 'Operators', make: operators, group: 'lab', right: 'view-custody', keys: [] },
  byhandset: { title: 'Reading and stability', make: byHandSet, group: 'lab', right: 'run-test', keys: [] },
  pack: { title: 'Inspector’s pack', make: pack, group: 'records', right: 'audit', keys: [] },
  trace: { title: 'Trace', make: trace, group: 'records', right: 'audit', keys: [] },
  access: { title: 'Who saw what', make: access, group: 'records', right: 'audit', keys: [['Enter', 'look up']] },
  retention: { title: 'Retention', make: retention, group: 'records', right: 'purge', keys: [] },
  outbox: { title: 'Health record', make: outbox, group: 'records', right: 'view-results', keys: [] },
  patients: { title: 'Patients', make: patients, group: 'records', right: 'merge', keys: [] },
  patient: { title: 'Patient', make: patient, of: 'specimens', keys: [['Esc', 'back']] },
  order: {
    title: 'Result',
    make: order,
    of: 'inbox',
    keys: [
      ['s', 'sign'],
      ['t', 'task'],
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

const everyTopic = ['paper', 'notice', 'qc', 'lots', 'temperatures', 'rules', 'sendouts', 'inbox', 'ekg', 'held', 'orders', 'specimen', 'tests', 'people', 'tasks', 'covers', 'outbox', 'status'];

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
  offered: (name) => Boolean(screens[name] && isOffered([name, screens[name]])),
};

// What is critical and nobody was told stands before everything, except where the order itself is open.
const criticals = criticalWatch(
  context,
  byId('critical'),
  () => ['top', 'tabs', 'main', 'foot'].map(byId),
  () => {
    if (current?.name === 'unmatched') return 'unmatched';
    return ['order', 'overread'].includes(current?.name) ? context.key : '';
  },
);

let current = null; // { name, screen }
let events = null;
let idle = 0;
let countTimer = 0;
let lost = 0; // since when core cannot be reached
let missed = false; // something changed while the page was locked

const locked = () => !byId('gate').hidden;

const deviceKey = (device) => `${device.kind} ${device.name}`;

function setSession(answer) {
  sessionBegins();
  context.me = answer;
  context.devices = new Map(answer.devices.map((device) => [deviceKey(device), device]));
  format.setZone(answer.zone);
  byId('demo').hidden = !answer.demo;
  byId('practice').hidden = !answer.practice;
  document.documentElement.classList.toggle('practice', Boolean(answer.practice));
  if (answer.practice) byId('demo').hidden = true;
  show(byId('who-name'), answer.name, ' ', h('small', { class: 'quiet' }, `(${roleName(answer.role)})`));
  showEmergency();
  showNavigation();
  showClock();
}

// Emergency access is offered to whom the role shows no results, and is in sight while it lasts.
function showEmergency() {
  const until = context.me.emergency_until ?? 0;
  const begun = until > Date.now();
  byId('emergency').hidden = !begun;
  byId('emergency').textContent =
    `Emergency access until ${format.time(until)}. Every look is on record and will be reviewed.`;
  byId('emergency-begin').hidden = begun || context.may('view-results');
}

async function takeEmergency() {
  const session = await ask('who');
  if (!session.ok) return;
  setSession(session);
  gateClose();
  openFromAddress();
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
  countEmergencies();
  const answer = await view('today', { since: format.dayStart() });
  if (!answer.ok || locked()) return;
  const { waiting, held, to_collect: toCollect, ekg: ekgs } = answer.data;
  count('inbox', waiting.critical + waiting.abnormal + waiting.normal);
  count('ekg', ekgs.waiting + ekgs.review);
  count('unmatched', held);
  criticals.look(answer.data.criticals);
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

// What only a signer can do is told to signers.
const mayPress = (keys) => !['sign', 'task'].includes(keys.at(-1)) || context.may('sign');

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
  document.body.className = ['collect', 'byhand'].includes(known) ? 'bench' : 'desk';
  markNavigation();
  show(
    byId('keys'),
    screens[known].keys.filter(mayPress).map(keyHint),
    h('span', {}, screens[known].note ?? 'Scan a label at any time'),
  );
  covered.clear();
  const screen = screens[known].make(context);
  current.screen = screen;
  show(main, screen.node);
  window.scrollTo(0, 0);
  document.title = `${screens[known].title} – Phial`;
  await screen.open?.();
  criticals.again();
}

function openFromAddress() {
  if (!context.me || locked()) return;
  open(location.hash.replace(/^#\//, '') || firstScreen());
}

// The gate stands in front of everything; what is behind it is hidden, not lost.
function gateOpen(node) {
  for (const id of ['main', 'top', 'tabs', 'foot']) byId(id).hidden = true;
  criticals.gone();
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

// Nothing of whoever was here stays: neither on the page nor in it.
function leave() {
  visitEnds();
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
    lookedUp: null,
    drafts: null,
  });
  criticals.gone();
  show(byId('main'));
  show(byId('tabs'));
  show(byId('who-name'));
  byId('emergency').hidden = true;
  reached();
}

function showSignIn(sentence = '') {
  leave();
  document.title = 'Sign in – Phial';
  gateOpen(signInGate(sentence, signedIn));
}

function hideAway() {
  document.title = 'Locked – Phial';
  clearTimeout(idle);
}

// Emergency access that nobody has reviewed yet is told to whoever is to do it.
async function countEmergencies() {
  const [what, place] = context.may('manage-people') ? ['emergencies', 'people'] : ['emergencies_audit', 'access'];
  if (!context.may('manage-people') && !context.may('audit')) return;
  const answer = await view(what);
  if (answer.ok) count(place, answer.data.open);
}

function showLockOf(person) {
  hideAway();
  gateOpen(lockGate(person, unlock, signOut));
}

function showLock() {
  if (context.me && !locked()) showLockOf(context.me);
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

// Whoever is at the gate signs in again anyway, and finds what was open.
function sessionEnded(answer) {
  if (!context.me || locked()) return;
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

// A badge: whoever is here is out of sight at once. The same person goes on where they were; somebody else begins with
// an empty page, and the session that was open here ends in core with the new one.
function badgeRead(badge) {
  const before = context.me;
  if (before && !locked()) {
    hideAway();
    events?.close();
    ask('sign_out', {}, true); // loading the page again must not open what was here
  }
  const back = () => (before ? showLockOf(before) : showSignIn());
  const done = (answer) => {
    if (before && before.login === answer.login && before.role === answer.role) unlock(answer);
    else {
      leave();
      history.replaceState(null, '', '#');
      signedIn(answer);
    }
  };
  gateOpen(badgeGate(badge, before ? `${before.name} was here; what was open is out of sight.` : '', done, back));
}

async function changed(event) {
  await pressEnds();
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

// What a device told while nobody listened here was told to nobody. What comes from now on is newer than the answer.
const toldSince = new Set();
async function lookAtDevices() {
  toldSince.clear();
  const answer = await ask('who');
  if (!answer.ok) return;
  for (const device of answer.devices.filter((each) => !toldSince.has(deviceKey(each))))
    context.devices.set(deviceKey(device), device);
  changed({ topic: 'status', key: '' });
}

function startEvents() {
  events?.close();
  events = listen({
    // What happened while no tab held a stream was told to nobody: look at everything anew.
    up: () => {
      reached();
      lookAtDevices();
      everyTopic.forEach((topic) => changed({ topic, key: '' }));
    },
    down: showAway,
    reload: () => everyTopic.forEach((topic) => changed({ topic, key: '' })),
    changed,
    scan: ({ text }) => isWindowInUse() && scanned(text),
    status: (device) => {
      context.devices.set(deviceKey(device), device);
      toldSince.add(deviceKey(device));
      changed({ topic: 'status', key: '' });
    },
  });
}

// A hand held the scanner: it counts as a touch.
function scanned(number) {
  if (isBadge(number)) {
    badgeRead(number);
    return;
  }
  if (locked() || !context.me) return;
  watchIdle();
  if (criticals.isOpen()) return;
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
  else if (criticals.isOpen()) criticals.key(event.key);
  else if (current?.screen?.key?.(event.key, event)) event.preventDefault();
}

function showClock() {
  if (!context.me) return;
  const unset = context.me.clock === 'unset';
  byId('clock').className = unset ? 'push state due' : 'push';
  byId('clock').textContent =
    `${unset ? 'Nobody vouches for the clock of this box · ' : ''}${format.moment(Date.now())}`;
  if (!byId('emergency').hidden && context.me.emergency_until <= Date.now()) takeEmergency();
  current?.screen?.tick?.();
  criticals.again();
}

const covered = coveredBar((key) => {
  if (['specimens', 'order', 'overread', 'trace', 'access'].includes(current?.name)) context.key = key;
  if (current) open(current.name);
});
byId('main').before(covered.node);
onSession({ signIn: sessionEnded, locked: showLock, viewed: covered.note });
const tellOtherTabs = watchOtherTabs(() => location.reload());
window.addEventListener('hashchange', openFromAddress);
document.addEventListener('keydown', onKey);
for (const sign of ['pointerdown', 'keydown', 'wheel']) document.addEventListener(sign, watchIdle, { passive: true });
byId('switch').addEventListener('click', signOut);
byId('emergency-begin').addEventListener('click', () => gateOpen(emergencyGate(takeEmergency, gateClose)));
watchScanner(scanned);
watchWindow();
setInterval(showClock, 5000);

const session = await ask('who', {}, true);
if (locked()) context.me = null; // a badge was quicker: whoever was here is not shown
else if (session.ok) begin(session);
else
  showSignIn(session.state === 2 ? `${session.name} was here. Sign in again.` : session.away ? session.sentence : '');
