// What is critical, until somebody has been told and has read it back.
import { ask } from './api.js';
import { button, choose, field, form, h, picked, say } from './dom.js';
import * as format from './format.js';

const ways = [
  ['in person', 'In person'],
  ['telephone', 'By telephone'],
];

function tellForm(context, data, done) {
  const message = say();
  const to = h('input', {
    type: 'text',
    maxlength: 200,
    required: true,
    value: context.me.role === 'provider' ? context.me.name : '',
  });
  const readBack = h('input', {
    type: 'text',
    maxlength: 400,
    required: true,
    placeholder: 'write down what you heard back',
  });
  const node = form(
    { class: 'form told', hidden: true },
    async () => {
      const answer = await ask('critical_told', {
        order: data.order,
        version: data.version,
        told_to: to.value,
        method: picked(node, 'method')[0],
        read_back: readBack.value,
      });
      message.tell(answer, 'Recorded.');
      if (answer.ok) done();
    },
    field('Told to', to),
    field('Read back', readBack),
    choose('method', 'How', ways, 'in person'),
    h('div', { class: 'stack' }, message.node, h('button', { class: 'btn danger' }, 'Told, and read back')),
  );
  return node;
}

// `word`: what the strip is headed with; `values`: what is critical.
export function criticalStrip(context, data, values, done, word = 'CRITICAL') {
  if (data.severity < 2) return null;
  const told = data.critical_notices.at(-1);
  const tell = told || context.me.role === 'auditor' ? null : tellForm(context, data, done);
  const open = () => {
    tell.hidden = false;
    starter.hidden = true;
    tell.querySelector('input').focus();
  };
  const starter = tell && button('Told and read back …', open, 'danger push');
  const state = told
    ? h('span', {}, `told to ${told.told_to} at ${format.when(told.at)}, read back`)
    : h(
        'span',
        { class: 'clock' },
        'nobody told yet, ',
        h('span', { 'data-since': data.since }, format.age(data.since)),
      );
  return h(
    'section',
    { class: 'strip crit' },
    h('span', { class: 'flag critical' }, word),
    state,
    starter,
    h('b', { class: 'line' }, values.join(' · ')),
    tell,
  );
}
