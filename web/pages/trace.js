// Tracing both ways: from a number to everything behind it, and from a patient, a lot or a person to every result.
import { view } from './api.js';
import { button, form, h, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const ways = {
  accession: 'the specimen',
  order: 'the order',
  patient: 'the patient',
  lot: 'the lot',
  person: 'the person',
};

export function trace(context) {
  const typed = h('input', {
    type: 'search',
    placeholder: 'Specimen, order, MRN, lot, or an operator’s login',
    'aria-label': 'What to trace',
    autocomplete: 'off',
  });
  const body = h('div', { class: 'stack', role: 'status' });
  const node = h(
    'div',
    { class: 'stack' },
    h('h1', {}, 'Trace'),
    form({ class: 'search' }, () => look(typed.value.trim()), typed, h('button', { class: 'btn primary' }, 'Trace')),
    body,
  );
  const link = (text, what) =>
    text ? button(text, () => ((typed.value = what ?? text), look(what ?? text)), 'link') : h('span', { class: 'quiet' }, 'not told');

  function control(row) {
    if (!row.control) return h('span', { class: 'quiet' }, 'no control on record');
    return h(
      'span',
      { class: row.control.passed ? 'state ok' : 'state bad' },
      `${row.control.passed ? 'passed' : 'failed'} ${format.when(row.control.at)}${row.control.lot ? `, lot ${row.control.lot}` : ''}`,
    );
  }

  function line(row) {
    const cells = [
      [format.moment(row.at)],
      [
        h('b', {}, `${row.name} ${row.value} ${row.unit}`),
        row.replaced ? h('span', { class: 'state due' }, 'corrected since') : null,
        h('br'),
        h('small', {}, `${row.test}, version ${row.version}`),
      ],
      [link(format.accession(row.accession), row.accession), h('br'), link(row.order)],
      [link(format.fullName(row.patient), row.patient.mrn), h('br'), h('small', {}, `MRN ${row.patient.mrn}`)],
      [
        row.performed_by ? `${row.performed_by.name}, CLIA ${row.performed_by.clia}` : `${row.instrument} ${row.serial}`,
        h('br'),
        link(row.operator || row.collector),
      ],
      [link(row.lot), row.expires ? h('small', {}, ` exp. ${row.expires}`) : null, h('br'), control(row)],
      [row.signed ? `${row.signed.by}, ${format.when(row.signed.at)}` : 'not signed'],
    ];
    return h('tr', {}, cells.map((each) => h('td', {}, each)));
  }

  async function look(text) {
    const answer = await view('trace', { key: text, limit: 500 });
    if (!answer.ok) {
      show(body, widgets.empty('Nothing can be shown.', answer.sentence));
      return;
    }
    const { results, by, count } = answer.data;
    if (!results.length) {
      show(body, widgets.empty('No result leads there.', 'Type the whole number, MRN, lot or login.'));
      return;
    }
    const heads = ['When', 'Result', 'Specimen, order', 'Patient', 'Measured by', 'Lot, control', 'Signed'];
    show(
      body,
      h('p', {}, `${count} ${count === 1 ? 'result' : 'results'} by ${by.map((each) => ways[each]).join(' and ')}.`),
      h(
        'div',
        { class: 'card scroll', role: 'region', 'aria-label': 'Results', tabindex: 0 },
        h(
          'table',
          { class: 'tbl' },
          h('thead', {}, h('tr', {}, heads.map((each) => h('th', { scope: 'col' }, each)))),
          h('tbody', {}, results.map(line)),
        ),
      ),
    );
  }

  show(body, widgets.empty('Start anywhere.', 'Every number in the answer leads on to what is behind it.'));
  return {
    node,
    open() {
      if (context.key) {
        typed.value = context.key;
        look(context.key);
      } else typed.focus();
    },
    scan(text) {
      typed.value = text;
      look(text);
      return true;
    },
  };
}
