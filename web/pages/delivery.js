// What became of a result outside of Phial (domain.md 5.6, rule 20), so that silence is never taken for delivery.
import { h } from './dom.js';

// `data` as READ_ORDER gives it.
export function deliveryLine(data) {
  if (!data.results.length) return null;
  return h(
    'span',
    { class: 'state delivery' },
    'Not sent to a health record: this Phial is connected to none. Take the report over by hand.',
  );
}
