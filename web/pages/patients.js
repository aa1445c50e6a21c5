// Two records of one patient: compared side by side, merged, and taken apart again.
import { ask, view } from './api.js';
import { button, field, form, h, picked, say, show, tick } from './dom.js';
import * as format from './format.js';
import { patientLink } from './patient.js';
import * as widgets from './widgets.js';

const rows = [
  ['Family name', (p) => p.family],
  ['Given names', (p) => p.given],
  ['Birth date', (p) => format.birthDate(p.birth_date)],
  ['Sex', (p) => p.sex],
  ['MRN', (p) => p.mrn],
  ['Orders', (p) => String(p.orders)],
  ['Last order', (p) => format.day(p.last_order)],
];

export function patients(context) {
  const typed = h('input', { type: 'search', 'aria-label': 'Beginning of the family name, or MRN', placeholder: 'Family name or MRN', autocomplete: 'off' });
  const found = h('div', { class: 'stack' });
  const body = h('div', { class: 'stack' });
  const node = h(
    'div',
    { class: 'stack' },
    h('h1', {}, 'Patients with two records'),
    form({ class: 'search' }, () => look(), typed, h('button', { class: 'btn primary' }, 'Show')),
    found,
    body,
  );
  let chosen = [];

  function choice(patient) {
    const at = chosen.findIndex((each) => each.mrn === patient.mrn);
    const pick = () => {
      chosen = at >= 0 ? chosen.filter((each) => each.mrn !== patient.mrn) : [...chosen, patient].slice(-2);
      look();
    };
    return h(
      'button',
      { type: 'button', 'aria-pressed': String(at >= 0), 'data-mrn': patient.mrn, onclick: pick },
      h('span', {}, h('span', { class: 'name' }, format.fullName(patient)), h('small', {}, `${format.birthDate(patient.birth_date)} · ${patient.sex} · ${format.mrn(patient)}`)),
      h('span', {}, patient.orders === 1 ? '1 order' : `${patient.orders} orders`),
      h('span', { class: at >= 0 ? 'state due' : 'state' }, at >= 0 ? 'chosen' : 'choose'),
    );
  }

  function compare() {
    const [kept, merged] = chosen;
    const reason = h('input', { type: 'text', maxlength: 300, required: true, autocomplete: 'off' });
    const message = say();
    const differs = rows.slice(0, 4).filter(([, of]) => of(kept) !== of(merged));
    const line = ([name, of]) =>
      h('tr', {}, h('th', { scope: 'row' }, name), [kept, merged].map((each) => h('td', {}, of(each) === of(kept === each ? merged : kept) || name === 'MRN' ? of(each) : h('mark', {}, of(each)))));
    return form(
      { class: 'card stack' },
      async (self) => {
        const identifier = picked(self, 'identifier');
        if (identifier.length < 2) return message.refuse('Compare two that do not come from this list, such as the address and the telephone, and tick them.');
        const answer = await ask('patient_merge', { mrn: kept.mrn, merged_mrn: merged.mrn, identifier, reason: reason.value.trim() });
        message.tell(answer);
        if (answer.ok) await done(message.node, kept);
        return null;
      },
      h('header', {}, h('h2', {}, 'Is it one patient?')),
      h(
        'div',
        { class: 'scroll' },
        h(
          'table',
          { class: 'tbl' },
          h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, ''), h('th', { scope: 'col' }, `Keep: MRN ${kept.mrn}`), h('th', { scope: 'col' }, `Merge into it: MRN ${merged.mrn}`))),
          h('tbody', {}, rows.map(line)),
        ),
      ),
      differs.length ? h('p', { class: 'state due' }, `They differ in: ${differs.map(([name]) => name.toLowerCase()).join(', ')}`) : null,
      h('p', {}, 'Both histories are kept. What is filed under the second is shown with the first and judged by its birth date and sex; the merge can be undone.'),
      tick('identifier', 'Which identifiers did you compare, and found to be the same person’s?', [
        ['name and birth date', 'Name and birth date'],
        ['address', 'Address'],
        ['telephone', 'Telephone'],
        ['photo identification', 'Photo ID'],
      ]),
      field('How you know', reason),
      message.node,
      h('div', { class: 'row' }, h('button', { class: 'btn danger' }, 'Merge the two records'), button('Keep the other one', () => ((chosen = [merged, kept]), look()))),
    );
  }

  // What there is to do next, and the way to it, stand there until something else is done.
  async function done(told, patient) {
    chosen = [];
    await look(told, [patient]);
    told.tabIndex = -1;
    told.focus(); // what had the focus is gone
  }

  function mergeLine(merge) {
    const reason = h('input', { type: 'text', maxlength: 300, required: true, autocomplete: 'off', 'aria-label': 'Why they are two patients after all' });
    const message = say();
    const undo = form(
      { class: 'row' },
      async () => {
        const answer = await ask('patient_unmerge', { merge: merge.merge, reason: reason.value.trim() });
        message.tell(answer);
        if (answer.ok) await done(message.node, merge.merged);
      },
      reason,
      h('button', { class: 'btn' }, 'Undo'),
      message.node,
    );
    return h(
      'li',
      { 'data-merge': merge.merge },
      h('span', {}, `MRN ${merge.merged.mrn} (${format.fullName(merge.merged)}) into MRN ${merge.kept.mrn} (${format.fullName(merge.kept)})`),
      h('span', { class: merge.undone ? 'state' : 'state ok' }, merge.undone ? 'undone' : 'merged'),
      h('small', {}, `${format.moment(merge.at)} ${merge.by?.name ?? ''}: ${merge.reason} (${merge.identifiers})`),
      merge.undone ? h('small', {}, `Undone ${format.moment(merge.undone.at)} by ${merge.undone.by?.name ?? ''}: ${merge.undone.reason}`) : h('details', {}, h('summary', {}, 'They are two patients after all'), undo),
    );
  }

  async function look(told = null, after = []) {
    const answer = await view('patients', { key: typed.value.trim(), limit: 50 });
    if (!answer.ok) {
      show(found, widgets.empty('Nothing can be shown.', answer.sentence));
      return;
    }
    const list = answer.data.rows;
    const links = chosen.length ? chosen : after;
    show(found, list.length ? h('div', { class: 'rowlist' }, list.map(choice)) : widgets.empty('Search for the patient.', 'Choose the record to keep first, then the other one.'));
    show(
      body,
      told,
      links.length ? h('div', { class: 'row' }, links.map((each) => h('span', { class: 'row' }, patientLink(context, each, ['patients']), h('span', { class: 'small quiet' }, `of ${format.fullName(each)}, MRN ${each.mrn}`)))) : null,
      chosen.length === 2 ? compare() : null,
      answer.data.merges.length ? h('section', { class: 'card stack' }, h('header', {}, h('h2', {}, 'Merges')), h('ul', { class: 'lines' }, answer.data.merges.map(mergeLine))) : null,
    );
  }

  return {
    node,
    async open() {
      await look();
      typed.focus();
    },
  };
}
