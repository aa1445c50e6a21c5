// What waits longer than it should, for the whole practice: results, what was sent back, tests without a result, tasks.
import { view } from './api.js';
import { button, h, show } from './dom.js';
import { dayFromNow } from './followup.js';
import * as format from './format.js';
import { dueText } from './tasklist.js';
import * as widgets from './widgets.js';

const names = ['Normal', 'Abnormal', 'CRITICAL'];

export function overdue(context) {
  const body = h('div', { class: 'stack' }, widgets.loading());
  let turn = 0;

  function openOrder(row) {
    Object.assign(context.inbox, { orders: [], ekgs: new Set(row.ekg ? [row.order] : []) });
    context.goOrder(row.order);
  }

  const who = (row) => [
    h('b', {}, format.fullName(row.patient), ' ', widgets.twinMark(row.patient)),
    h('br'),
    h('span', { class: 'small quiet' }, `${format.birthDate(row.patient.birth_date)} · MRN ${row.patient.mrn}`),
  ];

  const owner = (row) => row.owner_name || h('span', { class: 'state bad' }, `nobody (${row.owner})`);

  const come = (row) => {
    if (row.state === 'none') return 'nothing';
    return row.state === 'signed' ? 'the rest, which is signed' : 'the rest, not signed yet';
  };

  const openButton = (row) => {
    const node = button('Open', () => openOrder(row));
    node.setAttribute('aria-label', `Open: ${format.fullName(row.patient)}`);
    return node;
  };

  function resultRow(row) {
    return h(
      'tr',
      { class: row.severity === 2 ? 'is-crit' : null },
      h('th', { scope: 'row' }, who(row)),
      h('td', {}, row.tests.join(', ')),
      h('td', {}, row.severity ? widgets.flag(names[row.severity], row.severity) : names[0]),
      h('td', {}, h('span', { class: 'age late', 'data-since': row.since }, format.age(row.since))),
      h('td', {}, owner(row)),
      h('td', {}, openButton(row)),
    );
  }

  function missingRow(row) {
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, who(row)),
      h('td', {}, h('b', {}, row.missing.join('; ')), h('br'), h('span', { class: 'small quiet' }, `ordered: ${row.tests.join(', ')}`)),
      h('td', {}, come(row)),
      h('td', {}, h('span', { class: 'age late', 'data-since': row.since }, format.age(row.since))),
      h('td', {}, owner(row)),
      h('td', {}, openButton(row)),
    );
  }

  function taskRow(task, today) {
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, who(task)),
      h('td', {}, task.instruction),
      h('td', {}, dueText(task, today)),
      h('td', {}, task.owner_name),
      h('td', {}, openButton(task)),
    );
  }

  function card(title, about, columns, lines) {
    return h(
      'section',
      { class: 'card' },
      h('header', {}, h('h2', {}, `${title} · ${lines.length}`), h('span', { class: 'quiet' }, about)),
      lines.length
        ? h(
            'table',
            { class: 'tbl' },
            h('thead', {}, h('tr', {}, columns.map((text) => (text ? h('th', { scope: 'col' }, text) : h('td'))))),
            h('tbody', {}, lines),
          )
        : h('p', { class: 'quiet' }, 'None.'),
    );
  }

  async function refresh() {
    const asked = (turn += 1);
    const answer = await view('overdue');
    if (asked !== turn) return;
    if (!answer.ok) return show(body, widgets.empty('The list cannot be shown.', answer.sentence, button('Try again', refresh)));
    const { data } = answer;
    const results = ['Patient', 'Tests', 'Kind', 'Waits', 'Whose', ''];
    show(
      body,
      h('h1', {}, 'What waits too long'),
      card('Not signed', 'critical for an hour, abnormal for 7 days, normal for 14 days', results, data.rows.map(resultRow)),
      card('Sent back and not answered', 'for a day', results, data.returned.map(resultRow)),
      card(
        'Tests without a result',
        'a day after the tube was taken; send-outs have their own list',
        ['Patient', 'Has no result', 'What came', 'Taken', 'Whose', ''],
        data.missing.map(missingRow),
      ),
      card('Tasks', 'past their day', ['Patient', 'Task', 'Due', 'Whose', ''], data.tasks.map((task) => taskRow(task, dayFromNow(0)))),
    );
  }

  return {
    node: body,
    open: refresh,
    changed(event) {
      if (['inbox', 'tasks'].includes(event.topic) && !body.contains(document.activeElement)) refresh();
    },
    tick: () => widgets.tellAges(body),
    close() {
      turn += 1;
    },
  };
}
