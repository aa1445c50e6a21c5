// What is expected of a control, and what makes it due: the lab lead's forms.
import { ask, view } from './api.js';
import { button, choose, field, form, h, picked, say, show, tick } from './dom.js';
import * as words from './qcwords.js';

const text = (name, more = {}) => h('input', { type: 'text', name, autocomplete: 'off', ...more });
const keyOf = (analyte) => analyte.loinc || `local:${analyte.code}`;

function options(list, chosen) {
  return list.map(([value, name]) => h('option', { value, selected: String(value) === String(chosen ?? '') }, name));
}

const heads = ['Analyte', 'From', 'To', 'or the word', 'Mean', 'SD'];
const columns = ['low', 'high', 'expected', 'mean', 'sd'];

function rangeRow(analyte, range) {
  const cell = (name, i) =>
    h(
      'td',
      {},
      text(name, { value: range?.[name] ?? '', maxlength: name === 'expected' ? 64 : 16, 'aria-label': `${analyte.name}: ${heads[i + 1].toLowerCase()}` }),
    );
  return h('tr', { 'data-analyte': keyOf(analyte), 'data-unit': analyte.ucum }, h('th', { scope: 'row' }, analyte.name, h('br'), h('span', { class: 'unit' }, analyte.ucum)), columns.map(cell));
}

function rangeTable(test, level) {
  const of = (analyte) => level?.ranges.find((range) => range.analyte === keyOf(analyte));
  return h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      { class: 'tbl' },
      h('caption', { class: 'skip' }, 'What is expected of each analyte'),
      h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, test.analytes.map((analyte) => rangeRow(analyte, of(analyte)))),
    ),
  );
}

// The rows in which something stands, as the lists that core takes.
function rangesOf(node) {
  const lists = { code: [], unit: [], low: [], high: [], expected: [], mean: [], sd: [] };
  for (const row of node.querySelectorAll('[data-analyte]')) {
    const values = columns.map((name) => row.querySelector(`[name=${name}]`).value.trim());
    if (values.every((value) => !value)) continue;
    lists.code.push(row.dataset.analyte);
    lists.unit.push(values[0] || values[1] ? row.dataset.unit : '');
    columns.forEach((name, i) => lists[name].push(values[i]));
  }
  return lists;
}

// `level` null: a new one. `scope`: {test, instrument}. `controls`: the lots' book's control materials.
export async function levelForm(scope, level, controls, done, close) {
  const message = say();
  const answer = await view('tests');
  const test = answer.ok && answer.data.tests.find((each) => each.code === scope.test);
  if (!test) return h('p', { class: 'say bad' }, answer.sentence || 'This test is not on the menu any more.');
  const control = text('control', { value: level?.control ?? '', maxlength: 64, required: true });
  const name = text('level', { value: level?.level_name ?? '', maxlength: 64, required: true, placeholder: 'I, low, positive' });
  const matches = text('matches', { value: level?.matches ?? '', maxlength: 64, placeholder: 'CTRL-LOW' });
  const source = text('source', { value: level?.source ?? '', maxlength: 200, required: true, placeholder: 'insert of lot 4711' });
  const item = h('select', { name: 'item' }, h('option', { value: '' }, 'not in the book of lots'), options(controls.map((each) => [each.item, each.name]), level?.item));
  item.addEventListener('change', () => {
    if (item.value && !control.value) control.value = item.selectedOptions[0].textContent;
  });

  const send = (active) => async (node) => {
    const reply = await ask('qc_level', {
      test: scope.test,
      instrument: scope.instrument,
      control: control.value.trim(),
      level: name.value.trim(),
      matches: matches.value.trim(),
      source: source.value.trim(),
      westgard: picked(node, 'westgard').length ? 1 : 0,
      active,
      ...(level ? { qc: level.level } : {}),
      ...(item.value ? { item: Number(item.value) } : {}),
      ...rangesOf(node),
    });
    message.tell(reply);
    if (reply.ok) done(active ? 'The control is kept.' : 'The control is not used any more.');
  };
  const node = form(
    { class: 'card stack', 'aria-label': 'A level of a control' },
    send(1),
    h('h2', {}, level ? `Change ${words.controlOf(level)}` : `A control for ${test.name}, ${words.placeOf(scope.instrument)}`),
    h('div', { class: 'form' }, field('Control material in the book of lots', item), field('Name of the control', control), field('Level', name), field('How the instrument calls it', matches), field('Where the values come from', source, true)),
    rangeTable(test, level),
    tick('westgard', 'Mean and SD', [['yes', "Judge by Westgard's rules as well"]], 'one'),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Keep it'), button('Close', close), level ? button('Not used any more', () => send(0)(node), 'danger push') : null),
  );
  if (level?.westgard) node.querySelector('[name=westgard]').checked = true;
  return node;
}

