// The four verbs of a result (domain.md 4): sign; sign and set a task; a task without signing; send back with a note.
import { ask } from './api.js';
import { button, choose, field, form, h, picked, pinInput, say } from './dom.js';
import { followUp, needsTask } from './followup.js';
import * as widgets from './widgets.js';

export const dispositions = [
  ['no-action', 'No action needed'],
  ['already-managed', 'Already managed'],
  ['repeat', 'Repeat on …'],
  ['order', 'Order more'],
  ['call-patient', 'Call patient'],
  ['refer', 'Refer'],
];
export const meanings = [
  ['REVIEWED', 'Reviewed'],
  ['REVIEWED_ACTION_ORDERED', 'Reviewed, action ordered'],
];

// A second provider's signature below the first one's, of the same version; null where there is nothing to co-sign.
export function cosignCard(context, data, done) {
  const signed = data.reviews.filter((review) => review.current && review.kind === 'signed');
  if (!context.may('sign') || data.state !== 'signed' || signed.some((review) => review.by?.login === context.me.login)) return null;
  const message = say();
  const pin = pinInput({ name: 'cosign-pin', placeholder: '6 digits or more' });
  return form(
    { class: 'card row', 'aria-label': 'Co-sign' },
    async () => {
      if (!pin.value) {
        pin.focus();
        return message.refuse('Your PIN makes it your signature.');
      }
      const answer = await ask('sign', { order: data.order, version: data.version, meaning: 'COSIGNED', pin: pin.value });
      pin.value = '';
      message.tell(answer, 'Co-signed.');
      return answer.ok ? setTimeout(done, 600) : null;
    },
    h('span', {}, 'Signed by ', h('b', {}, signed.map((review) => review.by?.name ?? '').join(', ')), '. You may co-sign as ', h('b', {}, context.me.name), '.'),
    h('span', { class: 'push row' }, field('PIN', pin), h('button', { class: 'btn' }, 'Co-sign')),
    message.node,
  );
}

// `data` as READ_ORDER gives it; finish(answer, message, text) when something was done.
export function signPanel(context, data, finish) {
  const message = say();
  const normal = data.severity === 0;
  const note = h('input', { type: 'text', name: 'note', maxlength: 1000, autocomplete: 'off' });
  const pin = pinInput({ name: 'pin', placeholder: '6 digits or more' });
  const task = followUp(data.hands ?? []);
  const primary = h('button', { class: 'btn primary', name: 'sign' }, 'Sign');
  const addTask = button('Add a task', openTask);
  const seen = { order: data.order, version: data.version };

  const chosen = () => picked(node, 'disposition')[0] ?? '';

  function refuse([sentence, where]) {
    where?.focus();
    return message.refuse(sentence);
  }

  function weigh() {
    task.show(chosen());
    primary.textContent = task.isOpen() ? 'Sign and set the task' : 'Sign';
    addTask.hidden = task.isOpen();
    without.hidden = !task.isOpen();
    const ordered = task.isOpen() || ['order', 'refer'].includes(chosen());
    const meaning = node.querySelector(`input[value=${ordered ? 'REVIEWED_ACTION_ORDERED' : 'REVIEWED'}]`);
    if (meaning) meaning.checked = true;
  }

  function openTask() {
    task.open();
    primary.textContent = 'Sign and set the task';
    addTask.hidden = true;
    without.hidden = false;
    task.focus();
  }

  async function send() {
    const disposition = chosen();
    if (!disposition) return refuse(['Choose what is to be done: not every value is normal.', node.querySelector('input[name=disposition]')]);
    const lacks = task.isOpen() || needsTask(disposition) ? task.missing() : null;
    if (lacks) return refuse(lacks);
    if (!pin.value) return refuse(['Your PIN makes it your signature.', pin]);
    const body = { ...seen, meaning: picked(node, 'meaning')[0], disposition, note: note.value, pin: pin.value };
    pin.value = '';
    return finish(await ask('sign', { ...body, ...(task.isOpen() ? task.body() : {}) }), message, 'Signed.');
  }

  async function setTask() {
    const lacks = task.missing();
    if (lacks) return refuse(lacks);
    return finish(await ask('task_add', { ...seen, ...task.body() }), message, 'The task is set; the result still waits for your signature.', true);
  }

  async function sendBack() {
    if (!note.value.trim()) return refuse(['Say in the note why you send it back.', note]);
    return finish(await ask('return', { ...seen, note: note.value }), message, 'Sent back.');
  }

  const without = button('Set the task, sign later', setTask);
  without.hidden = true;
  const node = form(
    { class: 'card stack sign', 'aria-label': 'Sign' },
    send,
    widgets.banner(data.patient, [], true),
    choose(
      'disposition',
      normal ? 'Disposition' : 'Disposition, needed: not all normal',
      dispositions,
      normal ? 'no-action' : '',
    ),
    task.node,
    choose('meaning', 'Meaning of your signature', meanings, 'REVIEWED'),
    field('Note', note),
    field('PIN', pin),
    message.node,
    h('div', { class: 'stack' }, primary, h('div', { class: 'choices' }, addTask, without, button('Send back', sendBack))),
    h(
      'p',
      { class: 'small quiet' },
      'You sign as ',
      h('b', {}, context.me.name),
      data.owner === context.me.login ? '' : ` for ${data.owner_name}`,
      ', version ',
      h('span', { class: 'mono' }, data.version.slice(0, 8)),
      '.',
    ),
  );
  node.addEventListener('change', (event) => event.target.name === 'disposition' && weigh());
  return {
    node,
    focus: () => (normal ? pin : node.querySelector('input[name=disposition]')).focus(),
    task: openTask,
  };
}
