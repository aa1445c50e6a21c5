// Decisions that need a second person: what one proposed, beside what it is about; another compares and confirms.
import { ask } from './api.js';
import { button, field, form, h, picked, say, tick } from './dom.js';
import { reasonText } from './corrections.js';
import * as format from './format.js';

const identifiers = [
  ['name', 'Name'],
  ['birth date', 'Birth date'],
  ['MRN', 'MRN'],
];
const resolutions = {
  link: 'Link it to a specimen',
  qc: 'It is quality control',
  'not-ours': 'It is not ours',
  'test-run': 'It is a test run',
};

const who = (patient) =>
  patient ? `${format.fullName(patient)}, born ${format.birthDate(patient.birth_date)}, MRN ${patient.mrn}` : '';

function whatIsProposed(row) {
  if (row.kind === 'undo')
    return row.accession
      ? 'Take these results off this patient and file them under the other'
      : 'Withdraw these results: they are not this patient’s';
  return resolutions[row.resolution] ?? row.resolution;
}

function facts(row) {
  return [
    ['Results', row.values.map((each) => `${each.name} ${each.value} ${each.unit}`.trim()).join(' · ')],
    ['From', `${row.instrument}, received ${format.moment(row.received_at)}`],
    ['The device said', [row.specimen && format.accession(row.specimen), row.told.name, row.told.id].filter(Boolean).join(', ')],
    row.kind === 'undo' ? ['Now filed under', `${who(row.patient_from)} (order ${row.order_from})`] : null,
    row.accession ? ['To be filed under', `${who(row.patient_to)} (specimen ${format.accession(row.accession)})`] : null,
    ['Compared so far', row.identifiers],
    ['Released from the rule', row.released],
    ['Why', [row.reason_code && reasonText(row.reason_code), row.reason].filter(Boolean).join(': ')],
  ].filter((fact) => fact?.[1]);
}

function card(context, row, done) {
  const message = say();
  const mine = row.by?.login === context.me.login;
  const note = h('input', { type: 'text', name: 'note', maxlength: 400, autocomplete: 'off' });
  const end = async (outcome) => {
    const answer = await ask('proposal_end', {
      proposal: row.proposal,
      outcome,
      identifier: picked(node, 'identifier'),
      note: note.value,
    });
    message.tell(answer, answer.sentence || 'Recorded.');
    if (answer.ok) setTimeout(done, 600);
    return answer;
  };
  const node = form(
    { class: 'card stack', 'data-proposal': row.proposal },
    () => (mine ? end('declined') : end('confirmed')),
    h(
      'div',
      { class: 'card-head' },
      h('h2', {}, whatIsProposed(row)),
      h('span', { class: 'state due push' }, 'waits for a second person'),
    ),
    h(
      'dl',
      { class: 'facts' },
      facts(row).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
    ),
    h('p', { class: 'small quiet' }, `Proposed by ${row.by?.name ?? ''}, ${format.moment(row.at)}`),
    mine || !row.accession ? null : tick('identifier', 'Two identifiers that you checked yourself', identifiers),
    field(mine ? 'Why you take it back' : 'Remark (needed to decline)', note),
    message.node,
    h(
      'div',
      { class: 'row' },
      mine
        ? h('button', { class: 'btn' }, 'Take it back')
        : [h('button', { class: 'btn primary' }, 'Confirm'), button('Decline', () => end('declined'))],
      mine ? h('span', { class: 'quiet' }, 'Somebody else has to confirm it.') : null,
    ),
  );
  return node;
}

// All of them, above the list of what is unmatched.
export function proposalCards(context, rows, done) {
  if (!rows.length) return null;
  return h(
    'section',
    { class: 'stack', 'aria-label': 'Decisions that wait for a second person' },
    h('h2', {}, `${rows.length} ${rows.length === 1 ? 'decision waits' : 'decisions wait'} for a second person`),
    rows.map((row) => card(context, row, done)),
  );
}

// On the page of one message.
export function waitingProposal(row) {
  if (!row.proposal) return null;
  return h(
    'div',
    { class: 'strip warn' },
    h('b', {}, `${row.proposal.by?.name ?? 'Somebody'} has proposed a decision`),
    h('span', {}, `${format.moment(row.proposal.at)}: it waits on the list for a second person.`),
  );
}
