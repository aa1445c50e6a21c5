// The results that await review: critical, then abnormal, then normal.
//
// Nothing moves under the cursor: whatever comes or goes, the row that the reader is at keeps its place on the
// screen, its node, and the focus within it. The list may be thousands long: its numbers come whole, its rows only
// as far as they are in sight (virtual.js).
import { view } from './api.js';
import { button, h, show } from './dom.js';
import * as format from './format.js';
import { guessRow, placeholder, rowNode } from './inboxrow.js';
import { noticeList } from './notices.js';
import { rejections } from './rejections.js';
import { virtualList } from './virtual.js';
import * as widgets from './widgets.js';

const groups = [
  [2, 'Critical'],
  [1, 'Abnormal'],
  [0, 'Normal'],
];
const firstRows = 25; // that come with the first answer
const chunk = 40; // rows that are asked for at a time
const calm = 400; // ms between two looks at what changed
const remembered = 400; // rows kept although out of sight

const lists = {
  mine: { text: 'Mine', word: 'of yours unsigned', none: 'Nothing of yours awaits review.', state: 'waiting', own: true },
  offered: { text: 'Offered to me', word: 'offered to you', none: 'Nothing is offered to you.', own: true },
  pool: { text: 'Nobody’s', word: 'without a provider', none: 'Every result has a provider.' },
  waiting: { text: 'All waiting', word: 'unsigned', none: 'Nothing awaits review.' },
  returned: { text: 'Sent back', word: 'sent back', none: 'Nothing was sent back.' },
  'follow-up': { text: 'Follow-up open', word: 'with an open task', none: 'No task is open.' },
  signed: { text: 'Signed', word: 'signed', none: 'Nothing was signed yet.' },
};

function lastResult(data) {
  const last = data.last_result;
  return last ? `last result ${format.when(last.at)} from ${last.instrument}` : 'no result has come yet';
}

const capital = (text) => text.replace(/^./, (c) => c.toUpperCase());

// The index's word of a row begins with this, if the row is as the index knows it.
const stampOf = (row) => row.version.slice(0, 12) + row.state;

