// What the pages of quality control say alike: what is expected, what came, how a run went.
import { h } from './dom.js';
import * as format from './format.js';

export const byHand = 'By hand';

export const placeOf = (instrument) => (instrument === byHand ? 'read by eye' : instrument);

// "5.1–6.0 %", "Positive", "up to 0.5 mg/L".
export function expected(range) {
  const unit = range.unit ? ` ${range.unit}` : '';
  if (range.expected) return range.expected;
  if (range.low && range.high) return `${range.low}–${range.high}${unit}`;
  if (range.low || range.high) return `${range.low ? `${range.low} or more` : `up to ${range.high}`}${unit}`;
  return '';
}

export const rangeOf = (range) => [range.name, expected(range)].filter(Boolean).join(' ');

export function verdict(run) {
  if (run.void) return h('span', { class: 'state bad' }, 'void');
  if (!run.passed) return h('span', { class: 'state bad' }, 'did not pass');
  return h('span', { class: run.finding ? 'state due' : 'state ok' }, run.finding ? 'passed, with a warning' : 'passed');
}

export const observed = (run) => run.values.map((value) => `${run.values.length > 1 ? `${value.name} ` : ''}${value.value}`).join(', ');

export const who = (run) => run.by?.name ?? (run.operator ? `operator ${run.operator}` : 'the instrument');

export const controlOf = (level) => `${level.control}, ${level.level_name}`;

export function lotWords(run) {
  if (!run.lot) return 'lot not known';
  return `lot ${run.lot}${run.expires ? `, usable until ${format.birthDate(run.expires)}` : ''}`;
}

// Why it did not pass, and who has done what about it.
export function story(run) {
  return [
    run.finding ? h('p', {}, run.finding) : null,
    run.voided ? h('p', {}, `Void: ${run.voided.reason} `, signed(run.voided)) : null,
    run.voided?.lot_back
      ? h('p', {}, 'The lot may be used again. This run stays void: nobody watched over what was measured meanwhile. A new run vouches for what comes.')
      : null,
    run.actions.map((action) => h('p', {}, h('b', {}, 'What was done: '), action.action, ' ', signed(action))),
    run.review ? h('p', {}, h('b', {}, 'Reviewed: '), run.review.note || 'no remark', ' ', signed(run.review)) : null,
  ].flat();
}

export const signed = (fact) => h('span', { class: 'small quiet' }, `${fact.by?.name ?? ''}, ${format.moment(fact.at)}`);
