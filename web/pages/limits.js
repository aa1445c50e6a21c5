// Reference and critical limits: what is live, what waits for the director's signature, and a form to propose more.
import { ask, view } from './api.js';
import { arrange, button, field, form, h, pinInput, say } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const sexes = { '': 'everybody', F: 'female', M: 'male', X: 'X', U: 'unknown' };
const yearDays = (years) => Math.floor((years * 1461) / 4);

// Days as core counts them: whole years where they are, else days.
function ageText(days) {
  const years = Math.round((days * 4) / 1461);
  return yearDays(years) === days ? `${years} ${years === 1 ? 'year' : 'years'}` : `${days} days`;
}

const ageInput = (days) => (days ? ageText(days).replace(/ years?$/, '').replace(/ days$/, 'd') : '');

function ages(row) {
  if (!row.age_from && !row.age_to) return 'every age';
  if (!row.age_to) return `from ${ageText(row.age_from)}`;
  if (!row.age_from) return `under ${ageText(row.age_to)}`;
  return `${ageText(row.age_from)} to under ${ageText(row.age_to)}`;
}

const whom = (row) => [sexes[row.sex], ages(row), row.specimen_type].filter(Boolean).join(', ');

const numbers = ['low', 'high', 'critical_low', 'critical_high', 'text_normal'];
const isNone = (row) => numbers.every((name) => !row[name]);

function between(low, high, below, above) {
  if (low && high) return `${low}–${high}`;
  if (low) return `${above} ${low}`;
  return high ? `${below} ${high}` : '';
}

function reference(row) {
  if (isNone(row)) return 'no limits: every result is reviewed';
  return between(row.low, row.high, 'up to', 'from') || row.text_normal.replaceAll(';', ' or ') || 'none';
}

function critical(row) {
  const parts = [row.critical_low && `≤ ${row.critical_low}`, row.critical_high && `≥ ${row.critical_high}`];
  return parts.filter(Boolean).join(', ') || 'none';
}

const rowText = (row) => `${whom(row)}: ${reference(row)}, critical ${critical(row)} ${row.unit}`.trim();

function limitTable(caption, groups, before) {
  const heads = ['Analyte', 'For whom', 'Reference', 'Critical', 'Unit', 'Until now'];
  const line = (group) => (row, i) =>
    h(
      'tr',
      {},
      i ? h('td', {}, '') : h('th', { scope: 'row' }, row.name),
      h('td', {}, whom(row)),
      h('td', {}, reference(row)),
      h('td', {}, critical(row)),
      h('td', {}, row.unit),
      h('td', { class: 'small quiet' }, i ? '' : before(group)),
    );
  return h(
    'table',
    { class: 'tbl' },
    h('caption', { class: 'skip' }, caption),
    h('thead', {}, h('tr', {}, heads.map((title) => h('th', { scope: 'col' }, title)))),
    h('tbody', {}, groups.map((group) => group.rows.map(line(group)))),
  );
}

const setOf = (data, id) => data.sets.find((set) => set.set === id);
const rowsOf = (set, analyte) => set?.analytes.find((each) => each.analyte === analyte)?.rows ?? [];
const waits = (set) => !set.signed_by && !set.withdrawn;

function liveState(data, analyte) {
  return data.tests.flatMap((test) => test.analytes).find((each) => each.analyte === analyte);
}

// ---- What waits for the signature ----

function untilNow(data) {
  return (group) => {
    const now = rowsOf(setOf(data, liveState(data, group.analyte)?.set), group.analyte);
    return now.length ? now.map(rowText).join('; ') : 'nothing is live';
  };
}

function signForm(set, done) {
  const message = say();
  const pin = pinInput({ required: true });
  return form(
    { class: 'row' },
    async () => {
      const answer = await ask('approve', { reference_set: set.name, version: String(set.set), pin: pin.value });
      pin.value = '';
      message.tell(answer, `“${set.name}” is signed.`);
      if (answer.ok) done();
    },
    field('Your PIN', pin),
    h('button', { class: 'btn primary' }, 'Sign as laboratory director'),
    message.node,
  );
}

