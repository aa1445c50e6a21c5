// EKGs from the order to the provider: which order is open at which cart, what the carts sent, whose it is.
import { ask, view } from './api.js';
import { button, h, holdStill, say, show, walk } from './dom.js';
import * as format from './format.js';
import { chooseView } from './ekgchoose.js';
import { tieView } from './ekgtie.js';
import { newOrder } from './neworder.js';
import * as tracing from './tracing.js';
import * as widgets from './widgets.js';

const about = (patient) => `${format.birthDate(patient.birth_date)} · ${patient.sex} · MRN ${patient.mrn}`;
const stat = (row) => (row.priority === 'stat' ? h('span', { class: 'stat' }, 'STAT') : '');

const nexts = { 'ekg-confirm': 'Confirm …', unreadable: 'See why …' };

function section(title, number, note, ...content) {
  return h(
    'section',
    { class: 'stack' },
    h('div', { class: 'row' }, h('h2', {}, `${title} · ${number}`), h('span', { class: 'small quiet' }, note)),
    content,
  );
}

export function ekg(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  const message = say();
  const thumbs = new Map(); // the pictures that were drawn: each look at one is on record
  const provider = context.me.role === 'provider';
  const works = ['medical-assistant', 'lab-lead', 'provider'].includes(context.me.role);
  let opened = null; // what is shown instead of the list: { close() }
  let wanted = context.key; // an order that was just entered
  let timer = 0;
  let turn = 0;
  let reviews = []; // the orders that wait for a signature, as they stand in the list

  function thumb(row) {
    if (!row.tracing) return tracing.thumbnail(0, '', '').node;
    if (!thumbs.has(row.tracing))
      thumbs.set(
        row.tracing,
        tracing.thumbnail(row.tracing, row.format, `Tracing of ${tracing.sentWho(row.patient)}, as in the file`),
      );
    return thumbs.get(row.tracing).node;
  }

  async function act(name, body, done) {
    const answer = await ask(name, body);
    message.tell(answer, done);
    await refresh();
  }

  function openButton(order, cart, first) {
    const other =
      cart.open && cart.open.order !== order.order ? `, instead of ${format.fullName(cart.open.patient)}` : '';
    const open = () =>
      act(
        'ekg_open',
        { order: order.order, instrument: cart.name, ...(other ? { instead: cart.open.order } : {}) },
        `The EKG of ${format.fullName(order.patient)} is open at ${widgets.instrumentName(cart.name)}.`,
      );
    return h(
      'button',
      {
        type: 'button',
        class: first && !other ? 'btn primary' : 'btn',
        'data-act': `open ${cart.name}`,
        onclick: open,
      },
      `Open at ${widgets.instrumentName(cart.name)}${other}`,
    );
  }

  const actButton = (name, text, onclick, kind = '') =>
    h('button', { type: 'button', class: `btn ${kind}`.trim(), 'data-act': name, onclick }, text);

  function cartCard(cart) {
    const device = context.devices.get(`instrument ${cart.name}`);
    const { open } = cart;
    const record = () => act('ekg_run', { instrument: cart.name }, `${widgets.instrumentName(cart.name)} is recording.`);
    const end = () =>
      act('ekg_close', { instrument: cart.name }, `No order is open at ${widgets.instrumentName(cart.name)} any more.`);
    const who = open
      ? h(
          'div',
          {},
          h('div', { class: 'name' }, format.fullName(open.patient)),
          h('div', { class: 'small quiet' }, about(open.patient)),
          h('div', { class: 'small quiet' }, `opened by ${open.by?.name ?? ''} ${format.when(open.at)}`),
        )
      : h('p', { class: 'quiet' }, 'No order is open at it.');
    return h(
      'section',
      { class: 'card stack', 'data-row': `cart ${cart.name}` },
      h(
        'div',
        { class: 'row' },
        h('h3', {}, widgets.instrumentName(cart.name)),
        widgets.linkState(device),
        context.me.drafts.includes(cart.name)
          ? h('span', { class: 'state due', title: 'not yet proven against a real one' }, 'draft')
          : null,
      ),
      h(
        'div',
        { class: 'row' },
        who,
        open && works
          ? h(
              'span',
              { class: 'push row' },
              cart.live ? actButton('run', 'Record', record, 'primary') : null,
              actButton('close', 'Close', end),
            )
          : null,
      ),
    );
  }

  function toDoRow(row, carts) {
    const at = carts.find((cart) => cart.open?.order === row.order);
    return h(
      'article',
      { class: 'item ekg-row', 'data-row': `order ${row.order}`, 'data-order': row.order },
      h(
        'div',
        {},
        h('div', { class: 'name' }, format.fullName(row.patient), stat(row)),
        h('div', { class: 'who-line' }, about(row.patient)),
        h(
          'div',
          { class: 'who-line' },
          [`ordered ${format.when(row.ordered_at)}`, row.provider_name, row.reason].filter(Boolean).join(' · '),
        ),
      ),
      h(
        'div',
        { class: 'row' },
        at ? h('span', { class: 'state ok' }, `open at ${widgets.instrumentName(at.name)}`) : null,
        works ? carts.filter((cart) => cart !== at).map((cart) => openButton(row, cart, !at)) : null,
      ),
    );
  }

  function waitingRow(row) {
    const recorded = row.recorded_at ? `recorded ${format.sentTime(row.recorded_at)}` : 'the file says no time';
    return h(
      'button',
      {
        type: 'button',
        'data-row': `message ${row.message}`,
        'data-act': 'tie',
        'data-message': row.message,
        onclick: () => tie(row),
      },
      thumb(row),
      h(
        'span',
        {},
        h('small', {}, 'The file names'),
        h('span', { class: 'name' }, tracing.sentWho(row.patient)),
        h('small', {}, [format.birthDate(row.patient.birth_date), recorded].filter(Boolean).join(' · ')),
        h('br'),
        h(
          'small',
          {},
          [widgets.instrumentName(row.instrument), row.model, row.serial && `serial ${row.serial}`]
            .filter(Boolean)
            .join(' · '),
        ),
      ),
      h(
        'span',
        {},
        h('small', {}, row.proposed ? 'Open at that cart' : 'Whose is it?'),
        h('span', { class: 'name' }, row.proposed ? format.fullName(row.proposed.patient) : 'not known yet'),
        tracing.standing(row),
      ),
      h(
        'span',
        { class: 'ends' },
        h('span', { class: 'age late', 'data-since': row.received_at }, format.age(row.received_at)),
        h('span', { class: 'go' }, nexts[row.reason_code] ?? 'Whose is it? …'),
      ),
    );
  }

  function reviewRow(row) {
    const unchosen = row.tracings > 1 && !row.choice;
    const words = { returned: 'sent back' };
    const open = () => {
      if (unchosen && !provider) {
        choose(row.order);
        return;
      }
      Object.assign(context.inbox, { orders: reviews, ekgs: new Set(reviews) });
      context.go('overread', row.order);
    };
    return h(
      'button',
      {
        type: 'button',
        'data-row': `review ${row.order}`,
        'data-act': 'review',
        'data-order': row.order,
        onclick: open,
      },
      h(
        'span',
        {},
        h('span', { class: 'name' }, format.fullName(row.patient), stat(row)),
        h('small', {}, about(row.patient)),
      ),
      h(
        'span',
        {},
        h('b', {}, row.recorded_at ? `recorded ${format.sentTime(row.recorded_at)}` : `${row.tracings} EKGs`),
        h('br'),
        unchosen
          ? h('span', { class: 'state due' }, `${row.tracings} EKGs: which is for review?`)
          : h('small', {}, [row.provider_name, words[row.state]].filter(Boolean).join(' · ')),
      ),
      h(
        'span',
        { class: 'row' },
        row.severity === 2
          ? h('span', { class: 'flag critical' }, 'CART: URGENT')
          : row.severity === 1
            ? widgets.flag('cart: abnormal')
            : null,
        h('span', { class: 'age', 'data-since': row.since }, format.age(row.since)),
      ),
    );
  }

  function parts(data) {
    const here = data.carts.filter((cart) => cart.open || context.devices.has(`instrument ${cart.name}`));
    const rows = (list, kind) => h('div', { class: `rowlist ${kind}` }, list);
    const carts = section(
      'Carts',
      here.length,
      'Open the order at the cart before you run it: its EKG is then proposed for that order.',
      here.length
        ? h('div', { class: 'carts' }, here.map(cartCard))
        : widgets.empty(
            'There is no EKG cart yet.',
            'phial.conf names them; a cart’s files can be read by phial import.',
          ),
    );
    const waiting = section(
      'Waits to be tied',
      data.waiting.length,
      'Nothing is on anybody’s chart before a person has confirmed whose it is.',
      data.waiting.length ? rows(data.waiting.map(waitingRow), 'ekgs') : h('p', { class: 'quiet' }, 'No EKG waits.'),
    );
    const toDo = section(
      'Needs an EKG',
      data.to_do.length,
      '',
      data.to_do.length
        ? h(
            'div',
            { class: 'worklist' },
            data.to_do.map((row) => toDoRow(row, here)),
          )
        : h('p', { class: 'quiet' }, 'No order waits for an EKG.'),
    );
    const review = section(
      'For the provider',
      data.review.length,
      'The order is by the cart’s own words, never by the tracing.',
      data.review.length
        ? rows(data.review.map(reviewRow), 'reviews')
        : h('p', { class: 'quiet' }, 'No EKG waits for a signature.'),
    );
    return provider ? [review, waiting, carts, toDo] : [carts, waiting, toDo, review];
  }

  function fill(data) {
    reviews = data.review.map((row) => row.order);
    context.count('ekg', data.waiting.length + data.review.length);
    holdStill(node, () =>
      show(
        node,
        h(
          'div',
          { class: 'row' },
          h('h1', {}, 'EKG'),
          message.node,
          works ? h('span', { class: 'push' }, button('New patient or order', enter, 'primary')) : null,
        ),
        parts(data),
      ),
    );
    if (!wanted) return;
    const row = node.querySelector(`.item[data-order="${CSS.escape(wanted)}"]`);
    wanted = '';
    row?.scrollIntoView({ block: 'center' });
    row?.querySelector('.btn')?.focus();
  }

  async function refresh() {
    const asked = (turn += 1);
    const answer = await view('ekgs', { limit: 200 });
    if (asked !== turn || opened) return;
    if (answer.ok) fill(answer.data);
    else show(node, widgets.empty('The EKGs cannot be shown.', answer.sentence, button('Try again', refresh)));
  }

  function back(sentence = '') {
    opened?.close?.();
    opened = null;
    if (sentence) message.tell({ ok: true, sentence });
    return refresh();
  }

  function open(screen) {
    turn += 1;
    opened = screen;
    message.tell({ ok: true, sentence: '' });
    node.style.marginTop = '';
    document.getElementById('main').style.minHeight = '';
    show(node, screen.node);
    window.scrollTo(0, 0);
    screen.open?.();
  }

  // A second EKG of the same order: somebody says which of them is for review.
  async function tied(order, sentence) {
    const answer = await view('ekg', { key: order });
    if (answer.ok && answer.data.tracings?.length > 1 && !answer.data.choice)
      open(chooseView(context, answer.data, back));
    else await back(sentence);
  }

  const tie = (row) => open(tieView(context, row, tied, back));

  async function choose(order) {
    const answer = await view('ekg', { key: order });
    if (answer.ok && answer.data.order) open(chooseView(context, answer.data, back));
    else message.tell(answer);
  }

  async function enter() {
    const entry = await newOrder(
      context,
      (number, isEkg) => {
        wanted = number;
        if (isEkg) back();
        else context.go('collect');
      },
      () => back(),
      true,
    );
    open({ node: entry, open: () => entry.querySelector('input')?.focus() });
  }

  return {
    node,
    open: refresh,
    changed(event) {
      if (opened || !['ekg', 'orders', 'inbox', 'held', 'status'].includes(event.topic)) return;
      clearTimeout(timer);
      timer = setTimeout(refresh, 400);
    },
    tick: () => widgets.tellAges(node),
    key(name) {
      if (!opened) return walk(node, name);
      if (name !== 'Escape') return false;
      back();
      return true;
    },
    close() {
      clearTimeout(timer);
      turn += 1;
      opened?.close?.();
      for (const each of thumbs.values()) each.close();
    },
  };
}
