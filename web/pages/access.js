// Who saw what: everybody who saw a patient, or everything that one person saw. For audits and for patients who ask.
import { view } from './api.js';
import { button, choose, field, form, h, picked, say, show } from './dom.js';
import { emergencies } from './emergencies.js';
import * as format from './format.js';
import { roleName } from './roles.js';
import * as widgets from './widgets.js';

const pageRows = 100;

const looks = {
  inbox: 'the inbox',
  order: 'the results of an order',
  specimen: 'the custody of a specimen',
  label: 'a label',
  unmatched: 'the unmatched list',
  message: 'an unmatched result',
  search: 'what they searched for',
  find: 'what they searched for',
  patients: 'the records of patients',
  order_list: 'the list of orders to collect',
  tasks: 'the tasks',
  overdue: 'what is overdue',
  oral: 'orders by word of mouth',
  sendouts: 'the send-outs',
  by_hand: 'results to enter by hand',
  rejections: 'rejected specimens',
  criticals: 'critical values',
  notices: 'corrections they were told of',
  proposals: 'what waits for a second person',
  lot: 'what was measured with a lot',
  qc_look_back: 'results that a failed control reaches',
  trace: 'a trace',
  pack: 'the inspector’s pack',
  export: 'custody, or a report',
  instrument: 'the raw wire of an instrument',
  ekgs: 'the EKG list',
  ekg: 'an EKG',
  tracing: 'an EKG not yet tied',
  access: 'who saw that patient',
  access_by: 'what that person saw',
};
const lookOf = (what) => looks[what] ?? what.replaceAll('_', ' ');

function accessRow(row, ofPerson) {
  const did = row.kind === 'act' ? row.text : `Looked at ${lookOf(row.what)}`;
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, `${format.day(row.at)} ${format.seconds(row.at)}`),
    ofPerson ? h('td', {}, row.mrn || '') : h('td', {}, row.person.name),
    h('td', {}, roleName(row.role)),
    h('td', {}, did, row.emergency ? h('span', { class: 'state bad' }, `emergency: ${row.emergency.reason}`) : null),
    h('td', { class: 'mono' }, row.key && row.key !== row.order ? format.accession(row.key) : row.order),
    h('td', {}, row.workstation),
  );
}

function listsCard(lists) {
  if (!lists.length) return null;
  const line = (row) =>
    h(
      'li',
      {},
      `${row.person.name}: ${lookOf(row.what)}, ${row.times} times, ${format.moment(row.first)} to ${format.moment(row.last)}`,
    );
  return h(
    'details',
    { class: 'raw' },
    h('summary', {}, `Lists on which the patient stood at that time: ${lists.length}`),
    h('ul', {}, lists.map(line)),
  );
}

function report(data, ofPerson, more) {
  const columns = ['When', ofPerson ? 'Patient (MRN)' : 'Who', 'As', 'What', 'Number', 'Where'];
  const title = ofPerson ? `${data.name} (${data.login})` : `Patient with MRN ${data.mrn}`;
  const told = ofPerson
    ? `${data.count} looks and acts`
    : `${data.count} looks and acts by ${data.people} ${data.people === 1 ? 'person' : 'people'}, on ${data.orders.length} ${data.orders.length === 1 ? 'order' : 'orders'}`;
  return h(
    'section',
    { class: 'card stack', id: 'report' },
    h('div', { class: 'card-head' }, h('h2', { tabindex: -1 }, title), h('span', { class: 'quiet' }, told)),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': title },
      h(
        'table',
        { class: 'tbl' },
        h('thead', {}, h('tr', {}, columns.map((name) => h('th', { scope: 'col' }, name)))),
        h('tbody', {}, data.rows.map((row) => accessRow(row, ofPerson))),
      ),
    ),
    data.rows.length < data.count ? button(`Show more (${data.count - data.rows.length})`, more) : null,
    ofPerson ? null : listsCard(data.lists),
  );
}

function nobody(ofPerson, covered) {
  if (ofPerson) return 'Nobody has that sign-in name. The list of people has it.';
  if (covered) return 'Names and MRNs are covered: give the number of an order or a label, or press Show the names, which is on record.';
  return 'There is no patient with that number. Give the MRN, or the number of an order or a label.';
}

export function access(context) {
  const message = say();
  const key = h('input', { type: 'search', required: true, maxlength: 64, name: 'key', autocomplete: 'off', autocapitalize: 'none' });
  const place = h('div', { class: 'stack' });
  const reviews = context.may('audit') ? emergencies('emergencies_audit') : null;
  let limit = pageRows;

  async function look(self) {
    const ofPerson = picked(self, 'by')[0] === 'person';
    const answer = await view(ofPerson ? 'access_by' : 'access', { key: key.value.trim(), limit });
    if (!answer.ok) {
      message.tell(answer);
      return;
    }
    const found = answer.data.rows;
    context.lookedUp = { key: key.value.trim(), by: ofPerson ? 'person' : 'patient' };
    message.tell({ ok: Boolean(found), sentence: found ? '' : nobody(ofPerson, answer.covered) });
    show(place, found ? report(answer.data, ofPerson, () => ((limit += pageRows), look(self))) : null);
    place.querySelector('h2')?.focus();
  }

  const ask = form(
    { class: 'card stack' },
    (self) => {
      limit = pageRows;
      return look(self);
    },
    h('h1', {}, 'Who saw what'),
    choose('by', 'Look up', [['patient', 'Everybody who saw one patient'], ['person', 'Everything one person saw']], 'patient'),
    field('MRN, order or label number; or the sign-in name', key),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Look it up'), button('Print', () => window.print())),
    h('p', { class: 'small quiet' }, 'This look-up is on record too. No patient’s name stands in it.'),
  );
  return {
    node: h('div', { class: 'stack' }, reviews?.node, ask, place),
    open() {
      const before = context.lookedUp;
      reviews?.refresh();
      key.focus();
      context.lookedUp = null;
      if (!before || before.key !== context.key) return;
      // The names were asked for: what was looked up is shown anew, with them.
      context.key = '';
      key.value = before.key;
      ask.querySelector(`input[value=${before.by}]`).checked = true;
      ask.requestSubmit();
    },
    changed(event) {
      if (event.topic === 'people') reviews?.refresh();
    },
    scan(number) {
      key.value = number;
      ask.querySelector('input[value=patient]').checked = true;
      ask.requestSubmit();
      return true;
    },
  };
}
