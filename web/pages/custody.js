// Every hand that something went through, oldest first, each with the link of its row in the chain.
import { h } from './dom.js';
import * as format from './format.js';

const notes = ['wrong-label', 'label-failed', 'result-held', 'exception', 'rejected', 'returned', 'ekg-untied'];

function eventLine(event, i, all) {
  const details = [event.detail, event.reason && `reason: ${event.reason}`].filter(Boolean).join(' · ');
  const by = [event.person?.name || event.instrument, event.workstation, event.location].filter(Boolean).join(' · ');
  const newDay = i === 0 || format.day(event.at) !== format.day(all[i - 1].at);
  return h(
    'li',
    { class: notes.includes(event.type) ? 'is-note' : null },
    h('time', {}, format.seconds(event.at), newDay ? h('small', {}, format.day(event.at)) : null),
    h('span', { class: 'dot' }),
    h('div', {}, h('b', {}, event.text), ' ', details, h('span', { class: 'by' }, by)),
    h(
      'div',
      { class: 'seal' },
      h(
        'span',
        { class: 'mono', title: 'the link of this row in the chain' },
        event.link.slice(0, 8).replace(/(.{4})(.{4})/, '$1 $2'),
      ),
    ),
  );
}

export function custodyCard(events, heading = 'h1') {
  const unset = events.filter((event) => event.clock_unset).length;
  return h(
    'section',
    { class: 'card' },
    h(
      'header',
      {},
      h(heading, {}, 'Custody'),
      h('span', { class: 'quiet' }, `${events.length} events, newest last`),
      unset ? h('span', { class: 'push state due' }, `nobody vouched for the clock in ${unset}`) : null,
    ),
    h('ol', { class: 'chain' }, events.map(eventLine)),
  );
}
