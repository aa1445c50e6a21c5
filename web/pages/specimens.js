// One specimen: where it is, whose hands it went through, what each device sent for it.
import { view } from './api.js';
import { custodyCard } from './custody.js';
import { button, form, h, show, walk } from './dom.js';
import * as format from './format.js';
import { patientLink } from './patient.js';
import { specimenActs } from './specimenacts.js';
import * as widgets from './widgets.js';

// What was asked at the chair, as far as it was.
function detailFacts(detail) {
  return [
    ['Volume', detail.volume],
    ['Fasting', detail.fasting],
    ['Last menses', format.birthDate(detail.last_menses)],
    ['Anticoagulant taken', detail.anticoagulant],
    ['Noted', detail.note],
  ].filter(([, value]) => value);
}

// The first limit that is reached where it stands now, and whether that is over.
function goodUntil(limits) {
  const next = limits.filter((each) => each.deadline !== null).sort((a, b) => a.deadline - b.deadline)[0];
  if (!next) return 'no limit is set for its tests';
  const past = next.deadline < Date.now();
  return [
    h('span', { class: past ? 'state bad' : 'state' }, past ? 'over since' : 'until'),
    ` ${format.when(next.deadline)} for ${next.test}`,
  ];
}

function factsCard(data) {
  const printed = data.labels.filter((label) => label.outcome === 'printed').length;
  const reviewed = data.reviewed ? `${data.reviewed.by?.name ?? ''}, ${format.when(data.reviewed.at)}` : 'not yet';
  const facts = [
    ['State', data.state_text],
    ['Where', data.where],
    ['Tests', data.tests.join(', ')],
    ['Specimen', [data.type, data.container, data.site].filter(Boolean).join(', ')],
    ['Lot of the container', data.lot],
    ...detailFacts(data.detail ?? {}),
    ['Collected', `${format.moment(data.collected_at)} by ${data.collector_name}`],
    ['Good until', goodUntil(data.stability ?? [])],
    ['Labels', `${printed} printed`],
    ['Reviewed', reviewed],
  ];
  return h(
    'section',
    { class: 'card' },
    h('header', {}, h('h2', {}, 'Now')),
    h(
      'dl',
      { class: 'facts' },
      facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value || 'not said')]),
    ),
  );
}

function resultsCard(data) {
  if (!data.results.length) return null;
  const line = (result) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, widgets.resultName(result)),
      h('td', { class: 'num' }, widgets.valueOf(result)),
      h('td', {}, widgets.resultFlag(result)),
      h('td', { class: 'unit' }, widgets.range(result)),
      h('td', { class: 'small quiet' }, `${result.instrument ?? ''} ${format.when(result.at)}`),
    );
  return h(
    'section',
    { class: 'card' },
    h('header', {}, h('h2', {}, 'Results')),
    h('table', { class: 'tbl' }, h('tbody', {}, data.results.map(line))),
  );
}

