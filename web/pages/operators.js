// Who may run which test: certificates with the day they end, and what instruments call people.
import { ask, view } from './api.js';
import { button, field, form, h, picked, pinInput, say, show, tick } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const methods = [
  ['observation', 'Watched at the work'],
  ['blind-specimen', 'A specimen of known value'],
  ['quality-control', 'Quality control run and judged'],
  ['quiz', 'Written questions'],
];
const methodName = (id) => (methods.find(([method]) => method === id)?.[1] ?? id).toLowerCase();
const soonDays = 30;

const today = () => format.isoDay(Date.now());

// In words, with a colour that only repeats them.
function standing(certificate) {
  if (!certificate.active) return h('span', { class: 'state' }, 'no longer here');
  if (!certificate.valid) return h('span', { class: 'state bad' }, 'withdrawn');
  const now = today();
  const until = format.birthDate(certificate.valid_until);
  if (certificate.valid_until < now) return h('span', { class: 'state bad' }, `ended ${until}`);
  if (certificate.valid_until < format.addDays(now, soonDays)) return h('span', { class: 'state due' }, `ends ${until}`);
  return h('span', { class: 'state ok' }, `until ${until}`);
}

function certificateRow(certificate, may, edit) {
  return h(
    'tr',
    { 'data-login': certificate.login },
    h('th', { scope: 'row' }, certificate.name),
    h('td', {}, standing(certificate)),
    h(
      'td',
      {},
      certificate.valid
        ? [
            `${format.birthDate(certificate.trained_on)}: ${certificate.methods.map(methodName).join(', ')}`,
            h('small', { class: 'quiet' }, ` ${certificate.evidence}`),
          ]
        : certificate.note,
    ),
    h('td', { class: 'quiet' }, certificate.by.name),
    h(
      'td',
      {},
      may ? h('button', { type: 'button', class: 'btn', 'aria-label': `Change ${certificate.name}, ${certificate.test_name}`, onclick: () => edit(certificate) }, 'Change') : null,
    ),
  );
}

const columns = ['Operator', 'Certificate', 'Trained, judged by, evidence', 'Vouched for by', ''];

