// The wrong tube: a red stop, and nothing else until somebody has read it.
import { button, h, svg } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

function stopSign() {
  return svg(
    'svg',
    { viewBox: '0 0 100 100', 'aria-hidden': 'true' },
    svg('path', { class: 'stop-octagon', d: 'M30 2h40l28 28v40L70 98H30L2 70V30z' }),
    svg('text', { class: 'stop-word', x: 50, y: 59, 'text-anchor': 'middle' }, 'STOP'),
  );
}

// The wrong tube: nothing else is on the screen until somebody has read it.
export function stopPanel(row, scanned, sentence, again) {
  return h(
    'section',
    { class: 'stop', role: 'alert' },
    stopSign(),
    h(
      'div',
      { class: 'stack' },
      h('h2', {}, `This is not the tube of ${format.fullName(row.patient)}`),
      h(
        'dl',
        {},
        h('dt', {}, 'Expected'),
        h('dd', { class: 'acc' }, widgets.marked(row.accession, scanned)),
        h('dt', {}, 'Scanned'),
        h('dd', { class: 'acc' }, widgets.marked(scanned, row.accession)),
      ),
      h('p', {}, sentence),
      h('div', { class: 'row' }, button('Scan again', again)),
    ),
  );
}
