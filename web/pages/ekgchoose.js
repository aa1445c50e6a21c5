// An order with more than one EKG: which of them is for review, and why the others are not.
import { ask } from './api.js';
import { button, form, h, picked, say } from './dom.js';
import * as format from './format.js';
import * as tracing from './tracing.js';
import * as widgets from './widgets.js';

export function chooseView(context, data, back) {
  const message = say();
  const why = tracing.reasonField('repeat', 'Why the other is not for review', tracing.repeatReasons);
  const pictures = data.tracings.map((each) =>
    tracing.thumbnail(each.tracing, each.format, `EKG recorded ${format.sentTime(each.recorded_at)}`),
  );

  const option = (each, i) =>
    h(
      'label',
      { class: 'card stack pickable' },
      h(
        'span',
        { class: 'row' },
        h('input', {
          type: 'radio',
          name: 'tracing',
          value: each.tracing,
          checked: data.choice?.tracing === each.tracing,
        }),
        h('b', {}, `Recorded ${format.sentTime(each.recorded_at) || 'at a time the file does not say'}`),
        h(
          'span',
          { class: 'small quiet push' },
          `${widgets.instrumentName(each.instrument)} · received ${format.when(each.received_at)}`,
        ),
      ),
      pictures[i].node,
      each.facts.complaints.map((text) => h('span', { class: 'state due' }, text)),
    );

  async function send(self) {
    const [chosen] = picked(self, 'tracing');
    if (!chosen) return message.refuse('Choose the one that the provider is to read.');
    if (!why.value()) return message.refuse('Say why the other is not for review.');
    const { order, version } = data;
    const answer = await ask('ekg_choose', { order, version, tracing: Number(chosen), reason: why.value() });
    message.tell(answer);
    return answer.ok ? back('Recorded which EKG is for review; the others are kept.') : null;
  }

  return {
    node: form(
      { class: 'stack' },
      send,
      widgets.banner(data.patient, [['Order', data.order]]),
      h(
        'div',
        { class: 'row' },
        h('h1', {}, `${data.tracings.length} EKGs of one order: which is for review?`),
        h('span', { class: 'quiet' }, 'All are kept.'),
      ),
      h('div', { class: 'halves' }, data.tracings.map(option)),
      why.node,
      message.node,
      h(
        'div',
        { class: 'row' },
        h('button', { class: 'btn primary' }, 'This one is for review'),
        button('Back', () => back()),
      ),
    ),
    close: () => pictures.forEach((each) => each.close()),
  };
}
