// What goes to health records: is the connection up, what waits, what was refused and wants a person.
import { ask, view } from './api.js';
import { deliveryState, kindName } from './delivery.js';
import { button, field, h, say, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

function endpointCard(context, each) {
  const device = context.devices?.get(`exchange ${each.name}`);
  const why = device && device.state !== widgets.linkUp ? device.sentence : '';
  const count = (number, since) => (number ? `${number}${since ? `, oldest ${format.age(since)}` : ''}` : 'none');
  return h(
    'section',
    { class: 'card', 'data-endpoint': each.name },
    h('header', {}, h('h2', {}, each.name), h('span', { class: 'push' }, each.active ? widgets.linkState(device) : h('span', { class: 'state due' }, 'no longer connected'))),
    each.late
      ? h('p', { class: 'say bad', role: 'status' }, `A result waits for longer than ${each.alarm} minutes. ${why}`)
      : why && h('p', { class: 'quiet small' }, why),
    h(
      'ul',
      { class: 'lines' },
      h('li', {}, h('span', {}, 'Waiting'), h('span', { class: each.late ? 'state bad' : each.waiting ? 'state due' : 'quiet' }, count(each.waiting, each.oldest))),
      h('li', {}, h('span', {}, 'Refused'), h('span', { class: each.parked ? 'state bad' : 'quiet' }, count(each.parked))),
      h('li', {}, h('span', {}, 'Last one taken'), h('span', { class: 'quiet' }, each.last_acked_at ? format.moment(each.last_acked_at) : 'none yet')),
      h('li', {}, h('small', {}, `${each.profile}, ${each.target}, sends ${each.sends === 'filed' ? 'at once, as preliminary' : 'what is signed'}`)),
    ),
  );
}

function who(context, message) {
  const order = h('button', { type: 'button', class: 'btn', onclick: () => context.goOrder(message.order) }, `Open order ${message.order}`);
  return [widgets.banner(message.patient, [['Tests', message.tests.join(', ')]], true), h('div', { class: 'row' }, order)];
}

// What waits for a person; `gone`: its health record is no longer connected, and it can only be dropped.
function refused(context, message, gone, done) {
  const reason = h('input', { type: 'text', maxlength: 200, autocomplete: 'off', required: true });
  const told = say();
  const act = (name) => async () => {
    if (!reason.reportValidity()) return;
    const answer = await ask(name, { outbox: message.outbox, reason: reason.value.trim() });
    told.tell(answer);
    if (answer.ok) done(answer.sentence);
  };
  const [kind, words] = deliveryState(message);
  const again = message.written ? 'Send again' : 'Write and send again';
  return h(
    'section',
    { class: 'card stack', 'data-outbox': message.outbox },
    h('header', {}, h('h2', {}, `${kindName(message)} to ${message.endpoint}`), h('span', { class: 'quiet small' }, `${message.control_id} ${message.code}`)),
    who(context, message),
    h('p', {}, h('span', { class: kind }, words)),
    context.may('resolve')
      ? [
          h(
            'p',
            { class: 'quiet small' },
            gone
              ? `${message.endpoint} is no longer connected. Drop it and see that the result gets there by hand; or let your administrator connect it again.`
              : 'Later messages of this patient wait behind it. Mend what it complains of there or here, then send it again; or drop it and take the result over by hand.',
          ),
          field('Reason', reason, true),
          told.node,
          h('div', { class: 'row' }, gone ? null : button(again, act('outbox_release'), 'primary'), button('Drop it', act('outbox_drop'), 'danger')),
        ]
      : h('p', { class: 'quiet' }, gone ? 'The lab lead or the director drops it.' : 'The lab lead or the director sends it again or drops it.'),
  );
}

function line(message) {
  const [kind, words] = deliveryState(message);
  return h(
    'li',
    { 'data-outbox': message.outbox },
    h('b', {}, `${format.fullName(message.patient)}, MRN ${message.patient.mrn}`),
    h('span', { class: kind }, words),
    h('small', {}, `${kindName(message)} of order ${message.order}, ${message.tests.join(', ')} · to ${message.endpoint} · ${message.control_id}`),
  );
}

function list(title, messages, none) {
  return h(
    'section',
    { class: 'card' },
    h('header', {}, h('h2', {}, title)),
    messages.length ? h('ul', { class: 'lines tall' }, messages.map(line)) : h('p', { class: 'quiet' }, none),
  );
}

export function outbox(context) {
  const node = h('div', { class: 'stack' }, h('h1', {}, 'Health record'), widgets.loading());
  const news = say();
  let turn = 0; // whoever waited for an answer while a newer one was asked for, lets it be
  let heard = 0; // events: what one tells while the hand is on a button is shown after it

  async function open() {
    const asked = (turn += 1);
    const known = heard;
    const answer = await view('outbox');
    if (asked !== turn) return;
    fill(answer);
    if (heard !== known && !node.contains(document.activeElement)) await open();
  }

  function fill(answer) {
    if (!answer.ok) {
      show(node, h('h1', {}, 'Health record'), widgets.empty('This cannot be shown.', answer.sentence, button('Try again', open)));
      return;
    }
    const { endpoints, parked, waiting, over } = answer.data;
    if (!endpoints.length) {
      show(
        node,
        h('h1', {}, 'Health record'),
        widgets.empty('This Phial is connected to no health record.', 'Take reports over by hand. Your administrator connects one with [exchange] in phial.conf.'),
      );
      return;
    }
    const gone = new Set(endpoints.filter((each) => !each.active).map((each) => each.name));
    const stuck = waiting.filter((message) => gone.has(message.endpoint));
    show(
      node,
      h('h1', {}, 'Health record'),
      news.node,
      h('div', { class: 'tiles' }, endpoints.map((each) => endpointCard(context, each))),
      [...parked, ...stuck].map((message) => refused(context, message, gone.has(message.endpoint), mended)),
      list('On the way', waiting.filter((message) => !stuck.includes(message)), 'Nothing waits.'),
      list('Taken or dropped', over, 'Nothing was sent yet.'),
    );
  }

  function mended(sentence) {
    open().then(() => news.tell({ ok: true, sentence }));
  }

  return {
    node,
    open,
    changed(event) {
      if (!['outbox', 'status'].includes(event.topic)) return;
      heard += 1;
      if (!node.contains(document.activeElement)) open();
    },
  };
}
