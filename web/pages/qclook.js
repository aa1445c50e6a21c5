// A control that did not pass: what was done about it, who has read it, and every patient result it speaks against.
import { ask, view } from './api.js';
import { button, choose, field, form, h, picked, say, show } from './dom.js';
import * as format from './format.js';
import * as words from './qcwords.js';
import * as widgets from './widgets.js';

const outcomes = { stands: 'It stands', repeat: 'Test it again', correct: 'Correct it' };

function noteForm(title, label, name, send) {
  const message = say();
  const note = h('textarea', { name, rows: 2, maxlength: 1000, required: true });
  return form(
    { class: 'stack', 'aria-label': title },
    async () => {
      const answer = await send(note.value.trim());
      message.tell(answer);
    },
    field(label, note),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, title)),
  );
}

function lookCell(run, row, context, done) {
  if (row.tick)
    return [
      h('span', { class: row.tick.outcome === 'stands' ? 'state ok' : 'state due' }, outcomes[row.tick.outcome]),
      row.tick.note ? h('br') : null,
      row.tick.note,
      h('br'),
      words.signed(row.tick),
    ];
  if (!context.may('keep-lots')) return h('span', { class: 'state due' }, 'not looked at yet');
  const choice = async (outcome) => {
    const answer = await ask('qc_look', { qc: run.run, result_id: row.result, outcome });
    done(answer);
  };
  return h(
    'div',
    { class: 'row' },
    Object.entries(outcomes).map(([id, text]) =>
      h('button', { type: 'button', class: 'btn', 'data-act': id, 'aria-label': `${row.name} of ${format.fullName(row.patient)}: ${text}`, onclick: () => choice(id) }, text),
    ),
  );
}

function resultRow(run, row, context, done) {
  return h(
    'tr',
    { 'data-result': row.result },
    h('th', { scope: 'row' }, format.fullName(row.patient), h('br'), h('span', { class: 'small quiet mono' }, `MRN ${row.patient.mrn}`)),
    h('td', {}, row.name, ' ', h('b', {}, `${row.value} ${row.unit}`.trim()), ' ', row.flag),
    h('td', {}, format.moment(row.at), h('br'), h('span', { class: 'small quiet' }, row.signed ? 'signed' : 'not signed')),
    h('td', { class: 'mono' }, row.order),
    h('td', {}, lookCell(run, row, context, done)),
  );
}

function between(run) {
  const from = run.good_before ? `the good control of ${format.moment(run.good_before.at)}` : 'the beginning of the book';
  const to = run.good_after ? `the good control of ${format.moment(run.good_after.at)}` : 'now: no control has been good since';
  return `Every result of this test (${words.placeOf(run.instrument)}) that came between ${from} and ${to}.`;
}

function lookCard(run, context, done) {
  const heads = ['Patient', 'Result', 'Came', 'Order', 'Looked at'];
  const left = run.results.filter((row) => !row.tick).length;
  return h(
    'section',
    { class: 'card stack', 'aria-label': 'Look back', 'data-reach': run.results.length, 'data-left': left },
    h('div', { class: 'card-head' }, h('h2', {}, `Patient results that it speaks against: ${run.results.length}`), run.results.length ? h('span', { class: left ? 'state due' : 'state ok' }, left ? `${left} not looked at` : 'all looked at') : null),
    h('p', { class: 'small quiet' }, between(run)),
    run.results.length
      ? h(
          'div',
          { class: 'scroll' },
          h(
            'table',
            { class: 'tbl' },
            h('caption', { class: 'skip' }, 'Patient results to look at'),
            h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head)))),
            h('tbody', {}, run.results.map((row) => resultRow(run, row, context, done))),
          ),
        )
      : h('p', {}, 'There is none.'),
  );
}

function valueRow(value) {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, value.name),
    h('td', { class: 'num' }, h('b', {}, value.value), ' ', h('span', { class: 'unit' }, value.unit)),
    h('td', { class: 'num' }, words.expected(value) || 'nothing'),
    h('td', {}, h('span', { class: value.passed ? 'state ok' : 'state bad' }, value.passed ? 'passed' : 'did not pass'), ' ', value.finding),
  );
}

function runCard(run, context, done) {
  const heads = ['Analyte', 'Came', 'Expected', ''];
  const send = (name, field_) => async (text) => {
    const answer = await ask(name, { qc: run.run, [field_]: text });
    if (answer.ok) done(answer);
    return answer;
  };
  return h(
    'section',
    { class: 'card stack' },
    h('div', { class: 'card-head' }, h('h2', {}, `${words.controlOf(run)}, ${format.moment(run.at)}`), words.verdict(run)),
    h('p', { class: 'small quiet' }, `${run.test_name} · ${words.placeOf(run.instrument)} · ${words.lotWords(run)} · kit ${run.reagent_lot || 'not told'} · ${words.who(run)} · ${run.reason_text}`),
    h('table', { class: 'tbl' }, h('thead', {}, h('tr', {}, heads.map((head, i) => h('th', { scope: 'col', class: i === 1 || i === 2 ? 'num' : '' }, head || h('span', { class: 'skip' }, 'Verdict'))))), h('tbody', {}, run.values.map(valueRow))),
    words.story(run),
    context.may('run-test') ? noteForm('Write down what was done', 'Corrective action: what was found, what was changed', 'note', send('qc_action', 'note')) : null,
    context.may('keep-lots') && run.actions.length ? noteForm('Reviewed', 'Reviewer: what you make of it', 'note', send('qc_review', 'note')) : null,
  );
}

export function failurePage(context, key, back) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  const message = say();

  async function load() {
    const answer = await view('qc_look_back', { key: String(key) });
    if (!answer.ok || !answer.data.run) {
      show(node, button('Back', back), widgets.empty('It cannot be shown.', answer.sentence || 'This control is good: nothing is to be looked at.'));
      return;
    }
    const run = answer.data;
    const focus = document.activeElement?.closest?.('[data-result]')?.dataset.result;
    show(node, h('div', { class: 'row' }, button('Back', back), h('h1', {}, 'A control that did not pass')), message.node, runCard(run, context, changed), lookCard(run, context, changed));
    if (focus) node.querySelector(`[data-result="${focus}"] ~ [data-result] button, [data-result] button`)?.focus();
  }

  function changed(answer) {
    if (answer.ok) load();
    else message.tell(answer);
  }
  return { node, load };
}

// A good run is found to prove nothing: by the lab lead, with the reason.
export function voidForm(run, done, close) {
  const message = say();
  const node = form(
    { class: 'card stack', 'aria-label': 'This control proves nothing' },
    async () => {
      const reason = picked(node, 'why')[0] === 'other' ? other.value.trim() : picked(node, 'why')[0];
      const answer = await ask('qc_void', { qc: run.run, reason: reason ?? '' });
      message.tell(answer);
      if (answer.ok) done(run.run);
    },
    h('h2', {}, `The run of ${format.moment(run.at)} proves nothing`),
    h('p', {}, 'It passed, and you have found out that it should not count. The patient results that it vouched for are listed next.'),
    choose('why', 'Why', [['The control had expired.', 'The control had expired'], ['The control was opened too long ago.', 'It was opened too long ago'], ['The wrong control was run.', 'It was the wrong control'], ['other', 'Something else']], '', 'one'),
    field('Something else', h('input', { type: 'text', name: 'other', maxlength: 400, autocomplete: 'off' })),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn danger' }, 'It does not count'), button('Close', close)),
  );
  const other = node.querySelector('[name=other]');
  return node;
}