function testCard(test, may, edit) {
  return h(
    'section',
    { class: 'card', 'data-test': test.code },
    h(
      'div',
      { class: 'card-head' },
      h('h2', {}, test.name),
      may ? h('span', { class: 'push' }, h('button', { type: 'button', class: 'btn', 'aria-label': `Certify somebody for ${test.name}`, onclick: () => edit({ test: test.code, test_name: test.name }) }, 'Certify somebody')) : null,
    ),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Operators of ${test.name}` },
      h(
        'table',
        { class: 'tbl' },
        h('thead', {}, h('tr', {}, columns.map((title) => h('th', { scope: 'col' }, title || h('span', { class: 'hidden-text' }, 'Change'))))),
        h('tbody', {}, test.operators.map((each) => certificateRow(each, may, edit))),
      ),
    ),
  );
}

// Tests of which no book is kept yet, in one list.
function withoutCard(tests, may, edit) {
  if (!tests.length) return null;
  const line = (test) =>
    h(
      'tr',
      { 'data-test': test.code },
      h('th', { scope: 'row' }, test.name),
      h('td', { class: 'act' }, may ? h('button', { type: 'button', class: 'btn', 'aria-label': `Certify somebody for ${test.name}`, onclick: () => edit({ test: test.code, test_name: test.name }) }, 'Certify somebody') : null),
    );
  return h(
    'section',
    { class: 'card' },
    h('div', { class: 'card-head' }, h('h2', {}, 'Nobody certified yet'), h('span', { class: 'state due' }, 'results of these come with a warning')),
    h('table', { class: 'tbl' }, h('tbody', {}, tests.map(line))),
  );
}

function withdrawForm(certificate, done) {
  const message = say();
  const reason = h('input', { type: 'text', maxlength: 200, required: true, autocomplete: 'off' });
  const pin = pinInput({ required: true });
  return h(
    'details',
    { class: 'raw' },
    h('summary', {}, 'Withdraw the certificate'),
    form(
      { class: 'stack' },
      async () => {
        const answer = await ask('certify_end', { login: certificate.login, test: certificate.test, reason: reason.value.trim(), pin: pin.value });
        pin.value = '';
        message.tell(answer);
        if (answer.ok) done(`${certificate.name} may no longer run ${certificate.test_name}.`);
      },
      field('Why', reason),
      field('Your PIN', pin),
      message.node,
      h('button', { class: 'btn danger' }, 'Withdraw'),
    ),
  );
}

function peopleChoice(people, chosen) {
  return h(
    'select',
    { required: true, name: 'login' },
    h('option', { value: '' }, 'Choose'),
    people.map((person) => h('option', { value: person.login, selected: person.login === chosen }, person.name)),
  );
}

function certifyForm(certificate, people, done, close) {
  const message = say();
  const who = peopleChoice(people, certificate.login);
  const trained = h('input', { type: 'date', required: true, name: 'trained', value: today() });
  const until = h('input', { type: 'date', required: true, name: 'until', value: format.addDays(today(), 365) });
  const evidence = h('input', { type: 'text', maxlength: 300, required: true, name: 'evidence', autocomplete: 'off', value: certificate.evidence ?? '' });
  const pin = pinInput({ required: true, name: 'pin' });
  return h(
    'section',
    { class: 'card stack' },
    h('div', { class: 'card-head' }, h('h2', { tabindex: -1 }, `Certify for ${certificate.test_name}`), button('Close', close, 'push')),
    form(
      { class: 'stack' },
      async (self) => {
        const answer = await ask('certify', {
          login: who.value,
          test: certificate.test,
          trained_on: trained.value,
          valid_until: until.value,
          method: picked(self, 'method'),
          evidence: evidence.value.trim(),
          pin: pin.value,
        });
        pin.value = '';
        message.tell(answer);
        if (answer.ok) done(`${who.selectedOptions[0].textContent} may run ${certificate.test_name} until ${format.birthDate(until.value)}.`);
      },
      field('Operator', who),
      field('Trained on', trained),
      field('Good until, that day included', until),
      tick('method', 'Found competent by (two or more)', methods, 'one'),
      field('Evidence: where the record lies', evidence),
      field('Your PIN', pin),
      message.node,
      h('button', { class: 'btn primary' }, 'Certify'),
    ),
    certificate.login && certificate.valid ? withdrawForm(certificate, done) : null,
  );
}

// What an instrument calls somebody, so that its results are known to be theirs.
function nameForm(data, done) {
  const message = say();
  const operator = h('input', { type: 'text', maxlength: 64, required: true, name: 'operator', autocomplete: 'off' });
  const who = peopleChoice(data.people, '');
  const names = data.people.filter((person) => person.operator_names.length);
  const take = (row) => {
    operator.value = row.name;
    who.focus();
  };
  return h(
    'section',
    { class: 'card stack' },
    h('h2', {}, 'Operator numbers at instruments'),
    h('p', { class: 'small quiet' }, 'Whoever types their own sign-in name at an instrument is known without this.'),
    data.unknown.length
      ? h(
          'ul',
          { class: 'stack' },
          data.unknown.map((row) =>
            h(
              'li',
              {},
              h('span', { class: 'state bad' }, `“${row.name}” is nobody here`),
              h('span', { class: 'small quiet' }, ` ${row.instrument}, ${row.times === 1 ? 'once' : `${row.times} times`}, last ${format.when(row.last)} `),
              button('That is …', () => take(row)),
            ),
          ),
        )
      : null,
    form(
      { class: 'stack' },
      async () => {
        const answer = await ask('operator_name', { operator: operator.value.trim(), login: who.value });
        message.tell(answer, `“${operator.value.trim()}” is ${who.selectedOptions[0].textContent}.`);
        if (answer.ok) done();
      },
      field('As the instrument shows it', operator),
      field('Is', who),
      message.node,
      h('button', { class: 'btn' }, 'Save'),
    ),
    names.length
      ? h('ul', { class: 'small' }, names.map((person) => h('li', {}, `${person.operator_names.join(', ')}: ${person.name}`)))
      : null,
  );
}

export function operators(context) {
  const may = context.may('certify');
  const list = h('div', { class: 'stack' }, widgets.loading());
  const told = say();
  const aside = h('aside', { class: 'stack' });
  const title = h('h1', {}, 'Operators');
  const node = h('div', { class: may ? 'split' : 'stack' }, h('div', { class: 'stack' }, title, told.node, list), aside);
  let data = null;
  let editing = false;

  function close(sentence = '') {
    editing = false;
    if (sentence) told.tell({ ok: true, sentence });
    refresh();
  }

  function edit(certificate) {
    editing = true;
    told.node.textContent = '';
    show(aside, certifyForm(certificate, data.people, close, () => close()));
    aside.querySelector('h2').focus();
  }

  async function refresh() {
    const answer = await view('operators');
    if (!answer.ok) {
      show(list, widgets.empty('The list cannot be shown.', answer.sentence));
      return;
    }
    data = answer.data;
    const kept = data.tests.filter((test) => test.kept);
    const without = data.tests.filter((test) => !test.kept);
    show(list, kept.map((test) => testCard(test, may, edit)), withoutCard(without, may, edit));
    if (!editing && may) show(aside, nameForm(data, refresh));
  }

  return {
    node,
    open: refresh,
    changed(event) {
      if (event.topic === 'people' && !editing) refresh();
    },
  };
}
