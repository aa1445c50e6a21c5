// One lot: what it is, what became of it, what was measured with it.
import { ask, view } from './api.js';
import { button, field, form, h, say, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const words = {
  stock: ['state', 'in stock'],
  open: ['state ok', 'open'],
  quarantine: ['state bad', 'in quarantine'],
  depleted: ['state', 'used up'],
  recalled: ['state bad', 'recalled'],
  void: ['state', 'struck out'],
};

export function lotState(lot) {
  if (lot.expired && ['stock', 'open'].includes(lot.status)) return h('span', { class: 'state bad' }, 'expired: do not use');
  const [kind, text] = words[lot.status];
  return h('span', { class: kind }, text);
}

export function left(lot) {
  if (!['stock', 'open'].includes(lot.status)) return null;
  if (lot.expired) return h('small', { class: 'state bad' }, `since ${-lot.days_left} days past`);
  if (!lot.days_left) return h('small', { class: 'state due' }, 'its last day is today');
  const text = `${lot.days_left} ${lot.days_left === 1 ? 'day' : 'days'} left`;
  return h('small', { class: lot.days_left <= 30 ? 'state due' : 'quiet' }, text);
}

const input = (type, name, more = {}) => h('input', { type, name, autocomplete: 'off', ...more });

function openForm(lot, today, done) {
  const message = say();
  const day = input('date', 'opened_on', { value: today, max: today, required: true });
  const reason = input('text', 'reason', { maxlength: 200, placeholder: 'only when it was not today' });
  return form(
    { class: 'card stack', 'aria-label': 'A container was opened' },
    async () => {
      const answer = await ask('lot_open', { lot_id: lot.lot, opened_on: day.value, reason: reason.value.trim() });
      message.tell(answer);
      if (answer.ok) done(answer);
    },
    h('h2', {}, lot.status === 'open' ? 'Another container was opened' : 'A container was opened'),
    field('Opened on', day),
    field('Why it is written down only now', reason),
    h(
      'p',
      { class: 'small quiet' },
      lot.open_days ? `It may be used ${lot.open_days} days from then, and never past the printed date.` : 'Opening does not shorten its life.',
    ),
    message.node,
    h('button', { class: 'btn primary' }, 'It is open'),
  );
}

// What can become of a lot, who may say so, and whether it is asked why.
const marks = {
  depleted: { text: 'Used up or discarded', right: 'run-test' },
  quarantine: { text: 'Put into quarantine', right: 'run-test', why: true },
  usable: { text: 'Release it for use', right: 'keep-lots', why: true },
  recalled: { text: 'Recalled by the maker', right: 'keep-lots', why: true },
  void: { text: 'Strike it out: entered by mistake', right: 'keep-lots', why: true },
};

function markForm(context, lot, done) {
  const message = say();
  const offered = Object.entries(marks).filter(
    ([kind, mark]) => context.may(mark.right) && kind !== lot.status && (kind !== 'usable' || !['stock', 'open'].includes(lot.status)),
  );
  if (!offered.length) return null;
  const kind = h('select', { name: 'kind' }, offered.map(([value, mark]) => h('option', { value }, mark.text)));
  const reason = input('text', 'reason', { maxlength: 200 });
  return form(
    { class: 'card stack', 'aria-label': 'What became of it' },
    async () => {
      if (marks[kind.value].why && !reason.value.trim()) {
        reason.focus();
        return message.refuse('Say why: the reason is kept with the lot.');
      }
      const answer = await ask('lot_mark', { lot_id: lot.lot, kind: kind.value, reason: reason.value.trim() });
      message.tell(answer, answer.sentence || 'It is in the book.');
      if (answer.ok) done(answer);
      return answer;
    },
    h('h2', {}, 'What became of it'),
    field('It is now', kind),
    field('Reason', reason),
    message.node,
    h('button', { class: 'btn' }, 'Write it down'),
  );
}

function history(lot) {
  const lines = [
    ...lot.receipts.map((each) => [each, `received: ${each.quantity}${each.shipment ? `, shipment ${each.shipment}` : ''}`]),
    ...lot.openings.map((each) => [
      each,
      `opened on ${format.birthDate(each.opened_on)}, to be used until ${format.birthDate(each.use_by)}${each.reason ? `: ${each.reason}` : ''}`,
    ]),
    ...lot.marks.map((each) => [each, `${words[each.kind]?.[1] ?? 'released for use'}${each.reason ? `: ${each.reason}` : ''}`]),
  ].sort(([a], [b]) => b.at - a.at);
  return h(
    'section',
    { class: 'card stack' },
    h('h2', {}, 'What happened to it'),
    h(
      'ul',
      { class: 'lines' },
      lines.map(([each, text]) => h('li', {}, h('span', {}, text), h('small', {}, `${format.moment(each.at)} ${each.by?.name ?? ''}`))),
    ),
  );
}

function resultRow(result) {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, format.fullName(result.patient)),
    h('td', { class: 'mono' }, format.accession(result.accession)),
    h('td', {}, result.test),
    h('td', { class: 'num' }, widgets.valueOf(result)),
    h('td', {}, format.moment(result.at)),
    h('td', {}, result.state === 'signed' ? 'signed' : h('span', { class: 'state due' }, 'not signed')),
  );
}