function withdrawForm(set, done) {
  const message = say();
  const reason = h('input', { type: 'text', maxlength: 200, required: true, autocomplete: 'off' });
  return h(
    'details',
    { class: 'raw' },
    h('summary', {}, 'Take it back'),
    form(
      { class: 'card row' },
      async () => {
        const answer = await ask('limits_withdraw', { reference_set: set.name, reason: reason.value });
        message.tell(answer, 'It is taken back.');
        if (answer.ok) done();
      },
      field('Why', reason),
      h('button', { class: 'btn' }, 'Take it back'),
      message.node,
    ),
  );
}

function aboutSet(set) {
  const by = set.proposed_by ? `proposed by ${set.proposed_by.name}, ` : 'came with Phial, ';
  const from = set.effective ? `counts from ${format.day(set.effective)}` : 'counts from the signature on';
  return `${by}${format.moment(set.at)} · ${set.source} · ${from}`;
}

function waitingCard(context, data, set, done) {
  return h(
    'section',
    { class: 'card stack', 'data-set': set.name, 'aria-label': `Proposal ${set.name}` },
    h(
      'div',
      { class: 'card-head' },
      h('h2', {}, set.name),
      h('span', { class: 'state due' }, 'waits for the director’s signature, judges nothing'),
    ),
    h('p', { class: 'small quiet' }, aboutSet(set)),
    h(
      'details',
      { class: 'raw', open: set.analytes.length < 6 },
      h('summary', {}, `What it says of ${set.analytes.length} ${set.analytes.length === 1 ? 'analyte' : 'analytes'}`),
      h('div', { class: 'card' }, limitTable(`Proposed: ${set.name}`, set.analytes, untilNow(data))),
    ),
    context.may('approve-limits')
      ? signForm(set, done)
      : h('p', { class: 'small' }, 'A laboratory director, or the provider who directs, signs here.'),
    mayPropose(context) ? withdrawForm(set, done) : null,
  );
}

// ---- Tests ----

function versionLine(set, analyte) {
  const signed = set.signed_by ? `signed by ${set.signed_by.name}, ${format.moment(set.signed_at)}` : '';
  const gone = set.withdrawn ? `taken back by ${set.withdrawn.by?.name}: ${set.withdrawn.reason}` : '';
  const judged = `judged ${set.judged} ${set.judged === 1 ? 'result' : 'results'}`;
  return h(
    'li',
    {},
    h('b', {}, set.name),
    h('span', { class: 'quiet' }, signed || gone || 'not signed'),
    h('small', {}, `${rowsOf(set, analyte).map(rowText).join('; ')} · ${judged}`),
  );
}

function liveText(data, analyte) {
  const live = setOf(data, analyte.set);
  if (!live) return h('span', { class: 'state bad' }, 'no limit is signed');
  return [
    h('span', { class: 'state ok' }, `live since ${format.moment(analyte.since)}`),
    h('br'),
    h('span', { class: 'small quiet' }, `${live.name}, signed by ${live.signed_by.name}`),
    analyte.next ? h('div', { class: 'small' }, `the next version counts from ${format.moment(analyte.next.since)}`) : null,
  ];
}

// What is live of an analyte: a line for each kind of patient, the first with the version.
function liveLines(data, analyte) {
  const rows = rowsOf(setOf(data, analyte.set), analyte.analyte);
  const line = (row, i) =>
    h(
      'tr',
      {},
      i ? h('td', {}, '') : h('th', { scope: 'row' }, analyte.name),
      row ? [whom(row), reference(row), critical(row), row.unit].map((text) => h('td', {}, text)) : h('td', { colspan: 4 }, 'cannot be ordered'),
      h('td', {}, i ? '' : liveText(data, analyte)),
    );
  return rows.length ? rows.map(line) : [line(null, 0)];
}

function otherVersions(data, analyte) {
  const others = data.sets.filter((set) => set.set !== analyte.set && rowsOf(set, analyte.analyte).length);
  if (!others.length) return null;
  return h(
    'details',
    { class: 'raw' },
    h('summary', {}, `Other versions of ${analyte.name} (${others.length})`),
    h('ul', { class: 'card lines' }, others.map((set) => versionLine(set, analyte.analyte))),
  );
}

