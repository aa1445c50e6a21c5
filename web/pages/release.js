// What a rule of the laboratory holds: its sentence, and the release by whoever may, with a reason.
import { ask } from './api.js';
import { field, form, h, say } from './dom.js';

const dayMs = 24 * 60 * 60 * 1000;
const isHeld = (warning) => warning.level === 'lockout' && !warning.released;

export const isLocked = (row) => Boolean(row.locked);

function sentences(row) {
  return h('ul', { class: 'lines' }, (row.warnings ?? []).filter(isHeld).map((warning) => h('li', {}, warning.sentence)));
}

// The card of a message that a rule holds; `done` when it is released or proposed, `again` with what the answer says when
// another rule holds it since, and `told`, what was said so.
export function releaseCard(context, row, done, again, told = '') {
  const title = h('h2', {}, 'Held by a rule of the laboratory');
  if (!context.may('override'))
    return h(
      'section',
      { class: 'card stack', 'aria-label': 'Held by a rule' },
      title,
      sentences(row),
      h('p', { class: 'quiet' }, 'Nothing is lost: the result waits here. The lab lead or the director can release it with a reason.'),
    );
  const late = Date.now() - row.received_at > dayMs;
  const message = say();
  if (told) message.refuse(told);
  const reason = h('input', { type: 'text', name: 'release', maxlength: 400, required: true, autocomplete: 'off' });
  return form(
    { class: 'card stack', 'aria-label': 'Release a held result' },
    async () => {
      const rule = (row.warnings ?? []).filter(isHeld).map((warning) => warning.rule);
      const answer = await ask('release', { message: row.message, reason: reason.value.trim(), rule });
      if (answer.ok && !answer.order && !answer.key) return again(answer.sentence);
      message.tell(answer, answer.sentence || 'Released. The warning stays beside the result.');
      if (answer.ok) setTimeout(done, 600);
      return answer;
    },
    title,
    sentences(row),
    h('p', {}, 'The specimen is certain; the rule is about how it was measured. Put right what the sentence says, or release the result.'),
    field('Why it may be used all the same', reason),
    message.node,
    late ? h('p', { class: 'small' }, 'It has waited for more than a day: a second person compares it with the tube and confirms.') : null,
    h('button', { class: 'btn primary' }, late ? 'Propose the release' : 'Release'),
    h('p', { class: 'small quiet' }, 'Recorded under ', h('b', {}, context.me.name), ' and counted. The sentence stays beside the result.'),
  );
}
