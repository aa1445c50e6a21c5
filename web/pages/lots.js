// The book of lots: what is open, what may be used how long, what needs a hand; a scan of a box does the rest.
import { ask, view } from './api.js';
import { button, field, form, h, say, show } from './dom.js';
import * as format from './format.js';
import { itemForm } from './lotitem.js';
import { lotPage, left, lotState } from './lot.js';
import * as widgets from './widgets.js';

const soon = 30; // days
const kinds = { kit: 'kit', control: 'control material', tube: 'collection tube' };
const over = (lot) => ['depleted', 'recalled', 'void'].includes(lot.status);

const text = (name, more = {}) => h('input', { type: 'text', name, autocomplete: 'off', ...more });

function itemFacts(item) {
  const life = item.open_days ? `${item.open_days} days once open` : 'its printed date counts once open';
  return [
    kinds[item.kind],
    item.tests.map((test) => test.name).join(', '),
    life,
    item.storage,
    item.place_name && `kept in ${item.place_name}`,
    item.instrument && `for ${item.instrument}`,
    item.maker,
  ]
    .filter(Boolean)
    .join(' · ');
}

// `pick` is null for who may not see what was measured with a lot.
function lotRow(lot, pick) {
  return h(
    'tr',
    { 'data-lot': lot.lot },
    h(
      'th',
      { scope: 'row', class: 'mono' },
      pick ? h('button', { type: 'button', class: 'btn plain', onclick: () => pick(lot.lot) }, lot.number) : lot.number,
    ),
    h('td', {}, lotState(lot)),
    h('td', {}, lot.opened_on ? `${format.birthDate(lot.opened_on)} ${lot.opened_by}` : h('span', { class: 'quiet' }, 'not open')),
    h('td', {}, format.birthDate(lot.use_by), h('br'), left(lot)),
    h('td', {}, format.birthDate(lot.expires)),
  );
}

function lotTable(item, lots, pick) {
  const heads = ['Lot', 'State', 'Opened', 'Use until', 'Printed expiry'];
  return h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      { class: 'tbl' },
      h('caption', { class: 'skip' }, `Lots of ${item.name}`),
      h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, lots.map((lot) => lotRow(lot, pick))),
    ),
  );
}

function itemCard(item, context, acts) {
  const now = item.lots.filter((lot) => !over(lot));
  const past = item.lots.filter(over);
  return h(
    'section',
    { class: 'card stack', 'data-item': item.item, 'aria-label': item.name },
    h(
      'div',
      { class: 'card-head' },
      h('h2', {}, item.name),
      item.active ? null : h('span', { class: 'state' }, 'not used any more'),
      h(
        'span',
        { class: 'push row' },
        item.active && context.may('run-test') ? button('Receive a lot', () => acts.receive(item)) : null,
        context.may('keep-lots') ? button('Change', () => acts.edit(item)) : null,
      ),
    ),
    h('p', { class: 'small quiet' }, itemFacts(item)),
    now.length ? lotTable(item, now, acts.pick) : h('p', { class: 'state due' }, 'No lot is in the book. Scan a box to receive one.'),
    past.length
      ? h(
          'details',
          { class: 'raw' },
          h('summary', {}, `Used up, recalled or struck out: ${past.length}`),
          lotTable(item, past, acts.pick),
        )
      : null,
  );
}

// What somebody must do today, in words.
function needs(items) {
  const found = [];
  for (const item of items.filter((each) => each.active)) {
    const now = item.lots.filter((lot) => !over(lot));
    for (const lot of now) {
      const name = `${item.name}, lot ${lot.number}`;
      if (lot.expired) found.push([lot, 'bad', 'expired', `${name}. Discard it and mark it as used up.`]);
      else if (lot.status === 'quarantine') found.push([lot, 'bad', 'quarantine', `${name}: ${lot.reason}.`]);
      else if (lot.days_left <= soon) found.push([lot, 'due', lot.days_left ? `${lot.days_left} days left` : 'last day', `${name}.`]);
    }
    if (item.kind !== 'tube' && now.length && !now.some((lot) => lot.status === 'open' && !lot.expired))
      found.push([now[0], 'due', 'none open', `${item.name}. Say so here when a container is opened.`]);
  }
  return found;
}

function needsCard(items, pick) {
  const list = needs(items);
  if (!list.length) return h('p', { class: 'strip ok' }, h('b', {}, 'Nothing expires within 30 days.'));
  const line = ([lot, kind, word, sentence]) =>
    h('li', {}, h('span', {}, h('span', { class: `state ${kind}` }, word), ' ', sentence), pick ? button(`Lot ${lot.number}`, () => pick(lot.lot)) : null);
  return h(
    'section',
    { class: 'card stack', 'aria-label': 'Needs a hand' },
    h('h2', {}, `Needs a hand: ${list.length}`),
    h('ul', { class: 'lines', 'data-needs': list.length }, list.map(line)),
  );
}