function results(lot) {
  const heads = ['Patient', 'Specimen', 'Test', 'Value', 'Received', 'Review'];
  const shown = lot.results.length < lot.result_count ? `, the newest ${lot.results.length} shown` : '';
  return h(
    'section',
    { class: 'card stack', 'aria-label': 'Results made with it' },
    h('h2', {}, `Results made with it: ${lot.result_count}${shown}`),
    lot.result_count
      ? h(
          'div',
          { class: 'scroll' },
          h(
            'table',
            { class: 'tbl' },
            h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col', class: head === 'Value' ? 'num' : '' }, head)))),
            h('tbody', {}, lot.results.map(resultRow)),
          ),
        )
      : h('p', { class: 'quiet' }, 'None names this lot.'),
  );
}

export function lotPage(context, key, back) {
  const node = h('div', { class: 'stack' }, widgets.loading());

  function facts(lot) {
    return [
      ['State', lotState(lot)],
      ['Use until', h('span', {}, format.birthDate(lot.use_by), ' ', left(lot))],
      ['Printed expiry', format.birthDate(lot.expires)],
      ['Opened', lot.opened_on ? `${format.birthDate(lot.opened_on)} by ${lot.opened_by}` : 'not open'],
      ['Received', `${format.moment(lot.received_at)}, ${lot.quantity} in ${lot.shipments} ${lot.shipments === 1 ? 'shipment' : 'shipments'}`],
      ['Code on the instrument', lot.code || 'the lot’s number'],
      ['GTIN', lot.gtin || 'not known'],
      ['Storage', lot.storage || 'not told'],
    ];
  }

  async function load(said = null) {
    const answer = await view('lot', { key: String(key) });
    if (!answer.ok || !answer.data.lot) {
      show(node, widgets.empty('This lot cannot be shown.', answer.sentence ?? 'Go back to the list.', button('Back to the lots', back)));
      return;
    }
    const lot = answer.data;
    const done = (answer_) => load(answer_);
    const canOpen = context.may('run-test') && ['stock', 'open', 'depleted'].includes(lot.status) && lot.expires >= today();
    show(
      node,
      h(
        'div',
        { class: 'row' },
        h('h1', {}, `${lot.name}, lot ${lot.number}`),
        h('span', { class: 'push' }, button('Back to the lots', back)),
      ),
      said ? h('p', { class: 'say ok', role: 'status' }, said.sentence || 'It is in the book.') : null,
      h(
        'div',
        { class: 'split' },
        h(
          'div',
          { class: 'stack' },
          h(
            'section',
            { class: 'card' },
            h('dl', { class: 'facts' }, facts(lot).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
          ),
          results(lot),
          history(lot),
        ),
        h('aside', { class: 'stack' }, canOpen ? openForm(lot, today(), done) : null, markForm(context, lot, done)),
      ),
    );
    // Enter says that a container in stock is open; what is open already is not opened again by a stray Enter.
    if (!node.contains(document.activeElement)) node.querySelector(lot.status === 'stock' ? 'form .btn' : 'button')?.focus();
  }

  // The site's day, as core reckons it.
  const today = () => format.isoDay(Date.now());

  return { node, load };
}
