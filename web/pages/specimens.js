// One specimen: where it is, whose hands it went through, what each device sent for it.
import { ask, view } from './api.js';
import { custodyCard } from './custody.js';
import { button, field, form, h, say, show, walk } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const rejectCodes = [
  ['RI', 'Identification problem'],
  ['RM', 'Labelled wrongly'],
  ['QS', 'Quantity insufficient'],
  ['RC', 'Clotted'],
  ['RH', 'Haemolysed'],
  ['RB', 'Broken container'],
  ['EX', 'Expired'],
  ['RN', 'Contaminated'],
  ['RR', 'Stored wrongly'],
  ['RS', 'Name misspelt'],
];
const labelled = ['labelled', 'verified', 'received', 'tested', 'stored'];
const atHand = ['verified', 'received', 'tested', 'stored'];

function factsCard(data) {
  const printed = data.labels.filter((label) => label.outcome === 'printed').length;
  const reviewed = data.reviewed ? `${data.reviewed.by?.name ?? ''}, ${format.when(data.reviewed.at)}` : 'not yet';
  const facts = [
    ['State', data.state_text],
    ['Where', data.where],
    ['Tests', data.tests.join(', ')],
    ['Specimen', [data.type, data.container, data.site].filter(Boolean).join(', ')],
    ['Collected', `${format.moment(data.collected_at)} by ${data.collector}`],
    ['Labels', `${printed} printed`],
    ['Reviewed', reviewed],
  ];
  return h(
    'section',
    { class: 'card' },
    h('header', {}, h('h2', {}, 'Now')),
    h(
      'dl',
      { class: 'facts' },
      facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value || 'not said')]),
    ),
  );
}

function resultsCard(data) {
  if (!data.results.length) return null;
  const line = (result) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, widgets.resultName(result)),
      h('td', { class: 'num' }, widgets.valueOf(result)),
      h('td', {}, widgets.resultFlag(result)),
      h('td', { class: 'unit' }, widgets.range(result)),
      h('td', { class: 'small quiet' }, `${result.instrument ?? ''} ${format.when(result.at)}`),
    );
  return h(
    'section',
    { class: 'card' },
    h('header', {}, h('h2', {}, 'Results')),
    h('table', { class: 'tbl' }, h('tbody', {}, data.results.map(line))),
  );
}

