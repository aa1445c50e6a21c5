// What belongs to nobody yet: what the device sent on the left, specimens that could fit on the right.
import { ask, view } from './api.js';
import { button, choose, field, h, picked, say, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

function values(row) {
  return row.results.map((result) => `${result.name || result.code} ${result.value} ${result.unit}`.trim()).join(' · ');
}

function line(row, pick) {
  return h('button', { type: 'button', onclick: () => pick(row.message) }, h('span', {}, h('span', { class: 'name' }, row.model || row.instrument), h('small', {}, `specimen “${row.specimen}”`)),
    h('span', {}, h('b', {}, values(row) || 'no result'), h('br'), h('small', {}, row.reason)), h('span', { class: 'age late', 'data-since': row.received_at }, format.age(row.received_at)));
}

function sentCard(row) {
  const facts = [['Specimen', row.specimen], ['Patient ID', row.patient.id], ['Name', row.patient.name], ['Birth date', row.patient.birth_date], ['Operator, run', [row.operator, row.run].filter(Boolean).join(', run ')], ['Device time', row.sent_at], ['Received', format.seconds(row.received_at)]];
  return h('section', { class: 'card stack' }, h('div', { class: 'card-head' }, h('h2', {}, 'What the device sent'), h('span', { class: 'quiet small push' }, `${row.model || row.instrument}${row.serial ? `, serial ${row.serial}` : ''}`)),
    h('table', { class: 'tbl' }, h('tbody', {}, row.results.map((result) => h('tr', {}, h('th', { scope: 'row' }, result.name || result.code), h('td', { class: 'num' }, widgets.valueOf(result)), h('td', {}, widgets.flag(result.flags.join(' '))))))),
    h('dl', { class: 'facts' }, facts.map(([name, value]) => [h('dt', {}, name), h('dd', { class: value ? 'mono' : 'quiet' }, value || 'not sent')]).flat()),
    row.complaints.map((text) => h('p', { class: 'small' }, text)), widgets.rawFrames('Raw frames', row.frames, true));
}

const agrees = (candidate, name) => (candidate.why.includes(name) ? 'same' : 'differs');

function candidateTable(row) {
  if (!row.candidates.length) return h('p', { class: 'quiet' }, 'No specimen comes near it. Find the tube; its label has the number.');
  const cell = (name, text) => row.candidates.map((each) => h('td', { class: name(each) }, text(each)));
  return h('table', { class: 'compare' }, h('thead', {}, h('tr', {}, h('th'), row.candidates.map((each) => h('th', {}, h('label', { class: 'row nowrap' }, h('input', { type: 'radio', name: 'candidate', value: each.accession }), format.fullName(each.patient)))))), h('tbody', {},
    h('tr', {}, h('th', { scope: 'row' }, 'Specimen'), cell(() => 'differs mono', (each) => format.accession(each.accession))),
    h('tr', {}, h('th', { scope: 'row' }, 'MRN'), cell((each) => `${agrees(each, 'mrn')} mono`, (each) => each.patient.mrn)),
    h('tr', {}, h('th', { scope: 'row' }, 'DOB, sex'), cell((each) => agrees(each, 'birth_date'), (each) => `${format.birthDate(each.patient.birth_date)} ${each.patient.sex}`)),
    h('tr', {}, h('th', { scope: 'row' }, 'Test ordered'), cell((each) => (each.test_ordered ? 'same' : 'differs'), (each) => each.tests.join(', '))),
    h('tr', {}, h('th', { scope: 'row' }, 'Collected'), cell(() => '', (each) => `${format.when(each.collected_at)} by ${each.collector}`))));
}

export function unmatched(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  let open = 0;
  let rows = [];
  let timer = null;

  async function list() {
    open = 0;
    const answer = await view('unmatched', { limit: 200 });
    if (!answer.ok) { show(node, widgets.empty('The list cannot be shown.', answer.sentence)); return; }
    rows = answer.data.rows;
    context.count('unmatched', answer.data.count);
    show(node, h('div', { class: 'row' }, h('h1', {}, `${answer.data.count} held or unmatched`), h('span', { class: 'quiet' }, 'Nothing here is on anybody’s chart. Phial never guesses.')),
      rows.length ? h('div', { class: 'rowlist' }, rows.map((row) => line(row, pick))) : widgets.empty('Nothing is held.', 'Every result found its specimen by an exact number.'));
  }

  function resolveForm(row) {
    const message = say();
    const number = h('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off', placeholder: '12 digits from the label on the tube', 'aria-label': 'Number on the label' });
    const reason = h('input', { type: 'text', maxlength: 400, required: true });
    const form = h('form', {
      class: 'card stack',
      onsubmit: async (event) => {
        event.preventDefault();
        const resolution = picked(form, 'resolution')[0];
        const accession = number.value.replace(/\s/g, '') || picked(form, 'candidate')[0] || '';
        const body = { message: row.message, resolution, reason: reason.value, identifier: picked(form, 'identifier') };
        const answer = await ask('resolve', resolution === 'link' ? { ...body, accession } : body);
        message.tell(answer, 'Resolved.');
        if (answer.ok) setTimeout(list, 600);
      },
    }, h('div', { class: 'card-head' }, h('h2', {}, 'Specimens that could fit'), h('span', { class: 'quiet small push' }, 'suggestions only')), candidateTable(row),
    choose('resolution', 'What is it?', [['link', 'Link to this specimen'], ['qc', 'Quality control'], ['not-ours', 'Not ours'], ['test-run', 'A test run']], 'link'),
    field('Number on the tube, when it is none of these', number),
    h('fieldset', {}, h('legend', {}, 'Two identifiers that you checked on the tube and the order'), h('div', { class: 'choices three' }, [['name', 'Name'], ['birth date', 'Birth date'], ['MRN', 'MRN']].map(([value, text]) => h('label', {}, h('input', { type: 'checkbox', name: 'identifier', value }), text)))),
    field('Reason', reason), message.node, h('button', { class: 'btn primary' }, 'Record the decision'),
    h('p', { class: 'small quiet' }, 'Recorded under ', h('b', {}, context.me.name), '. Phial learns nothing from it.'));
    return context.me.role === 'lab-lead' ? form : h('section', { class: 'card stack' }, h('h2', {}, 'Specimens that could fit'), candidateTable(row), h('p', { class: 'quiet' }, 'A lab lead resolves it.'));
  }

  async function pick(message) {
    open = message;
    const answer = await view('message', { key: String(message) });
    if (open !== message) return;
    if (!answer.ok || !answer.data.message) { show(node, widgets.empty('It cannot be shown.', answer.sentence || 'Somebody has resolved it.'), button('Back to the list', list)); return; }
    const row = answer.data;
    show(node, h('div', { class: 'row' }, h('h1', {}, 'Held result'), h('span', { class: 'quiet' }, `received ${format.when(row.received_at)}`), h('span', { class: 'age late', 'data-since': row.received_at }, format.age(row.received_at)), h('span', { class: 'push' }, button('Back to the list', list))),
      h('div', { class: 'strip hold' }, h('b', {}, row.reason), h('span', {}, 'Names and dates below are hints only.')), h('div', { class: 'halves' }, sentCard(row), resolveForm(row)));
  }

  return {
    node,
    open: list,
    refresh() { if (open) pick(open); else list(); },
    changed(event) {
      if (open || !['held', 'inbox'].includes(event.topic)) return;
      clearTimeout(timer);
      timer = setTimeout(list, 500);
    },
    tick() { for (const each of node.querySelectorAll('[data-since]')) each.textContent = format.age(Number(each.dataset.since)); },
    key(name) {
      if (name === 'Escape' && open) { list(); return true; }
      const lines = [...node.querySelectorAll('.rowlist > button')];
      const at = lines.indexOf(document.activeElement);
      if (name === 'j') lines[Math.min(lines.length - 1, at + 1)]?.focus();
      else if (name === 'k') lines[Math.max(0, at - 1)]?.focus();
      else return false;
      return true;
    },
    close() { clearTimeout(timer); },
  };
}
