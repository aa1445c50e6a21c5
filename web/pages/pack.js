// The inspector's pack: one page and its tables, of some days, in one click.
import { ask, pack as fetchPack } from './api.js';
import { field, form, h, say } from './dom.js';
import * as format from './format.js';

const iso = (ms) => format.day(ms).replace(/^(\d{2})\/(\d{2})\/(\d{4})$/, '$3-$1-$2');
const dayMs = 86400000;

export function pack() {
  const now = Date.now();
  const from = h('input', { type: 'date', required: true, name: 'from' });
  const to = h('input', { type: 'date', required: true, name: 'to' });
  const names = h('input', { type: 'checkbox', name: 'names' });
  const reason = h('input', { name: 'reason', maxlength: 200, autocomplete: 'off' });
  const why = field('Why do you need the names? This is on record', reason);
  const told = say();
  from.value = iso(now - 90 * dayMs);
  to.value = iso(now);
  why.hidden = true;
  names.addEventListener('change', () => {
    why.hidden = !names.checked;
    reason.required = names.checked;
  });

  async function take() {
    const key = `${from.value}..${to.value}`;
    if (names.checked) {
      const asked = await ask('reveal', { what: 'pack', key, reason: reason.value });
      if (!asked.ok) {
        told.tell(asked);
        return;
      }
    }
    told.tell({ ok: true, sentence: '' }, 'Custody is verified and the pack is made. Everybody can go on meanwhile …');
    const answer = await fetchPack({ from: from.value, to: to.value });
    if (!answer.ok) {
      told.tell(answer);
      return;
    }
    const url = URL.createObjectURL(answer.blob);
    h('a', { href: url, download: `inspectors-pack-${from.value}-to-${to.value}.zip` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
    told.tell({ ok: true }, 'The pack is saved. Unpack it and open index.html: it needs no network.');
  }

  const node = h(
    'div',
    { class: 'stack' },
    h('h1', {}, 'Inspector’s pack'),
    h(
      'p',
      {},
      'Results with their lots and controls, rejected and corrected ones, critical calls, quality control, lots, ' +
        'temperatures, operators, send-outs, the unmatched list, limits, the menu, people and who saw what: one page ' +
        'that opens offline, and a CSV file for each table. That you took it is on record.',
    ),
    form(
      { class: 'card stack' },
      take,
      h('div', { class: 'form thirds' }, field('First day', from), field('Last day, included', to)),
      h('label', { class: 'row' }, names, 'With patients’ names (they are covered from auditors otherwise)'),
      why,
      told.node,
      h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Take the pack')),
    ),
  );
  return { node, open: () => from.focus() };
}
