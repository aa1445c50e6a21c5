// What belongs to nobody yet: what the device sent on the left, specimens that could fit on the right.
import { ask, view } from './api.js';
import { button, choose, field, form, h, picked, say, show, tick, walk } from './dom.js';
import * as format from './format.js';
import { proposalCards, waitingProposal } from './proposals.js';
import { isLocked, releaseCard } from './release.js';
import * as widgets from './widgets.js';

const resolutions = [
  ['link', 'Link to a specimen'],
  ['qc', 'Quality control'],
  ['not-ours', 'Not ours'],
  ['test-run', 'A test run'],
];
const identifiers = [
  ['name', 'Name'],
  ['birth date', 'Birth date'],
  ['MRN', 'MRN'],
];

const dayMs = 24 * 60 * 60 * 1000;
const waitedLong = (row) => Date.now() - row.received_at > dayMs;

const instrument = (row) => row.model || row.instrument;

function values(row) {
  return row.results.map((result) => `${result.name || result.code} ${result.value} ${result.unit}`.trim()).join(' · ');
}

function line(row, pick) {
  return h(
    'button',
    { type: 'button', 'data-message': row.message, onclick: () => pick(row.message) },
    h(
      'span',
      {},
      h('span', { class: 'name' }, row.instrument),
      h('small', {}, row.specimen ? `specimen “${row.specimen}”` : 'no specimen number'),
    ),
    h('span', {}, h('b', {}, values(row) || 'no result'), h('br'), h('small', {}, row.reason)),
    h('span', { class: 'age late', 'data-since': row.received_at }, format.age(row.received_at)),
  );
}

function sentResult(result) {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, result.name || result.code),
    h('td', { class: 'num' }, widgets.valueOf(result)),
    h('td', {}, widgets.flag(result.flags.join(' '))),
  );
}

function sentCard(row) {
  const nearest = row.candidates[0]?.accession ?? '';
  const facts = [
    ['Specimen', row.specimen && widgets.marked(row.specimen, nearest)],
    ['Patient ID', row.patient.id],
    ['Name', row.patient.name],
    ['Birth date', row.patient.birth_date],
    ['Operator', row.operator],
    ['Run', row.run],
    ['Device time', row.sent_at.replace('T', ' ')],
    ['Received', format.seconds(row.received_at)],
  ];
  return h(
    'section',
    { class: 'card stack' },
    h(
      'div',
      { class: 'card-head' },
      h('h2', {}, 'What the device sent'),
      h('span', { class: 'quiet small push' }, `${instrument(row)}${row.serial ? `, serial ${row.serial}` : ''}`),
    ),
    h('table', { class: 'tbl' }, h('tbody', {}, row.results.map(sentResult))),
    h(
      'dl',
      { class: 'facts' },
      facts.map(([name, value]) => [
        h('dt', {}, name),
        h('dd', { class: value ? 'mono' : 'quiet' }, value || 'not sent'),
      ]),
    ),
    row.complaints.map((text) => h('p', { class: 'small' }, text)),
    widgets.rawFrames('Raw frames', row.frames, true),
  );
}

