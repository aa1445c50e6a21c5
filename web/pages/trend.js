// The values before, oldest first, with their dates, and a small picture of which way they went.
import { h, svg } from './dom.js';
import * as format from './format.js';

const width = 96;
const height = 28;
const edge = 4;
const isNumber = (text) => /^-?\d+(\.\d+)?$/.test(text ?? '');

// The range's two ends, when it is two numbers.
function ends(range) {
  const found = /^\s*(-?\d+(?:\.\d+)?)\s*[-–]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(range ?? '');
  return found ? [Number(found[1]), Number(found[2])] : null;
}

// Values in one unit, at even steps: the dates stand beside them. `points`: {value, number, at}, oldest first.
function picture(name, points, unit, range) {
  const numbers = points.map((point) => Number(point.number));
  const band = ends(range);
  const all = [...numbers, ...(band ?? [])];
  const low = Math.min(...all);
  const high = Math.max(...all);
  const x = (i) => edge + (i * (width - 2 * edge)) / (points.length - 1);
  const y = (value) => height - edge - ((value - low) * (height - 2 * edge)) / (high - low || 1);
  const told = points.map((point) => `${point.value} on ${format.day(point.at)}`).join(', ');
  const last = points.length - 1;
  return svg(
    'svg',
    { class: 'spark', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': `${name}, ${unit || 'no unit'}: ${told}` },
    ...(band ? [svg('rect', { x: 0, y: y(band[1]), width, height: Math.max(1, y(band[0]) - y(band[1])) })] : []),
    svg('polyline', { points: numbers.map((value, i) => `${x(i)},${y(value)}`).join(' ') }),
    svg('circle', { cx: x(last), cy: y(numbers[last]), r: 3 }),
  );
}

// What came before a result of READ_ORDER, folded where it is long; null when nothing did.
export function trend(result, name) {
  const before = [...(result.history ?? [])].reverse();
  if (!before.length) return null;
  const points = [...before, { value: result.value, number: result.number, unit: result.unit, at: result.at }];
  const drawn = points.filter((point) => isNumber(point.number) && point.unit === result.unit);
  const line = (point) =>
    h(
      'li',
      {},
      h('b', {}, `${point.value} ${point.unit}`.trim()),
      ' ',
      point.flag ? `${point.flag} ` : '',
      h('span', { class: 'quiet' }, format.day(point.at)),
    );
  return h(
    'div',
    { class: 'trend' },
    drawn.length > 1 ? picture(name, drawn, result.unit, result.reference_range) : null,
    h(
      'details',
      {},
      h('summary', {}, before.length === 1 ? '1 earlier value' : `${before.length} earlier values`),
      h('ol', { class: 'small' }, [...before].reverse().map(line)),
    ),
  );
}
