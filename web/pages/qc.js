// Quality control: what is due, what did not pass, what an instrument ran; every test with its controls.
import { ask, view } from './api.js';
import { button, h, say, show } from './dom.js';
import * as format from './format.js';
import { levelPage } from './qclevel.js';
import { failurePage } from './qclook.js';
import { runForm } from './qcrun.js';
import { levelForm, maintenanceForm, put, scopeForm, triggerForm } from './qcset.js';
import * as words from './qcwords.js';
import * as widgets from './widgets.js';

const stateOf = (scope) => (scope.failing ? ['bad', 'did not pass'] : scope.due ? ['due', 'a control is due'] : ['ok', 'good']);
const nameOf = (scope) => `${scope.test_name} · ${words.placeOf(scope.instrument)}`;

function ruleText(rule) {
  return rule.every ? rule.text.replace('so many', rule.every) : rule.text;
}

function ruleState(rule) {
  if (rule.due) return h('span', { class: 'state due' }, rule.waits.length ? `due: ${rule.waits.join('; ')}` : 'due: no control is set up');
  if (rule.until) return h('span', { class: 'state ok' }, `good until ${format.when(rule.until)}`);
  if (rule.kind === 'every_n_runs') return h('span', { class: 'state ok' }, `${rule.runs} of ${rule.every} results`);
  return h('span', { class: 'state ok' }, rule.kind === 'new_operator' ? 'asked with each result' : 'nothing due');
}

function ruleRow(rule, scope, context, acts) {
  return h(
    'li',
    {},
    h('span', {}, h('b', {}, ruleText(rule)), ` · ${rule.basis_text}${rule.note ? ` (${rule.note})` : ''}`),
    h(
      'div',
      { class: 'row' },
      ruleState(rule),
      context.may('keep-lots') ? h('button', { type: 'button', class: 'btn plain', 'aria-label': `Take away: ${ruleText(rule)}`, onclick: () => acts.endRule(scope, rule) }, 'Take away') : null,
    ),
  );
}

function lastCell(level) {
  const run = level.last;
  if (!run) return h('span', { class: 'quiet' }, 'never run');
  return [h('b', {}, words.observed(run)), ' ', words.verdict(run), h('br'), h('span', { class: 'small quiet' }, `${format.when(run.at)}, ${words.who(run)}`)];
}

function levelRow(level, scope, context, acts) {
  return h(
    'tr',
    { 'data-level': level.level },
    h('th', { scope: 'row' }, words.controlOf(level)),
    h('td', {}, level.ranges.map((range) => [words.rangeOf(range), h('br')])),
    h('td', {}, lastCell(level)),
    h(
      'td',
      {},
      h(
        'div',
        { class: 'row' },
        context.may('run-test') ? button('Run it', () => acts.run(level), level.failing || scope.due ? 'primary' : '') : null,
        button('History', () => acts.level(level.level)),
        context.may('keep-lots') ? button('Change', () => acts.edit(scope, level)) : null,
      ),
    ),
  );
}

function scopeCard(scope, context, acts) {
  const [kind, text] = stateOf(scope);
  const heads = ['Control', 'Expected', 'Last run', ''];
  return h(
    'section',
    { class: 'card stack', 'aria-label': nameOf(scope), 'data-scope': `${scope.test} ${scope.instrument}` },
    h('div', { class: 'card-head' }, h('h2', {}, nameOf(scope)), h('span', { class: `state ${kind}` }, text)),
    scope.levels.length
      ? h(
          'div',
          { class: 'scroll' },
          h(
            'table',
            { class: 'tbl' },
            h('caption', { class: 'skip' }, `Controls of ${nameOf(scope)}`),
            h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head || h('span', { class: 'skip' }, 'What to do'))))),
            h('tbody', {}, scope.levels.map((level) => levelRow(level, scope, context, acts))),
          ),
        )
      : h('p', { class: 'state due' }, 'No control is set up: no result can pass.'),
    scope.triggers.length
      ? h('ul', { class: 'lines', 'aria-label': 'When a control is due' }, scope.triggers.map((rule) => ruleRow(rule, scope, context, acts)))
      : h('p', { class: 'small quiet' }, 'No rule makes a control due: it is run when somebody asks for it.'),
    context.may('keep-lots')
      ? h('div', { class: 'row' }, button('Add a control', () => acts.edit(scope, null)), button('Add a rule', () => acts.rule(scope)))
      : null,
  );
}

