// One EKG as on paper: what the cart sent, what it said of it, the one before; and the overread that a provider signs.
import { drawing, view } from './api.js';
import { criticalStrip } from './critical.js';
import { custodyCard } from './custody.js';
import { deliveryLine } from './delivery.js';
import { button, h, show } from './dom.js';
import { factsCard, measurementCard, previousCard, statements, tiedText } from './ekgaside.js';
import { chooseView } from './ekgchoose.js';
import * as format from './format.js';
import { readingForm, signedCard } from './reading.js';
import * as tracing from './tracing.js';
import * as widgets from './widgets.js';

const drawPause = 250; // between the last touch of a control and the page that is to be signed
const sheet = 10; // seconds on it

function seconds(each) {
  return Math.max(0, ...each.facts.leads.map((lead) => lead.start + lead.samples / (lead.rate || 1)));
}

// The state's `chosen` is what a signature is about; other tracings of the order can be looked at.
function firstShown(data) {
  return data.tracings.find((each) => each.chosen) ?? data.tracings.at(-1) ?? null;
}

export function overread(context) {
  const number = context.key;
  const body = h('div', { class: 'stack' }, widgets.loading());
  const news = h('div');
  const delivered = h('section', { class: 'card row', 'aria-label': 'Health record' });
  const list = context.inbox.orders;
  const signs = context.me.role === 'provider';
  let data = null;
  let shown = null; // the tracing on the screen
  let look = context.look ?? tracing.usual;
  let full = false;
  let beside = false;
  let pictures = [];
  let small = null; // the picture of the EKG before
  let reading = null;
  let page = null; // the page to sign as it was drawn last: { picture, layout }
  let timer = 0;
  let turn = 0;
  let closed = false;
  let choosing = null;

  const pageLink = h('a', { class: 'btn', download: true }, 'PDF');
  const places = { picture: h('div', { class: 'stack' }), looks: h('div'), scale: h('p', { class: 'small quiet' }) };
  const unsigned = () => data.state !== 'signed';
  const previousPicture = () => data.previous && data.previous.facts.leads.length > 0;

  function back() {
    context.go(context.home);
  }

  function step(by) {
    const next = list.includes(number) && list[list.indexOf(number) + by];
    if (!next) return false;
    context.inbox.cursor = next;
    context.goOrder(next);
    return true;
  }

  // ---- the picture ----

  function dropPictures() {
    for (const each of pictures) each.close();
    pictures = [];
  }

  function sheetOf(id, alt, title = '', line = '') {
    const drawn = tracing.paper(alt);
    pictures.push({ id, ...drawn });
    return h(
      'figure',
      { class: full ? 'sheet scroll true' : 'sheet' },
      title ? h('figcaption', {}, h('b', {}, title), ' ', line) : null,
      drawn.node,
    );
  }

  function layPictures() {
    dropPictures();
    if (tracing.isDocument(shown)) {
      show(places.picture, tracing.documentFrame(shown.tracing, 'The document that the cart sent'));
      return;
    }
    const alt = `EKG of ${format.fullName(data.patient)}, recorded ${format.sentTime(shown.recorded_at)}`;
    const { previous } = data;
    const both = beside && previousPicture();
    if (both) {
      const line = (facts, before) => tracing.measurementLine(context.me.ekg_measurements, facts, before);
      const now = `Now, ${format.sentTime(shown.recorded_at)}`;
      const then = `Before, ${format.sentTime(previous.recorded_at)}`;
      show(
        places.picture,
        h(
          'div',
          { class: 'sheets' },
          sheetOf(shown.tracing, alt, now, line(shown.facts, previous.facts)),
          sheetOf(previous.tracing, 'The EKG before', then, line(previous.facts)),
        ),
      );
    } else {
      show(places.picture, sheetOf(shown.tracing, alt));
    }
    draw();
  }

  // The drawn pictures, and, for whoever may sign, the very page that would be signed.
  function draw() {
    const { speed, gain } = look;
    places.scale.textContent = `${full ? 'Full size as the browser has it: its millimetre is not your screen’s.' : 'Fitted to the window, so not to scale.'} Go by the grid (1 mm is ${1000 / speed} ms and ${1 / gain} mV) and by the pulse (1 mV for 200 ms).`;
    for (const each of pictures)
      each.draw(tracing.path(each.id, each.id === shown.tracing ? look : { ...look, from: 0 }));
    drawPage();
  }

  function drawPage() {
    page = null;
    clearTimeout(timer);
    pageLink.href = tracing.path(shown.tracing, look, 'pdf');
    if (!reading) return;
    reading.page(null, 'The page to sign is being drawn …');
    if (tracing.isDocument(shown)) {
      page = { picture: shown.original, layout: 'original' };
      reading.page(page, 'You sign the cart’s document as it is');
      return;
    }
    const asked = (turn += 1);
    timer = setTimeout(async () => {
      const answer = await drawing(tracing.path(shown.tracing, look, 'pdf'));
      if (asked !== turn || closed) return;
      page = answer.ok ? { picture: answer.picture, layout: answer.layout } : null;
      reading?.page(page, answer.ok ? `You sign this EKG as drawn: ${tracing.lookText(look)}` : answer.sentence);
    }, drawPause);
  }

  function fillLooks() {
    const focused = document.activeElement?.dataset;
    const all = seconds(shown);
    const from = Number(look.from ?? 0);
    const move = (by) => changeLook({ ...look, from: Math.max(0, from + by) });
    show(
      places.looks,
      tracing.lookControls(look, changeLook),
      all > sheet + 0.5
        ? h(
            'div',
            { class: 'row' },
            h('button', { type: 'button', class: 'btn', disabled: from === 0, onclick: () => move(-sheet) }, 'Earlier'),
            h('span', {}, `seconds ${from} to ${Math.min(from + sheet, Math.round(all))} of ${Math.round(all)}`),
            h(
              'button',
              { type: 'button', class: 'btn', disabled: from + sheet >= all, onclick: () => move(sheet) },
              'Later',
            ),
          )
        : null,
    );
    if (focused?.name && focused.value)
      places.looks
        .querySelector(`[data-name="${focused.name}"][data-value="${focused.value}"]`)
        ?.focus({ preventScroll: true });
  }

  // The next EKG comes in the same layout; speed and gain are changed for one EKG only, lest they be misread.
  function changeLook(next) {
    look = next;
    context.look = { ...tracing.usual, layout: next.layout, order: next.order };
    fillLooks();
    draw();
  }

  function toggle(name) {
    if (name === 'full') full = !full;
    else beside = !beside;
    for (const each of body.querySelectorAll('[data-toggle]'))
      each.setAttribute('aria-pressed', String(each.dataset.toggle === 'full' ? full : beside));
    body.querySelector('.ekg').classList.toggle('wide', full || beside);
    layPictures();
  }

  function pictureCard() {
    const paper = !tracing.isDocument(shown);
    return h(
      'section',
      { class: 'card stack' },
      h(
        'div',
        { class: 'card-head' },
        h('h1', {}, paper ? '12-lead EKG' : 'EKG, a document'),
        h('span', { class: 'quiet' }, paper ? 'drawn from what the cart sent' : 'the cart’s own PDF, shown as it is'),
        h('span', { class: 'row' }, paper ? toggles() : windowLink()),
      ),
      paper ? places.looks : null,
      places.picture,
      paper ? places.scale : null,
      lostLeads(),
    );
  }

  const toggles = () => [
    previousPicture() ? toggleButton('beside', 'p', 'Previous beside', beside) : null,
    toggleButton('full', 'f', 'Full size', full),
  ];

  function windowLink() {
    const href = `/ekg/${shown.tracing}/original`;
    return h('a', { class: 'btn', href, target: '_blank', rel: 'noopener' }, 'In a window of its own');
  }

  function toggleButton(name, key, text, on) {
    const attributes = { type: 'button', class: 'btn toggle', 'data-toggle': name, 'aria-pressed': String(on) };
    return h('button', { ...attributes, onclick: () => toggle(name) }, text, ' ', h('kbd', {}, key));
  }

  function lostLeads() {
    const lost = shown.facts.leads.filter((lead) => !lead.recorded).map((lead) => lead.name);
    if (!lost.length) return null;
    return h(
      'div',
      { class: 'strip warn' },
      h('b', {}, `Not recorded: ${lost.join(', ')}`),
      h('span', {}, 'They stay empty.'),
    );
  }

  // ---- beside the picture ----

  function aside() {
    if (data.previous && previousPicture())
      small ??= tracing.thumbnail(data.previous.tracing, data.previous.facts.format, 'The EKG before');
    return h(
      'aside',
      { class: 'stack' },
      tracing.isDocument(shown) ? null : measurementCard(context, data, shown),
      previousCard(context, data.previous, small),
      factsCard(context, shown, tracing.isDocument(shown) ? null : pageLink, back),
    );
  }

  // ---- strips ----

  function severalStrip() {
    if (data.tracings.length < 2) return null;
    const pick = (each, i) =>
      button(
        `${i + 1}: ${format.sentTime(each.recorded_at)}${each.chosen ? ', for review' : ''}`,
        () => showTracing(each),
        each === shown ? 'primary' : '',
      );
    const why = data.choice
      ? `For review by ${data.choice.by?.name ?? ''}: the other is not, because ${data.choice.reason}.`
      : 'Somebody has to say which one is for review.';
    return h(
      'div',
      { class: data.choice ? 'strip' : 'strip hold' },
      h('b', {}, `${data.tracings.length} EKGs of this order`),
      data.tracings.map(pick),
      context.me.role === 'auditor' ? null : button(data.choice ? 'Choose anew …' : 'Choose …', choose, 'push'),
      h('span', { class: 'line small' }, why),
    );
  }

  function choose() {
    dropPictures();
    choosing = chooseView(context, data, () => {
      choosing?.close();
      choosing = null;
      refresh();
    });
    show(body, choosing.node);
  }

  function showTracing(each) {
    shown = each;
    look = { ...look, from: 0 };
    fill();
  }

  function urgency() {
    const words = data.routing ?? [];
    if (data.severity === 2)
      return criticalStrip(context, data, [`by the cart’s own words: ${words.join(', ')}`], refresh, 'CART: URGENT');
    return null;
  }

  function statementsCard() {
    const { head, words } = statements(shown);
    return h('section', { class: 'card stack' }, h('div', { class: 'row' }, head), words);
  }

  // ---- the whole ----

  function makeReading() {
    const chosen = data.tracings.some((each) => each.chosen);
    const draft = reading?.draft();
    reading = null;
    if (!signs || !unsigned()) return null;
    if (!chosen || !shown.chosen)
      return h(
        'section',
        { class: 'card' },
        h(
          'p',
          { class: 'quiet' },
          chosen ? 'This one is not for review.' : 'Choose which one is for review; then it can be signed.',
        ),
      );
    reading = readingForm(context, data, shown, {
      statements: statements(shown),
      draft,
      page: () => page,
      pdf: () =>
        tracing.isDocument(shown) ? `/ekg/${shown.tracing}/original` : tracing.path(shown.tracing, look, 'pdf'),
      done: async () => {
        await refresh();
        window.scrollTo(0, 0);
      },
      back,
    });
    return reading.node;
  }

  function fill() {
    show(news);
    dropPictures();
    const signed = data.reviews.filter((each) => each.kind === 'signed' && each.overread);
    const current = signed.find((each) => each.current);
    const returned = data.state === 'returned' ? data.reviews.filter((each) => each.kind === 'returned').at(-1) : null;
    const read = current && current.overread.tracing === shown.tracing ? current : null;
    const form_ = makeReading();
    show(delivered, deliveryLine(data));
    show(
      body,
      widgets.banner(data.patient, [
        ['Recorded', format.sentTime(shown.recorded_at) || 'not said'],
        ['Order', data.order],
        ['', h('span', { class: 'state ok' }, tiedText(shown))],
      ]),
      news,
      urgency(),
      severalStrip(),
      returned
        ? h(
            'div',
            { class: 'strip warn' },
            h('b', {}, `Sent back by ${returned.by?.name ?? ''} ${format.when(returned.at)}`),
            h('span', {}, returned.note),
          )
        : null,
      current && !read ? h('div', { class: 'strip' }, 'Another EKG of this order is the one that was signed.') : null,
      h(
        'div',
        { class: full || beside ? 'ekg wide' : 'ekg' },
        h(
          'div',
          { class: 'stack' },
          read ? signedCard(read, shown) : null,
          pictureCard(),
          tracing.complaintStrip(shown.facts),
          form_ && reading ? form_ : read ? foldedStatements() : [statementsCard(), form_],
          delivered,
        ),
        aside(),
      ),
      data.events
        ? h(
            'details',
            { class: 'raw' },
            h('summary', {}, 'Custody', h('span', { class: 'small quiet' }, `${data.events.length} events`)),
            custodyCard(data.events, 'h2'),
          )
        : null,
      h('div', { class: 'row' }, button('Back to the list', back)),
    );
    if (!tracing.isDocument(shown)) fillLooks();
    layPictures();
    if (tracing.isDocument(shown)) drawPage();
  }

  // Once a provider has said what it is, the cart's words step back; they are never gone.
  const foldedStatements = () =>
    h(
      'details',
      { class: 'raw' },
      h('summary', {}, 'The cart’s statements', h('span', { class: 'small quiet' }, 'as sent, over-read since')),
      statementsCard(),
    );

  function cannot(sentence) {
    show(body, widgets.empty('This EKG cannot be shown.', sentence, button('Back to the list', back)));
  }

  async function refresh() {
    const answer = await view('ekg', { key: number });
    if (closed) return;
    if (!answer.ok || !answer.data.order) return cannot(answer.sentence || 'There is no such order of an EKG.');
    if (!answer.data.tracings.length)
      return show(
        body,
        widgets.banner(answer.data.patient, [['Order', answer.data.order]]),
        widgets.empty(
          'No EKG has come for this order yet.',
          'Open it at a cart, run it, and tie what comes.',
          button('To the EKG page', () => context.go('ekg', number)),
        ),
      );
    data = answer.data;
    shown = data.tracings.find((each) => each.tracing === shown?.tracing) ?? firstShown(data);
    fill();
    if (context.intent === 'sign') reading?.focus();
    context.intent = '';
  }

  async function lookAtDelivery() {
    const answer = data && (await view('ekg', { key: number }));
    if (!closed && answer?.ok && answer.data.order) show(delivered, deliveryLine(answer.data));
  }

  // What is on the screen is what would be signed: it never changes by itself under a hand.
  async function lookForNews() {
    if (!data) return;
    const answer = await view('ekg', { key: number });
    if (closed || !answer.ok || !data || (answer.data.version === data.version && answer.data.state === data.state))
      return;
    const what =
      answer.data.version !== data.version
        ? 'The EKGs of this order have changed: look again before anything is signed.'
        : 'Somebody has dealt with this order.';
    show(news, h('div', { class: 'strip warn', role: 'status' }, h('b', {}, what), button('Show it', refresh, 'push')));
  }

  return {
    node: body,
    open: refresh,
    changed(event) {
      if (event.topic === 'outbox' && event.key === number) lookAtDelivery();
      if (!choosing && ['inbox', 'ekg'].includes(event.topic) && (event.key === number || !event.key)) lookForNews();
    },
    tick: () => widgets.tellAges(body),
    key(name) {
      const next = data && shown && !tracing.isDocument(shown) ? tracing.nextLook(look, name) : null;
      if (name === 'Escape') back();
      else if (!data || choosing) return false;
      else if (next) changeLook(next);
      else if (name === 's' && reading) reading.focus();
      else if (name === 'f' && !tracing.isDocument(shown)) toggle('full');
      else if (name === 'p' && previousPicture()) toggle('beside');
      else if (name === 'j') return step(1);
      else if (name === 'k') return step(-1);
      else return false;
      return true;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      choosing?.close();
      small?.close();
      dropPictures();
    },
  };
}
