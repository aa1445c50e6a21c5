// The Levey-Jennings picture of one analyte of a control: each value by its distance from the mean in standard
// deviations (SD), or, without them, by its place in the expected range. A value that failed has a shape of its own.
import { h, svg } from './dom.js';
import * as format from './format.js';

const width = 720;
const height = 240;
const left = 84;
const right = 14;
const top = 14;
const bottom = 28;
const reach = 4; // SD, or as far beyond the range
const isNumber = (text) => text !== '' && Number.isFinite(Number(text));

// -4 .. 4: by mean and SD; by the range -2 is its lower and 2 its upper end.
function place(value) {
  const number = Number(value.number);
  if (isNumber(value.mean) && isNumber(value.sd) && Number(value.sd) > 0) return (number - Number(value.mean)) / Number(value.sd);
  if (!isNumber(value.low) || !isNumber(value.high)) return null;
  const middle = (Number(value.low) + Number(value.high)) / 2;
  const half = (Number(value.high) - Number(value.low)) / 2 || 1;
  return (2 * (number - middle)) / half;
}

const clip = (z) => Math.max(-reach, Math.min(reach, z));
const y = (z) => top + ((reach - clip(z)) * (height - top - bottom)) / (2 * reach);

function lines(range) {
  if (isNumber(range.mean) && isNumber(range.sd))
    return [3, 2, 1, 0, -1, -2, -3].map((z) => [z, z === 0 ? `mean ${range.mean}` : `${z > 0 ? '+' : '−'}${Math.abs(z)} SD`]);
  return [
    [2, `upper ${range.high}`],
    [-2, `lower ${range.low}`],
  ];
}

function guide([z, text]) {
  const kind = z === 0 ? 'mean' : Math.abs(z) === 3 || text.startsWith('upper') || text.startsWith('lower') ? 'end' : 'mark';
  return [
    svg('line', { class: kind, x1: left, x2: width - right, y1: y(z), y2: y(z) }),
    svg('text', { x: left - 8, y: y(z) + 4, 'text-anchor': 'end' }, text),
  ];
}

function mark(x, point) {
  const at = y(point.z);
  const title = svg('title', {}, `${point.value} on ${format.moment(point.at)}: ${point.word}`);
  if (point.bad) return svg('path', { class: 'bad', d: `M${x - 6} ${at - 6}L${x + 6} ${at + 6}M${x + 6} ${at - 6}L${x - 6} ${at + 6}` }, title);
  return svg('circle', { class: 'good', cx: x, cy: at, r: 4.5 }, title);
}

function pointsOf(runs, analyte) {
  return [...runs]
    .reverse()
    .flatMap((run) => run.values.filter((value) => value.analyte === analyte).map((value) => ({ run, value })))
    .filter(({ value }) => isNumber(value.number) && place(value) !== null)
    .map(({ run, value }) => {
      const bad = !value.passed || run.void === 1 || !run.passed;
      return { z: place(value), value: value.value, at: run.at, bad, word: run.void ? 'void' : bad ? 'did not pass' : 'passed' };
    });
}

// null when fewer than two values can be drawn.
export function leveyJennings(level, range) {
  const points = pointsOf(level.runs, range.analyte);
  if (points.length < 2) return null;
  const step = (width - left - right) / points.length;
  const x = (i) => left + (i + 0.5) * step;
  const bad = points.filter((point) => point.bad).length;
  const title = `${range.name}, ${level.control}, ${level.level_name}`;
  const told = `${title}: ${points.length} values from ${format.day(points[0].at)} to ${format.day(points.at(-1).at)}, ${bad ? `${bad} did not pass` : 'all passed'}. The list below has every value.`;
  return h(
    'figure',
    { class: 'levey' },
    h('figcaption', {}, h('b', {}, title), h('span', { class: 'quiet' }, ' ● passed   ✕ did not pass')),
    svg(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': told },
      ...lines(range).flatMap(guide),
      svg('polyline', { points: points.map((point, i) => `${x(i)},${y(point.z)}`).join(' ') }),
      ...points.map((point, i) => mark(x(i), point)),
      svg('text', { x: x(0), y: height - 8, 'text-anchor': 'start' }, format.day(points[0].at)),
      svg('text', { x: width - right, y: height - 8, 'text-anchor': 'end' }, format.day(points.at(-1).at)),
    ),
  );
}
