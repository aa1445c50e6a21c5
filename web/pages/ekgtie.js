// Whose EKG is it? What the file says beside the orders it could belong to; a person confirms it with two identifiers.
import { ask, view } from './api.js';
import { button, choose, field, form, h, picked, say, show, tick } from './dom.js';
import * as format from './format.js';
import * as tracing from './tracing.js';
import * as widgets from './widgets.js';

const columns = 4; // candidates that stand beside the file at once
const reasons = {
  unnamed: ['the file names nobody; it was run on this patient'],
  differs: [
    'the cart still had the last patient’s name',
    'spelled otherwise at the cart',
    'typed wrongly at the cart',
    'the cart’s clock is wrong',
  ],
  '': ['no order was open at the cart'],
};
const notAPatients = [
  ['test-run', 'A test run'],
  ['not-ours', 'Not ours'],
];

const same = (a, b) => a.trim().toLowerCase() === b.trim().toLowerCase();

const lettersOf = (text) => text.normalize('NFD').replace(/\P{L}/gu, '').toLowerCase();
const wordsOf = (text) => text.split(/[\s,.^]+/).map(lettersOf).filter(Boolean);

// Family and given name, or its initial: a relative's name is another one. Stricter than core, which judges again.
function sameName(said, { family, given }) {
  const [first = ''] = wordsOf(given);
  const [front, back] = said.split(',');
  const rest = wordsOf(back ?? said).filter((word) => back !== undefined || !wordsOf(family).includes(word));
  const sameFamily =
    back === undefined
      ? wordsOf(family).every((word) => wordsOf(said).includes(word))
      : lettersOf(front) === lettersOf(family);
  return sameFamily && rest.some((word) => word === first || word === first[0]);
}

// The rows of the comparison: its name, what the file says, what the order's patient has, core's two words for it. Equal
// is what core found or what is equal here; but what core says of the proposed order that it differs, differs.
function lines(sent) {
  return [
    ['Name', format.sentName(sent.name), (patient) => format.fullName(patient), '', 'name'],
    [
      'Birth date',
      format.birthDate(sent.birth_date),
      (patient) => format.birthDate(patient.birth_date),
      'birth_date',
      'birth date',
    ],
    ['ID, MRN', sent.id, (patient) => patient.mrn, 'mrn', 'id'],
    ['Sex', sent.sex, (patient) => patient.sex, '', 'sex'],
  ];
}

function agreement([, said, of, found, judged], candidate, row) {
  if (!said) return 'absent';
  if (candidate.order === row.proposed?.order && row.differs.split(', ').includes(judged)) return 'differs';
  const equal = judged === 'name' ? sameName(said, candidate.patient) : same(said, of(candidate.patient));
  return equal || (found && candidate.why?.includes(found)) ? 'same' : 'differs';
}

const words = { same: 'agrees', differs: 'differs', absent: 'not in the file' };

function markedCell(line, candidate, row) {
  const how = agreement(line, candidate, row);
  const text = line[2](candidate.patient);
  return h(
    'td',
    { class: how },
    how === 'differs' ? h('span', { class: 'diff' }, text) : text,
    ' ',
    h('span', { class: 'small quiet nowrap' }, words[how]),
  );
}

function compareTable(row, candidates, chosen) {
  const isProposed = (each) => each.order === row.proposed?.order;
  const head = (each) =>
    h(
      'th',
      { scope: 'col' },
      h(
        'label',
        { class: 'candidate' },
        h('input', { type: 'radio', name: 'candidate', value: each.order, checked: each.order === chosen }),
        h(
          'span',
          {},
          format.fullName(each.patient),
          h(
            'small',
            {},
            isProposed(each) ? 'open at that cart' : `order ${each.order}`,
            !isProposed(each) && each.why?.includes('cart') ? ', open there before' : '',
            each.ordered_at ? `, ordered ${format.when(each.ordered_at)}` : '',
            each.provider_name ? `, ${each.provider_name}` : '',
          ),
        ),
      ),
    );
  return h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      { class: 'compare ties' },
      h('thead', {}, h('tr', {}, h('th'), h('th', { scope: 'col' }, 'In the file'), candidates.map(head))),
      h(
        'tbody',
        {},
        lines(row.patient).map((line) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, line[0]),
            h('td', { class: line[1] ? '' : 'quiet' }, line[1] || 'not said'),
            candidates.map((each) => markedCell(line, each, row)),
          ),
        ),
      ),
    ),
  );
}

