// The pieces of an EKG that look the same wherever they stand: its picture, its measurements, its facts.
import { drawing } from './api.js';
import { h } from './dom.js';
import * as format from './format.js';
import { instrumentName } from './widgets.js';

// How a tracing is drawn; each control has its key.
export const controls = [
  {
    name: 'layout',
    key: 'l',
    title: 'Layout',
    options: [
      ['3x4', '3 × 4'],
      ['6x2', '6 × 2'],
      ['12x1', '12 × 1'],
    ],
  },
  {
    name: 'order',
    key: 'o',
    title: 'Order of the leads',
    options: [
      ['standard', 'Standard'],
      ['cabrera', 'Cabrera'],
    ],
  },
  {
    name: 'speed',
    key: 'v',
    title: 'Speed',
    unit: 'mm/s',
    options: [
      ['25', '25'],
      ['50', '50'],
    ],
  },
  {
    name: 'gain',
    key: 'g',
    title: 'Gain',
    unit: 'mm/mV',
    options: [
      ['5', '5'],
      ['10', '10'],
      ['20', '20'],
    ],
  },
];
export const usual = { layout: '3x4', order: 'standard', speed: '25', gain: '10' };

// The instrument that `phial import` and a stick in the box bring files to has no name of its own.

export const path = (tracing, look, form = 'svg') => `/ekg/${tracing}.${form}?${new URLSearchParams(look)}`;

export function lookText(look) {
  const word = (name) => controls.find((each) => each.name === name).options.find(([id]) => id === look[name])[1];
  const order = look.order === 'cabrera' ? ', Cabrera order' : '';
  const from = Number(look.from ?? 0) ? `, from second ${look.from}` : '';
  return `${word('layout')}${order}, ${look.speed} mm/s, ${look.gain} mm/mV${from}`;
}

// The view that a signature names, "3x4 standard 25 10 from 10", in words.
export function viewText(text) {
  const [layout, order, speed, gain, , from] = text.split(' ');
  return gain ? lookText({ layout, order, speed, gain, from }) : 'the cart’s document as it is';
}

// A cart's own document: there is nothing to draw.
export const isDocument = (each) => each.format === 'pdf';

// A picture that stays until the next one is there, so that nothing moves meanwhile.
export function paper(alt) {
  const image = h('img', { class: 'paper', alt, hidden: true });
  const why = h('p', { class: 'small quiet', role: 'status' }, 'Drawing …');
  let url = '';
  let turn = 0;

  function drop() {
    if (url) URL.revokeObjectURL(url);
    url = '';
  }

  return {
    node: h('div', { class: 'paper-frame' }, image, why),
    async draw(source) {
      const asked = (turn += 1);
      const answer = await drawing(source);
      if (asked !== turn) return;
      why.textContent = answer.ok ? '' : answer.sentence;
      why.hidden = answer.ok;
      if (!answer.ok) return;
      drop();
      url = URL.createObjectURL(answer.blob);
      image.src = url;
      image.hidden = false;
    },
    close() {
      turn += 1;
      drop();
    },
  };
}

// A cart's own document, in the browser's viewer.
export function documentFrame(tracing, title) {
  return h('iframe', { class: 'paper document', title, src: `/ekg/${tracing}/original#navpanes=0&view=FitH` });
}

// The buttons that change how a tracing is drawn; `change` gets the new look.
export function lookControls(look, change) {
  const group = ({ name, key, title, unit, options }) =>
    h(
      'div',
      { class: 'segments', role: 'group', 'aria-label': title, title },
      h('span', { class: 'small quiet' }, unit ? `${unit} ` : '', h('kbd', {}, key)),
      options.map(([value, label]) =>
        h(
          'button',
          {
            type: 'button',
            'data-name': name,
            'data-value': value,
            'aria-pressed': String(look[name] === value),
            onclick: () => change({ ...look, [name]: value }),
          },
          label,
        ),
      ),
    );
  return h('div', { class: 'row looks' }, controls.map(group));
}

// The next value of the control whose key was struck, or null.
export function nextLook(look, key) {
  const control = controls.find((each) => each.key === key);
  if (!control) return null;
  const values = control.options.map(([value]) => value);
  return { ...look, [control.name]: values[(values.indexOf(look[control.name]) + 1) % values.length] };
}

