// Orders that were given by word of mouth, until they are authorised in writing.
import { ask, view } from './api.js';
import { button, field, form, h, say, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

function due(row) {
  if (row.due < Date.now()) return h('span', { class: 'state bad' }, `overdue since ${format.day(row.due)}`);
  return h('span', { class: row.days < 7 ? 'state due' : 'state' }, `${row.days} days left, until ${format.day(row.due)}`);
}

export function oral(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  const signs = context.may('sign');

  function paper(row) {
    const note = h('input', { type: 'text', maxlength: 200, required: true, autocomplete: 'off' });
    const message = say();
    return h(
      'details',
      {},
      h('summary', {}, 'A signed paper has come'),
      form(
        { class: 'stack' },
        async () => {
          const answer = await ask('oral_authorise', { order: row.order, method: 'paper', note: note.value.trim() });
          message.tell(answer);
          if (answer.ok) list();
        },
        field('Who signed it, and where it is filed', note),
        message.node,
        h('button', { class: 'btn primary' }, 'It is filed'),
      ),
    );
  }

  function line(row) {
    const message = say();
    const sign = async () => {
      const answer = await ask('oral_authorise', { order: row.order, method: 'signed' });
      message.tell(answer);
      if (answer.ok) list();
    };
    const own = signs && row.provider === context.me.login;
    return h(
      'section',
      { class: 'card stack', 'data-order': row.order },
      h('header', {}, h('h2', {}, row.tests.join(', ')), due(row)),
      widgets.banner(row.patient, [['Order', row.order]], true),
      h('p', {}, `Ordered by ${row.provider_name} by word of mouth, entered ${format.moment(row.ordered_at)} by ${row.entered_by?.name ?? ''}.`),
      message.node,
      h('div', { class: 'row' }, own ? button('I authorise this order', sign, 'primary') : null),
      paper(row),
    );
  }

  async function list() {
    const answer = await view('oral', { limit: 100 });
    if (!answer.ok) {
      show(node, widgets.empty('The list cannot be shown.', answer.sentence, button('Try again', list)));
      return;
    }
    const { rows } = answer.data;
    show(
      node,
      h('h1', {}, 'Oral orders to be authorised'),
      rows.length ? rows.map(line) : widgets.empty('No order waits for an authorisation.', 'Orders by word of mouth stand here for 30 days.'),
    );
  }

  return {
    node,
    open: list,
    changed(event) {
      if (event.topic === 'orders' && !node.contains(document.activeElement)) list();
    },
  };
}
