// The laboratory's rules: how far each reaches, who set it so and why, what was released in spite of it.
import { ask, view } from './api.js';
import { button, choose, field, form, h, picked, pinInput, say, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const levels = {
  allow: ['state', 'Allow', 'says nothing'],
  warn: ['state due', 'Warn', 'the result is filed with the warning beside it'],
  lockout: ['state bad', 'Lockout', 'the result is held until somebody releases it'],
};
const findings = { against: 'When the books speak against it', unknown: 'When nobody knows' };

function level(row) {
  const [kind, name] = levels[row.level];
  const set = row.by ? `set by ${row.by.name}, ${format.day(row.at)}` : 'the default';
  return h('span', {}, h('span', { class: kind }, name), h('br'), h('small', { class: 'quiet' }, set));
}

function ruleRow(rule, edit) {
  return h(
    'tr',
    { 'data-rule': rule.rule },
    h('th', { scope: 'row' }, rule.text),
    h('td', {}, level(rule.against)),
    h('td', {}, level(rule.unknown)),
    h('td', { class: 'num' }, rule.held),
    h('td', { class: 'num' }, rule.overrides),
    edit ? h('td', {}, button('Change', () => edit(rule))) : null,
  );
}

function ruleTable(rules, edit) {
  const heads = ['The rule', ...Object.values(findings), 'Held now', 'Released', ...(edit ? ['Set it'] : [])];
  return h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      { class: 'tbl tight' },
      h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col', class: /Held|Released/.test(head) ? 'num' : '' }, head)))),
      h('tbody', {}, rules.map((rule) => ruleRow(rule, edit))),
    ),
  );
}

function changeForm(rule, done) {
  const message = say();
  const finding = choose('finding', 'Which part', Object.entries(findings), 'against', 'one');
  const reach = choose(
    'level',
    'How far it reaches',
    Object.entries(levels).map(([id, [, name, what]]) => [id, `${name}: ${what}`]),
    rule.against.level,
    'one',
  );
  finding.addEventListener('change', (event) => {
    const now = rule[event.target.value].level;
    for (const each of reach.querySelectorAll('input')) each.checked = each.value === now;
  });
  const reason = h('input', { type: 'text', name: 'reason', maxlength: 400, required: true, autocomplete: 'off' });
  const pin = pinInput({ name: 'pin', required: true });
  return form(
    { class: 'card stack', 'aria-label': 'Change a rule' },
    async (self) => {
      const answer = await ask('rule_set', {
        rule: rule.rule,
        finding: picked(self, 'finding')[0],
        level: picked(self, 'level')[0],
        reason: reason.value.trim(),
        pin: pin.value,
      });
      pin.value = '';
      message.tell(answer, 'The rule is changed from now on.');
      if (answer.ok) done();
    },
    h('h2', {}, 'Change the rule'),
    h('p', {}, rule.text),
    finding,
    reach,
    field('Reason, as an inspector may read it', reason),
    field('Your PIN', pin),
    message.node,
    h('button', { class: 'btn primary' }, 'Change it'),
  );
}

function overrideLine(each) {
  return h(
    'li',
    {},
    h('span', {}, each.sentence),
    h('small', {}, `${format.moment(each.at)} released by ${each.by?.name ?? ''}: ${each.reason}`),
  );
}

function changeLine(each) {
  const what = `${each.rule}, ${findings[each.finding].toLowerCase()}: ${levels[each.level][1]}`;
  return h('li', {}, h('span', {}, what), h('small', {}, `${format.moment(each.at)} ${each.by?.name ?? ''}: ${each.reason}`));
}

export function rules(context) {
  const list = h('div', { class: 'stack' }, widgets.loading());
  const aside = h('aside', { class: 'stack' });
  const node = h('div', { class: 'stack' }, list);
  let timer = 0;

  function edit(rule) {
    node.className = 'split';
    show(node, list, aside);
    show(
      aside,
      changeForm(rule, () => {
        refresh();
      }),
      button('Close', close),
    );
    aside.querySelector('input:checked')?.focus();
  }

  function close() {
    node.className = 'stack';
    show(node, list);
  }

  async function refresh() {
    const answer = await view('rules');
    if (!answer.ok) {
      show(list, widgets.empty('The rules cannot be shown.', answer.sentence, button('Try again', refresh)));
      return;
    }
    const { rules: all, history, overrides } = answer.data;
    show(
      list,
      h('h1', {}, 'Rules'),
      h(
        'p',
        { class: 'quiet' },
        'What the clinic’s own books must say before a result goes to its provider. A result is real whatever a rule says: none is thrown away.',
        context.may('direct') ? '' : ' The laboratory director changes them.',
      ),
      h('section', { class: 'card' }, ruleTable(all, context.may('direct') ? edit : null)),
      h(
        'section',
        { class: 'card', 'aria-label': 'Released in spite of a rule' },
        h('h2', {}, `Released in spite of a rule: ${all.reduce((sum, rule) => sum + rule.overrides, 0)}`),
        overrides.length ? h('ul', { class: 'lines' }, overrides.map(overrideLine)) : h('p', { class: 'quiet' }, 'Nothing was.'),
      ),
      h(
        'section',
        { class: 'card' },
        h('h2', {}, 'Changes'),
        history.length ? h('ul', { class: 'lines' }, history.map(changeLine)) : h('p', { class: 'quiet' }, 'Every rule is at its default.'),
      ),
    );
  }

  return {
    node,
    open: refresh,
    changed(event) {
      if (!['rules', 'held'].includes(event.topic)) return;
      clearTimeout(timer);
      timer = setTimeout(refresh, 500);
    },
    close: () => clearTimeout(timer),
  };
}