function failureLine(run, context, acts) {
  const left = run.reach - run.reached;
  const missing = [
    run.actions.length ? '' : 'nobody wrote down what was done',
    left ? `${left} of ${run.reach} patient results not looked at` : '',
    run.review ? '' : 'not reviewed',
  ];
  return h(
    'li',
    { 'data-failure': run.run },
    h('span', {}, h('b', {}, `${nameOf(run)}: ${words.controlOf(run)}`), ` ${format.when(run.at)}. ${run.voided?.reason ?? run.finding}`, h('br'), h('span', { class: 'small' }, missing.filter(Boolean).join(' · '))),
    context.may('view-results') ? button('Look into it', () => acts.failure(run.run)) : null,
  );
}

function unplacedLine(row, context, acts) {
  const select = h(
    'select',
    { 'aria-label': `Which control is it that ${row.instrument} ran?` },
    h('option', { value: '' }, 'Choose the control'),
    row.levels.map((level) => h('option', { value: level.level }, `${level.test}: ${words.controlOf(level)}`)),
  );
  const values = row.values.map((value) => `${value.name || value.code} ${value.value}`).join(', ');
  return h(
    'li',
    { 'data-unplaced': row.message },
    h('span', {}, h('b', {}, `${row.instrument}, ${format.when(row.received_at)}`), ` “${row.specimen}” ${values}`),
    context.may('run-test') ? h('div', { class: 'row' }, select, button('It is this one', () => acts.place(row, select.value)), button('None of ours', () => acts.place(row, ''))) : null,
  );
}

function maintenanceCard(data, acts, context) {
  const line = (row) => h('li', {}, h('span', {}, h('b', {}, row.instrument), ` ${row.kind === 'doubt' ? 'doubt: ' : ''}${row.what}${row.note ? ` (${row.note})` : ''}`), words.signed(row));
  return h(
    'section',
    { class: 'card stack' },
    h('div', { class: 'card-head' }, h('h2', {}, 'Maintenance'), context.may('run-test') ? h('span', { class: 'push' }, button('Write down maintenance', acts.maintenance)) : null),
    data.maintenance.length ? h('ul', { class: 'lines' }, data.maintenance.slice(0, 10).map(line)) : h('p', { class: 'quiet' }, 'Nothing is on record.'),
  );
}

// What tells a control of the page from the others, so that it keeps the focus when the page is built anew.
function markOf(element) {
  const place = element?.closest('[data-level], [data-failure], [data-unplaced], [data-scope]');
  return element ? [...Object.values(place?.dataset ?? {}), element.getAttribute('aria-label') ?? element.textContent].join('|') : '';
}

function strip(data) {
  const failing = data.scopes.filter((scope) => scope.failing).length;
  const due = data.scopes.filter((scope) => scope.due && !scope.failing).length;
  if (!data.scopes.length) return h('p', { class: 'strip' }, h('b', {}, 'No quality control is kept yet.'), ' Results carry a warning until it is.');
  if (!failing && !due) return h('p', { class: 'strip ok' }, h('b', {}, data.failures.length ? 'Every control is good by now, and none is due.' : 'Every control is good and none is due.'));
  const tells = [failing ? h('span', { class: 'state bad' }, `${failing} did not pass`) : null, due ? h('span', { class: 'state due' }, `${due} due`) : null];
  return h('p', { class: 'strip' }, tells, h('span', {}, 'Results of these tests are held until the control is good.'));
}

