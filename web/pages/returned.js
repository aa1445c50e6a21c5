// What a provider sent back with a note, and the bench's answer: then the result waits for review again.
import { ask } from './api.js';
import { field, form, h, say } from './dom.js';
import * as format from './format.js';

function answerForm(data, done) {
  const message = say();
  const note = h('textarea', { name: 'answer', rows: 2, maxlength: 1000, required: true });
  return form(
    { class: 'stack line', 'aria-label': 'Answer' },
    async () => {
      const answer = await ask('return_answer', { order: data.order, version: data.version, note: note.value });
      message.tell(answer, 'Answered: it waits for review again.');
      if (answer.ok) done();
    },
    field('What was done about it', note),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Answer, and send it for review')),
  );
}

// `data` as READ_ORDER gives it.
export function returnedStrip(context, data, done) {
  const last = data.reviews.findLast((each) => each.kind === 'returned' && each.current);
  if (data.state !== 'returned' || !last) return null;
  return h(
    'section',
    { class: 'strip warn' },
    h('b', {}, `Sent back by ${last.by?.name ?? ''}, ${format.when(last.at)}`),
    h('q', {}, last.note),
    context.may('follow-up') ? answerForm(data, done) : null,
  );
}
