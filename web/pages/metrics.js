// The laboratory's figures (domain.md 8): each with its n, and none that is drawn from fewer than twenty.
import { view } from './api.js';
import { button, h, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

export const least = 20;
const spans = [
  [30, 'last 30 days'],
  [90, 'last 90 days'],
  [365, 'last year'],
];
const dayMs = 86400000;

function value(row) {
  if (row.n < least) return h('span', { class: 'quiet' }, 'too few to say');
  if (row.unit !== 'min') return h('b', {}, row.unit === '%' ? `${row.value} %` : `${row.value} in 1000`);
  return [h('b', {}, `${row.value} min`), h('br'), h('small', {}, `9 of 10 within ${row.p90} min`)];
}

// "15 or less" of a figure in minutes is "15 min or less"; an aim that names its own unit, or none, stays as it is.
function aim(row) {
  const unit = row.unit === '/1000' ? 'in 1000' : row.unit;
  return unit ? row.target.replace(/[\d.]+(?=$| or| for)/, (number) => `${number} ${unit}`) : row.target;
}

function line(row) {
  return h(
    'tr',
    { 'data-metric': row.id },
    h('th', { scope: 'row' }, row.title),
    h('td', { class: 'num' }, value(row)),
    h('td', { class: 'num' }, row.count === null ? `n = ${row.n}` : `${row.count ?? 0} of n = ${row.n}`),
    h('td', {}, aim(row)),
  );
}

const cell = (text) => `"${String(text ?? '').replaceAll('"', '""')}"`;

function csv(rows, from, to) {
  const head = ['metric', 'from', 'to', 'n', 'count', 'value', '90th percentile', 'unit', 'target'];
  const lines = rows.map((row) => {
    const shown = row.n >= least;
    return [row.title, from, to, row.n, row.count, shown ? row.value : '', shown ? row.p90 : '', row.unit, row.target];
  });
  return [head, ...lines].map((each) => each.map(cell).join(',')).join('\r\n') + '\r\n';
}

export function metrics(context) {
  const node = h('div', { class: 'stack' });
  const body = h('div', {}, widgets.loading());
  const span = h(
    'select',
    { 'aria-label': 'Time', onchange: refresh },
    spans.map(([days, text]) => h('option', { value: days }, text)),
  );
  let rows = [];

  async function refresh() {
    const answer = await view('metrics', { since: Date.now() - Number(span.value) * dayMs });
    if (!answer.ok) {
      show(body, widgets.empty('The figures cannot be shown.', answer.sentence, button('Try again', refresh)));
      return;
    }
    ({ rows } = answer.data);
    const heads = ['What', 'Median or share', 'Out of', 'Aim'];
    show(
      body,
      h(
        'div',
        { class: 'card scroll', role: 'region', 'aria-label': 'Figures', tabindex: 0 },
        h(
          'table',
          { class: 'tbl' },
          h('thead', {}, h('tr', {}, heads.map((text, i) => h('th', { scope: 'col', class: i === 1 || i === 2 ? 'num' : null }, text)))),
          h('tbody', {}, rows.map(line)),
        ),
      ),
    );
  }

  function save() {
    const now = Date.now();
    const from = format.day(now - Number(span.value) * dayMs);
    const url = URL.createObjectURL(new Blob([csv(rows, from, format.day(now))], { type: 'text/csv' }));
    h('a', { href: url, download: 'phial-metrics.csv' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  node.append(
    h('div', { class: 'row' }, h('h1', {}, 'Metrics'), span, h('span', { class: 'push' }, button('Save as CSV', save))),
    h('p', { class: 'quiet' }, `A figure is shown when it is drawn from at least ${least}. Aims are advice, not rules.`),
    body,
  );
  return { node, open: refresh };
}