export function specimens(context) {
  const typed = h('input', {
    type: 'search',
    placeholder: 'Scan a label, or type its number, an MRN or a name',
    'aria-label': 'Specimen number, MRN or name',
    autocomplete: 'off',
  });
  const search = form(
    { class: 'search' },
    () => look(typed.value.trim()),
    typed,
    h('button', { class: 'btn primary' }, 'Show'),
  );
  const body = h('div', { class: 'stack' });
  const node = h('div', { class: 'stack' }, search, body);
  let accession = '';

  const may = (...roles) => roles.includes(context.me.role);

  async function look(text) {
    const plain = text.replace(/\s/g, '');
    if (/^\d{12}$/.test(plain)) {
      accession = plain;
      await refresh();
      return;
    }
    accession = '';
    const answer = await view('search', { key: text, limit: 50 });
    if (!answer.ok) show(body, widgets.empty('Nothing can be shown.', answer.sentence));
    else if (answer.data.rows.length) show(body, h('div', { class: 'rowlist' }, answer.data.rows.map(found)));
    else show(body, widgets.empty('Nothing fits.', 'Type at least two characters of a number, an MRN or a name.'));
  }

  function pick(row) {
    if (row.ekg) {
      context.go('overread', row.order);
      return;
    }
    if (!row.accession) {
      context.go('collect');
      return;
    }
    typed.value = format.accession(row.accession);
    look(row.accession);
  }

  function found(row) {
    return h(
      'button',
      { type: 'button', onclick: () => pick(row) },
      h(
        'span',
        {},
        h('span', { class: 'name' }, format.fullName(row.patient)),
        h('small', {}, `${format.birthDate(row.patient.birth_date)} · MRN ${row.patient.mrn}`),
      ),
      h(
        'span',
        {},
        h('b', {}, row.tests.join(', ')),
        h('br'),
        h(
          'small',
          {},
          `ordered ${format.when(row.ordered_at)}${row.ekg ? '' : ` · ${row.accession ? row.state_text : 'not collected'}`}`,
        ),
      ),
      h('span', { class: 'mono' }, format.accession(row.accession)),
    );
  }

  // Each act asks for the one thing it needs, here and not in a dialog.
  function act(title, label, name, message, choices) {
    const told = say();
    const input = choices
      ? h(
          'select',
          {},
          choices.map(([value, text]) => h('option', { value }, text)),
        )
      : h('input', { type: 'text', maxlength: 200, required: true, autocomplete: 'off' });
    return h(
      'details',
      { class: 'raw' },
      h('summary', {}, title),
      form(
        { class: 'card stack' },
        async () => {
          const answer = await ask(message, { accession, [name]: input.value });
          told.tell(answer, 'Recorded.');
          if (answer.ok) refresh();
        },
        field(label, input),
        told.node,
        h('button', { class: 'btn primary' }, title),
      ),
    );
  }

  function acts({ state }) {
    const lead = may('lab-lead');
    if (!may('medical-assistant', 'lab-lead', 'provider')) return [];
    return [
      state === 'verified' ? act('Receive at the bench', 'Condition', 'condition', 'receive') : null,
      atHand.includes(state) ? act('Store', 'Where', 'location', 'store') : null,
      labelled.includes(state)
        ? act('Print the label again', 'Why? The label will say COPY', 'reason', 'label_print')
        : null,
      lead && !['rejected', 'disposed'].includes(state)
        ? act('Reject', 'Why', 'reason_code', 'reject', rejectCodes)
        : null,
      lead && ['tested', 'stored', 'rejected'].includes(state) ? act('Dispose of', 'How', 'method', 'dispose') : null,
    ];
  }

  function aside(data) {
    const mayRead = may('provider', 'lab-lead', 'medical-assistant', 'auditor');
    return h(
      'aside',
      { class: 'stack' },
      factsCard(data),
      data.results.length && mayRead ? button('Open the results', () => context.go('order', data.order)) : null,
      acts(data),
      h('p', { class: 'small quiet' }, 'Clinical custody only. This is not a federal (DOT) chain of custody.'),
    );
  }

  async function refresh() {
    if (!accession) return;
    const answer = await view('specimen', { key: accession });
    if (!answer.ok || !answer.data.accession) {
      const why = answer.sentence || 'Compare it with the label, digit by digit.';
      show(
        body,
        widgets.empty(
          answer.ok ? `No specimen has the number ${format.accession(accession)}.` : 'It cannot be shown.',
          why,
        ),
      );
      return;
    }
    const { data } = answer;
    const facts = [
      ['Specimen', format.accession(data.accession), 'mono'],
      ['Container', data.container],
    ];
    show(
      body,
      widgets.banner(data.patient, facts),
      h(
        'div',
        { class: 'split' },
        h('div', { class: 'stack' }, resultsCard(data), custodyCard(data.events)),
        aside(data),
      ),
      data.transmissions.map((sent) => widgets.rawFrames(`As sent by ${sent.instrument}`, sent.frames, true)),
    );
  }

  show(
    body,
    widgets.empty('Scan any label of this clinic.', 'You see where the specimen is, and every hand that touched it.'),
  );
  return {
    node,
    async open() {
      if (!context.key) {
        typed.focus();
        return;
      }
      typed.value = format.accession(context.key);
      await look(context.key);
    },
    changed(event) {
      const ours = event.topic === 'specimen' && (!event.key || event.key === accession);
      if (ours && !body.contains(document.activeElement)) refresh();
    },
    scan(number) {
      typed.value = format.accession(number);
      look(number);
      return true;
    },
    key(name) {
      if (name !== '/') return walk(body, name);
      typed.select();
      typed.focus();
      return true;
    },
  };
}
