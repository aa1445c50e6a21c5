// One order's results: what came, from where, what it was before; and the signature that binds a version.
import { ask, view } from './api.js';
import { button, choose, field, h, picked, say, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const dispositions = [['no-action', 'No action needed'], ['already-managed', 'Already managed'], ['repeat', 'Repeat'], ['order', 'Order more'], ['call-patient', 'Call patient'], ['refer', 'Refer']];
const meanings = [['REVIEWED', 'Reviewed'], ['REVIEWED_ACTION_ORDERED', 'Reviewed, action ordered']];

function versions(result) {
  if (!result.versions?.length) return null;
  return h('div', { class: 'small' }, h('b', {}, 'corrected: '), result.versions.map((old) => h('span', {}, `${old.value} ${old.unit} (${format.moment(old.at)}) `)));
}

function resultRow(result) {
  return h('tr', { class: result.severity === 2 ? 'is-crit' : null }, h('th', { scope: 'row' }, widgets.resultName(result), versions(result)), h('td', { class: 'num value' }, result.value), h('td', { class: 'unit' }, result.unit),
    h('td', {}, result.device_flags ? widgets.flag(result.device_flags, /HH|LL/.test(result.device_flags) ? 2 : 1) : h('span', { class: 'quiet' }, 'none')),
    h('td', {}, result.site_flag ? widgets.flag(result.site_flag, result.severity) : h('span', { class: 'quiet' }, result.reference_range ? 'none' : 'no range')),
    h('td', { class: 'unit' }, widgets.range(result)), h('td', { class: 'prev' }, widgets.previous(result)));
}

function resultTable(data) {
  const head = ['Analyte', 'Value', 'Unit', 'Device', 'Site', 'Range', 'Previous'];
  return h('section', { class: 'card' }, h('header', {}, h('h1', {}, data.tests.map((test) => test.name).join(', '), h('span', { class: 'quiet' }, data.priority === 'stat' ? ' STAT' : '')),
    h('span', { class: 'push small quiet' }, data.specimens.map((specimen) => `${format.accession(specimen.accession)} collected ${format.when(specimen.collected_at)} by ${specimen.collector}`).join(' · '))),
  h('table', { class: 'tbl' }, h('thead', {}, h('tr', {}, head.map((title, i) => h('th', { class: i === 1 ? 'num' : null }, title)))), h('tbody', {}, data.results.map(resultRow))),
  data.results.some((result) => result.identical_repeat) ? h('p', { class: 'small' }, h('span', { class: 'state due' }, 'identical repeat?'), ' The instrument sent the same result twice. Both are kept; decide whether it was measured twice.') : null,
  h('p', { class: 'small quiet' }, 'Device flags use the device’s limits; site flags use limits that a named person approved. The more severe one decides the place in the inbox.'));
}

function provenance(data) {
  return h('section', { class: 'card row' }, data.messages.map((message) => h('span', { class: 'small' }, h('b', {}, message.model || message.instrument), message.serial ? ` serial ${message.serial}` : '', message.run ? `, run ${message.run}` : '', message.operator ? `, operator ${message.operator}` : ', operator not sent',
    ` · received ${format.seconds(message.received_at)}`, message.device_offset_ms === null ? ' · device clock not sent' : ` · device clock ${message.device_offset_ms > 0 ? '+' : ''}${Math.round(message.device_offset_ms / 1000)} s`)));
}

function history(data) {
  const lines = [
    ...data.reviews.map((review) => ({ at: review.at, text: `${review.kind === 'signed' ? 'Signed' : 'Sent back'} by ${review.by?.name ?? ''}${review.meaning ? `: ${review.meaning.toLowerCase().replaceAll('_', ' ')}` : ''}${review.disposition ? `, ${review.disposition}` : ''}${review.current ? '' : ' (an earlier version)'}`, note: review.note })),
    ...data.critical_notices.map((notice) => ({ at: notice.at, text: `Critical value told to ${notice.told_to} (${notice.method}) by ${notice.by?.name ?? ''}, read back “${notice.read_back}”`, note: notice.note })),
    ...data.views.map((seen) => ({ at: seen.at, text: `Seen by ${seen.by?.name ?? ''} (${seen.workstation})` })),
  ].sort((a, b) => a.at - b.at);
  if (!lines.length) return null;
  return h('section', { class: 'card' }, h('header', {}, h('h2', {}, 'Who saw and signed')), h('ul', { class: 'lines' }, lines.slice(-12).map((line) => h('li', {}, h('span', {}, line.text), h('span', { class: 'small quiet' }, format.when(line.at)), line.note ? h('small', {}, line.note) : null))));
}

export function order(context) {
  const body = h('div', { class: 'stack' }, widgets.loading());
  const number = context.key;
  let data = null;
  let pin = null;
  let stale = null;

  function finish(answer, message, text) {
    message.tell(answer, text);
    if (answer.ok) setTimeout(() => context.go('inbox'), 700);
  }

  function signPanel() {
    const message = say();
    const normal = data.severity === 0;
    const note = h('input', { type: 'text', maxlength: 1000 });
    pin = h('input', { type: 'password', inputmode: 'numeric', autocomplete: 'off', placeholder: '6 digits or more' });
    const form = h('form', {
      class: 'card stack', 'aria-label': 'Sign',
      onsubmit: async (event) => {
        event.preventDefault();
        const disposition = picked(form, 'disposition')[0];
        const answer = await ask('sign', { order: number, version: data.version, meaning: picked(form, 'meaning')[0], pin: pin.value, note: note.value, ...(disposition ? { disposition } : {}) });
        pin.value = '';
        finish(answer, message, 'Signed.');
      },
    }, widgets.banner(data.patient, [], true), choose('disposition', normal ? 'Disposition' : 'Disposition (needed: not all normal)', dispositions, normal ? 'no-action' : ''), choose('meaning', 'Meaning of your signature', meanings, 'REVIEWED', 'one'),
    field('Note', note), field('PIN', pin), message.node,
    h('div', { class: 'choices' }, h('button', { class: 'btn primary' }, 'Sign'), button('Send back with the note', async () => {
      if (!note.value.trim()) { message.tell({ ok: false, sentence: 'Say in the note why you send it back.' }); note.focus(); return; }
      finish(await ask('return', { order: number, version: data.version, note: note.value }), message, 'Sent back.');
    })),
    h('p', { class: 'small quiet' }, 'You sign as ', h('b', {}, context.me.name), ', version ', h('span', { class: 'mono' }, data.version.slice(0, 8)), '.'));
    return form;
  }

  function criticalPanel() {
    if (data.severity < 2 || context.me.role === 'auditor') return null;
    const told = data.critical_notices.at(-1);
    const message = say();
    const to = h('input', { type: 'text', maxlength: 200, value: context.me.role === 'provider' ? context.me.name : '' });
    const readBack = h('input', { type: 'text', maxlength: 400, placeholder: 'what was said back' });
    const form = h('form', {
      class: 'form',
      onsubmit: async (event) => {
        event.preventDefault();
        const answer = await ask('critical_told', { order: number, version: data.version, told_to: to.value, method: picked(form, 'method')[0] ?? 'in person', read_back: readBack.value });
        message.tell(answer, 'Recorded.');
        if (answer.ok) refresh();
      },
    }, field('Told to', to), field('Read back', readBack), choose('method', 'How', [['in person', 'In person'], ['telephone', 'By telephone']], 'in person'), h('div', { class: 'stack' }, message.node, h('button', { class: 'btn danger' }, 'Told, and read back')));
    return h('section', { class: 'strip crit' }, h('span', { class: 'flag critical' }, 'CRITICAL'), h('b', {}, data.results.filter((result) => result.severity === 2).map((result) => `${widgets.resultName(result)} ${result.value} ${result.unit}`).join(', ')),
      told ? h('span', {}, `told to ${told.told_to} at ${format.when(told.at)}, read back`) : h('span', { class: 'clock' }, `nobody told yet, ${format.age(data.since)}`), told ? null : h('div', {}, form));
  }

  function fill() {
    const signs = context.me.role === 'provider' && data.state === 'waiting';
    const main = h('div', { class: 'stack' }, resultTable(data), provenance(data), history(data));
    stale = h('div');
    show(body, widgets.banner(data.patient, [['Order', data.order], ['Provider', data.provider]]), stale, criticalPanel(),
      h('div', { class: signs ? 'split' : 'stack' }, main, signs ? signPanel() : null),
      h('div', { class: 'row' }, button('Back to the inbox', context.back), data.specimens.map((specimen) => button(`Custody of ${format.accession(specimen.accession)}`, () => context.go('specimens', specimen.accession)))));
  }

  async function refresh() {
    const answer = number ? await view('order', { key: number }) : { ok: false, sentence: 'Pick an order in the inbox.' };
    if (!answer.ok || !answer.data.order) {
      show(body, widgets.empty('This order cannot be shown.', answer.sentence || 'There is no such order.'), button('Back to the inbox', context.back));
      return;
    }
    data = answer.data;
    fill();
  }

  return {
    node: body,
    open: refresh,
    refresh,
    // What is on the screen is what would be signed: it never changes by itself under a hand.
    changed(event) {
      if (event.topic === 'inbox' && (event.key === number || !event.key) && stale)
        show(stale, h('div', { class: 'strip warn' }, h('b', {}, 'Results changed since you opened this, perhaps of this order.'), button('Show the newest', refresh, 'push')));
    },
    key(name) {
      if (name === 'Escape') context.back();
      else if (name === 's' && pin) pin.focus();
      else return false;
      return true;
    },
  };
}
