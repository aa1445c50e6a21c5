// One specimen: where it is, whose hands it went through, what each device sent for it.
import { ask, view } from './api.js';
import { button, field, h, say, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const notes = ['wrong-label', 'label-failed', 'result-held', 'exception', 'rejected', 'returned'];
const rejectCodes = [['RI', 'Identification problem'], ['RM', 'Labelled wrongly'], ['QS', 'Quantity insufficient'], ['RC', 'Clotted'], ['RH', 'Haemolysed'], ['RB', 'Broken container'], ['EX', 'Expired'], ['RN', 'Contaminated'], ['RR', 'Stored wrongly'], ['RS', 'Name misspelt']];

function eventLine(event) {
  const details = [event.detail, event.reason && `reason: ${event.reason}`].filter(Boolean).join(' · ');
  const by = [event.person?.name ?? event.instrument ?? '', event.workstation, event.location].filter(Boolean).join(' · ');
  return h('li', { class: notes.includes(event.type) ? 'is-note' : null }, h('time', {}, format.seconds(event.at), h('small', {}, format.day(event.at))), h('span', { class: 'dot' }),
    h('div', {}, h('b', {}, event.text), ' ', details, h('span', { class: 'by' }, by, event.clock_unset ? ' · the clock was not set' : '')),
    h('div', { class: 'seal' }, h('span', { class: 'mono', title: 'the link of this row in the chain' }, event.link.replace(/(.{4})/g, '$1 ').trim())));
}

function factsCard(data) {
  const labels = data.labels.filter((label) => label.outcome === 'printed').length;
  const rows = [['Where', data.where], ['State', data.state_text], ['Tests', data.tests.join(', ')], ['Specimen', [data.type, data.container, data.site].filter(Boolean).join(', ')], ['Collected', `${format.moment(data.collected_at)} by ${data.collector}`], ['Labels', `${labels} printed`], ['Reviewed', data.reviewed ? `${data.reviewed.by?.name ?? ''} ${format.when(data.reviewed.at)}` : 'not yet']];
  return h('section', { class: 'card' }, h('header', {}, h('h2', {}, 'Now')), h('dl', { class: 'facts' }, rows.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value || '–')]).flat()));
}

function resultsCard(data) {
  if (!data.results.length) return null;
  return h('section', { class: 'card' }, h('header', {}, h('h2', {}, 'Results')), h('table', { class: 'tbl' }, h('tbody', {}, data.results.map((result) => h('tr', {}, h('th', { scope: 'row' }, widgets.resultName(result)), h('td', { class: 'num' }, widgets.valueOf(result)), h('td', {}, widgets.resultFlag(result)), h('td', { class: 'unit' }, widgets.range(result)), h('td', { class: 'small quiet' }, `${result.instrument ?? ''} ${format.when(result.at)}`))))));
}

export function specimens(context) {
  const typed = h('input', { type: 'search', placeholder: 'Scan a label, or type its number, an MRN or a name', 'aria-label': 'Specimen number, MRN or name', autocomplete: 'off' });
  const search = h('form', { class: 'row', onsubmit: (event) => { event.preventDefault(); look(typed.value.trim()); } }, typed, h('button', { class: 'btn primary' }, 'Show'));
  const body = h('div', { class: 'stack' });
  const node = h('div', { class: 'stack' }, search, body);
  let accession = '';

  const may = (...roles) => roles.includes(context.me.role);

  async function look(text) {
    const plain = text.replace(/\s/g, '');
    if (/^\d{12}$/.test(plain)) { accession = plain; await refresh(); return; }
    accession = '';
    const answer = await view('search', { key: text, limit: 50 });
    if (!answer.ok) show(body, widgets.empty('Nothing can be shown.', answer.sentence));
    else if (!answer.data.rows.length) show(body, widgets.empty('Nothing fits.', 'Type at least two characters of a number, an MRN or a name.'));
    else show(body, h('div', { class: 'rowlist' }, answer.data.rows.map(found)));
  }

  function found(row) {
    return h('button', { type: 'button', onclick: () => (row.accession ? look(row.accession) : context.go('collect')) }, h('span', {}, h('span', { class: 'name' }, format.fullName(row.patient)), h('small', {}, `${format.birthDate(row.patient.birth_date)} · MRN ${row.patient.mrn}`)),
      h('span', {}, h('b', {}, row.tests.join(', ')), h('br'), h('small', {}, `ordered ${format.when(row.ordered_at)}`)), h('span', { class: 'mono' }, row.accession ? format.accession(row.accession) : 'not collected'));
  }

  // Each act asks for the one thing it needs, here and not in a dialog.
  function act(title, label, name, send, choices) {
    const message = say();
    const input = choices ? h('select', {}, choices.map(([value, text]) => h('option', { value }, text))) : h('input', { type: 'text', maxlength: 200, required: true });
    return h('details', { class: 'raw' }, h('summary', {}, title), h('form', {
      class: 'card stack',
      onsubmit: async (event) => {
        event.preventDefault();
        const answer = await ask(send, { accession, [name]: input.value });
        message.tell(answer, 'Recorded.');
        if (answer.ok) refresh();
      },
    }, field(label, input), message.node, h('button', { class: 'btn primary' }, title)));
  }

  function acts(data) {
    const list = [];
    if (!may('medical-assistant', 'lab-lead', 'provider')) return list;
    if (['labelled', 'verified', 'received', 'tested', 'stored'].includes(data.state)) list.push(act('Print the label again', 'Why (the label will say COPY)', 'reason', 'label_print'));
    if (data.state === 'verified') list.push(act('Receive at the bench', 'Condition', 'condition', 'receive'));
    if (['verified', 'received', 'tested', 'stored'].includes(data.state)) list.push(act('Store', 'Where', 'location', 'store'));
    if (may('lab-lead') && !['rejected', 'disposed'].includes(data.state)) list.push(act('Reject', 'Why', 'reason_code', 'reject', rejectCodes));
    if (may('lab-lead') && ['tested', 'stored', 'rejected'].includes(data.state)) list.push(act('Dispose of', 'How', 'method', 'dispose'));
    return list;
  }

  async function refresh() {
    if (!accession) return;
    const answer = await view('specimen', { key: accession });
    if (!answer.ok || !answer.data.accession) {
      show(body, widgets.empty(`No specimen has the number ${format.accession(accession)}.`, answer.sentence || 'Compare it with the label.'));
      return;
    }
    const data = answer.data;
    show(body, widgets.banner(data.patient, [['Specimen', format.accession(data.accession), 'mono'], ['Tube', data.container]]),
      h('div', { class: 'split' }, h('div', { class: 'stack' }, resultsCard(data), h('section', { class: 'card' }, h('header', {}, h('h1', {}, 'Custody'), h('span', { class: 'quiet' }, `${data.events.length} events, newest last`)), h('ol', { class: 'chain' }, data.events.map(eventLine)))),
        h('aside', { class: 'stack' }, factsCard(data), acts(data), data.order ? button('Open the order', () => context.go('order', data.order)) : null, h('p', { class: 'small quiet' }, 'Clinical custody only. This is not a federal (DOT) chain of custody.'))),
      data.transmissions.map((sent) => widgets.rawFrames(`As sent by ${sent.instrument}`, sent.frames)));
  }

  return {
    node,
    async open() {
      if (context.key) { typed.value = format.accession(context.key); await look(context.key); } else typed.focus();
    },
    refresh,
    changed(event) { if (event.topic === 'specimen' && event.key === accession && !body.contains(document.activeElement)) refresh(); },
    scan(number) { typed.value = format.accession(number); look(number); return true; },
  };
}
