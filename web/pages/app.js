// The frame of the page: who is signed in, which screen is open, keys, scanner, events, the lock.
import { ask, listen, onSession } from './api.js';
import { collect } from './collect.js';
import { button, h, show } from './dom.js';
import * as format from './format.js';
import { lockGate, signInGate } from './gate.js';
import { inbox } from './inbox.js';
import { order } from './order.js';
import { people } from './people.js';
import { watchScanner } from './scanner.js';
import { specimens } from './specimens.js';
import { today } from './today.js';
import { unmatched } from './unmatched.js';

const byId = (id) => document.getElementById(id);

const screens = {
  inbox: { title: 'Inbox', make: inbox, keys: 'j k next, previous · Enter open · s sign', roles: ['provider', 'lab-lead', 'medical-assistant', 'auditor'] },
  collect: { title: 'Collect', make: collect, keys: 'scan at any time', roles: ['provider', 'lab-lead', 'medical-assistant'] },
  specimens: { title: 'Specimens', make: specimens, keys: 'scan a label, or type its number', roles: ['provider', 'lab-lead', 'medical-assistant', 'auditor', 'administrator'] },
  unmatched: { title: 'Unmatched', make: unmatched, keys: 'j k next, previous · Enter open', roles: ['provider', 'lab-lead', 'medical-assistant', 'auditor'] },
  today: { title: 'Today', make: today, keys: '', roles: ['provider', 'lab-lead', 'medical-assistant', 'auditor', 'administrator'] },
  people: { title: 'People', make: people, keys: '', roles: ['administrator'] },
  order: { title: '', make: order, keys: 's sign · Esc back to the inbox', roles: [] },
};

const roleNames = { 'medical-assistant': 'medical assistant', 'lab-lead': 'lab lead' };

// What every screen is given. `context.key` is what the screen shows (an order, an accession): it lives
// here and never in the address.
const context = { me: null, devices: new Map(), key: '', go, back: () => go('inbox'), count };

let current = null; // { name, screen }
let events = null;
let idle = null;

function setSession(answer) {
  context.me = answer;
  context.devices = new Map(answer.devices.map((device) => [`${device.kind} ${device.name}`, device]));
  format.setZone(answer.zone);
  byId('demo').hidden = !answer.demo;
  byId('who-name').replaceChildren(answer.name, ' ', h('small', { class: 'quiet' }, `(${roleNames[answer.role] ?? answer.role})`));
  showNavigation();
}

function showNavigation() {
  show(byId('nav'), Object.entries(screens).filter(([, screen]) => screen.roles.includes(context.me.role)).map(([name, screen]) =>
    h('a', { href: `#/${name}`, 'data-screen': name, 'aria-current': current?.name === name ? 'page' : null }, screen.title, ' ', h('span', { class: 'count', hidden: true }))));
}

function count(name, number) {
  const place = byId('nav').querySelector(`[data-screen="${name}"] .count`);
  if (!place) return;
  place.hidden = !number;
  place.textContent = number;
}

function go(name, key = '') {
  context.key = key;
  if (location.hash === `#/${name}`) open(name);
  else location.hash = `#/${name}`;
}

async function open(name) {
  const known = screens[name] ? name : 'inbox';
  current?.screen?.close?.();
  current = { name: known, screen: null };
  const main = byId('main');
  main.style.minHeight = '';
  document.body.className = known === 'collect' ? 'bench' : 'desk';
  showNavigation();
  show(byId('keys'), screens[known].keys);
  const screen = screens[known].make(context);
  current.screen = screen;
  show(main, screen.node);
  document.title = `${screens[known].title || 'Result'} – Phial`;
  await screen.open?.();
}

function openFromAddress() {
  if (!context.me || !byId('gate').hidden) return;
  open(location.hash.replace(/^#\//, '') || (context.me.role === 'administrator' ? 'people' : 'inbox'));
}

// The gate stands in front of everything; what is behind it is hidden, not lost.
function gateOpen(node) {
  for (const id of ['main', 'top', 'foot']) byId(id).hidden = true;
  byId('gate').hidden = false;
  show(byId('gate'), node);
  byId('gate').querySelector('input')?.focus();
}

function gateClose() {
  show(byId('gate'));
  byId('gate').hidden = true;
  for (const id of ['main', 'top', 'foot']) byId(id).hidden = false;
}

function showSignIn(sentence = '') {
  events?.close();
  current?.screen?.close?.();
  current = null;
  context.me = null;
  show(byId('main'));
  document.title = 'Sign in – Phial';
  gateOpen(signInGate(sentence, begin));
}

function showLock() {
  if (!context.me || !byId('gate').hidden) return;
  document.title = 'Locked – Phial';
  gateOpen(lockGate(context.me, (answer) => {
    setSession(answer);
    gateClose();
    watchIdle();
    current?.screen?.refresh?.();
  }, () => signOut()));
}

async function signOut() {
  await ask('sign_out', {}, true);
  location.hash = '';
  showSignIn();
}

function begin(answer) {
  setSession(answer);
  gateClose();
  watchIdle();
  startEvents();
  openFromAddress();
}

function startEvents() {
  events?.close();
  events = listen({
    up: () => { byId('away').hidden = true; },
    down: (ended) => { byId('away').hidden = false; if (ended) setTimeout(() => context.me && startEvents(), 3000); },
    reload: () => current?.screen?.refresh?.(),
    changed: (event) => current?.screen?.changed?.(event),
    status: (device) => {
      context.devices.set(`${device.kind} ${device.name}`, device);
      current?.screen?.changed?.({ topic: 'status', key: '' });
    },
  });
}

function watchIdle() {
  clearTimeout(idle);
  const limit = Number(context.me?.idle_lock) || 180;
  if (context.me) idle = setTimeout(showLock, limit * 1000);
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !byId('gate').hidden) return;
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (typing && event.key !== 'Escape') return;
  if (current?.screen?.key?.(event.key, event)) event.preventDefault();
}

function tick() {
  if (!context.me) return;
  byId('clock').textContent = `${context.me.clock === 'unset' ? 'The clock of this box is NOT set · ' : ''}${format.moment(Date.now())}`;
  current?.screen?.tick?.();
}

onSession({ signIn: (answer) => context.me && showSignIn(answer.sentence), locked: showLock });
window.addEventListener('hashchange', openFromAddress);
document.addEventListener('keydown', onKey);
for (const sign of ['pointerdown', 'keydown']) document.addEventListener(sign, watchIdle, { passive: true });
byId('switch').addEventListener('click', signOut);
watchScanner((number) => {
  if (!byId('gate').hidden || !context.me) return;
  if (!current?.screen?.scan?.(number)) go('specimens', number);
});
setInterval(tick, 5000);

const session = await ask('who', {}, true);
if (session.ok) begin(session);
else if (session.state === 2) showSignIn(`${session.name} was here; sign in again.`);
else showSignIn();
tick();
