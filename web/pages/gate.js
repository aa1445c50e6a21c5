// Signing in, and taking a locked session up again.
import { ask } from './api.js';
import { button, field, form, h, pinInput, say } from './dom.js';

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

async function signIn(login, pin, message, done) {
  const answer = await ask('sign_in', { login, pin: pin.value, workstation: workstation() }, true);
  pin.value = '';
  if (answer.ok) {
    done(answer);
    return;
  }
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
    () => signIn(login.value.trim(), pin, message, done),
    brand(),
    h('h1', {}, 'Sign in'),
    sentence ? h('p', {}, sentence) : null,
    field('Name', login),
    field('PIN', pin),
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
    () => signIn(me.login, pin, message, done),
    brand(),
    h('h1', {}, 'Locked'),
    h('p', {}, 'What ', h('b', {}, me.name), ' had open is kept, and nobody else sees it.'),
    field(`PIN of ${me.name}`, pin),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Unlock'), button('Somebody else', other, 'push')),
  );
}
