// What providers asked for: with an owner, a day, and an outcome before it leaves the list.
import { view } from './api.js';
import { button, h, holdStill, show } from './dom.js';
import { dueText, outcomeForm, stepLine } from './tasklist.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const lists = [
  ['mine', 'Mine'],
  ['open', 'All open'],
  ['closed', 'Done'],
];
const pageSize = 200;

export function tasks(context) {
  const heading = h('h1', {}, 'Tasks');
  const about = h('span', { class: 'quiet' });
  const list = h('div', { class: 'stack' }, widgets.loading());
  const filter = h(
    'select',
    { 'aria-label': 'Show', onchange: refresh },
    lists.map(([value, text]) => h('option', { value }, text)),
  );
  const node = h(
    'div',
    { class: 'stack' },
    h('div', { class: 'row' }, heading, about, h('span', { class: 'push row' }, h('span', { class: 'small quiet' }, 'Show'), filter)),
    list,
  );
  const wanted = context.key; // the order whose task was asked for
  let opened = 0; // the task whose outcome is being written
  let data = null;
  let turn = 0;

  filter.value = wanted ? 'open' : 'mine';

  function toggle(task) {
    opened = opened === task ? 0 : task;
    fill();
    if (opened) list.querySelector('form input')?.focus();
  }

  function toOrder(task) {
    Object.assign(context.inbox, { orders: [], ekgs: new Set(task.ekg ? [task.order] : []) });
    context.goOrder(task.order);
  }

  function card(task) {
    const writes = opened === task.task;
    return h(
      'article',
      { class: 'card stack', 'data-row': task.task, 'data-task': task.task, 'aria-label': task.instruction },
      widgets.banner(task.patient, [['Result', task.tests.join(', ')]], true),
      h(
        'div',
        { class: 'row' },
        h('b', {}, task.instruction),
        dueText(task, data.today),
        h('span', { class: 'quiet' }, task.owner_name),
        h('span', { class: 'small quiet' }, `set by ${task.by?.name ?? ''}, ${format.when(task.at)}`),
        h(
          'span',
          { class: 'push row' },
          button('See the result', () => toOrder(task)),
          task.outcome ? null : outcomeButton(task, writes),
        ),
      ),
      task.steps.length ? h('ul', { class: 'lines small' }, task.steps.map(stepLine)) : null,
      writes ? outcomeForm(context, task, data.hands, recorded) : null,
    );
  }

  function outcomeButton(task, writes) {
    const node_ = button(writes ? 'Leave it open' : 'Write the outcome', () => toggle(task.task), writes ? '' : 'primary');
    node_.dataset.act = 'outcome';
    return node_;
  }

  function recorded() {
    opened = 0;
    refresh();
  }

  function fill() {
    const { counts } = data;
    heading.textContent = `${counts.open} ${counts.open === 1 ? 'task' : 'tasks'} open`;
    const own = filter.value === 'mine' ? `${counts.mine} of yours` : ''; // counted only when these were asked for
    about.textContent = [own, counts.late ? `${counts.late} late` : ''].filter(Boolean).join(' · ');
    const nothing = { mine: 'No task of yours is open.', open: 'No task is open.', closed: 'No task was done yet.' };
    show(list, data.rows.length ? data.rows.map(card) : widgets.empty(nothing[filter.value], 'A provider sets tasks when signing a result.'));
  }

  async function refresh() {
    const asked = (turn += 1);
    const key = filter.value === 'mine' ? context.me.login : '';
    const answer = await view('tasks', { key, state: filter.value === 'closed' ? 'closed' : 'open', limit: pageSize });
    if (asked !== turn) return;
    if (!answer.ok) return show(list, widgets.empty('The tasks cannot be shown.', answer.sentence, button('Try again', refresh)));
    data = answer.data;
    holdStill(list, fill);
  }

  // What is being written stays: the list is drawn anew when the form is closed.
  function changed(event) {
    if (event.topic === 'tasks' && !opened) refresh();
  }

  return {
    node,
    async open() {
      await refresh();
      const row = wanted && data?.rows.find((task) => task.order === wanted);
      if (row) list.querySelector(`[data-task="${row.task}"]`)?.scrollIntoView({ block: 'center' });
      else if (!wanted && data && !data.rows.length && data.counts.open) {
        filter.value = 'open';
        await refresh();
      }
    },
    changed,
    key(name) {
      if (name !== 'Escape') return false;
      if (opened) toggle(opened);
      else context.back();
      return true;
    },
    close() {
      turn += 1;
    },
  };
}
