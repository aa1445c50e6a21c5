// Who may sign in, in which roles, with which badge; emergency access to be reviewed. The administrator's screen.
import { ask, badgePicture, view } from './api.js';
import { arrange, button, choose, field, form, h, picked, pinInput, say, show, tick } from './dom.js';
import { emergencies } from './emergencies.js';
import * as format from './format.js';
import { roleName, roles } from './roles.js';
import * as widgets from './widgets.js';

const columns = ['Name', 'Sign-in name', 'Roles', 'Last sign-in', 'Badge', ''];

const newPin = () => pinInput({ autocomplete: 'new-password', required: true, minlength: 6 });
const text = (more = {}) => h('input', { type: 'text', autocomplete: 'off', ...more });
const rolesOf = (person) => person.roles.map(roleName).join(', ');

function personRow(person, edit) {
  const name = person.active ? person.name : [person.name, ' ', h('span', { class: 'state' }, 'not active')];
  return h(
    'tr',
    { 'data-login': person.login },
    h('th', { scope: 'row' }, name),
    h('td', { class: 'mono' }, person.login),
    h('td', {}, rolesOf(person)),
    h('td', { class: 'quiet' }, person.last_sign_in ? format.moment(person.last_sign_in) : 'never'),
    h('td', {}, person.badge ? 'yes' : 'none'),
    h('td', {}, h('button', { type: 'button', class: 'btn', 'aria-label': `Change ${person.name}`, onclick: () => edit(person) }, 'Change')),
  );
}

// How others know who asks for a test: on the report and to health records.
function knownAs(person) {
  const npi = text({ name: 'npi', maxlength: 10, inputmode: 'numeric', pattern: '[12][0-9]{9}', title: 'ten digits', value: person.npi ?? '' });
  const address = text({ name: 'address', maxlength: 200, value: person.address ?? '' });
  const phone = text({ name: 'phone', maxlength: 64, value: person.phone ?? '' });
  const node = h(
    'details',
    { open: Boolean(person.npi || person.address || person.phone) },
    h('summary', {}, 'Who orders tests: NPI, practice address, telephone'),
    h('div', { class: 'form' }, field('NPI', npi), field('Telephone for critical values', phone), field('Practice address', address, true)),
  );
  return { node, said: () => ({ npi: npi.value.trim(), address: address.value.trim(), phone: phone.value.trim() }) };
}

