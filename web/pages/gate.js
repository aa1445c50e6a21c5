// Signing in by name or badge, in which role, and taking a locked session up again.
import { ask } from './api.js';
import { button, field, form, h, pinInput, say, show } from './dom.js';
import { roleName } from './roles.js';

// The name of this workstation stands in custody beside the person's; the browser remembers it.
const usual = 'browser';

function workstation() {
  try {
    return localStorage.getItem('workstation') || usual;
  } catch {
    return usual;
  }
}

function nameWorkstation(name) {
  try {
    localStorage.setItem('workstation', name);
  } catch {
    // A browser that may keep nothing is called by the usual name.
  }
}

const chooseState = 3; // core's answer to who holds several roles

// Who holds several roles says in which one they sign in; the PIN just given counts for that.
function askRole(place, roles, choose) {
  const line = (role) =>
    h(
      'button',
      { type: 'button', class: 'btn wide', 'data-role': role, onclick: () => choose(role) },
      `As ${roleName(role)}`,
    );
  show(place, brand(), h('h1', {}, 'In which role?'), h('div', { class: 'stack' }, roles.map(line)));
  place.querySelector('button').focus();
}

// `login` is a sign-in name or what a badge says.
async function signIn(place, login, pin, message, done, role = '') {
  const given = pin.value;
  const who = { login, pin: given, workstation: workstation() };
  const answer = await ask('sign_in', role ? { ...who, role } : who, true);
  if (answer.ok) {
    pin.value = '';
    done(answer);
    return;
  }
  if (answer.state === chooseState) {
    askRole(place, answer.roles.split(' '), (chosen) => {
      pin.value = given;
      return signIn(place, login, pin, message, done, chosen);
    });
    return;
  }
  pin.value = '';
  message.tell(answer);
  pin.focus();
}

const ownPin = () => pinInput({ maxlength: 64, required: true, name: 'pin' });

const brand = () => h('p', { class: 'brand' }, h('img', { src: '/icon.svg', alt: '', width: 18, height: 26 }), 'Phial');

function workstationField() {
  const input = h('input', { type: 'text', maxlength: 60, value: workstation(), autocomplete: 'off' });
  input.addEventListener('input', () => nameWorkstation(input.value.trim()));
  return h(
    'details',
    { class: 'small quiet' },
    h('summary', {}, 'This workstation: ', h('b', {}, workstation())),
    field('Its name, as it will stand in custody', input),
  );
}

export function signInGate(sentence, done) {
  const message = say();
  const login = h('input', {
    type: 'text',
    autocomplete: 'username',
    autocapitalize: 'none',
    spellcheck: 'false',
    maxlength: 64,
    required: true,
    name: 'login',
  });
  const pin = ownPin();
  return form(
    { class: 'card stack gate' },
    (self) => signIn(self, login.value.trim(), pin, message, done),
    brand(),
    h('h1', {}, 'Sign in'),
    sentence ? h('p', {}, sentence) : null,
    field('Name', login),
    field('PIN', pin),
    h('p', { class: 'small quiet' }, 'Or scan your badge.'),
    message.node,
    h('button', { class: 'btn primary wide' }, 'Sign in'),
    workstationField(),
  );
}

export function lockGate(me, done, other) {
  const message = say();
  const pin = ownPin();
  return form(
    { class: 'card stack gate' },
    (self) => signIn(self, me.login, pin, message, done, me.role),
    brand(),
    h('h1', {}, 'Locked'),
    h('p', {}, 'What ', h('b', {}, me.name), ' had open is kept, and nobody else sees it. Somebody else: scan your badge.'),
    field(`PIN of ${me.name}`, pin),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Unlock'), button('Somebody else', other, 'push')),
  );
}

// A badge was scanned: whose it is shows only when the PIN is right. `cancel`: back to whoever was here, or nobody.
export function badgeGate(badge, sentence, done, cancel) {
  const message = say();
  const pin = ownPin();
  return form(
    { class: 'card stack gate' },
    (self) => signIn(self, badge, pin, message, done),
    brand(),
    h('h1', {}, 'Badge read'),
    sentence ? h('p', {}, sentence) : null,
    field('Your PIN', pin),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Sign in'), button('Not me', cancel, 'push')),
  );
}

// Emergency access: to see what the role alone does not show.
export function emergencyGate(done, cancel) {
  const message = say();
  const pin = ownPin();
  const reason = h('textarea', { rows: 3, maxlength: 500, required: true, name: 'reason' });
  return form(
    { class: 'card stack gate' },
    async () => {
      const answer = await ask('emergency_begin', { reason: reason.value.trim(), pin: pin.value });
      pin.value = '';
      if (answer.ok) done(answer);
      else message.tell(answer);
    },
    brand(),
    h('h1', {}, 'Emergency access'),
    h(
      'p',
      {},
      'For four hours you can see results and custody that your role does not show. An administrator is told at once, ',
      'every look is on record, and the reason is reviewed.',
    ),
    field('What is the emergency?', reason),
    field('Your PIN', pin),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn danger' }, 'See what is needed'), button('Back', cancel, 'push')),
  );
}
