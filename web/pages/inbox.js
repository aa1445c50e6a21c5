// The results that await review: critical, then abnormal, then normal.
//
// Nothing moves under the cursor: whatever comes or goes, the row that the reader is at keeps its place
// on the screen, its node, and the focus within it.
import { view } from './api.js';
import { arrange, button, h, keepInPlace, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const groups = [
  [2, 'Critical', 'crit'],
  [1, 'Abnormal', 'abn'],
  [0, 'Normal', ''],
];
const pageSize = 100;
const longPanel = 4;

function valueRow(result) {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, widgets.resultName(result)),
    h('td', { class: 'v' }, widgets.valueOf(result)),
    h('td', { class: 'f' }, widgets.resultFlag(result)),
    h('td', { class: 'r unit' }, widgets.range(result)),
    h('td', { class: 'p prev' }, widgets.previous(result)),
  );
}

function restLine(rest) {
  const known = rest.every((result) => result.reference_range);
  const each = (result, i) => [
    i ? ' · ' : '',
    widgets.resultName(result),
    ' ',
    h('b', {}, result.value),
    result.unit ? ` ${result.unit}` : '',
  ];
  return h('p', { class: 'rest' }, known ? 'Within range: ' : 'Not flagged: ', rest.map(each).flat());
}

// What is flagged has a line of its own; a long panel's rest stands below, every value shown.
function values(results) {
  const telling = results.filter((result) => result.severity > 0 || result.flag);
  const lines = results.length > longPanel ? telling : results;
  const rest = results.filter((result) => !lines.includes(result));
  return h(
    'div',
    {},
    lines.length ? h('table', { class: 'vals' }, h('tbody', {}, lines.map(valueRow))) : null,
    rest.length ? restLine(rest) : null,
  );
}

// An EKG has no values here: the cart's own words, quoted, and why the row stands where it stands.
function cartWords(row) {
  const { tracing } = row;
  if (!tracing) return h('div', {}, h('span', { class: 'quiet' }, 'No EKG has come yet.'));
  const which = tracing.tracings > 1 && !tracing.choice ? `${tracing.tracings} EKGs: which is for review?` : '';
  return h(
    'div',
    {},
    h('span', { class: 'unconfirmed' }, 'UNCONFIRMED'),
    ' ',
    h('span', { class: 'small quiet' }, 'the cart says'),
    h(
      'p',
      { class: 'quote' },
      tracing.statements.slice(0, 4).map((text) => h('div', {}, text)),
      tracing.statements.length ? '' : 'no statement',
    ),
    row.severity && tracing.routing.length
      ? h('p', { class: 'small' }, `Stands here because of: ${tracing.routing.join(', ')}`)
      : null,
    which ? h('span', { class: 'state due' }, which) : null,
  );
}

function source(row) {
  if (row.ekg) return row.tracing ? `recorded ${format.sentTime(row.tracing.recorded_at)}` : '';
  const instruments = [...new Set(row.results.map((result) => result.instrument).filter(Boolean))];
  const collected = row.collected_at ? `collected ${format.when(row.collected_at)}` : '';
  return [instruments.join(', '), collected].filter(Boolean).join(' · ');
}

function whoCell(row) {
  const { patient } = row;
  const about = `${format.birthDate(patient.birth_date)} · ${format.yearsOld(patient.birth_date)} ${patient.sex}`;
  return h(
    'div',
    {},
    h('div', { class: 'name' }, format.fullName(patient)),
    h('div', { class: 'who-line' }, about, ' · ', h('span', { class: 'nowrap' }, `MRN ${patient.mrn}`)),
    h(
      'div',
      { class: 'what' },
      row.tests.join(', '),
      row.priority === 'stat' ? h('span', { class: 'stat' }, 'STAT') : '',
    ),
    h('div', { class: 'who-line' }, source(row)),
  );
}

function review(row) {
  if (!row.review) return null;
  const done = row.review.kind === 'signed' ? 'signed' : 'sent back';
  const by = row.review.by?.name ?? '';
  return h(
    'span',
    { class: 'small quiet' },
    `${done} by ${by}, ${format.when(row.review.at)}`,
    row.review.note ? `: ${row.review.note}` : '',
  );
}

function sideCell(row, openRow) {
  const critical = row.severity === 2;
  const untold = critical && !row.critical_told && row.state === 'waiting';
  return h(
    'div',
    { class: 'side' },
    h(
      'div',
      { class: 'tags' },
      critical
        ? h('span', { class: 'flag critical' }, row.ekg ? 'CART: URGENT' : 'CRITICAL')
        : h('span', { class: 'fresh', hidden: true }, 'new'),
      h('span', { class: 'age', 'data-since': row.since }, format.age(row.since)),
    ),
    untold ? h('span', { class: 'clock' }, 'nobody told yet') : null,
    row.results.some((result) => result.identical_repeat)
      ? h('span', { class: 'state due' }, 'identical repeat?')
      : null,
    review(row),
    button('Open', () => openRow(row.order), untold ? 'danger' : ''),
  );
}