const sentDate = (text) => {
  const digits = text.replace(/\D/g, '').slice(0, 8);
  return digits.length === 8 ? format.birthDate(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`) : text;
};

// A text with the letters marked in which it is not what the device sent: what both begin and end with is alike.
function differing(text, sent) {
  if (!sent || text.toLowerCase() === sent.toLowerCase()) return [text];
  const same = (a, b) => a !== undefined && a.toLowerCase() === b?.toLowerCase();
  let from = 0;
  while (from < text.length && same(text[from], sent[from])) from += 1;
  let back = 0;
  while (back < text.length - from && back < sent.length - from && same(text.at(-1 - back), sent.at(-1 - back))) back += 1;
  const middle = text.slice(from, text.length - back);
  return [
    text.slice(0, from),
    middle ? h('mark', { class: 'diff' }, middle) : '',
    text.slice(text.length - back),
    h('small', { class: 'quiet' }, ` device: ${sent}`),
  ];
}

// Whether what the device sent of the patient is that of the candidate.
function agreement(candidate, sent, name) {
  if (!sent) return 'absent';
  return candidate.why.includes(name) ? 'same' : 'differs';
}

function candidateTable(row) {
  const { candidates, patient } = row;
  if (!candidates.length)
    return h('p', { class: 'quiet' }, 'No specimen comes near it. Find the tube; its label has the number.');
  const rows = [
    [
      'Specimen',
      (each) => (each.accession === row.specimen ? 'same' : 'differs'),
      (each) => widgets.marked(each.accession, row.specimen),
      'mono',
    ],
    [
      'Name',
      (each) => agreement(each, patient.name, 'name'),
      (each) => differing(format.fullName(each.patient), format.sentName(patient.name)),
    ],
    [
      'MRN',
      (each) => agreement(each, patient.id, 'mrn'),
      (each) => differing(each.patient.mrn, patient.id),
      'mono',
    ],
    [
      'Birth date',
      (each) => agreement(each, patient.birth_date, 'birth_date'),
      (each) => differing(format.birthDate(each.patient.birth_date), sentDate(patient.birth_date)),
    ],
    [
      'Sex',
      (each) => (patient.sex ? (each.patient.sex === patient.sex ? 'same' : 'differs') : 'absent'),
      (each) => each.patient.sex,
    ],
    ['Test ordered', (each) => (each.test_ordered ? 'same' : 'differs'), (each) => each.tests.join(', ')],
    ['Collected', () => '', (each) => `${format.when(each.collected_at)} by ${each.collector_name}`],
  ];
  const head = (each) =>
    h(
      'th',
      { scope: 'col' },
      h(
        'label',
        { class: 'candidate' },
        h('input', {
          type: 'radio',
          name: 'candidate',
          value: each.accession,
          checked: each.accession === row.specimen,
        }),
        format.fullName(each.patient),
      ),
    );
  const words = { same: 'agrees', differs: 'differs', absent: 'not sent' };
  const cell = (kind, text, extra) => (each) =>
    h(
      'td',
      { class: `${kind(each)} ${extra ?? ''}`.trim() },
      text(each),
      kind(each) ? h('small', { class: 'verdict' }, words[kind(each)]) : '',
    );
  return h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      { class: 'compare' },
      h('thead', {}, h('tr', {}, h('th'), candidates.map(head))),
      h(
        'tbody',
        {},
        rows.map(([name, kind, text, extra]) =>
          h('tr', {}, h('th', { scope: 'row' }, name), candidates.map(cell(kind, text, extra))),
        ),
      ),
    ),
  );
}

export function unmatched(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  let open = 0;
  let rows = [];
  let timer = 0;

  async function list() {
    open = 0;
    const [answer, proposed] = await Promise.all([view('unmatched', { limit: 200 }), view('proposals', { limit: 50 })]);
    if (open) return;
    if (!answer.ok) {
      show(node, widgets.empty('The list cannot be shown.', answer.sentence, button('Try again', list)));
      return;
    }
    const focused = document.activeElement?.dataset?.message;
    rows = answer.data.rows;
    context.count('unmatched', answer.data.count);
    show(
      node,
      h(
        'div',
        { class: 'row' },
        h('h1', {}, `${answer.data.count} held or unmatched`),
        h('span', { class: 'quiet' }, 'Nothing here is on anybody’s chart. Phial never guesses.'),
      ),
      proposalCards(context, proposed.ok ? proposed.data.rows : [], list),
      rows.length
        ? h(
            'div',
            { class: 'rowlist' },
            rows.map((row) => line(row, pick)),
          )
        : widgets.empty('Nothing is held.', 'Every result found its specimen by an exact number.'),
    );
    if (focused) node.querySelector(`[data-message="${CSS.escape(focused)}"]`)?.focus();
  }

  function fitsCard(row, ...more) {
    return [
      h(
        'div',
        { class: 'card-head' },
        h('h2', {}, 'Specimens that could fit'),
        h('span', { class: 'quiet small push' }, 'suggestions only'),
      ),
      candidateTable(row),
      ...more,
    ];
  }

  function resolveForm(row) {
    const message = say();
    const number = h('input', {
      type: 'text',
      inputmode: 'numeric',
      autocomplete: 'off',
      name: 'number',
      placeholder: 'scan it, or type its 12 digits',
    });
    const reason = h('input', { type: 'text', name: 'reason', maxlength: 400, required: true, autocomplete: 'off' });
    const link = h(
      'div',
      { class: 'stack' },
      field('Or the number on the tube, when it is none of these', number),
      tick('identifier', 'Two identifiers that you checked on the tube and the order', identifiers),
    );

    async function send(self) {
      const resolution = picked(self, 'resolution')[0];
      const body = { message: row.message, resolution, reason: reason.value };
      if (resolution === 'link') {
        body.accession = number.value.replace(/\s/g, '') || picked(self, 'candidate')[0] || '';
        body.identifier = picked(self, 'identifier');
        if (!body.accession) return message.refuse('Choose the specimen, or scan its label.');
        if (body.identifier.length < 2)
          return message.refuse('Check two identifiers on the tube and the order, and tick both.');
      }
      const answer = await ask('resolve', body);
      message.tell(answer, answer.sentence || 'Recorded.');
      if (answer.ok) setTimeout(list, 600);
      return answer;
    }

    const choice = choose('resolution', 'What is it?', resolutions, 'link');
    choice.addEventListener('change', () => {
      link.hidden = picked(choice, 'resolution')[0] !== 'link';
    });
    return form(
      { class: 'card stack' },
      send,
      fitsCard(row, choice, link, field('Reason', reason), message.node),
      waitedLong(row)
        ? h('p', { class: 'small' }, 'It has waited for more than a day: a second person confirms what you record.')
        : null,
      h('button', { class: 'btn primary' }, waitedLong(row) ? 'Propose the decision' : 'Record the decision'),
      h(
        'p',
        { class: 'small quiet' },
        'Recorded under ',
        h('b', {}, context.me.name),
        '. Phial learns nothing from it.',
      ),
    );
  }

  // What a rule holds has found its specimen: what else it could be is folded.
  function otherwise(row) {
    return h('details', { class: 'raw' }, h('summary', {}, 'It is something else'), resolveForm(row));
  }

  async function pick(message, told = '') {
    open = message;
    const answer = await view('message', { key: String(message) });
    if (open !== message) return;
    if (!answer.ok || !answer.data.message) {
      show(
        node,
        widgets.empty(
          'It cannot be shown.',
          answer.sentence || 'Somebody has resolved it.',
          button('Back to the list', list),
        ),
      );
      return;
    }
    const row = answer.data;
    const at = rows.findIndex((each) => each.message === message);
    const resolver = context.may('resolve');
    show(
      node,
      h(
        'div',
        { class: 'row' },
        h('h1', {}, 'Held result'),
        h(
          'span',
          { class: 'quiet' },
          `${at < 0 ? '' : `${at + 1} of ${rows.length} · `}received ${format.when(row.received_at)}`,
        ),
        h('span', { class: 'age late', 'data-since': row.received_at }, format.age(row.received_at)),
        h('span', { class: 'push' }, button('Back to the list', list)),
      ),
      waitingProposal(row),
      h('div', { class: 'strip hold' }, h('b', {}, row.reason), h('span', {}, 'Names and dates below are hints only.')),
      h(
        'div',
        { class: 'halves' },
        sentCard(row),
        isLocked(row) ? h('div', { class: 'stack' }, releaseCard(context, row, list, (said) => pick(row.message, said), told), resolver ? otherwise(row) : null) : resolver
          ? resolveForm(row)
          : h(
              'section',
              { class: 'card stack' },
              fitsCard(row, h('p', { class: 'quiet' }, 'A lab lead decides what it is.')),
            ),
      ),
    );
  }

  return {
    node,
    open: list,
    changed(event) {
      if (open || !['held', 'inbox'].includes(event.topic)) return;
      clearTimeout(timer);
      timer = setTimeout(() => open || list(), 500);
    },
    scan(number) {
      const input = open > 0 && node.querySelector('input[name=number]');
      if (!input) return false;
      input.value = format.accession(number);
      return true;
    },
    tick: () => widgets.tellAges(node),
    key(name) {
      if (!open) return walk(node, name);
      if (name !== 'Escape') return false;
      list();
      return true;
    },
    close() {
      clearTimeout(timer);
      open = -1;
    },
  };
}