export function specimens(context) {
  const typed = h('input', {
    type: 'search',
    placeholder: 'Scan a label, or type its number, an MRN or a name',
    'aria-label': 'Specimen number, MRN or name',
    autocomplete: 'off',
  });
  const search = form(
    { class: 'search' },
    () => look(typed.value.trim()),
    typed,
    h('button', { class: 'btn primary' }, 'Show'),
  );
  const body = h('div', { class: 'stack' });
  const node = h('div', { class: 'stack' }, search, body);
  let accession = '';

  async function look(text) {
    const plain = text.replace(/\s/g, '');
    if (/^\d{12}$/.test(plain)) {
      accession = plain;
      await refresh();
      return;
    }
    accession = '';
    const answer = await view('search', { key: text, limit: 50 });
    if (!answer.ok) show(body, widgets.empty('Nothing can be shown.', answer.sentence));
    else if (answer.data.rows.length) show(body, h('div', { class: 'rowlist' }, answer.data.rows.map(found)));
    else show(body, widgets.empty('Nothing fits.', 'Type at least two characters of a number, an MRN or a name.'));
  }

  function pick(row) {
    if (row.ekg) {
      context.go('overread', row.order);
      return;
    }
    if (!row.accession) {
      context.go('collect');
      return;
    }
    typed.value = format.accession(row.accession);
    look(row.accession);
  }

  function found(row) {
    return h(
      'button',
      { type: 'button', onclick: () => pick(row) },
      h(
        'span',
        {},
        h('span', { class: 'name' }, format.fullName(row.patient)),
        h('small', {}, `${format.birthDate(row.patient.birth_date)} · ${format.mrn(row.patient, row)}`),
      ),
      h(
        'span',
        {},
        h('b', {}, row.tests.join(', ')),
        h('br'),
        h(
          'small',
          {},
          `ordered ${format.when(row.ordered_at)}${row.ekg ? '' : ` · ${row.accession ? row.state_text : 'not collected'}`}`,
        ),
      ),
      h('span', { class: 'mono' }, format.accession(row.accession)),
    );
  }

  // Who else belongs to it: its parent, its aliquots, what it stands in for.
  function kin(data) {
    const go = (each) =>
      button(format.accession(each.accession), () => {
        typed.value = format.accession(each.accession);
        look(each.accession);
      });
    const rows = [
      data.parent && h('p', {}, 'Aliquot of ', go(data.parent)),
      data.aliquots?.length ? h('p', {}, 'Aliquots: ', data.aliquots.map((each) => [go(each), ` ${each.state_text} `]).flat()) : null,
      data.recollects && h('p', {}, 'In place of ', go(data.recollects), `, rejected: ${data.recollects.reason}`),
      data.recollection && h('p', {}, `Another specimen is asked for by order ${data.recollection}.`),
    ].filter(Boolean);
    return rows.length ? h('section', { class: 'card stack' }, rows) : null;
  }

  // An aliquot is labelled next; what was rejected is collected anew.
  function acted(answer) {
    if (answer.accession && answer.accession !== accession) {
      accession = answer.accession;
      typed.value = format.accession(accession);
    }
    setTimeout(refresh, 900);
  }

  function aside(data) {
    const mayRead = context.may('view-results');
    return h(
      'aside',
      { class: 'stack' },
      factsCard(data),
      data.results.length && mayRead ? button('Open the results', () => context.go('order', data.order)) : null,
      kin(data),
      specimenActs(context, data, acted),
      h('p', { class: 'small quiet' }, 'Clinical custody only. This is not a federal (DOT) chain of custody.'),
    );
  }

  async function refresh() {
    if (!accession) return;
    const answer = await view('specimen', { key: accession });
    if (!answer.ok || !answer.data.accession) {
      const why = answer.sentence || 'Compare it with the label, digit by digit.';
      show(
        body,
        widgets.empty(
          answer.ok ? `No specimen has the number ${format.accession(accession)}.` : 'It cannot be shown.',
          why,
        ),
      );
      return;
    }
    const { data } = answer;
    const facts = [
      ['Specimen', format.accession(data.accession), 'mono'],
      ['Container', data.container],
    ];
    show(
      body,
      widgets.banner(data.patient, facts),
      h('div', { class: 'row' }, patientLink(context, data.patient, ['specimens', data.accession])),
      h(
        'div',
        { class: 'split' },
        h('div', { class: 'stack' }, resultsCard(data), custodyCard(data.events)),
        aside(data),
      ),
      data.transmissions.map((sent) => widgets.rawFrames(`As sent by ${sent.instrument}`, sent.frames, true)),
    );
  }

  show(
    body,
    widgets.empty('Scan any label of this clinic.', 'You see where the specimen is, and every hand that touched it.'),
  );
  return {
    node,
    async open() {
      if (!context.key) {
        typed.focus();
        return;
      }
      typed.value = format.accession(context.key);
      await look(context.key);
    },
    changed(event) {
      const ours = event.topic === 'specimen' && (!event.key || event.key === accession);
      if (ours && !body.contains(document.activeElement)) refresh();
    },
    scan(number) {
      typed.value = format.accession(number);
      look(number);
      return true;
    },
    key(name) {
      if (name !== '/') return walk(body, name);
      typed.select();
      typed.focus();
      return true;
    },
  };
}
