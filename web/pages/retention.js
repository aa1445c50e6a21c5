// What is past its retention: one person proposes a day, another approves, and it goes.
import { ask, view } from './api.js';
import { field, form, h, pinInput, say, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const leastYears = 10;

const person = (who) => (who ? who.name : '');

function yearsAgo(years) {
  const [year, month, date] = format.isoDay(Date.now()).split('-').map(Number);
  return new Date(Date.UTC(year - years, month - 1, date)).toISOString().slice(0, 10);
}

function approveForm(row, done) {
  const message = say();
  const pin = pinInput({ required: true });
  return form(
    { class: 'row' },
    async () => {
      const answer = await ask('purge_approve', { purge: row.id, pin: pin.value });
      pin.value = '';
      message.tell(answer);
      if (answer.ok) done();
    },
    field('Your PIN', pin),
    h('button', { class: 'btn danger' }, `Take out ${row.orders} orders for good`),
    message.node,
  );
}

function proposal(context, row, done) {
  const mine = row.by?.login === context.me.login;
  const waits = mine ? h('p', { class: 'quiet' }, 'A second person approves it.') : approveForm(row, done);
  return h(
    'li',
    {},
    h('b', {}, `${row.orders} orders, ${row.facts} rows, closed before ${format.day(row.before)}`),
    h('p', {}, row.reason),
    h('p', { class: 'quiet' }, `Proposed by ${person(row.by)}, ${format.moment(row.at)}`),
    row.approved_by
      ? h('p', {}, `Approved by ${person(row.approved_by)}, ${format.moment(row.approved_at)}: gone, with a tombstone for each row`)
      : waits,
  );
}

function proposeForm(before, count, done) {
  const message = say();
  const day = h('input', { type: 'date', value: before, max: yearsAgo(leastYears), required: true });
  const reason = h('input', { type: 'text', maxlength: 200, required: true, autocomplete: 'off' });
  return form(
    { class: 'card stack' },
    async () => {
      const answer = await ask('purge_propose', { before: day.value, reason: reason.value.trim() });
      message.tell(answer);
      if (answer.ok) done();
    },
    h('h2', {}, 'Propose what is to go'),
    h(
      'p',
      {},
      `${count} closed orders are older than ${leastYears} years. Whole orders go, with their specimens, results, `,
      'signatures and raw transmissions. Nothing brings them back but a backup.',
    ),
    field('Closed before', day),
    field('Reason', reason, true),
    message.node,
    h('button', { class: 'btn primary', disabled: count === 0 }, 'Propose'),
  );
}

export function retention(context) {
  const node = h('div', { class: 'stack' }, h('h1', {}, 'Retention'), widgets.loading());

  async function open() {
    const before = yearsAgo(leastYears);
    const answer = await view('purges', { since: new Date(before).getTime() });
    if (!answer.ok) {
      show(node, h('h1', {}, 'Retention'), h('p', { class: 'say bad' }, answer.sentence));
      return;
    }
    const { past, rows } = answer.data;
    show(
      node,
      h('h1', {}, 'Retention'),
      h('div', { class: 'split' }, [
        proposeForm(before, past, open),
        h(
          'section',
          { class: 'card' },
          h('header', {}, h('h2', {}, 'Proposed and gone')),
          rows.length
            ? h('ul', { class: 'lines tall' }, rows.map((row) => proposal(context, row, open)))
            : widgets.empty('Nothing was ever taken out', 'Records are kept until two people say otherwise.'),
        ),
      ]),
    );
  }

  return { node, open };
}
