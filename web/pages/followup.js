// What is to be done after a result: by whom, by when, in which words. It stays open until its outcome is recorded.
import { field, h } from './dom.js';
import * as format from './format.js';

// The day `days` from now, as the site's calendar has it.
export const dayFromNow = (days) => format.addDays(format.isoDay(Date.now()), days);

export function personSelect(people, attributes, chosen = '') {
  const select = h(
    'select',
    attributes,
    h('option', { value: '' }, 'Choose'),
    people.map((each) => h('option', { value: each.login }, each.name)),
  );
  select.value = chosen;
  return select;
}

const words = {
  'call-patient': 'Call the patient: ',
  repeat: 'Repeat: ',
  order: 'Order: ',
  refer: 'Refer: ',
};
// These are nothing without somebody who does them by a day.
export const needsTask = (disposition) => disposition === 'call-patient' || disposition === 'repeat';

let lastOwner = ''; // who was chosen last, so that a row of results needs no choice each

// `hands`: who may be given a task. Hidden until show(disposition) or open().
export function followUp(hands) {
  const owner = personSelect(hands, { name: 'owner' }, hands.some(({ login }) => login === lastOwner) ? lastOwner : '');
  const due = h('input', { type: 'date', name: 'due', value: dayFromNow(1), min: dayFromNow(0) });
  const instruction = h('textarea', { name: 'instruction', rows: 2, maxlength: 1000 });
  const node = h(
    'fieldset',
    { class: 'stack follow', hidden: true },
    h('legend', {}, 'Task'),
    field('What is to be done', instruction),
    field('By whom', owner),
    field('By when', due),
  );
  let written = '';
  return {
    node,
    open() {
      node.hidden = false;
    },
    focus() {
      instruction.focus();
      instruction.setSelectionRange(instruction.value.length, instruction.value.length);
    },
    show(disposition) {
      node.hidden = !needsTask(disposition);
      if (node.hidden) return;
      if (instruction.value === written) instruction.value = written = words[disposition];
    },
    isOpen: () => !node.hidden,
    // What is missing: [sentence, where]; null when nothing is.
    missing() {
      if (!instruction.value.trim()) return ['Write what is to be done.', instruction];
      if (!owner.value) return ['Choose who does it.', owner];
      if (!due.value) return ['Choose the day by which it is done.', due];
      return null;
    },
    body() {
      lastOwner = owner.value;
      return { owner: owner.value, due: due.value, instruction: instruction.value.trim() };
    },
  };
}
