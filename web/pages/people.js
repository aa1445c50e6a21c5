// Who may sign in; the administrator's screen.
import { ask, view } from './api.js';
import { choose, field, h, picked, say, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const roles = [['medical-assistant', 'Medical assistant'], ['lab-lead', 'Lab lead'], ['provider', 'Provider'], ['auditor', 'Auditor'], ['administrator', 'Administrator']];

export function people() {
  const node = h('div', { class: 'stack' }, widgets.loading());

  function addForm() {
    const message = say();
    const login = h('input', { type: 'text', maxlength: 64, required: true, autocapitalize: 'none', autocomplete: 'off' });
    const name = h('input', { type: 'text', maxlength: 200, required: true, autocomplete: 'off' });
    const pin = h('input', { type: 'password', inputmode: 'numeric', autocomplete: 'new-password', required: true, minlength: 6 });
    const form = h('form', {
      class: 'card stack',
      onsubmit: async (event) => {
        event.preventDefault();
        const answer = await ask('user_add', { login: login.value.trim(), name: name.value.trim(), role: picked(form, 'role')[0], new_pin: pin.value });
        message.tell(answer, `${name.value} can sign in.`);
        if (answer.ok) refresh(message);
      },
    }, h('h2', {}, 'Add a person'), field('Sign-in name', login), field('Full name', name), choose('role', 'Role', roles, 'medical-assistant', 'one'), field('First PIN (6 digits or more)', pin), message.node, h('button', { class: 'btn primary' }, 'Add'));
    return form;
  }

  async function refresh() {
    const answer = await view('people');
    if (!answer.ok) { show(node, widgets.empty('The list cannot be shown.', answer.sentence), addForm()); return; }
    const line = (person) => h('tr', {}, h('th', { scope: 'row' }, person.name), h('td', {}, person.login), h('td', {}, roles.find(([id]) => id === person.role)?.[1] ?? person.role), h('td', { class: 'quiet' }, person.last_sign_in ? format.moment(person.last_sign_in) : 'never'), h('td', {}, person.active ? '' : 'not active'));
    show(node, h('div', { class: 'split' }, h('section', { class: 'card' }, h('header', {}, h('h1', {}, 'People')), h('table', { class: 'tbl' }, h('thead', {}, h('tr', {}, ['Name', 'Sign-in name', 'Role', 'Last sign-in', ''].map((title) => h('th', {}, title)))), h('tbody', {}, answer.data.rows.map(line)))), addForm()));
  }

  return { node, open: refresh, refresh };
}
