// What was ordered and has no result: said on the order, until it comes or somebody says why it will not.
import { ask } from './api.js';
import { button, field, form, h, say, show } from './dom.js';
import * as format from './format.js';

function closeForm(data, done) {
  const message = say();
  const reason = h('input', { type: 'text', name: 'why', size: 48, maxlength: 200, required: true, autocomplete: 'off' });
  return form(
    { class: 'row line', 'aria-label': 'No further result' },
    async () => {
      const answer = await ask('order_cancel', { order: data.order, reason: reason.value.trim() });
      message.tell(answer, 'Recorded.');
      if (answer.ok) done();
    },
    field('Why there will be no result', reason),
    h('button', { class: 'btn' }, 'No result will come'),
    message.node,
  );
}

// `done` is called when it is on record that no result will come.
export function missingStrip(context, data, done) {
  if (data.cancelled) {
    const text = `${data.cancelled.reason} (${data.cancelled.by?.name ?? ''}, ${format.when(data.cancelled.at)})`;
    return h('section', { class: 'strip', 'aria-label': 'Closed' }, h('b', {}, 'No further result will come: '), text);
  }
  if (!data.wanted) return null;
  const holder = h('div', { class: 'line', hidden: true });
  const starter = button('No result will come …', () => {
    show(holder, closeForm(data, done));
    holder.hidden = false;
    starter.hidden = true;
    holder.querySelector('input').focus();
  });
  return h(
    'section',
    { class: 'strip warn', 'aria-label': 'Not complete' },
    h('b', {}, 'Not complete: '),
    h('span', {}, `no result of ${data.missing.join('; ')} yet.`),
    context.may('enter-order') ? h('span', { class: 'push' }, starter) : null,
    holder,
  );
}
