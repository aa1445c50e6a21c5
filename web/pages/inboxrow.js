// One order of the inbox: who, every value with the one before, and what can be done with it.
//
// Other parts add to a row by functions of their own files: the warnings of the laboratory's rules (warnings.js),
// what was corrected (corrections.js).
import { rowCorrection } from './corrections.js';
import { rowDelivery } from './delivery.js';
import { button, h } from './dom.js';
import * as format from './format.js';
import { rowWarnings } from './warnings.js';
import * as widgets from './widgets.js';

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
    h('div', { class: 'name' }, format.fullName(patient), ' ', widgets.twinMark(patient)),
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
  const by = row.review.by ?? '';
  return h(
    'span',
    { class: 'small quiet' },
    `${done} by ${by}, ${format.when(row.review.at)}`,
    row.review.note ? `: ${row.review.note}` : '',
  );
}

// Whose it is, when it is not the reader's own.
function ownerLine(context, row) {
  if (!row.owned) return h('span', { class: 'state due' }, `nobody’s: ordered by ${row.provider}`);
  if (row.owner === context.me.login || !context.may('sign')) return null;
  return h('span', { class: 'small quiet' }, `for ${row.owner_name}`);
}

function buttons(context, row, actions) {
  const untold = row.severity === 2 && !row.critical_told && row.state === 'waiting';
  const { family, given } = row.patient;
  const named = (text, act, kind) => {
    const node = button(text, () => act(row), kind);
    node.setAttribute('aria-label', `${text}: ${family}, ${given}`);
    return node;
  };
  const more = context.may('sign') && row.state === 'waiting' && !row.ekg;
  return h(
    'div',
    { class: more ? 'pair' : 'stack' },
    named('Open', actions.open, untold ? 'danger' : ''),
    more && row.severity === 0 ? named('Sign', actions.sign, 'primary') : null,
    more && row.severity > 0 ? named('Task', actions.task, '') : null,
  );
}

function sideCell(context, row, actions) {
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
      h('span', { class: isLate(row) ? 'age late' : 'age', 'data-since': row.since }, format.age(row.since)),
    ),
    untold ? h('span', { class: 'clock' }, 'nobody told yet') : null,
    row.results.some((result) => result.identical_repeat)
      ? h('span', { class: 'state due' }, 'identical repeat?')
      : null,
    rowWarnings(row),
    rowCorrection(row),
    ownerLine(context, row),
    row.open_tasks
      ? h('span', { class: 'state due' }, row.open_tasks === 1 ? '1 task open' : `${row.open_tasks} tasks open`)
      : null,
    review(row),
    rowDelivery(row),
    buttons(context, row, actions),
  );
}

// Longer than it should wait: as READ_OVERDUE has it.
const hour = 3600000;
const targets = [14 * 24 * hour, 7 * 24 * hour, hour];
const isLate = (row) => row.state === 'waiting' && Date.now() - row.since > targets[row.severity];

export function rowNode(context, row, actions) {
  const kind = ['', 'abn', 'crit'][row.severity];
  return h(
    'article',
    {
      class: `item ${kind}`.trim(),
      'data-order': row.order,
      'data-ekg': row.ekg ? 1 : null,
      'aria-label': `${format.fullName(row.patient)}, ${row.tests.join(', ')}`,
    },
    whoCell(row),
    row.ekg ? cartWords(row) : values(row.results),
    sideCell(context, row, actions),
  );
}

// A row whose content is on its way.
export const placeholder = (order) =>
  h('article', { class: 'item waits', 'data-order': order, 'aria-busy': 'true', 'aria-label': 'Loading' });

// About how high a row is, in pixels, before it was ever drawn.
export function guessRow(row) {
  if (!row || row.ekg) return 122;
  return Math.max(122, 26 + 34 * Math.min(row.results.length, longPanel));
}
