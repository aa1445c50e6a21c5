// A reference laboratory's result, copied as it stands on its report; or why there will be none.
import { ask } from './api.js';
import { field, form, h, picked, say, tick } from './dom.js';
import * as format from './format.js';

const identifiers = [
  ['name', 'Name'],
  ['birth date', 'Birth date'],
  ['MRN', 'MRN'],
];

function resultRow(analyte) {
  const cell = (name, label, more = {}) =>
    h('td', {}, h('input', { name, maxlength: 100, autocomplete: 'off', 'aria-label': `${label} of ${analyte.name}`, ...more }));
  return h(
    'tr',
    { 'data-code': analyte.loinc || analyte.code },
    h('th', { scope: 'row' }, analyte.name),
    cell('value', 'Value'),
    cell('unit', 'Unit', { value: analyte.ucum }),
    cell('range', 'Reference range'),
    cell('flag', 'Flag'),
  );
}

export function resultForm(row, done) {
  const number = h('input', { required: true, maxlength: 64, autocomplete: 'off' });
  const reported = h('input', { type: 'datetime-local', required: true });
  const note = h('textarea', { rows: 3, maxlength: 4000 });
  const compared = tick('identifier', 'Compared on the report and here, at least two', identifiers);
  const body = h('tbody', {}, row.analytes.map(resultRow));
  const told = say();
  const send = async () => {
    const rows = [...body.children].filter((each) => each.querySelector('[name=value]').value.trim());
    const all = (name) => rows.map((each) => each.querySelector(`[name=${name}]`).value.trim());
    if (!rows.length) {
      told.refuse('Copy at least one value as the laboratory wrote it.');
      return;
    }
    const answer = await ask('reference_result', {
      accession: row.accession,
      lab_number: number.value.trim(),
      reported_at: reported.value,
      identifier: picked(compared, 'identifier'),
      code: rows.map((each) => each.dataset.code),
      value: all('value'),
      unit: all('unit'),
      range: all('range'),
      flag: all('flag'),
      note: note.value,
    });
    told.tell(answer);
    if (answer.ok) done();
  };
  return form(
    { class: 'stack', 'data-result': row.accession },
    send,
    h('h3', {}, `Result of ${format.fullName(row.patient)} from ${row.lab.name}`),
    h(
      'p',
      { class: 'quiet' },
      'Copy it exactly as it is written: the laboratory’s own value, unit, range and flag. Nothing is converted or judged.',
    ),
    h('div', { class: 'form thirds' }, field('The laboratory’s number', number), field('Date of its report', reported)),
    h(
      'table',
      { class: 'tbl' },
      h(
        'thead',
        {},
        h('tr', {}, ['Analyte', 'Value', 'Unit', 'Range', 'Flag'].map((text) => h('th', { scope: 'col' }, text))),
      ),
      body,
    ),
    field('What else the report says, word for word', note, true),
    compared,
    told.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Give it to the provider')),
  );
}

export function closeForm(row, done) {
  const reason = h('input', { required: true, maxlength: 200, autocomplete: 'off' });
  const told = say();
  return form(
    { class: 'row', 'data-close': row.accession },
    async () => {
      const answer = await ask('sendout_close', { accession: row.accession, reason: reason.value });
      told.tell(answer);
      if (answer.ok) done();
    },
    field('Why will there be no result?', reason),
    h('button', { class: 'btn primary' }, 'Take it off the list'),
    told.node,
  );
}
