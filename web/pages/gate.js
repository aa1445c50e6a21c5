// Signing in, and taking a locked session up again.
import { ask } from './api.js';
import { button, field, h, say } from './dom.js';

// The name of this workstation stands in custody beside the person's.
function workstation() {
  try {
    return localStorage.getItem('workstation') || 'browser';
  } catch {
    return 'browser';
  }
}

async function signIn(login, pin, message, done) {
  const answer = await ask('sign_in', { login, pin, workstation: workstation() }, true);
  if (answer.ok) done(answer);
  else message.tell(answer);
  return answer.ok;
}

function pinInput() {
  return h('input', { type: 'password', inputmode: 'numeric', autocomplete: 'off', maxlength: 64, required: true, name: 'pin' });
}

export function signInGate(sentence, done) {
  const message = say();
  const login = h('input', { type: 'text', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', maxlength: 64, required: true, name: 'login' });
  const pin = pinInput();
  const form = h('form', {
    class: 'card stack gate',
    onsubmit: async (event) => {
      event.preventDefault();
      if (!(await signIn(login.value.trim(), pin.value, message, done))) { pin.value = ''; pin.focus(); }
    },
  }, h('h1', {}, 'Sign in'), sentence ? h('p', { class: 'quiet' }, sentence) : null, field('Name', login), field('PIN', pin), message.node,
  h('button', { class: 'btn primary wide' }, 'Sign in'));
  return form;
}

export function lockGate(me, done, other) {
  const message = say();
  const pin = pinInput();
  return h('form', {
    class: 'card stack gate',
    onsubmit: async (event) => {
      event.preventDefault();
      if (!(await signIn(me.login, pin.value, message, done))) { pin.value = ''; pin.focus(); }
    },
  }, h('h1', {}, 'Locked'), h('p', {}, 'What ', h('b', {}, me.name), ' had open is kept.'), field(`PIN of ${me.name}`, pin), message.node,
  h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Unlock'), button('Somebody else', other, 'push')));
}
