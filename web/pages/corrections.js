// What was corrected: the old value beside the new one, who learns of it; and the correcting itself.
import { ask } from './api.js';
import { button, choose, field, form, h, picked, pinInput, say, show, tick } from './dom.js';
import * as format from './format.js';

const reasons = [
  ['typing', 'Typed or read wrongly'],
  ['unit', 'Wrong unit'],
  ['instrument', 'Instrument fault'],
  ['control', 'Quality control had failed'],
  ['repeat', 'A repeat measured otherwise'],
  ['specimen', 'Specimen unfit for the test'],
  ['wrong-patient', 'Wrong patient'],
  ['wrong-specimen', 'Wrong specimen or tube'],
  ['other', 'Another reason'],
];
const byCore = [['patient-data', 'The patient’s data were corrected']];
export const reasonText = (code) => [...reasons, ...byCore].find(([id]) => id === code)?.[1] ?? code;
const identifiers = [
  ['name', 'Name'],
  ['birth date', 'Birth date'],
  ['MRN', 'MRN'],
];
const hows = { told: 'was told it', signed: 'signed it', opened: 'opened it', listed: 'had it in a list' };
export const howText = (how) => hows[how] ?? how;
const valueOf = (each) => `${each.value} ${each.unit}`.trim();
// A value that stayed and is judged otherwise is told with its flag.
export const teller = (next, olds) => {
  const stayed = olds.some((old) => valueOf(old) === valueOf(next));
  return (each) => (stayed ? `${valueOf(each)} ${each.flag || 'no flag'}` : valueOf(each));
};

// Old values of a corrected result, the newest last, beside what replaced them.
export function correctionNote(result) {
  if (!result.versions?.length) return null;
  const word = { W: 'withdrawn', X: 'cancelled' }[result.status] ?? 'corrected';
  const tell = teller(result, result.versions);
  return h(
    'div',
    { class: 'small' },
    h('span', { class: 'state bad' }, word),
    ' ',
    [...result.versions]
      .reverse()
      .map((version) => [h('del', {}, tell(version)), ` ${format.moment(version.at)} → `])
      .flat(),
    h('b', {}, tell(result)),
  );
}

function notifiedText(each) {
  return `${each.name} (${howText(each.how)}${each.seen_at ? `, knows since ${format.when(each.seen_at)}` : ''})`;
}

function correctionLines(correction) {
  const { old, new: next } = correction;
  const who = correction.by ? correction.by.name : 'the instrument';
  const asked = correction.requested_by ? `, asked for by ${correction.requested_by}` : '';
  const tell = teller(next, old ? [old] : []);
  const values = old
    ? [h('del', {}, tell(old)), ' → ', h('b', {}, tell(next))]
    : [h('b', {}, valueOf(next)), ` came here from order ${correction.moved_from}`];
  return h(
    'li',
    {},
    h('b', {}, correction.name),
    ' ',
    values,
    correction.moved_to ? ` (now on order ${correction.moved_to})` : '',
    h('br'),
    `${reasonText(correction.reason_code)}: ${correction.reason} `,
    h('span', { class: 'quiet' }, `${who}, ${format.moment(correction.at)}${asked}`),
    old
      ? [
          h('br'),
          h(
            'span',
            { class: 'small' },
            correction.notified.length
              ? `The old value was seen by ${correction.notified.map(notifiedText).join(', ')}.`
              : 'Nobody had seen the old value.',
          ),
        ]
      : '',
  );
}

function wordOf(corrections) {
  const last = corrections.at(-1);
  if (!last.old) return 'MOVED HERE';
  return last.kind === 'patient' ? 'WITHDRAWN' : 'CORRECTED';
}

// ---- correcting ----