const stamp = (row) => `${row.version} ${row.state} ${row.critical_told} ${row.tracing?.tracing ?? ''}`;

function rowNode(row, openRow) {
  const kind = groups.find(([severity]) => severity === row.severity)?.[2] ?? '';
  return h(
    'article',
    { class: `item ${kind}`.trim(), 'data-order': row.order, 'data-stamp': stamp(row), 'data-ekg': row.ekg ? 1 : null },
    whoCell(row),
    row.ekg ? cartWords(row) : values(row.results),
    sideCell(row, openRow),
  );
}

function groupHeading(title, number, severity) {
  return h(
    'h2',
    { 'data-group': severity },
    `${title} · ${number}`,
    severity === 1 ? h('span', { class: 'quiet' }, 'oldest first') : '',
  );
}

const emptyTexts = {
  waiting: 'Nothing awaits review.',
  mine: 'Nothing of yours awaits review.',
  returned: 'Nothing was sent back.',
  signed: 'Nothing was signed yet.',
};

function lastResult(data) {
  const last = data.last_result;
  return last ? `last result ${format.when(last.at)} from ${last.instrument}` : 'no result has come yet';
}

export function inbox(context) {
  const state = context.inbox;
  const provider = context.me.role === 'provider';
  const heading = h('h1', {}, 'Inbox');
  const about = h('span', { class: 'quiet' });
  const held = h('div');
  const list = h('div', { class: 'worklist' }, widgets.loading());
  const more = h('div', { class: 'row' });
  const pill = h('button', { type: 'button', class: 'btn pill', hidden: true, onclick: showNew });
  const filter = h(
    'select',
    { 'aria-label': 'Show', onchange: changeFilter },
    provider ? h('option', { value: 'mine' }, 'Mine') : null,
    h('option', { value: 'waiting' }, 'All waiting'),
    h('option', { value: 'returned' }, 'Sent back'),
    h('option', { value: 'signed' }, 'Signed'),
  );
  const node = h(
    'div',
    { class: 'stack' },
    h(
      'div',
      { class: 'row' },
      heading,
      about,
      h('span', { class: 'push row' }, h('span', { class: 'small quiet' }, 'Show'), filter),
    ),
    held,
    list,
    more,
    pill,
  );
  const unseen = new Set();
  const watcher = new IntersectionObserver(sawRows, { rootMargin: '-70px 0px -40px 0px', threshold: 0.5 });
  let known = null; // orders that were there before
  let from = 0;
  let pointer = null;
  let hand = 'keys'; // what the reader used last
  let timer = 0;
  let turn = 0;

  state.filter ??= provider ? 'mine' : 'waiting';
  filter.value = state.filter;

  const rows = () => [...list.querySelectorAll('.item')];
  const rowOf = (order) => rows().find((row) => row.dataset.order === order);

  function openRow(order, intent = '') {
    state.cursor = order;
    state.orders = rows().map((row) => row.dataset.order);
    state.ekgs = new Set(
      rows()
        .filter((row) => row.dataset.ekg)
        .map((row) => row.dataset.order),
    );
    context.goOrder(order, intent);
  }

  function mark() {
    for (const row of rows()) {
      const here = row.dataset.order === state.cursor;
      row.classList.toggle('cursor', here);
      if (here) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
    }
  }

  function moveTo(row) {
    if (!row) return;
    state.cursor = row.dataset.order;
    mark();
    row.scrollIntoView({ block: 'nearest' });
  }

  function move(step) {
    const all = rows();
    const at = all.findIndex((row) => row.dataset.order === state.cursor);
    moveTo(all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))]);
  }

  function changeFilter() {
    Object.assign(state, { filter: filter.value, cursor: '' });
    known = null;
    from = 0;
    list.style.marginTop = '';
    show(list, widgets.loading());
    refresh();
  }

  // The row that must stay where it is: what the hand is at, else the first in sight.
  function anchor() {
    const under = pointer && document.elementFromPoint(pointer.x, pointer.y)?.closest?.('.item');
    const cursor = rowOf(state.cursor);
    const visible = rows().find((row) => row.getBoundingClientRect().bottom > 80);
    const row = (hand === 'pointer' ? (under ?? cursor) : (cursor ?? under)) ?? visible;
    return row ? { order: row.dataset.order, top: row.getBoundingClientRect().top } : null;
  }

  function sawRows(entries) {
    for (const entry of entries) if (entry.isIntersecting) unseen.delete(entry.target.dataset.order);
    tellNew();
  }

  function tellNew() {
    for (const order of [...unseen]) if (!rowOf(order)) unseen.delete(order);
    pill.hidden = unseen.size === 0;
    pill.textContent = `${unseen.size} new, not in sight: show`;
  }

  function showNew() {
    const first = rows().find((row) => unseen.has(row.dataset.order));
    moveTo(first);
    first?.scrollIntoView({ block: 'center' });
  }

  function welcome(order, node) {
    const label = node.querySelector('.fresh');
    if (label) label.hidden = false;
    node.classList.add('is-new');
    unseen.add(order);
    watcher.observe(node);
  }

  function nodesOf(data) {
    const there = new Map(rows().map((row) => [row.dataset.order, row]));
    const nodes = groups.flatMap(([severity, title]) => {
      const these = data.rows.filter((row) => row.severity === severity);
      const total = state.filter === 'waiting' ? data.counts[title.toLowerCase()] : these.length;
      const node = (row) => {
        const old = there.get(row.order);
        return old?.dataset.stamp === stamp(row) ? old : rowNode(row, openRow);
      };
      return these.length ? [groupHeading(title, total, severity), ...these.map(node)] : [];
    });
    return nodes.length
      ? nodes
      : [
          widgets.empty(
            emptyTexts[state.filter],
            `${lastResult(data)}.`.replace(/^./, (c) => c.toUpperCase()),
          ),
        ];
  }

  function fill(data) {
    const before = known;
    known = new Set([...(from ? (known ?? []) : []), ...data.rows.map((row) => row.order)]);
    arrange(list, nodesOf(data));
    mark();
    if (before && !from) for (const row of rows()) if (!before.has(row.dataset.order)) welcome(row.dataset.order, row);
    tellNew();
  }

  function describe(data) {
    const { counts } = data;
    const total = state.filter === 'waiting' ? counts.waiting : data.rows.length;
    const word = { waiting: 'unsigned', mine: 'of yours unsigned', returned: 'sent back', signed: 'signed' }[
      state.filter
    ];
    heading.textContent = `${total} ${total === 1 ? 'order' : 'orders'} ${word}`;
    about.textContent = [
      counts.oldest && Date.now() - counts.oldest > 60000 ? `oldest ${format.age(counts.oldest)}` : '',
      lastResult(data),
    ]
      .filter(Boolean)
      .join(' · ');
    show(
      held,
      counts.held
        ? h(
            'div',
            { class: 'strip hold' },
            h('b', {}, `${counts.held} held or unmatched`),
            h('span', {}, 'Not in this list until the lab lead resolves them.'),
            h('a', { class: 'push', href: '#/unmatched' }, 'See what is held'),
          )
        : null,
    );
    const full = data.rows.length === pageSize;
    show(
      more,
      full || from
        ? [button('First page', () => page(0)), full ? button('Next page', () => page(from + pageSize)) : null]
        : null,
    );
  }

  function page(start) {
    from = start;
    known = null;
    state.cursor = '';
    refresh().then(() => window.scrollTo(0, 0));
  }

  async function refresh() {
    const mine = state.filter === 'mine';
    const asked = (turn += 1);
    const answer = await view('inbox', {
      key: mine ? context.me.login : '',
      state: mine ? 'waiting' : state.filter,
      from,
      limit: pageSize,
    });
    if (asked !== turn) return;
    if (!answer.ok) {
      if (!rows().length)
        show(list, widgets.empty('The list cannot be shown.', answer.sentence, button('Try again', refresh)));
      return;
    }
    const place = anchor();
    describe(answer.data);
    fill(answer.data);
    const row = place && rowOf(place.order);
    if (row) keepInPlace(list, row, place.top);
  }

  const track = (event) => {
    pointer = { x: event.clientX, y: event.clientY };
    hand = 'pointer';
  };
  document.addEventListener('pointermove', track, { passive: true });
  list.addEventListener('click', (event) => {
    const row = event.target.closest('.item');
    if (row) state.cursor = row.dataset.order;
    mark();
  });

  return {
    node,
    async open() {
      await refresh();
      rowOf(state.cursor)?.scrollIntoView({ block: 'center' });
    },
    changed(event) {
      if (!['inbox', 'held', 'orders'].includes(event.topic)) return;
      clearTimeout(timer);
      timer = setTimeout(refresh, 300);
    },
    tick: () => widgets.tellAges(list),
    key(name) {
      hand = 'keys';
      if (name === 'j' || name === 'ArrowDown') move(1);
      else if (name === 'k' || name === 'ArrowUp') move(-1);
      else if (name === 'Enter' && state.cursor && document.activeElement?.tagName !== 'BUTTON') openRow(state.cursor);
      else if (name === 's' && state.cursor) openRow(state.cursor, 'sign');
      else return false;
      return true;
    },
    close() {
      clearTimeout(timer);
      turn += 1;
      watcher.disconnect();
      document.removeEventListener('pointermove', track);
    },
  };
}
