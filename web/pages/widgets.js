// The pieces that look the same wherever they stand: who, flags, values, raw bytes.
import { h } from './dom.js';
import * as format from './format.js';

function fact([name, value, kind]) {
  return value ? h('div', {}, h('dt', {}, name), h('dd', { class: kind }, value)) : null;
}

const twins = {
  name: 'Another patient has this name. Compare the birth date and the MRN.',
  'birth date': 'Another patient has this family name and birth date. Compare the given name and the MRN.',
};

// Two patients who are easily taken for each other.
export function twinWarning(patient) {
  const text = twins[patient.twin];
  return text ? h('p', { class: 'twin', role: 'note' }, h('b', {}, 'NAME ALERT'), ` ${text}`) : null;
}

// The same within a line of a list.
export const twinMark = (patient) => (patient.twin ? h('span', { class: 'state due' }, 'name alert') : null);

// The patient, in the same order everywhere: name, DOB, age and sex, MRN, and what else is told.
export function banner(patient, more = [], mini = false) {
  const facts = [
    ['DOB', format.birthDate(patient.birth_date)],
    ['Age, sex', `${format.yearsOld(patient.birth_date)} ${patient.sex}`.trim()],
    ['MRN', patient.mrn],
    ['Merged with', (patient.merged ?? []).join(', ')],
    ...more,
  ];
  return h(
    'div',
    { class: mini ? 'banner mini' : 'banner' },
    h('div', { class: 'name' }, format.fullName(patient)),
    h('dl', {}, facts.map(fact)),
    twinWarning(patient),
  );
}

const shapes = { HH: 'hh', LL: 'll', H: 'h', L: 'l', '>': 'h', '<': 'l' };

// A flag is letters and a shape; its colour only repeats them.
// `normal`: what "N" says in words: the device's own N says nothing of a range.
export function flag(text, severity = 1, normal = 'normal') {
  if (!text) return h('span', { class: 'quiet small' }, 'no flag');
  if (text === 'N') return h('span', { class: 'flag n' }, normal);
  const shape = shapes[text] ?? (severity === 2 ? 'hh' : 'a');
  return h('span', { class: `flag ${shape}` }, text);
}

// Normal by the instrument's own word, where neither it nor the site gave a range, is not "in range".
export function resultFlag(result) {
  if (result.flag === 'N' && !range(result)) return h('span', { class: 'flag n' }, 'device: normal');
  if (result.flag) return flag(result.flag, result.severity, 'in range');
  return h('span', { class: 'flag n' }, result.reference_range ? 'in range' : 'no range');
}

export const resultName = (result) => result.name || result.code;

export function valueOf(result) {
  return [h('span', { class: 'value' }, result.value), ' ', h('span', { class: 'unit' }, result.unit)];
}

function trend(change) {
  if (change === '') return '';
  if (Number(change) === 0) return '→ ';
  return Number(change) > 0 ? `↑ ${change} ` : `↓ ${change.replace('-', '')} `;
}

// The value before, with its date; the arrow says only which way the number went, and by how much.
export function previous(result) {
  const before = result.previous;
  if (!before) return h('span', {}, 'no earlier result');
  const change = before.unit === result.unit ? format.difference(result.number, before.number) : '';
  return h(
    'span',
    {},
    change === '' ? '' : h('b', {}, trend(change)),
    change === '' || Number(change) === 0 ? before.value : `from ${before.value}`,
    h('br'),
    format.day(before.at),
  );
}

export function range(result) {
  if (result.reference_range) return format.range(result.reference_range);
  return result.device_range ? `${format.range(result.device_range)} (device)` : '';
}

function frameLine(frame) {
  return [h('i', {}, `${format.seconds(frame.at)} ${frame.direction ? '←' : '→'} `), `${frame.text}\n`];
}

// What the device sent, as it was kept before it was acknowledged.
export function rawFrames(title, frames, open = false) {
  const told = `${frames.length} ${frames.length === 1 ? 'frame' : 'frames'}, kept before they were acknowledged`;
  return h(
    'details',
    { class: 'raw', open },
    h('summary', {}, title, h('span', { class: 'small quiet' }, told)),
    h('pre', { class: 'wire' }, frames.map(frameLine)),
  );
}

// Two numbers of the same length, the places where they differ marked.
export function marked(text, other) {
  const comparable = /^\d{12}$/.test(text) && /^\d{12}$/.test(other);
  if (text === other || !comparable) return [format.accession(text)];
  return [...text].map((digit, i) => [
    i === 6 || i === 11 ? ' ' : '',
    digit === other[i] ? digit : h('span', { class: 'diff' }, digit),
  ]);
}

export function empty(title, text, ...more) {
  return h('div', { class: 'empty' }, h('b', {}, title), h('span', {}, text), ...more);
}

// Every age below `root` that counts from a time, as it is now.
export function tellAges(root) {
  for (const each of root.querySelectorAll('[data-since]'))
    each.textContent = format.age(Number(each.dataset.since));
}

export const loading = () => h('p', { class: 'quiet', role: 'status' }, 'Loading …');

// A device's link, in words and colour.
export const linkUp = 1;
const linkWords = ['waiting for its port', 'up', 'link down'];
const linkKinds = ['state due', 'state ok', 'state bad'];

export function linkState(device) {
  if (!device) return h('span', { class: 'state' }, 'not started');
  const since = device.state === linkUp ? '' : ` since ${format.when(device.at)}`;
  return h('span', { class: linkKinds[device.state] ?? 'state' }, `${linkWords[device.state] ?? ''}${since}`);
}

export const isByHand = (row) => row.profile === 'manual';

// What is typed at the bench has no link; everything else is up or not.
export const instrumentState = (row, device) =>
  isByHand(row) ? h('span', { class: 'quiet small' }, 'typed at the bench') : linkState(device);

// The name that people know it by: the stick's own place is called "import" in the settings.
export const instrumentName = (name) => (name === 'import' ? 'USB stick or import' : name);

// A test that the CLIA waiver of its instrument does not cover is shown as such, with the day somebody looked.
export function waiverNote(result, waivers) {
  const rows = waivers.filter((row) => row.instrument === result.instrument);
  const row = rows.find(({ test }) => test === result.code || test === result.loinc) ?? rows.find(({ test }) => test === '*');
  if (!rows.length || row?.category === 'waived') return null;
  const what = row ? `${row.category}, not waived` : 'not among the waived tests of its instrument';
  const checked = (row ?? rows[0]).checked;
  return h('small', { class: 'state due' }, checked ? `${what} (looked up ${checked})` : what);
}