export function inbox(context) {
  const state = context.inbox;
  const signs = context.may('sign');
  const heading = h('h1', {}, 'Inbox');
  const about = h('span', { class: 'quiet' });
  const held = h('div', { class: 'stack' });
  const notices = noticeList(context);
  const rejected = rejections(context);
  const list = h('div', { class: 'worklist' }, widgets.loading());
  const pill = h('button', { type: 'button', class: 'btn pill', hidden: true, onclick: showNew });
  const option = (name) => h('option', { value: name }, lists[name].text);
  const offered = Object.keys(lists).filter((name) => signs || !lists[name].own);
  const filter = h('select', { 'aria-label': 'Show', onchange: changeFilter }, offered.map(option));
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
    notices.node,
    rejected.node,
    held,
    list,
    pill,
  );
  const rows = new Map(); // order: { row, stamp }; stamp null: of the index that is on its way
  const unseen = new Set();
  const watcher = new IntersectionObserver(sawRows, { rootMargin: '-70px 0px -40px 0px', threshold: 0.5 });
  const actions = { open: (row) => openRow(row.order), sign: (row) => openRow(row.order, 'sign'), task: (row) => openRow(row.order, 'task') };
  const long = virtualList(list, { make: makeNode, guess: guessItem, drawn: fetchDrawn });
  let orders = []; // every order of the list, in its place: { key, order, severity, stamp, ekg }
  let known = null; // orders that were there before
  let head = null; // what stands above the list
  let heldSaid = ''; // what the strips above it say
  let pointer = null;
  let hand = 'keys'; // what the reader used last
  let timer = 0;
  let turn = 0;
  let fetching = false;

  state.filter ??= signs ? 'mine' : 'waiting';
  if (!offered.includes(state.filter)) state.filter = 'waiting';
  filter.value = state.filter;

  const asked = () => ({
    key: lists[state.filter].own ? context.me.login : '',
    state: lists[state.filter].state ?? state.filter,
  });

  // ---- drawing ----

  function guessItem(item) {
    return item.order ? guessRow(rows.get(item.order)?.row) : 32;
  }

  // A heading stays, and a press on its button with it: only its number changes.
  function headingNode(item, old) {
    const words = `${item.title} · ${item.number}`;
    if (old) {
      old.firstChild.data = words;
      return old;
    }
    const together = signs && item.severity === 0 && state.filter === 'mine';
    return h(
      'h2',
      { 'data-group': item.severity },
      words,
      item.severity === 1 ? h('span', { class: 'quiet' }, 'oldest first') : '',
      together ? button('Sign normals together …', () => context.go('batch', 'mine'), 'push') : '',
    );
  }

  function makeNode(item, old) {
    if (!item.order) return headingNode(item, old);
    const known_ = rows.get(item.order);
    if (!known_) return old ?? placeholder(item.order);
    const fresh = old?.drawnOf === known_.row ? old : rowNode(context, known_.row, actions);
    fresh.setAttribute('aria-posinset', item.place);
    fresh.setAttribute('aria-setsize', orders.length);
    if (fresh === old) return old;
    fresh.drawnOf = known_.row;
    keepFocus(old, fresh);
    markNode(fresh, item.order);
    if (unseen.has(item.order)) welcome(fresh);
    return fresh;
  }

  // A row that is drawn anew keeps the button that the hand is at.
  function keepFocus(old, fresh) {
    const at = old ? [...old.querySelectorAll('.btn')].indexOf(document.activeElement) : -1;
    if (at >= 0) queueMicrotask(() => fresh.querySelectorAll('.btn')[at]?.focus({ preventScroll: true }));
  }

  function welcome(row) {
    const label = row.querySelector('.fresh');
    if (label) label.hidden = false;
    row.classList.add('is-new');
    watcher.observe(row);
  }

  // What is in sight and not known, or known otherwise, is asked for.
  async function fetchDrawn(from, to) {
    const drawn = items.slice(from, to).filter((item) => item.order);
    const lacks = drawn.filter((item) => rows.get(item.order)?.stamp !== item.stamp);
    if (fetching || !lacks.length || !lacks[0].stamp) return;
    fetching = true;
    const first = Math.max(0, lacks[0].place - 1 - 5);
    const mine = turn;
    const answer = await view('inbox', { ...asked(), from: first, limit: chunk });
    fetching = false;
    if (mine !== turn || !answer.ok) return;
    const stamps = new Map(orders.map((item) => [item.order, item.stamp]));
    let helped = false;
    for (const row of answer.data.rows) {
      const stamp = stamps.get(row.order);
      if (!stamp?.startsWith(stampOf(row)) || rows.get(row.order)?.stamp === stamp) continue;
      helped = true;
      rows.set(row.order, { row, stamp });
    }
    forget(drawn);
    long.redraw(anchor());
    tellNew();
    if (!helped) changed(); // the list moved on meanwhile
  }

  function forget(drawn) {
    if (rows.size <= remembered) return;
    const near = new Set(drawn.map((item) => item.order));
    for (const order of rows.keys()) {
      if (rows.size <= remembered) return;
      if (!near.has(order)) rows.delete(order);
    }
  }

  let items = []; // the orders, with the headings between them

  function setOrders(next) {
    const hold = anchor();
    orders = next;
    items = groups.flatMap(([severity, title]) => {
      const these = orders.filter((item) => item.severity === severity);
      return these.length ? [{ key: `group ${severity}`, title, severity, number: these.length }, ...these] : [];
    });
    if (!items.length) {
      long.set([]);
      show(list, widgets.empty(lists[state.filter].none, `${capital(lastResult(head))}.`));
    }
    if (known) for (const item of orders) if (!known.has(item.order)) unseen.add(item.order);
    known = new Set(orders.map((item) => item.order));
    if (items.length) long.set(items, hold);
    tellNew();
  }

  // ---- asking ----

  function describe() {
    const { counts } = head;
    const { word } = lists[state.filter];
    const total = state.filter === 'waiting' ? counts.waiting : state.filter === 'mine' ? counts.mine : orders.length;
    heading.textContent = `${total} ${total === 1 ? 'order' : 'orders'} ${word}`;
    about.textContent = [
      counts.oldest && Date.now() - counts.oldest > 60000 ? `oldest ${format.age(counts.oldest)}` : '',
      lastResult(head),
    ]
      .filter(Boolean)
      .join(' · ');
    const strip = (number, kind, text, action) =>
      number ? h('div', { class: `strip ${kind}` }, h('b', {}, text[0]), h('span', {}, text[1]), action) : null;
    const said = JSON.stringify([counts.held, counts.pool, counts.offered, state.filter]);
    if (said === heldSaid) return; // a press on one of their buttons stays, too
    heldSaid = said;
    show(
      held,
      strip(
        counts.held,
        'hold',
        [`${counts.held} held or unmatched`, 'Not in this list until the lab lead resolves them.'],
        h('a', { class: 'push', href: '#/unmatched' }, 'See what is held'),
      ),
      state.filter === 'pool' || (!signs && !context.may('resolve'))
        ? null
        : strip(
            counts.pool,
            'warn',
            [
              `${counts.pool} without a provider of this practice`,
              signs ? 'Take what is yours to read.' : 'Say whose each is.',
            ],
            button('Show them', () => pick('pool'), 'push'),
          ),
      state.filter === 'offered' || !signs
        ? null
        : strip(
            counts.offered,
            'ok',
            [`${counts.offered} offered to you`, 'A colleague asks you to take over.'],
            button('Show them', () => pick('offered'), 'push'),
          ),
    );
  }

  const itemOf = ([order, severity, stamp, ekg], i) => ({ key: order, order, severity, stamp, ekg, place: i + 1 });

  // The first rows, before the whole list's numbers are here.
  async function begin() {
    const mine = turn;
    const index = view('inbox_index', asked());
    const answer = await view('inbox', { ...asked(), limit: firstRows });
    if (mine !== turn) return null;
    if (!answer.ok) {
      show(list, widgets.empty('The list cannot be shown.', answer.sentence, button('Try again', start)));
      return null;
    }
    for (const row of answer.data.rows) rows.set(row.order, { row, stamp: null });
    const first = answer.data.rows.map((row) => [row.order, row.severity, '', row.ekg ? 1 : 0]);
    head = answer.data;
    setOrders(first.map(itemOf));
    describe();
    return index;
  }

  function takeIndex(answer) {
    const next = answer.data.rows.map(itemOf);
    for (const item of next) {
      const entry = rows.get(item.order);
      if (entry && entry.stamp === null && item.stamp.startsWith(stampOf(entry.row))) entry.stamp = item.stamp;
    }
    setOrders(next);
  }

  async function start() {
    turn += 1;
    known = null;
    rows.clear();
    unseen.clear();
    const mine = turn;
    const index = await begin();
    const answer = index && (await index);
    if (!answer?.ok || mine !== turn) return;
    known = null;
    takeIndex(answer);
    describe();
    if (state.cursor) long.reveal(state.cursor, 'center');
  }

  async function refresh() {
    timer = 0;
    const mine = turn;
    const [index, first] = await Promise.all([
      view('inbox_index', asked()),
      view('inbox', { ...asked(), limit: 1 }),
    ]);
    if (mine !== turn || !index.ok || !first.ok) return;
    head = first.data;
    takeIndex(index);
    describe();
  }

  function changed() {
    timer ||= setTimeout(refresh, calm);
  }

  // ---- the reader ----

  function pick(name) {
    filter.value = name;
    changeFilter();
  }

  function changeFilter() {
    Object.assign(state, { filter: filter.value, cursor: '' });
    list.style.marginTop = '';
    long.set([]);
    show(list, widgets.loading());
    start();
  }

  function openRow(order, intent = '') {
    state.cursor = order;
    state.orders = orders.map((item) => item.order);
    state.ekgs = new Set(orders.filter((item) => item.ekg).map((item) => item.order));
    context.goOrder(order, intent);
  }

  function markNode(row, order) {
    const here = order === state.cursor;
    row.classList.toggle('cursor', here);
    if (here) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
  }

  function mark() {
    for (const row of long.nodes()) if (row.dataset.order) markNode(row, row.dataset.order);
  }

  function moveTo(order, block) {
    if (!order) return;
    state.cursor = order;
    long.reveal(order, block);
    mark();
  }

  function move(step) {
    const at = orders.findIndex((item) => item.order === state.cursor);
    moveTo(orders[Math.min(orders.length - 1, Math.max(0, at < 0 ? 0 : at + step))]?.order);
  }

  // The row that must stay where it is: what the hand is at, else the first in sight.
  function anchor() {
    const inSight = (key) => {
      const box = long.nodeOf(key)?.getBoundingClientRect();
      return box && box.bottom > 60 && box.top < innerHeight;
    };
    const focused = document.activeElement?.closest?.('.item')?.dataset.order;
    const under = pointer && document.elementFromPoint(pointer.x, pointer.y)?.closest?.('.item')?.dataset.order;
    const wanted = hand === 'pointer' ? [under, focused, state.cursor] : [state.cursor, focused, under];
    return wanted.find((key) => key && inSight(key));
  }

  function sawRows(entries) {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      unseen.delete(entry.target.dataset.order);
      watcher.unobserve(entry.target);
    }
    tellNew();
  }

  function tellNew() {
    for (const order of [...unseen]) if (!known?.has(order)) unseen.delete(order);
    pill.hidden = unseen.size === 0;
    pill.textContent = `${unseen.size} new, not in sight: show`;
  }

  function showNew() {
    moveTo(orders.find((item) => unseen.has(item.order))?.order, 'center');
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
    open() {
      notices.load();
      return start();
    },
    changed(event) {
      if (['inbox', 'held', 'orders', 'tasks', 'covers'].includes(event.topic)) changed();
      if (event.topic === 'notice') notices.load();
      if (event.topic === 'orders') rejected.refresh();
    },
    tick: () => widgets.tellAges(list),
    key(name) {
      hand = 'keys';
      const onButton = document.activeElement?.tagName === 'BUTTON';
      if (name === 'j' || name === 'ArrowDown') move(1);
      else if (name === 'k' || name === 'ArrowUp') move(-1);
      else if (name === 'Enter' && state.cursor && !onButton) openRow(state.cursor);
      else if (name === 's' && state.cursor) openRow(state.cursor, 'sign');
      else if (name === 't' && state.cursor) openRow(state.cursor, 'task');
      else return false;
      return true;
    },
    close() {
      clearTimeout(timer);
      turn += 1;
      watcher.disconnect();
      long.close();
      document.removeEventListener('pointermove', track);
    },
  };
}