function receiveForm(items, start, done) {
  const message = say();
  const known = items.filter((item) => item.active);
  const item = h(
    'select',
    { name: 'item' },
    h('option', { value: '' }, 'Choose what it is'),
    known.map((each) => h('option', { value: each.item, selected: each.item === start.item }, each.name)),
  );
  const lot = text('lot', { value: start.number ?? '', maxlength: 20, required: true });
  const expires = h('input', { type: 'date', name: 'expires', value: start.expires ?? '', required: true });
  const count = h('input', { type: 'number', name: 'count', min: 0, max: 100000, value: '1' });
  const shipment = text('shipment', { maxlength: 64, placeholder: 'packing slip, or leave empty' });
  const code = text('code', { maxlength: 40, placeholder: 'when it differs from the lot' });
  const reason = text('reason', { maxlength: 200, placeholder: 'leave empty when all is well' });

  async function send() {
    const answer = await ask('lot_receive', {
      ...(item.value ? { item: Number(item.value) } : {}),
      ...(start.scanned ? { scanned: start.scanned } : {}),
      ...(start.gtin ? { gtin: start.gtin } : {}),
      lot: lot.value.trim(),
      expires: expires.value,
      count: Number(count.value) || 0,
      shipment: shipment.value.trim(),
      code: code.value.trim(),
      reason: reason.value.trim(),
    });
    message.tell(answer);
    if (answer.ok) done(answer);
  }
  const told = start.scanned
    ? h('p', { class: 'small' }, 'Read from the box: ', h('b', { class: 'mono' }, [start.gtin, start.number].filter(Boolean).join(' · ')))
    : null;
  return form(
    { class: 'card stack', 'aria-label': 'Receive a lot' },
    send,
    h('h2', {}, 'Receive a lot'),
    told,
    field('What it is', item),
    field('Lot number, as printed', lot),
    field('Expiry date, as printed', expires),
    field('Boxes or vials', count),
    message.node,
    h('button', { class: 'btn primary' }, 'Put it in the book'),
    h(
      'details',
      { class: 'raw' },
      h('summary', {}, 'Shipment, code, quarantine'),
      h(
        'div',
        { class: 'stack' },
        field('Shipment', shipment),
        field('Code that the instrument shows for it', code),
        field('Held back, because', reason),
      ),
    ),
  );
}

function scanHint(context) {
  return h(
    'section',
    { class: 'card stack' },
    h('h2', {}, 'Scan a box or vial'),
    h(
      'p',
      {},
      'A lot that is in the book opens; a new one is received. The square code on the box holds product, lot and expiry.',
    ),
    context.may('keep-lots') ? null : h('p', { class: 'small quiet' }, 'The lab lead adds items, and takes lots out of quarantine.'),
  );
}

export function lots(context) {
  const list = h('div', { class: 'stack' }, widgets.loading());
  const aside = h('aside', { class: 'stack' });
  const message = say();
  const node = h('div', { class: 'split' }, list, aside);
  let data = { items: [] };
  let open = null; // the lot that is shown
  let timer = 0;

  const mayPick = context.may('view-results') ? pick : null;
  const acts = { pick: mayPick, receive: (item) => showReceive({ item: item.item }), edit: showEdit };

  function showAside(...nodes) {
    show(aside, message.node, ...nodes);
    aside.querySelector('form select, form input')?.focus();
  }

  function rest() {
    show(
      aside,
      message.node,
      scanHint(context),
      context.may('run-test') ? button('Receive a lot by hand', () => showReceive({})) : null,
      context.may('keep-lots') ? button('Add an item', () => showEdit(null)) : null,
    );
  }

  const back = () => button('Close', rest);

  function showReceive(start) {
    if (!context.may('run-test')) return;
    message.tell({ ok: true, sentence: '' });
    showAside(
      receiveForm(data.items, start, (answer) => {
        rest();
        message.tell(answer);
        refresh();
      }),
      back(),
    );
    if (start.item && start.number) aside.querySelector('form .btn.primary').focus();
  }

  async function showEdit(item) {
    const made = await itemForm(item, (answer) => {
      rest();
      message.tell(answer, 'The item is in the book.');
      refresh();
    });
    showAside(made, back());
  }

  function pick(lot) {
    open = lotPage(context, lot, async () => {
      open = null;
      await refresh();
      list.querySelector(`[data-lot="${lot}"] button`)?.focus();
    });
    node.className = 'stack';
    show(node, open.node);
    return open.load();
  }

  async function refresh() {
    const answer = await view('lots');
    if (open) return;
    node.className = 'split';
    show(node, list, aside);
    if (!answer.ok) {
      show(list, widgets.empty('The lots cannot be shown.', answer.sentence, button('Try again', refresh)));
      return;
    }
    data = answer.data;
    show(
      list,
      h('h1', {}, 'Lots'),
      data.items.length ? needsCard(data.items, mayPick) : null,
      data.items.length
        ? data.items.map((item) => itemCard(item, context, acts))
        : widgets.empty(
            'The book of lots is empty.',
            'As long as it is, each result carries a warning that nobody knows the lot. Begin with the kit that is used most.',
          ),
    );
  }

  async function scanned(code) {
    const answer = await view('lot_scan', { key: code });
    if (!answer.ok) return message.refuse(answer.sentence);
    const found = answer.data;
    if (found.lot) return pick(found.lot);
    if (!found.number && !found.gtin)
      return message.refuse('This is neither a lot of the book nor the square code of a box. Type lot and expiry date.');
    if (open) await refresh((open = null));
    // Without a date the lot may have swallowed it, where a separator is missing: it is typed from the box.
    return showReceive({ ...found, number: found.expires ? found.number : '', scanned: code });
  }

  return {
    node,
    async open() {
      rest();
      await refresh();
    },
    changed(event) {
      if (event.topic !== 'lots') return;
      clearTimeout(timer);
      timer = setTimeout(() => (open ? open.load() : refresh()), 300);
    },
    scan(code) {
      if (/^\d{12}$/.test(code)) return false; // a specimen's label
      scanned(code);
      return true;
    },
    key(name) {
      if (name !== 'Escape' || !open) return false;
      open = null;
      refresh();
      return true;
    },
    close: () => clearTimeout(timer),
  };
}
