// Who audits sees no names until they ask, with a reason, which core writes down (domain.md 4). The names are not on
// this page before: core has them covered.
import { ask } from './api.js';
import { button, field, form, h, say, show } from './dom.js';

const without = ['today', 'tests', 'providers', 'instruments', 'huddle', 'metrics', 'lots', 'qc', 'temperatures', 'rules',
  'emergencies_audit', 'operators', 'limits', 'readings', 'covers'];

// `again`: shows the screen anew, with what was shown.
export function coveredBar(again) {
  const node = h('section', { class: 'demo', id: 'covered', 'aria-label': 'Names', hidden: true });
  let shown = { what: '', key: '' };

  function rest() {
    show(
      node,
      h('b', {}, 'Names are covered.'),
      ' Patients appear by a number and a year of birth. ',
      button('Show the names', open),
    );
  }

  function open() {
    const reason = h('input', { type: 'text', required: true, maxlength: 200, autocomplete: 'off' });
    const told = say();
    show(
      node,
      form(
        { class: 'row' },
        async () => {
          const answer = await ask('reveal', { ...shown, reason: reason.value });
          told.tell(answer);
          if (answer.ok) again(shown.key);
        },
        field('Why do you need the names? This is on record', reason),
        h('button', { class: 'btn primary' }, 'Show them for an hour'),
        button('Leave them covered', rest),
        told.node,
      ),
    );
    reason.focus();
  }

  return {
    node,
    // The screen's newest answer about patients was covered, or not.
    note(what, key, covered) {
      if (without.includes(what)) return;
      shown = { what, key };
      if (covered && node.hidden) rest();
      node.hidden = !covered;
    },
    clear() {
      node.hidden = true;
    },
  };
}
