// "Is Mrs X's result back?" Type the name, read the answer. No value is shown, and none reaches this page.
import { view } from './api.js';
import { form, h, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const kinds = {
  signed: 'state ok',
  back: 'state due',
  returned: 'state due',
  late: 'state bad',
  rejected: 'state bad',
  cancelled: 'state bad',
};

function when(row) {
  const due = row.sent_to ? `${row.sent_to}, expected ${format.day(row.due_at)}` : '';
  return [row.at ? `since ${format.when(row.at)}` : '', due].filter(Boolean).join(' · ');
}

function line(row) {
  return h(
    'li',
    { 'data-order': row.order },
    h(
      'span',
      {},
      h('b', {}, format.fullName(row.patient), ' ', widgets.twinMark(row.patient)),
      h('br'),
      h('small', {}, `born ${format.birthDate(row.patient.birth_date)} · ${format.mrn(row.patient, row)}`),
    ),
    h(
      'span',
      {},
      row.tests.join(', '),
      h('br'),
      h('small', {}, `ordered ${format.when(row.ordered_at)} by ${row.provider}`),
    ),
    h(
      'span',
      {},
      h('span', { class: kinds[row.status] ?? 'state' }, row.status_text),
      h('br'),
      h('small', {}, when(row)),
    ),
  );
}

export function find(context) {
  const typed = h('input', {
    type: 'search',
    placeholder: 'Name, or name and first name with a comma, MRN, or the number on a label',
    'aria-label': 'Name, MRN or number',
    autocomplete: 'off',
  });
  const body = h('div', { role: 'status' });
  const node = h(
    'div',
    { class: 'stack' },
    h('h1', {}, 'Is it back?'),
    form(
      { class: 'search' },
      () => look(typed.value.trim()),
      typed,
      h('button', { class: 'btn primary' }, 'Find'),
    ),
    body,
  );

  async function look(text) {
    const answer = await view('find', { key: text, limit: 50 });
    if (!answer.ok) show(body, widgets.empty('Nothing can be shown.', answer.sentence));
    else if (answer.data.rows.length) show(body, h('ul', { class: 'lines thirds card' }, answer.data.rows.map(line)));
    else
      show(
        body,
        widgets.empty('Nobody fits.', 'Check the spelling, or type at least two letters of the family name, or the MRN.'),
      );
  }

  show(
    body,
    widgets.empty(
      'Type the patient’s name.',
      'You see how far each order is, in words. Values stay with the provider and the laboratory.',
    ),
  );
  return {
    node,
    open() {
      if (!context.key) {
        typed.focus();
        return;
      }
      typed.value = context.key;
      look(context.key);
    },
    scan(text) {
      typed.value = text;
      look(text);
      return true;
    },
    key(name) {
      if (name !== '/') return false;
      typed.select();
      typed.focus();
      return true;
    },
  };
}
