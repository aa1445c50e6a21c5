// What the laboratory's rules warned of, beside the result: on the order's page, and short in the inbox.
import { h } from './dom.js';
import * as format from './format.js';

function line(warning) {
  const { released } = warning;
  return h(
    'li',
    {},
    h('span', {}, warning.sentence),
    released
      ? h('small', {}, `It was held. ${released.by} released it ${format.moment(released.at)}: ${released.reason}`)
      : null,
  );
}

// What the clinic's books speak against stands first and open; what nobody knows is folded behind it.
const speaks = (warning) => warning.finding !== 'unknown' || warning.level === 'lockout';

function unknown(warnings) {
  if (!warnings.length) return null;
  const title = warnings.length === 1 ? 'One thing is not on record' : `${warnings.length} things are not on record`;
  return h('details', { class: 'raw unknown' }, h('summary', {}, title), h('ul', { class: 'lines' }, warnings.map(line)));
}

// `data` as READ_ORDER gives it.
export function orderWarnings(data) {
  const against = (data.warnings ?? []).filter(speaks);
  const others = unknown((data.warnings ?? []).filter((warning) => !speaks(warning)));
  if (!against.length) return others;
  const title = against.length === 1 ? 'A rule of the laboratory warns' : `${against.length} rules of the laboratory warn`;
  return h(
    'section',
    { class: 'strip warn warnings', 'aria-label': title },
    h('b', {}, title),
    h('ul', { class: 'lines' }, against.map(line)),
    others,
  );
}

// `row` as READ_INBOX gives it.
export function rowWarnings(row) {
  const warnings = row.warnings ?? [];
  const { length } = warnings.filter(speaks);
  if (length) return h('span', { class: 'state due' }, length === 1 ? 'a rule warns' : `${length} rules warn`);
  return warnings.length ? h('span', { class: 'quiet small' }, 'not all on record') : null;
}