export function qc(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  const aside = h('div', {});
  const message = say();
  let data = null;
  let inner = null; // the page within: a level, a failure
  let running = null; // the form of a run
  let timer = 0;

  const acts = { run, level: showLevel, failure: showFailure, edit, rule, endRule, place, maintenance, back };

  function told(sentence) {
    running = null;
    show(aside);
    message.tell({ ok: true, sentence });
    refresh();
  }
  const close = () => {
    running = null;
    show(aside);
  };

  async function run(level) {
    if (inner) await back();
    running = runForm(level, (answer) => {
      running = null;
      show(aside);
      if (/did not pass/.test(answer.sentence)) showFailure(Number(answer.key));
      else told(answer.sentence);
    }, close);
    put(aside, running.node);
    window.scrollTo(0, 0);
  }

  async function edit(scope, level) {
    put(aside, await levelForm(scope, level, data.controls, told, close));
    window.scrollTo(0, 0);
  }

  function rule(scope) {
    put(aside, triggerForm({ test: scope.test, instrument: scope.instrument }, data.kinds, data.bases, told, close));
    window.scrollTo(0, 0);
  }

  async function endRule(scope, row) {
    const answer = await ask('qc_trigger', { test: scope.test, instrument: scope.instrument, qc: row.trigger, trigger: row.kind, basis: row.basis, every: row.every, note: row.note, active: 0 });
    if (answer.ok) told('The rule is taken away.');
    else message.tell(answer);
  }

  async function place(row, level) {
    const body = level ? { message: row.message, qc: Number(level) } : { message: row.message, reason: 'None of our controls' };
    const answer = await ask('qc_place', body);
    if (answer.ok) told(answer.sentence || 'It is off the list.');
    else message.tell(answer);
  }

  function maintenance() {
    const names = [...new Set(data.scopes.map((scope) => scope.instrument))];
    put(aside, maintenanceForm(names, told, close));
    window.scrollTo(0, 0);
  }

  async function setUp() {
    put(aside, await scopeForm(context, (scope) => edit(scope, null), close));
  }

  function showInner(page) {
    inner = page;
    show(node, page.node);
    window.scrollTo(0, 0);
    return page.load();
  }

  function showLevel(key) {
    return showInner(levelPage(context, key, acts));
  }

  function showFailure(key) {
    return showInner(failurePage(context, key, back));
  }

  async function back() {
    inner = null;
    await refresh();
  }

  async function refresh() {
    const answer = await view('qc', { since: format.dayStart() });
    if (inner) return;
    if (!answer.ok) {
      show(node, widgets.empty('Quality control cannot be shown.', answer.sentence, button('Try again', refresh)));
      return;
    }
    data = answer.data;
    const focused = node.contains(document.activeElement) ? markOf(document.activeElement) : '';
    show(
      node,
      h('div', { class: 'row' }, h('h1', {}, 'Quality control'), context.may('keep-lots') ? h('span', { class: 'push' }, button('Set up another test', setUp)) : null),
      strip(data),
      message.node,
      aside,
      data.failures.length ? h('section', { class: 'card stack' }, h('h2', {}, 'Did not pass, and still wants a hand'), h('ul', { class: 'lines' }, data.failures.map((each) => failureLine(each, context, acts)))) : null,
      data.unplaced.length ? h('section', { class: 'card stack' }, h('h2', {}, 'Controls that an instrument ran: which are they?'), h('ul', { class: 'lines' }, data.unplaced.map((row) => unplacedLine(row, context, acts)))) : null,
      ...data.scopes.map((scope) => scopeCard(scope, context, acts)),
      maintenanceCard(data, acts, context),
    );
    if (focused) [...node.querySelectorAll('button, select')].find((each) => markOf(each) === focused)?.focus({ preventScroll: true });
  }

  const choosing = () => [...node.querySelectorAll('[data-unplaced] select')].some((select) => select.value);

  return {
    node,
    open: refresh,
    scan(text) {
      if (!running) return false;
      running.scan(text);
      return true;
    },
    key(name) {
      if (name !== 'Escape') return false;
      if (inner) back();
      else close();
      return true;
    },
    changed(event) {
      if (!['qc', 'lots', 'held', 'inbox'].includes(event.topic)) return;
      clearTimeout(timer);
      timer = setTimeout(() => inner || aside.hasChildNodes() || choosing() || refresh(), 500);
    },
    close() {
      clearTimeout(timer);
    },
  };
}