function addForm(done) {
  const message = say();
  const known = knownAs({});
  const login = text({ maxlength: 32, required: true, autocapitalize: 'none' });
  const name = text({ maxlength: 200, required: true });
  const pin = newPin();
  return form(
    { class: 'card stack' },
    async (self) => {
      const answer = await ask('user_add', {
        login: login.value.trim(),
        name: name.value.trim(),
        role: picked(self, 'role')[0],
        new_pin: pin.value,
        ...known.said(),
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
    known.node,
    message.node,
    h('button', { class: 'btn primary' }, 'Add'),
  );
}

// Name, roles, and whether the person still works here.
function changeForm(person, done) {
  const message = say();
  const name = text({ maxlength: 200, required: true, value: person.name });
  const reason = text({ maxlength: 200, required: true });
  const pin = pinInput({ required: true });
  const known = knownAs(person);
  const node = form(
    { class: 'stack' },
    async (self) => {
      const answer = await ask('user_change', {
        login: person.login,
        name: name.value.trim(),
        role: picked(self, 'roles'),
        active: picked(self, 'active')[0] === 'yes' ? 1 : 0,
        reason: reason.value.trim(),
        pin: pin.value,
        ...known.said(),
      });
      pin.value = '';
      message.tell(answer);
      if (answer.ok) done(answer.sentence);
    },
    field('Full name', name),
    tick('roles', 'Roles: at sign-in the person chooses one', roles, 'one'),
    known.node,
    choose('active', 'Works here', [['yes', 'Yes'], ['no', 'No: may not sign in']], person.active ? 'yes' : 'no'),
    field('Why, for the record', reason),
    field('Your PIN', pin),
    message.node,
    h('button', { class: 'btn primary' }, 'Save'),
  );
  for (const input of node.querySelectorAll('input[name=roles]')) input.checked = person.roles.includes(input.value);
  return node;
}

function pinForm(person, whenSet) {
  const message = say();
  const pin = newPin();
  return form(
    { class: 'stack' },
    async () => {
      const answer = await ask('user_pin', { login: person.login, new_pin: pin.value });
      pin.value = '';
      message.tell(answer, 'The new PIN is set; whoever was signed in by that name is signed out.');
      if (answer.ok) whenSet.textContent = 'just now';
    },
    field('New PIN', pin),
    message.node,
    h('button', { class: 'btn' }, 'Set the PIN'),
  );
}

// The bar code, to be printed and worn.
async function badgeCard(person, code) {
  const url = await badgePicture(code);
  return h(
    'div',
    { class: 'badge' },
    h('b', {}, person.name),
    url ? h('img', { src: url, alt: `Bar code of the badge of ${person.name}`, width: 260, height: 60 }) : null,
    h('span', { class: 'mono' }, code),
  );
}

function printBadge() {
  document.body.classList.add('badge-only');
  window.print();
  document.body.classList.remove('badge-only');
}

function badgeForm(person, done) {
  const message = say();
  const place = h('div', { class: 'stack' });
  const reason = text({ maxlength: 200 });
  const showCard = async (code) => show(place, await badgeCard(person, code), button('Print it', printBadge));
  const issue = async () => {
    const answer = await ask('badge_issue', { login: person.login, reason: reason.value.trim() });
    message.tell(answer, 'The new badge is good; an older one of this person opens nothing any more.');
    if (answer.ok) await showCard(answer.key);
  };
  const withdraw = async () => {
    const answer = await ask('badge_withdraw', { login: person.login, reason: reason.value.trim() });
    message.tell(answer, 'The badge opens nothing any more.');
    if (answer.ok) done();
  };
  if (person.badge) showCard(person.badge.code);
  return h(
    'div',
    { class: 'stack' },
    place,
    field('Why (needed to take a badge away)', reason),
    message.node,
    h(
      'div',
      { class: 'row' },
      button(person.badge ? 'Make another badge' : 'Make a badge', issue),
      person.badge ? button('Take the badge away', withdraw, 'danger') : null,
    ),
  );
}

function part(title, body, open = false) {
  return h('details', { class: 'raw', open }, h('summary', {}, title), h('div', { class: 'inset' }, body));
}

function personCard(person, done, close) {
  const by = person.pin_set_by ? ` by ${person.pin_set_by}` : '';
  const whenSet = h('span', {}, person.pin_set_at ? `${format.moment(person.pin_set_at)}${by}` : 'not on record');
  const facts = [
    ['Since', format.day(person.since)],
    ['PIN set', whenSet],
    ['Refused sign-ins, 30 days', String(person.failed)],
  ];
  return h(
    'section',
    { class: 'card stack', 'aria-label': `Change ${person.name}` },
    h('div', { class: 'card-head' }, h('h2', { tabindex: -1 }, person.name), button('Close', close, 'push')),
    h('dl', { class: 'facts' }, facts.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value)))),
    part('Roles and name', changeForm(person, done), true),
    part('Badge', badgeForm(person, done)),
    part('New PIN', pinForm(person, whenSet)),
  );
}

function changesCard(changes) {
  const line = (each) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, format.moment(each.at)),
      h('td', {}, each.name),
      h('td', {}, each.text, each.reason ? h('small', { class: 'quiet' }, ` ${each.reason}`) : null),
      h('td', {}, each.by ? each.by.name : 'at the console'),
    );
  return h(
    'details',
    { class: 'card raw' },
    h('summary', {}, 'What changed, newest first'),
    h(
      'table',
      { class: 'tbl' },
      h('thead', {}, h('tr', {}, ['When', 'Who', 'What', 'By'].map((title) => h('th', { scope: 'col' }, title)))),
      h('tbody', {}, changes.map(line)),
    ),
  );
}

export function people() {
  const list = h('section', { class: 'card' }, widgets.loading());
  const log = h('div');
  const told = say();
  const reviews = emergencies('emergencies');
  const aside = h('aside', { class: 'stack' });
  const node = h('div', { class: 'split' }, h('div', { class: 'stack' }, reviews.node, list, told.node, log), aside);
  const add = addForm(refresh);

  function close(sentence = '') {
    show(aside, add);
    if (sentence) told.tell({ ok: true, sentence });
    refresh();
  }

  function edit(person) {
    told.node.textContent = '';
    show(aside, personCard(person, close, () => close()));
    aside.querySelector('h2').focus();
  }

  async function refresh() {
    reviews.refresh();
    const answer = await view('staff');
    if (!answer.ok) {
      show(list, widgets.empty('The list cannot be shown.', answer.sentence));
      return;
    }
    arrange(list, [
      h('header', {}, h('h1', {}, 'People')),
      h(
        'div',
        { class: 'scroll' },
        h(
          'table',
          { class: 'tbl' },
          h('thead', {}, h('tr', {}, columns.map((title) => h('th', { scope: 'col' }, title || h('span', { class: 'hidden-text' }, 'Change'))))),
          h('tbody', {}, answer.data.rows.map((person) => personRow(person, edit))),
        ),
      ),
    ]);
    show(log, changesCard(answer.data.changes));
  }

  show(aside, add);
  return {
    node,
    open: refresh,
    changed(event) {
      if (event.topic === 'people') refresh();
    },
  };
}
