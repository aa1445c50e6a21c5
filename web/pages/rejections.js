// Specimens that were rejected, until their orderer has taken note: at the top of the inbox.
import { ask, view } from './api.js';
import { button, h, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

// A node that fills itself; `refresh` of the answer looks again.
export function rejections(context) {
  const node = h('div', { class: 'stack', 'data-rejections': true });
  const mine = context.may('sign');

  function line(row) {
    const seen = async (event) => {
      event.currentTarget.disabled = true;
      await ask('rejection_seen', { accession: row.accession });
      refresh();
    };
    return h(
      'section',
      { class: 'strip warn', 'aria-label': 'Rejected specimen' },
      h('b', {}, `Specimen rejected: ${format.fullName(row.patient)}, ${row.tests.join(', ')}`),
      widgets.twinMark(row.patient),
      h('span', {}, `${row.reason}, ${format.when(row.at)}, by ${row.by?.name ?? ''}`),
      h('span', { class: 'small' }, row.recollection ? `Another one is on the list to be collected (order ${row.recollection}).` : 'No other one was asked for.'),
      mine ? button('I have seen it', seen, 'push') : null,
    );
  }

  async function refresh() {
    if (!mine) return;
    const answer = await view('rejections', { key: context.me.login, limit: 20 });
    show(node, answer.ok ? answer.data.rows.map(line) : []);
  }

  refresh();
  return { node, refresh };
}
