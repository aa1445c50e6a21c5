// The pieces that look the same wherever they stand: who, flags, values, raw bytes.
import { h } from './dom.js';
import * as format from './format.js';

function fact(name, value, kind = '') {
  return value ? h('div', {}, h('dt', {}, name), h('dd', { class: kind }, value)) : null;
}

// The patient, in the same order everywhere: name, DOB, age and sex, MRN, and what else is told.
export function banner(patient, more = [], mini = false) {
  return h('div', { class: mini ? 'banner mini' : 'banner' }, h('div', { class: 'name' }, format.fullName(patient)), h('dl', {},
    fact('DOB', format.birthDate(patient.birth_date)),
    fact('Age, sex', `${format.yearsOld(patient.birth_date)} ${patient.sex}`.trim()),
    fact('MRN', patient.mrn),
    more.map(([name, value, kind]) => fact(name, value, kind))));
}

const shapes = { HH: 'hh', LL: 'll', H: 'h', L: 'l', '>': 'h', '<': 'l' };

// A flag is letters and a shape; its colour only repeats them.
export function flag(text, severity = 1) {
  if (!text || text === 'N') return h('span', { class: 'flag n' }, text === 'N' || severity === 0 ? 'in range' : '');
  return h('span', { class: `flag ${severity === 2 && !shapes[text] ? 'hh' : shapes[text] ?? 'a'}` }, text);
}

export const resultFlag = (result) => (result.flag ? flag(result.flag, result.severity)
  : h('span', { class: 'small quiet' }, result.reference_range ? 'in range' : 'no range'));

export const resultName = (result) => result.name || result.code;

export function valueOf(result) {
  return [h('span', { class: 'value' }, result.value), ' ', h('span', { class: 'unit' }, result.unit)];
}

// The value before, with its date and an arrow that says only which way the number went.
export function previous(result) {
  const before = result.previous;
  if (!before) return h('span', {}, 'no earlier result');
  const change = Number(result.number) - Number(before.number);
  const arrow = result.number === '' || before.number === '' || Number.isNaN(change) || before.unit !== result.unit ? ''
    : change > 0 ? '↑ from ' : change < 0 ? '↓ from ' : '→ ';
  return h('span', {}, h('b', {}, `${arrow}${before.value}`), h('br'), format.day(before.at));
}

export const range = (result) => result.reference_range || (result.device_range ? `${result.device_range} (device)` : '');

// What the device sent, as it was kept before it was acknowledged.
export function rawFrames(title, frames, open = false) {
  return h('details', { class: 'raw', open }, h('summary', {}, title, h('span', { class: 'small quiet' }, `${frames.length} frames, kept before they were acknowledged`)),
    h('pre', { class: 'wire' }, frames.map((frame) => [h('i', {}, `${format.seconds(frame.at)} ${frame.direction ? '←' : '→'} `), `${frame.text}\n`]).flat()));
}

export function empty(title, text) {
  return h('div', { class: 'empty' }, h('b', {}, title), h('span', {}, text));
}

export const loading = () => h('p', { class: 'quiet', role: 'status' }, 'Loading …');