function testLine(data, test) {
  const dead = test.analytes.filter((analyte) => !analyte.set).map((analyte) => analyte.name);
  const heads = ['Analyte', 'For whom', 'Reference', 'Critical', 'Unit', 'Version'];
  return h(
    'details',
    { class: 'raw', 'data-test': test.code },
    h(
      'summary',
      {},
      h('b', {}, test.name),
      h('span', { class: 'small quiet' }, `${test.code} · ${test.specimen_type}`),
      test.live
        ? h('span', { class: 'state ok push' }, 'live')
        : h('span', { class: 'state bad push' }, `cannot be ordered: ${dead.slice(0, 3).join(', ')} not signed`),
    ),
    h(
      'div',
      { class: 'card stack' },
      h(
        'table',
        { class: 'tbl' },
        h('caption', { class: 'skip' }, `Live limits of ${test.name}`),
        h('thead', {}, h('tr', {}, heads.map((title) => h('th', { scope: 'col' }, title)))),
        h('tbody', {}, test.analytes.map((analyte) => liveLines(data, analyte))),
      ),
      test.analytes.map((analyte) => otherVersions(data, analyte)),
    ),
  );
}

// ---- Proposing ----

const mayPropose = (context) => context.may('keep-lots') || context.may('approve-limits');

function input(label, value, more = {}) {
  const node = h('input', { type: 'text', maxlength: 40, autocomplete: 'off', value, ...more });
  return [node, field(label, node)];
}

// One row of the form: its inputs, and what they say as a line for core (the columns of limits.csv).
function rowEditor(row, remove) {
  const sex = h('select', {}, Object.entries(sexes).map(([id, text]) => h('option', { value: id, selected: id === row.sex }, text)));
  const [from, fromField] = input('From age (years, or 28d)', ageInput(row.age_from));
  const [to, toField] = input('To under age', ageInput(row.age_to));
  const [specimen, specimenField] = input('Specimen type, or any', row.specimen_type);
  const [low, lowField] = input('Low', row.low, { inputmode: 'decimal' });
  const [high, highField] = input('High', row.high, { inputmode: 'decimal' });
  const [criticalLow, criticalLowField] = input('Critical at or below', row.critical_low, { inputmode: 'decimal' });
  const [criticalHigh, criticalHighField] = input('Critical at or above', row.critical_high, { inputmode: 'decimal' });
  const [normal, normalField] = input('Normal texts, with ; between', row.text_normal, { maxlength: 120 });
  const [unit, unitField] = input('Unit (UCUM)', row.unit);
  const all = [sex, from, to, low, high, criticalLow, criticalHigh, normal, unit, specimen];
  return {
    node: h(
      'fieldset',
      { class: 'card form thirds' },
      h('legend', {}, 'For these patients'),
      field('Sex', sex),
      fromField,
      toField,
      lowField,
      highField,
      specimenField,
      criticalLowField,
      criticalHighField,
      unitField,
      normalField,
      remove ? button('Remove this row', remove, 'plain') : null,
    ),
    line: (analyte) => [analyte, ...all.map((each) => `"${each.value.trim().replaceAll('"', '')}"`)].join(','),
    clear: () => [low, high, criticalLow, criticalHigh, normal].forEach((each) => (each.value = '')),
  };
}

function editorRows(list, rows) {
  let editors = [];
  const draw = () => arrange(list, editors.map((each) => each.node));
  const add = (row) => {
    const editor = rowEditor(row, () => {
      editors = editors.filter((each) => each !== editor);
      draw();
    });
    editors.push(editor);
    draw();
  };
  rows.forEach(add);
  return { add, all: () => editors };
}

const blank = (unit) => ({
  sex: '',
  age_from: 0,
  age_to: 0,
  low: '',
  high: '',
  critical_low: '',
  critical_high: '',
  text_normal: '',
  unit,
  specimen_type: '',
});