const axes = ['p_axis', 'qrs_axis', 't_axis'];
const missing = () => h('span', { class: 'quiet small' }, 'not measured');

function change(now, before) {
  const by = format.difference(now, before);
  if (by === '') return '';
  if (Number(by) === 0) return '=';
  return Number(by) > 0 ? `↑ ${by}` : `↓ ${by.replace('-', '')}`;
}

function measurementRow({ id, text, unit }, facts, before) {
  const now = facts.measurements[id];
  const then = before?.measurements[id] ?? '';
  const formula = id === 'qtc' ? facts.qtc_formula : '';
  const other = id === 'qtc' && before && before.qtc_formula !== facts.qtc_formula;
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, text, ' ', h('span', { class: 'unit' }, [unit, formula].filter(Boolean).join(', '))),
    h('td', { class: 'num value' }, now || missing()),
    before ? h('td', { class: 'num' }, then || missing()) : null,
    before
      ? h('td', { class: 'num' }, other && then ? `by ${before.qtc_formula || 'another formula'}` : change(now, then))
      : null,
  );
}

function axesRow(facts, before) {
  const all = (of) => {
    const values = axes.map((id) => of.measurements[id] || '–');
    return values.every((value) => value === '–') ? missing() : values.join(' ');
  };
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, 'Axes ', h('span', { class: 'unit' }, 'P QRS T °')),
    h('td', { class: 'num value' }, all(facts)),
    before ? h('td', { class: 'num' }, all(before)) : null,
    before ? h('td') : null,
  );
}

// The same in one line, for over a picture: "Rate 74 ↑ 6 · PR 168".
export function measurementLine(measurements, facts, before) {
  const each = ({ id, text }) => {
    const now = facts.measurements[id];
    const then = id === 'qtc' && before?.qtc_formula !== facts.qtc_formula ? '' : before?.measurements[id];
    return now ? [`${text} ${now}`, change(now, then ?? '')].filter(Boolean).join(' ') : '';
  };
  const rows = measurements.filter(({ id }) => !axes.includes(id));
  return rows.map(each).filter(Boolean).join(' · ');
}

// What the cart measured, beside what it measured the time before; the change is a plain difference of the two.
export function measurementTable(measurements, facts, before, when) {
  const rows = measurements.filter(({ id }) => !axes.includes(id));
  const heads = ['', 'Now', ...(before ? [when, 'Change'] : [])];
  return h(
    'table',
    { class: 'tbl' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        heads.map((text, i) => h('th', { scope: 'col', class: i ? 'num' : null }, text)),
      ),
    ),
    h(
      'tbody',
      {},
      rows.map((row) => measurementRow(row, facts, before)),
      axesRow(facts, before),
    ),
  );
}

const lines = (texts) => texts.map((text) => h('div', {}, text));

function leadsText(leads) {
  const lost = leads.filter((lead) => !lead.recorded).map((lead) => lead.name);
  const derived = leads.filter((lead) => lead.derived).map((lead) => lead.name);
  const recorded = leads.filter((lead) => lead.recorded && !lead.derived);
  const lengths = recorded.map((lead) => `${Math.round((lead.samples / lead.rate) * 10) / 10} s at ${lead.rate}/s`);
  return lines([
    `${recorded.length} recorded${lengths.length ? `, ${[...new Set(lengths)].join(' and ')}` : ''}`,
    ...(derived.length ? [`${derived.join(', ')} as defined from the others`] : []),
    ...(lost.length ? [h('span', { class: 'state due' }, `not recorded: ${lost.join(', ')}`)] : []),
  ]);
}

export function formatText(formats, id) {
  const known = formats.find((each) => each.id === id);
  return [
    known?.text ?? id,
    known?.draft ? h('span', { class: 'state due' }, 'draft: not yet proven against a real cart') : null,
  ].filter(Boolean);
}

const size = (bytes) => (bytes < 10000 ? `${bytes} bytes` : `${Math.round(bytes / 1000)} kB`);

