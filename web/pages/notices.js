// Corrections of what somebody saw, until they say that they have read them.
import { ask, view } from './api.js';
import { button, h, say, show } from './dom.js';
import { howText, reasonText, teller } from './corrections.js';
import * as format from './format.js';


export function noticeList(context) {
  const node = h('div', { class: 'stack notices' });
  let closed = false;

  function item(row) {
    const message = say();
    const note = row.outside
      ? h('input', { type: 'text', maxlength: 400, 'aria-label': `How ${row.outside} was told`, placeholder: 'how, and what they said' })
      : null;
    const seen = async () => {
      const answer = await ask('notice_seen', { item_id: row.item, ...(note ? { note: note.value } : {}) });
      message.tell(answer);
      if (answer.ok) load();
    };
    return h(
      'section',
      { class: 'strip crit', 'data-notice': row.item },
      h('b', {}, row.outside ? `${row.outside} was told a value that was corrected` : 'A result that you saw was corrected'),
      h('span', {}, format.fullName(row.patient), ` · ${row.name} `, h('del', {}, teller(row.new, [row.old])(row.old)), ' → ', h('b', {}, teller(row.new, [row.old])(row.new))),
      h(
        'span',
        { class: 'line small' },
        `${reasonText(row.reason_code)}: ${row.reason} (${row.by?.name ?? 'the instrument'}, ${format.when(row.at)}). ${row.outside ? 'Tell them.' : `You ${howText(row.how).replace('was', 'were')}.`}`,
      ),
      note,
      h(
        'span',
        { class: 'push row' },
        button('Open', () => context.go('order', row.order)),
        button(row.outside ? 'They know now' : 'I have read it', seen, 'primary'),
      ),
      message.node,
    );
  }

  async function load() {
    const answer = await view('notices', { key: context.me.login });
    if (closed || !answer.ok) return;
    show(node, answer.data.rows.map(item));
  }

  return {
    node,
    load,
    close: () => (closed = true),
  };
}