export function triggerForm(scope, kinds, bases, done, close) {
  const message = say();
  const kind = h('select', { name: 'trigger' }, options(kinds.map((each) => [each.id, each.text])));
  const every = h('input', { type: 'number', name: 'every', min: 1, max: 10000, value: 1 });
  const note = text('note', { maxlength: 200, placeholder: 'section of the insert, policy' });
  const many = field('How many', every);
  const fit = () => (many.hidden = !kinds.find((each) => each.id === kind.value)?.counts);
  kind.addEventListener('change', fit);
  fit();
  return form(
    { class: 'card stack', 'aria-label': 'What makes a control due' },
    async (node) => {
      const answer = await ask('qc_trigger', {
        ...scope,
        trigger: kind.value,
        basis: picked(node, 'basis')[0],
        note: note.value.trim(),
        ...(many.hidden ? {} : { every: Number(every.value) }),
      });
      message.tell(answer);
      if (answer.ok) done('The rule is kept.');
    },
    h('h2', {}, `When a control of ${scope.test}, ${words.placeOf(scope.instrument)}, is due`),
    field('A control is due', kind),
    many,
    choose('basis', 'Because', bases.map((each) => [each.id, each.text]), 'ifu-required', 'one'),
    h('p', { class: 'small quiet' }, 'What is only recommended is shown as due and warned of; it holds no result.'),
    field('Where it says so', note),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Keep it'), button('Close', close)),
  );
}

// A test on an instrument for which nothing is kept yet: then its first control.
export async function scopeForm(context, pick, close) {
  const [tests, found] = await Promise.all([view('tests'), view('instruments')]);
  const devices = [...context.devices.values()].filter((device) => device.kind === 'instrument').map((device) => device.name);
  const names = [...new Set([...devices, ...(found.ok ? found.data.rows.map((row) => row.name) : []), words.byHand])].sort();
  const test = h('select', { name: 'test' }, options((tests.ok ? tests.data.tests : []).map((each) => [each.code, each.name])));
  const instrument = h('select', { name: 'instrument' }, options(names.map((name) => [name, name === words.byHand ? 'read by eye' : name])));
  return form(
    { class: 'card stack', 'aria-label': 'Set up a test' },
    async () => pick({ test: test.value, instrument: instrument.value }),
    h('h2', {}, 'Keep quality control of a test'),
    field('Test', test),
    field('Instrument', instrument),
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Go on'), button('Close', close)),
  );
}

export function maintenanceForm(instruments, done, close) {
  const message = say();
  const instrument = h('select', { name: 'instrument' }, options(instruments.map((name) => [name, name])));
  const what = text('name', { maxlength: 200, required: true });
  const note = text('note', { maxlength: 400 });
  return form(
    { class: 'card stack', 'aria-label': 'Maintenance' },
    async (node) => {
      const answer = await ask('maintenance', {
        instrument: instrument.value,
        kind: picked(node, 'kind')[0],
        name: what.value.trim(),
        note: note.value.trim(),
      });
      message.tell(answer);
      if (answer.ok) done('It is on record.');
    },
    h('h2', {}, 'Maintenance, or a doubt'),
    field('Instrument', instrument),
    choose(
      'kind',
      'What it is',
      [
        ['maintenance', 'Something was done to the instrument'],
        ['doubt', 'A result seems wrong: a control is wanted'],
      ],
      'maintenance',
      'one',
    ),
    field('What was done, or what seems wrong', what),
    field('Remark', note),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Keep it'), button('Close', close)),
  );
}

// Clears the place and puts the form there, with the focus in it.
export function put(place, node) {
  show(place, node);
  place.querySelector('select, input')?.focus();
}