// Where a tracing comes from, as its file tells.
export function factList(tracing, formats) {
  const { facts } = tracing;
  const { device, patient } = facts;
  const named = [format.sentName(patient.name), patient.id && `ID ${patient.id}`, format.birthDate(patient.birth_date)];
  const clock = tracing.device_offset_ms;
  const rows = [
    [
      'Cart',
      [instrumentName(tracing.instrument), [device.maker, device.model].filter(Boolean).join(' ')].filter(Boolean).join(': '),
    ],
    ['Serial', device.serial],
    ['Software', device.software],
    ['Recorded', format.sentTime(facts.recorded_at) || 'the file says no time'],
    ['Received', format.moment(tracing.received_at)],
    ['Its clock', clock === null || clock === undefined ? '' : `off by ${format.offset(clock)}`],
    ['Run by', facts.operator],
    ['It names', named.filter(Boolean).join(' · ') || 'nobody'],
    ['It says', [patient.age && `age ${patient.age}`, patient.sex && `sex ${patient.sex}`].filter(Boolean).join(', ')],
    ['Filter', facts.filters.join(', ')],
    ['Leads', facts.leads.length ? leadsText(facts.leads) : ''],
    ['File', lines([formatText(formats, tracing.format), `${size(tracing.size)}, kept byte for byte`].flat())],
    ['SHA-256', h('span', { class: 'mono' }, tracing.original)],
  ];
  return h(
    'dl',
    { class: 'facts small' },
    rows.filter(([, value]) => value).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
  );
}

// What the reader of the file has to say about it.
export function complaintStrip(facts) {
  if (!facts.complaints.length) return null;
  return h(
    'div',
    { class: 'strip warn' },
    h('b', {}, 'About the file'),
    h(
      'ul',
      { class: 'line' },
      facts.complaints.map((text) => h('li', {}, text)),
    ),
  );
}

// The file as the cart wrote it.
export const originalLink = (tracing) =>
  h('a', { class: 'btn', href: `/ekg/${tracing}/original`, download: true }, 'The cart’s file');

// Which of an order's tracings is for review, and why the others are not.
export const repeatReasons = [
  'artifact or movement',
  'a lead was off',
  'leads placed wrong',
  'wrong settings at the cart',
  'asked for by the provider',
];

// A few reasons to pick from, and a line for one's own words; `value()` is "" until there is one.
export function reasonField(name, legend, reasons) {
  const own = h('input', {
    type: 'text',
    maxlength: 400,
    autocomplete: 'off',
    name: `${name}-own`,
    placeholder: 'in your words',
  });
  const option = (text) => h('label', {}, h('input', { type: 'radio', name, value: text }), text);
  const node = h(
    'fieldset',
    {},
    h('legend', {}, legend),
    h('div', { class: 'choices reasons' }, reasons.map(option)),
    own,
  );
  return {
    node,
    value() {
      const chosen = node.querySelector('input:checked')?.value ?? '';
      return [chosen, own.value.trim()].filter(Boolean).join(': ');
    },
  };
}

// A small picture for a list; a cart's document is not drawn.
export function thumbnail(tracing, kind, alt) {
  if (kind === 'pdf' || !tracing)
    return { node: h('div', { class: 'thumb none' }, h('b', {}, tracing ? 'PDF' : 'no picture')), close() {} };
  const drawn = paper(alt);
  drawn.node.classList.add('thumb');
  drawn.draw(path(tracing, usual));
  return drawn;
}

// How a file that waits stands to the orders: words and a shape; colour only repeats them.
const standings = {
  'ekg-confirm': ['state ok', 'agrees with the order open at that cart'],
  'ekg-differs': ['state bad', 'differs'],
  'ekg-unnamed': ['state due', 'names nobody'],
  'ekg-no-order': ['state due', 'no order is open at that cart'],
  unreadable: ['state bad', 'unreadable'],
};

export function standing(row) {
  const [kind, text] = standings[row.reason_code] ?? ['state', row.reason_code];
  return h(
    'span',
    { class: kind },
    row.reason_code === 'ekg-differs' && row.differs ? `${text}: ${row.differs}` : text,
  );
}

export const sentWho = (patient) => format.sentName(patient.name) || (patient.id ? `ID ${patient.id}` : 'nobody');
