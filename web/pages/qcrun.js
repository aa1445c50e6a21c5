// A control is run by hand: its lot and the kit's are scanned or typed, each analyte gets a value.
import { ask, view } from './api.js';
import { button, choose, field, form, h, picked, say, show } from './dom.js';
import * as words from './qcwords.js';

const text = (name, more = {}) => h('input', { type: 'text', name, autocomplete: 'off', ...more });

// Two big choices where a word is expected; else a field.
function valueInput(range) {
  if (range.expected && /^(positive|negative)$/i.test(range.expected))
    return choose(`value-${range.analyte}`, `${range.name}: what do you see?`, [
      ['Positive', 'Positive'],
      ['Negative', 'Negative'],
      ['Invalid', 'Invalid: no control line'],
    ]);
  const input = text(`value-${range.analyte}`, { required: true, maxlength: 64, inputmode: range.expected ? 'text' : 'decimal' });
  return field(`${range.name}${range.unit ? `, in ${range.unit}` : ''}`, input);
}

function valueOf(node, range) {
  const name = `value-${range.analyte}`;
  const chosen = picked(node, name)[0];
  return chosen ?? node.querySelector(`input[type=text][name="${name}"]`)?.value.trim() ?? '';
}

// `done(answer)` after it was kept. Gives {node, scan}.
export function runForm(level, done, close) {
  const message = say();
  const lot = text('lot', { maxlength: 64, required: !level.item, placeholder: level.item ? 'empty: the one that is open' : '' });
  const expires = h('input', { type: 'date', name: 'expires', required: true });
  const kit = text('reagent_lot', { maxlength: 64 });
  const outcome = h('div', {});

  async function send(node) {
    const values = level.ranges.map((range) => valueOf(node, range));
    const missing = level.ranges.find((_, i) => !values[i]);
    if (missing) {
      message.refuse(`Choose what you see for ${missing.name}.`);
      return;
    }
    const answer = await ask('qc_enter', {
      qc: level.level,
      code: level.ranges.map((range) => range.analyte),
      value: values,
      lot: lot.value.trim(),
      reagent_lot: kit.value.trim(),
      ...(level.item ? {} : { expires: expires.value }),
    });
    message.tell(answer);
    if (answer.ok) done(answer);
  }

  const node = form(
    { class: 'card stack', 'aria-label': 'Run a control' },
    send,
    h('h2', {}, `Run ${words.controlOf(level)}`),
    h('p', {}, `${level.test_name}, ${words.placeOf(level.instrument)}. Scan the control’s vial, then the kit.`),
    field('Lot of the control', lot),
    level.item ? null : field('It expires on', expires),
    field('Lot of the kit, strips or cartridges', kit),
    level.ranges.map(valueInput),
    message.node,
    outcome,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Keep the run'), button('Close', close)),
  );

  // A GS1 code says which item it is; a bare number fills the first lot that is empty.
  async function scan(scanned) {
    const answer = await view('lot_scan', { key: scanned });
    const number = (answer.ok && answer.data.number) || scanned;
    const isControl = answer.ok && level.item && answer.data.item === level.item;
    const target = isControl || (!(answer.ok && answer.data.item) && !lot.value) ? lot : kit;
    target.value = number;
    show(outcome, h('p', { class: 'small' }, `${target === lot ? 'The control' : 'The kit'}: lot ${number}.`));
    node.querySelector('input:placeholder-shown, input[type=radio]')?.focus();
  }
  return { node, scan };
}
