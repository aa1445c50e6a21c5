// The codes that the site bills its tests with: its own, brought in from its own table. Phial ships none.
import { ask, view } from './api.js';
import { button, field, form, h, say, show } from './dom.js';
import * as widgets from './widgets.js';

function table(tests) {
  const line = (test) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, test.name),
      h('td', { class: 'mono' }, test.code),
      h('td', { class: test.billing ? 'mono' : 'quiet' }, test.billing || 'none'),
    );
  const heads = ['Test', 'Its name in the table', 'Billing codes'];
  return h(
    'table',
    { class: 'tbl' },
    h('thead', {}, h('tr', {}, heads.map((text) => h('th', { scope: 'col' }, text)))),
    h('tbody', {}, tests.map(line)),
  );
}

function takeIn(done) {
  const text = h('textarea', { name: 'billing', rows: 8, maxlength: 32000, spellcheck: 'false', placeholder: 'HbA1c,your code\nLIPID,"two, codes"' });
  const file = h('input', { type: 'file', name: 'file', accept: '.csv,text/csv,text/plain' });
  const message = say();
  file.addEventListener('change', async () => {
    if (file.files[0]) text.value = await file.files[0].text();
  });
  return form(
    { class: 'card stack', 'aria-label': 'Bring codes in' },
    async () => {
      const answer = await ask('billing_set', { billing: text.value });
      message.tell(answer);
      if (answer.ok) {
        text.value = '';
        done();
      }
    },
    h('h2', {}, 'Bring in your own table'),
    h('p', { class: 'small' }, 'Two columns, separated by a comma: the test, and its codes. An empty second column takes them away. One line that is wrong, and nothing is taken in.'),
    field('A file (CSV)', file),
    field('Or its lines', text),
    message.node,
    h('button', { class: 'btn primary' }, 'Take in'),
  );
}

export function billing(context) {
  const list = h('div', { class: 'stack' }, widgets.loading());
  const aside = h('aside', { class: 'stack' });
  const node = h('div', { class: 'split' }, list, aside);

  async function refresh() {
    const answer = await view('tests');
    if (!answer.ok) {
      show(list, widgets.empty('The menu cannot be shown.', answer.sentence, button('Try again', refresh)));
      return;
    }
    show(list, h('h1', {}, 'Billing codes'), h('p', { class: 'small' }, 'Your own: none comes with Phial. They stand here for whoever bills, and nowhere else.'), h('section', { class: 'card', 'aria-label': 'Codes' }, table(answer.data.tests)));
  }

  return {
    node,
    async open() {
      if (context.may('keep-lots')) show(aside, takeIn(refresh));
      await refresh();
    },
    changed: (event) => (event.topic === 'tests' ? refresh() : null),
  };
}