function correctForm(context, data, done) {
  const message = say();
  const live = data.results.filter((result) => !['W', 'X'].includes(result.status));
  const which = h(
    'select',
    { name: 'result', onchange: fill },
    live.map((result) => h('option', { value: result.id }, `${result.name || result.code}: ${valueOf(result)}`)),
  );
  const value = h('input', { type: 'text', name: 'value', maxlength: 200, autocomplete: 'off' });
  const unit = h('input', { type: 'text', name: 'unit', maxlength: 64, autocomplete: 'off' });
  const accession = h('input', {
    type: 'text',
    name: 'accession',
    inputmode: 'numeric',
    autocomplete: 'off',
    placeholder: 'scan the right patient’s label',
  });
  const why = h('select', { name: 'reason_code' }, reasons.map(([id, text]) => h('option', { value: id }, text)));
  const reason = h('input', { type: 'text', name: 'reason', maxlength: 400, required: true, autocomplete: 'off' });
  const asked = h('input', { type: 'text', name: 'requested_by', maxlength: 200, autocomplete: 'off' });
  const pin = pinInput({ name: 'pin', required: true });
  const kinds = [
    ['value', 'Another value or unit'],
    ['cancel', 'No result at all'],
    ['patient', 'Not this patient’s'],
  ];
  const kind = choose('kind', 'What is right?', kinds, 'value', 'three');
  const typed = h('div', { class: 'form' }, field('Right value', value), field('Unit', unit));
  const moved = h(
    'div',
    { class: 'stack', hidden: true },
    field('Whose it is (leave empty when it is nobody’s here)', accession),
    tick('identifier', 'Two identifiers that you checked on that tube and its order', identifiers),
    h(
      'p',
      { class: 'small' },
      'Every result of the same transmission goes with it. It stays here as withdrawn, and a second person must confirm it on the page Unmatched.',
    ),
  );
  const named = h('div', { class: 'form' }, field('Asked for by (if not you)', asked), field('Your PIN', pin));

  function fill() {
    unit.value = live.find((result) => String(result.id) === which.value)?.unit ?? '';
  }

  kind.addEventListener('change', () => {
    const now = picked(kind, 'kind')[0];
    typed.hidden = now !== 'value';
    moved.hidden = now !== 'patient';
    named.hidden = now === 'patient';
    pin.required = now !== 'patient';
    if (now === 'patient') why.value = 'wrong-patient';
  });

  async function send(self) {
    const now = picked(self, 'kind')[0];
    const result = live.find((each) => String(each.id) === which.value);
    const because = { reason_code: why.value, reason: reason.value };
    const number = accession.value.replace(/\s/g, '');
    const answer =
      now === 'patient'
        ? await ask('undo', { message: result.message, ...because, ...(number ? { accession: number, identifier: picked(self, 'identifier') } : {}) })
        : await ask('correct', {
            order: data.order,
            version: data.version,
            result_id: result.id,
            kind: now,
            ...(now === 'value' ? { value: value.value, unit: unit.value } : {}),
            ...because,
            requested_by: asked.value,
            pin: pin.value,
          });
    pin.value = '';
    message.tell(answer, answer.sentence || 'Corrected. Everybody who saw the old value is told.');
    if (answer.ok && now !== 'patient') done();
    return answer;
  }

  fill();
  const node = form(
    { class: 'stack correct' },
    send,
    field('Which result', which),
    kind,
    typed,
    moved,
    h('div', { class: 'form' }, field('Why', why), field('What happened', reason)),
    named,
    message.node,
    h('button', { class: 'btn danger' }, 'Record the correction'),
  );
  node.scan = (text) => {
    if (picked(node, 'kind')[0] !== 'patient') return false;
    accession.value = format.accession(text);
    return true;
  };
  return node;
}

// Above the results of an order: what a correction is about, and who saw what it replaced. `data` as READ_ORDER
// gives it; `done` reads the order again.
export function orderCorrections(context, data, done) {
  const corrections = data.corrections ?? [];
  const live = data.results.some((result) => !['W', 'X'].includes(result.status));
  const holder = h('div', { class: 'line', hidden: true });
  const starter =
    live &&
    context.may('correct') &&
    button(
      'Correct a result …',
      () => {
        show(holder, correctForm(context, data, done));
        holder.hidden = false;
        starter.hidden = true;
        holder.querySelector('select').focus();
      },
      'push',
    );
  if (!corrections.length && !starter) return null;
  return h(
    'section',
    { class: corrections.length ? 'strip crit' : 'strip', 'aria-label': 'Corrections', 'data-corrections': corrections.length },
    corrections.length ? h('b', {}, wordOf(corrections)) : h('span', { class: 'quiet' }, 'Is a value wrong, or somebody else’s?'),
    starter,
    corrections.length ? h('ul', { class: 'lines line' }, corrections.map(correctionLines)) : null,
    holder,
  );
}

// In a row of the inbox.
export function rowCorrection(row) {
  if (row.results.some((result) => result.status === 'W')) return h('span', { class: 'state bad' }, 'withdrawn');
  return row.results.some((result) => result.version > 1) ? h('span', { class: 'state bad' }, 'corrected') : null;
}