// What the file contradicts, or that it names nobody: then a reason must be given as well.
function doubt(row, candidate) {
  const all = lines(row.patient)
    .slice(0, 3)
    .map((line) => agreement(line, candidate, row));
  if (candidate.order === row.proposed?.order && row.differs) return 'differs';
  if (all.every((how) => how === 'absent')) return 'unnamed';
  return all.includes('differs') ? 'differs' : '';
}

export function tieView(context, row, tied, back) {
  const picture =
    row.tracing && row.format !== 'pdf'
      ? tracing.paper(`Tracing of ${tracing.sentWho(row.patient)}, as in the file`)
      : null;
  const proposed = row.candidates.find((each) => each.order === row.proposed?.order) ?? row.proposed;
  const candidates = [proposed, ...row.candidates.filter((each) => each !== proposed)]
    .filter(Boolean)
    .slice(0, columns);
  const sure = ['ekg-confirm', 'ekg-unnamed'].includes(row.reason_code);
  const decides = h('div', { class: 'stack' });
  const table = h('div', { class: 'stack' });
  let chosen = sure ? (row.proposed?.order ?? '') : '';
  let why = null; // the reason's field, when one is needed

  const candidate = () => candidates.find((each) => each.order === chosen);

  function drawTable() {
    show(
      table,
      candidates.length
        ? compareTable(row, candidates, chosen)
        : h('p', { class: 'quiet' }, 'No order comes near it. Look for the patient’s order below.'),
    );
  }

  function drawDecision() {
    const each = candidate();
    if (!each) {
      show(decides, h('p', { class: 'quiet' }, 'Choose the order that it belongs to.'));
      return;
    }
    const { patient } = each;
    const needs = doubt(row, each);
    const agreed = row.reason_code === 'ekg-confirm' && each.order === row.proposed?.order;
    why = agreed
      ? null
      : tracing.reasonField('why', needs ? 'Why it is this patient’s all the same' : 'Why this order', reasons[needs]);
    show(
      decides,
      tick(
        'identifier',
        'Two identifiers of the patient on whom it was run',
        [
          ['name', `Name: ${format.fullName(patient)}`],
          ['birth date', `Birth date: ${format.birthDate(patient.birth_date)}`],
          ['MRN', `MRN: ${patient.mrn}`],
        ],
        'one',
      ),
      why?.node,
      message.node,
      h('button', { class: 'btn primary' }, `This is the EKG of ${format.fullName(patient)}`),
    );
  }

  const message = say();

  async function send(self) {
    const each = candidate();
    const identifier = picked(self, 'identifier');
    if (!each) return null;
    if (identifier.length < 2)
      return message.refuse('Compare two identifiers with the patient on whom it was run, and tick both.');
    const reason = why?.value() ?? '';
    if (why && !reason && doubt(row, each)) return message.refuse('Say why it is this patient’s all the same.');
    const answer = await ask('ekg_tie', {
      tracing: row.tracing,
      order: each.order,
      identifier,
      ...(reason ? { reason } : {}),
    });
    message.tell(answer);
    return answer.ok ? tied(each.order, `Tied to ${format.fullName(each.patient)}; it waits for the provider.`) : null;
  }

  function searchForm() {
    const input = h('input', { type: 'search', name: 'order-search', autocomplete: 'off', placeholder: 'name or MRN' });
    const found = say();
    return h(
      'details',
      {},
      h('summary', {}, 'Another order'),
      form(
        { class: 'stack' },
        async () => {
          const answer = await view('search', { key: input.value.trim(), limit: 50 });
          if (!answer.ok) return found.tell(answer);
          const more = answer.data.rows.filter(
            (each) => each.ekg && !candidates.some((one) => one.order === each.order),
          );
          candidates.push(...more.slice(0, columns));
          found.tell({
            ok: more.length > 0,
            sentence: more.length ? `${more.length} more: choose above.` : 'No further EKG order is found by that.',
          });
          return drawTable();
        },
        h('div', { class: 'search' }, input, h('button', { class: 'btn' }, 'Find')),
        found.node,
      ),
    );
  }

  function offList() {
    const reason = h('input', { type: 'text', maxlength: 400, autocomplete: 'off', name: 'off-reason' });
    const told = say();
    return h(
      'details',
      {},
      h('summary', {}, 'It is no patient’s EKG'),
      form(
        { class: 'stack' },
        async (self) => {
          const answer = await ask('resolve', {
            message: row.message,
            resolution: picked(self, 'resolution')[0],
            reason: reason.value,
          });
          told.tell(answer, 'Recorded.');
          return answer.ok ? back('Recorded: it is no patient’s EKG. The file is kept.') : null;
        },
        choose('resolution', 'What is it?', notAPatients, 'test-run'),
        field('Reason', reason),
        told.node,
        h('div', { class: 'row' }, h('button', { class: 'btn' }, 'Take it off the list')),
      ),
    );
  }

  function fileCard() {
    const facts = [
      ['Cart', [widgets.instrumentName(row.instrument), row.model].filter(Boolean).join(': ')],
      ['Serial', row.serial],
      ['Recorded', format.sentTime(row.recorded_at) || 'the file says no time'],
      ['Received', format.seconds(row.received_at)],
      ['Format', row.format ? tracing.formatText(context.me.ekg_formats, row.format) : 'not recognised'],
    ];
    return h(
      'section',
      { class: 'card stack' },
      h('div', { class: 'card-head' }, h('h2', {}, 'What the cart sent')),
      picture?.node,
      row.format === 'pdf' ? tracing.documentFrame(row.tracing, 'The cart’s document') : null,
      h(
        'dl',
        { class: 'facts small' },
        facts.filter(([, value]) => value).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
      ),
    );
  }

  function bothNames() {
    if (row.reason_code !== 'ekg-differs') return null;
    const open = row.proposed ? format.fullName(row.proposed.patient) : 'nobody';
    return h(
      'span',
      { class: 'line' },
      'In the file: ',
      h('b', {}, tracing.sentWho(row.patient)),
      '. Open at that cart: ',
      h('b', {}, open),
      '.',
    );
  }

  const tie = form(
    { class: 'card stack' },
    send,
    h(
      'div',
      { class: 'card-head' },
      h('h2', {}, 'Whose is it?'),
      h('span', { class: 'quiet small push' }, 'Phial suggests; you decide'),
    ),
    table,
    decides,
  );
  tie.addEventListener('change', (event) => {
    if (event.target.name !== 'candidate') return;
    chosen = event.target.value;
    drawDecision();
  });
  const works = context.me.role !== 'auditor';
  const readable = Boolean(row.tracing);
  const node = h(
    'div',
    { class: 'stack' },
    h(
      'div',
      { class: 'row' },
      h('h1', {}, readable ? 'Tie an EKG' : 'A file that cannot be read'),
      tracing.standing(row),
      h(
        'span',
        { class: 'push' },
        button('Back to the list', () => back()),
      ),
    ),
    h(
      'div',
      { class: row.reason_code === 'ekg-confirm' ? 'strip ok' : 'strip hold' },
      h('b', {}, row.reason),
      bothNames(),
    ),
    h(
      'div',
      { class: 'ties-split' },
      fileCard(),
      h(
        'div',
        { class: 'stack' },
        readable && works ? tie : null,
        readable && works ? h('section', { class: 'card' }, searchForm()) : null,
        context.me.role === 'lab-lead' ? h('section', { class: 'card' }, offList()) : null,
        !readable && context.me.role !== 'lab-lead'
          ? h(
              'p',
              { class: 'card' },
              'The file is kept as it came. A lab lead takes it off the list; export it anew at the cart.',
            )
          : null,
      ),
    ),
  );
  return {
    node,
    open() {
      drawTable();
      drawDecision();
      picture?.draw(tracing.path(row.tracing, tracing.usual));
      node.querySelector('input[name=identifier], input[name=candidate]')?.focus();
    },
    close: () => picture?.close(),
  };
}
