// Who may sign in; the administrator's screen.
import { ask, view } from './api.js';
import { arrange, choose, field, form, h, picked, pinInput, say, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const roles = [
  ['medical-assistant', 'Medical assistant'],
  ['lab-lead', 'Lab lead'],
  ['provider', 'Provider'],
  ['auditor', 'Auditor'],
  ['administrator', 'Administrator'],
];
const columns = ['Name', 'Sign-in name', 'Role', 'Last sign-in', ''];

const newPin = () => pinInput({ autocomplete: 'new-password', required: true, minlength: 6 });

function personRow(person) {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, person.name),
    h('td', { class: 'mono' }, person.login),
    h('td', {}, roles.find(([id]) => id === person.role)?.[1] ?? person.role),
    h('td', { class: 'quiet' }, person.last_sign_in ? format.moment(person.last_sign_in) : 'never'),
    h('td', {}, person.active ? '' : 'not active'),
  );
}

function addForm(done) {
  const message = say();
  const login = h('input', {
    type: 'text',
    maxlength: 32,
    required: true,
    autocapitalize: 'none',
    autocomplete: 'off',
  });
  const name = h('input', { type: 'text', maxlength: 200, required: true, autocomplete: 'off' });
  const pin = newPin();
  return form(
    { class: 'card stack' },
    async (self) => {
      const answer = await ask('user_add', {
        login: login.value.trim(),
        name: name.value.trim(),
        role: picked(self, 'role')[0],
        new_pin: pin.value,
      });
      message.tell(answer, `${name.value.trim()} can sign in.`);
      if (!answer.ok) return;
      for (const input of [login, name, pin]) input.value = '';
      done();
    },
    h('h2', {}, 'Add a person'),
    field('Sign-in name', login),
    field('Full name, as it is to be shown', name),
    choose('role', 'Role', roles, 'medical-assistant', 'one'),
    field('First PIN, 6 digits or more', pin),
    message.node,
    h('button', { class: 'btn primary' }, 'Add'),
  );
}

function resetForm() {
  const message = say();
  const login = h('input', {
    type: 'text',
    maxlength: 32,
    required: true,
    autocapitalize: 'none',
    autocomplete: 'off',
  });
  const pin = newPin();
  return h(
    'details',
    { class: 'raw' },
    h('summary', {}, 'Give somebody a new PIN'),
    form(
      { class: 'card stack' },
      async () => {
        const answer = await ask('user_pin', { login: login.value.trim(), new_pin: pin.value });
        pin.value = '';
        message.tell(answer, 'The new PIN is set; whoever was signed in by that name is signed out.');
      },
      field('Sign-in name', login),
      field('New PIN', pin),
      message.node,
      h('button', { class: 'btn primary' }, 'Set the PIN'),
    ),
  );
}

export function people() {
  const list = h('section', { class: 'card' }, widgets.loading());
  const node = h('div', { class: 'split' }, list, h('aside', { class: 'stack' }, addForm(refresh), resetForm()));

  async function refresh() {
    const answer = await view('people');
    if (!answer.ok) {
      show(list, widgets.empty('The list cannot be shown.', answer.sentence));
      return;
    }
    arrange(list, [
      h('header', {}, h('h1', {}, 'People')),
      h(
        'table',
        { class: 'tbl' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            columns.map((title) => h('th', {}, title)),
          ),
        ),
        h('tbody', {}, answer.data.rows.map(personRow)),
      ),
    ]);
  }

  return {
    node,
    open: refresh,
    changed(event) {
      if (event.topic === 'people') refresh();
    },
  };
}
