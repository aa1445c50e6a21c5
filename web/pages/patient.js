// Who the patient is: the data put right with a reason, what stood before, and the tubes whose labels still say it.
import { ask, view } from './api.js';
import { button, choose, field, form, h, picked, say, show, tick } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const sexes = [
  ['F', 'Female'],
  ['M', 'Male'],
  ['X', 'X'],
  ['U', 'Unknown'],
];
const compared = [
  ['photo identification', 'Photo ID'],
  ['insurance card', 'Insurance card'],
  ['health record', 'Health record'],
  ['stated and spelled', 'The patient spelled it'],
  ['address', 'Address'],
  ['telephone', 'Telephone'],
];
const atHand = ['collected', 'labelled', 'verified', 'received', 'tested', 'stored'];
const dataOf = (each) => `${format.fullName(each)} · ${format.birthDate(each.birth_date)} · ${each.sex} · MRN ${each.mrn}`;

// The way to it from a page that shows the patient; `back` says where to return to.
export const patientLink = (context, patient, back) =>
  button('Patient’s data', () => context.go('patient', patient.mrn, back.join(' ')));

// A label in words, with what differs from the patient marked.
function labelText(label, patient) {
  const parts = [
    [format.fullName(label), format.fullName(patient)],
    [format.birthDate(label.birth_date), format.birthDate(patient.birth_date)],
    [label.sex, patient.sex],
    [`MRN ${label.mrn}`, `MRN ${patient.mrn}`],
  ];
  return parts.map(([said, stands], i) => [i ? ' · ' : '', said === stands ? said : h('mark', {}, said)]);
}

function labelsCard(context, data, refresh) {
  if (!data.labels.length) return null;
  const message = say();
  const again = (row) =>
    button('Print it again', async () => {
      message.tell({ ok: true }, 'Printing …');
      const answer = await ask('label_print', { accession: row.accession, reason: 'the patient’s data were corrected' });
      message.tell(answer, `Printed, it says COPY. Stick it on tube ${format.accession(row.accession)} now, over the old one.`);
      if (answer.ok) await refresh(message.node);
    });
  const line = (row) =>
    h(
      'tr',
      { 'data-accession': row.accession },
      h('th', { scope: 'row', class: 'mono' }, format.accession(row.accession)),
      h('td', {}, [row.container, row.state_text].filter(Boolean).join(', ')),
      h('td', {}, labelText(row.label, data.patient)),
      h('td', {}, context.may('collect') && atHand.includes(row.state) ? again(row) : h('span', { class: 'quiet' }, row.state === 'sent' ? 'tell the laboratory that has it' : 'not at hand')),
    );
  return h(
    'section',
    { class: 'card stack', id: 'old-labels' },
    h('header', {}, h('h2', {}, 'Tubes whose label says something else')),
    h(
      'table',
      { class: 'tbl' },
      h('thead', {}, h('tr', {}, ['Specimen', 'Container', 'The label says', ''].map((title) => h('th', { scope: 'col' }, title)))),
      h('tbody', {}, data.labels.map(line)),
    ),
    message.node,
  );
}

function versionLine(version, i) {
  const changed = version.changed.length ? `${version.changed.join(', ')} corrected` : 'as first entered';
  const why = [version.reason, version.identifiers && `compared: ${version.identifiers}`].filter(Boolean).join(' · ');
  return h(
    'li',
    { 'data-version': version.version },
    h('span', {}, i ? h('span', {}, dataOf(version)) : h('b', {}, dataOf(version))),
    h('span', { class: i ? 'state' : 'state ok' }, i ? changed : `${changed}, stands`),
    h('small', {}, `${format.moment(version.at)} ${version.by?.name ?? ''}${why ? `: ${why}` : ''}`),
  );
}

function correctForm(data, done) {
  const { patient } = data;
  const message = say();
  const text = (name, value, more = {}) => h('input', { type: 'text', name, value, maxlength: 200, autocomplete: 'off', ...more });
  const family = text('family', patient.family, { required: true });
  const given = text('given', patient.given);
  const mrn = text('mrn', patient.mrn, { maxlength: 64, required: true });
  const birth = h('input', { type: 'date', name: 'birth_date', value: patient.birth_date, required: true, min: '1900-01-01' });
  const reason = text('reason', '', { maxlength: 300, required: true });
  return form(
    { class: 'card stack' },
    async (self) => {
      const identifier = picked(self, 'identifier');
      if (identifier.length < 2) {
        message.refuse('Tick two that you have just compared, so that it is the right person.');
        return;
      }
      const answer = await ask('patient_correct', {
        mrn: patient.mrn,
        version: String(data.version),
        new_mrn: mrn.value.trim(),
        family: family.value.trim(),
        given: given.value.trim(),
        birth_date: birth.value,
        sex: picked(self, 'sex')[0],
        identifier,
        reason: reason.value.trim(),
      });
      message.tell(answer);
      if (answer.ok) await done(answer, message.node);
    },
    h('header', {}, h('h2', {}, 'Correct the data')),
    h('div', { class: 'form' }, field('Family name', family), field('Given names', given), field('Birth date', birth), field('MRN', mrn)),
    choose('sex', 'Sex', sexes, patient.sex, 'four'),
    tick('identifier', 'What have you just compared? Tick two at least.', compared),
    field('What was wrong, and how you know', reason),
    h('p', { class: 'small quiet' }, 'What stood before is kept. Labels that are printed and reports that are signed keep what they say; the tubes that need another label are listed here then.'),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Correct')),
  );
}

export function patient(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  let key = context.key;
  const [screen, back] = context.intent.split(' ');

  const leave = () => context.go(screen || 'specimens', back ?? '', 'again');

  function settled(data) {
    if (!data.settled || context.may('correct-patient')) return null;
    return h('p', { class: 'card' }, 'This patient has specimens or results already. The lab lead or the laboratory director corrects the data then.');
  }

  async function refresh(told = null) {
    const answer = await view('patient', { key });
    const data = answer.ok ? answer.data : {};
    if (!data.patient) {
      show(node, widgets.empty('This patient cannot be shown.', answer.sentence || 'Nobody has that MRN.', button('Back', leave)));
      return;
    }
    const refused = settled(data);
    show(
      node,
      h('h1', {}, 'Patient’s data'),
      widgets.banner(data.patient),
      told,
      labelsCard(context, data, refresh),
      refused ?? (context.may('enter-order') ? correctForm(data, corrected) : null),
      h('section', { class: 'card stack' }, h('header', {}, h('h2', {}, 'What stands, and what stood before')), h('ul', { class: 'lines' }, data.versions.map(versionLine))),
      h('div', { class: 'row' }, button('Back', leave)),
    );
  }

  // Another MRN is the key from then on.
  async function corrected(answer, told) {
    key = answer.key;
    await refresh(told);
    window.scrollTo(0, 0);
    told.tabIndex = -1;
    told.focus({ preventScroll: true }); // what had the focus is gone
  }

  return {
    node,
    open: () => refresh(),
    key(name) {
      if (name !== 'Escape') return false;
      leave();
      return true;
    },
  };
}
