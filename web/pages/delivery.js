// What became of a result outside of Phial (domain.md 5.6, rule 20), so that silence is never taken for delivery.
import { h } from './dom.js';
import * as format from './format.js';

const kinds = {
  P: 'Preliminary report',
  F: 'Report',
  X: 'Notice that there is no result',
  C: 'Correction',
  W: 'Withdrawal (wrong patient)',
};

export const kindName = (message) => kinds[message.kind] ?? 'Report';

// What a message is now: a class that colours it and the words that say it without colour.
export function deliveryState(message) {
  const { state, sentence } = message;
  if (state === 'acked') return ['state ok', `taken ${format.when(message.since)}`];
  if (state === 'parked' && !message.written) return ['state bad', `cannot be sent: ${sentence}`];
  if (state === 'parked') return ['state bad', `refused ${format.when(message.since)}: ${sentence}`];
  if (state === 'dropped') return ['state bad', `not sent, ${message.by?.name ?? ''} ${format.when(message.since)}: ${sentence}`];
  if (message.behind) return ['state due', 'waits behind an earlier message of this patient'];
  if (state === 'retry') return ['state due', `no answer yet (${message.tries}): ${sentence}`];
  if (state === 'sent') return ['state due', `sent ${format.when(message.since)}, no answer yet`];
  return ['state due', `waits to be sent since ${format.when(message.at)}`];
}

// How many of the order's results that health record has, as they stand here; an EKG has none.
function taken(data, messages) {
  if (!data.results) return '';
  const has = new Set(messages.filter((each) => each.state === 'acked').flatMap((each) => each.results));
  const count = data.results.filter((result) => has.has(result.id)).length;
  return count === data.results.length ? '' : ` · ${count} of ${data.results.length} results as they stand here`;
}

function endpointLine(data, each) {
  const [newest] = each.messages;
  if (!newest) {
    const when = each.sends === 'filed' ? 'goes there in a moment' : 'goes there when a provider has signed';
    return h('span', { class: 'state delivery' }, `${each.endpoint}: ${when}.`);
  }
  const open = [...each.messages].reverse().find((message) => !['acked', 'dropped'].includes(message.state));
  const shown = open ?? newest;
  const [kind, words] = deliveryState(shown);
  const about = shown.state === 'acked' ? taken(data, each.messages) : '';
  return h('span', { class: `${kind} delivery`, 'data-delivery': shown.state }, `${each.endpoint}: ${kindName(shown)} ${words}${about}`);
}

// `data` as READ_ORDER or READ_EKG gives it.
export function deliveryLine(data) {
  if (!(data.results ?? data.tracings).length && !data.delivery.some((each) => each.messages.length)) return null;
  if (data.delivery.length) return data.delivery.map((each) => endpointLine(data, each));
  return h(
    'span',
    { class: 'state delivery' },
    'Not sent to a health record: this Phial is connected to none. Take the report over by hand.',
  );
}

const rowWords = {
  parked: ['state bad', 'delivery refused'],
  waiting: ['state due', 'delivery waits'],
  acked: ['state ok', 'delivered'],
  dropped: ['state bad', 'not delivered'],
};

// `row` as READ_INBOX gives it.
export function rowDelivery(row) {
  const words = rowWords[row.delivery];
  return words ? h('span', { class: words[0], 'data-delivery': row.delivery }, words[1]) : null;
}
