// Tasks, wherever they are shown: what, by whom, by when, what became of it.
import { ask } from './api.js';
import { button, choose, field, form, h, picked, say } from './dom.js';
import { dayFromNow, personSelect } from './followup.js';
import * as format from './format.js';

const steps = {
  attempt: 'tried',
  done: 'done',
  'not-needed': 'not needed any more',
  handed: 'handed on',
};

export const isLate = (task, today) => !task.outcome && task.due < today;

export function dueText(task, today) {
  if (task.outcome) return h('span', { class: 'state ok' }, steps[task.outcome.kind]);
  if (isLate(task, today)) return h('span', { class: 'state bad' }, `was due ${format.birthDate(task.due)}`);
  if (task.due === today) return h('span', { class: 'state due' }, 'due today');
  return h('span', { class: 'state' }, `due ${format.birthDate(task.due)}`);
}

export function stepLine(step) {
  const to = step.kind === 'handed' ? ` to ${step.owner}, due ${format.birthDate(step.due)}` : '';
  return h(
    'li',
    {},
    h('span', {}, `${format.when(step.at)} ${step.by?.name ?? ''}: ${steps[step.kind]}${to}. `, h('q', {}, step.note)),
  );
}

// What became of it. `hands`: whom it can be given to; `done()` when it was recorded.
export function outcomeForm(context, task, hands, done) {
  const message = say();
  const note = h('textarea', { name: 'outcome-note', rows: 2, maxlength: 1000, required: true });
  const owner = personSelect(hands, { name: 'to' });
  const due = h('input', { type: 'date', name: 'due', value: dayFromNow(1), min: dayFromNow(0) });
  const to = h('div', { class: 'halves', hidden: true }, field('To whom', owner), field('By when', due));
  const kinds = [
    ['done', 'Done'],
    ['attempt', 'Tried, not done yet'],
    ['handed', 'Hand it on'],
    ...(context.may('sign') ? [['not-needed', 'Not needed any more']] : []),
  ];
  const node = form(
    { class: 'stack', 'aria-label': 'Outcome' },
    async () => {
      const outcome = picked(node, 'outcome')[0];
      if (!outcome) return message.refuse('Choose what became of it.');
      const body = { task: task.task, outcome, note: note.value };
      if (outcome === 'handed') Object.assign(body, { owner: owner.value, due: due.value });
      const answer = await ask('task_step', body);
      message.tell(answer, 'Recorded.');
      return answer.ok ? done() : null;
    },
    choose('outcome', 'What became of it', kinds, ''),
    to,
    field('What happened', note),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Record the outcome')),
  );
  node.addEventListener('change', () => (to.hidden = picked(node, 'outcome')[0] !== 'handed'));
  return node;
}

// The tasks of one order, on its page.
export function orderTasks(context, data) {
  if (!data.tasks?.length) return null;
  const line = (task) =>
    h(
      'li',
      {},
      h('span', {}, h('b', {}, task.instruction), ` ${task.owner_name}`),
      dueText(task, dayFromNow(0)),
      h('ul', { class: 'lines line' }, task.steps.map(stepLine)),
    );
  return h(
    'section',
    { class: 'card' },
    h(
      'header',
      {},
      h('h2', {}, 'Tasks'),
      h('span', { class: 'quiet' }, data.stage === 'follow-up-open' ? 'open until each has its outcome' : ''),
      context.may('follow-up') ? button('Go to the tasks', () => context.go('tasks', data.order), 'push') : null,
    ),
    h('ul', { class: 'lines' }, data.tasks.map(line)),
  );
}