function analyteChoice(data) {
  const known = new Map(data.tests.flatMap((test) => test.analytes).map((each) => [each.analyte, each]));
  return [...known.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function proposeForm(data, done) {
  const message = say();
  const analytes = analyteChoice(data);
  const analyte = h('select', { required: true }, h('option', { value: '' }, 'choose'), analytes.map((each) => h('option', { value: each.analyte }, `${each.name} (${each.analyte})`)));
  const list = h('div', { class: 'stack' });
  const source = h('input', { type: 'text', maxlength: 400, required: true, autocomplete: 'off' });
  const effective = h('input', { type: 'date' });
  const chosen = () => analytes.find((each) => each.analyte === analyte.value);
  let rows = editorRows(list, []);
  analyte.addEventListener('change', () => {
    const now = rowsOf(setOf(data, chosen()?.set), analyte.value);
    rows = editorRows(list, now.length ? now : [blank(chosen()?.ucum ?? '')]);
  });
  const none = () => {
    rows = editorRows(list, [blank(chosen()?.ucum ?? '')]);
    message.tell({ ok: true }, 'A row without numbers and texts says: no limits, every result is reviewed.');
  };
  const send = async () => {
    if (!rows.all().length) return message.refuse('A proposal has at least one row.');
    const name = `${chosen().name}, ${format.moment(Date.now())}`.slice(-64);
    const limits = rows.all().map((each) => each.line(analyte.value)).join('\n');
    const answer = await ask('limits_propose', { reference_set: name, limits, reason: source.value, effective: effective.value });
    message.tell(answer, 'It is proposed. The director signs it.');
    if (answer.ok) done();
    return answer;
  };
  return form(
    { class: 'card stack', 'data-form': 'propose' },
    send,
    h('h2', {}, 'Propose limits'),
    h('p', { class: 'small quiet' }, 'They judge nothing until the director has signed them. What earlier versions have judged keeps them.'),
    field('Analyte', analyte),
    list,
    h('div', { class: 'row' }, button('One more row', () => rows.add(blank(chosen()?.ucum ?? ''))), button('No limits', none)),
    field('Where they come from, such as “package insert 2026-03”', source),
    field('Count from this day on, or from the signature', effective),
    message.node,
    h('button', { class: 'btn primary' }, 'Propose'),
  );
}

const certificates = {
  CW: 'Certificate of Waiver: what is outside the waiver of its instrument is held.',
  PPM: 'Certificate for provider-performed microscopy: what is outside the waiver of its instrument is held.',
  COC: 'Certificate of Compliance: the waiver guard lets everything pass.',
  COA: 'Certificate of Accreditation: the waiver guard lets everything pass.',
};

function testsCard(data) {
  const dead = data.tests.filter((test) => !test.live).length;
  return h(
    'section',
    { class: 'card stack' },
    h(
      'div',
      { class: 'card-head' },
      h('h1', {}, 'Limits of each test'),
      h('span', { class: dead ? 'state bad push' : 'state ok push' }, dead ? `${dead} of ${data.tests.length} tests cannot be ordered` : 'every test is live'),
    ),
    h('p', { class: 'small quiet' }, certificates[data.certificate] ?? 'The kind of this laboratory’s CLIA certificate is not known: an administrator writes certificate= into phial.conf.'),
    data.tests.map((test) => testLine(data, test)),
  );
}

export function limits(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  const open = new Set();

  async function refresh() {
    const answer = await view('limits');
    if (!answer.ok) {
      arrange(node, [widgets.empty('The limits cannot be shown.', answer.sentence)]);
      return;
    }
    const { data } = answer;
    for (const each of node.querySelectorAll('details[data-test]')) if (each.open) open.add(each.dataset.test);
    arrange(node, [
      ...data.sets.filter(waits).map((set) => waitingCard(context, data, set, refresh)),
      testsCard(data),
      mayPropose(context) ? proposeForm(data, refresh) : null,
    ].filter(Boolean));
    for (const each of node.querySelectorAll('details[data-test]')) each.open = open.has(each.dataset.test);
  }

  return {
    node,
    open: refresh,
    changed(event) {
      if (event.topic === 'tests' && !node.contains(document.activeElement)) refresh();
    },
  };
}
