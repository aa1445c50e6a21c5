// How tests are read by eye or typed, and how long specimens are good: set by the director, from the package insert.
import { ask, view } from './api.js';
import { button, choose, field, form, h, picked, say, show } from './dom.js';
import { minutes, wordsOf } from './byhand.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const seconds = [
  ['never', 'Nobody'],
  ['positive', 'When it finds something'],
  ['always', 'Always'],
];
const places = { room: 'room temperature', cold: 'refrigerator', frozen: 'freezer' };

const number = (name, value) => h('input', { type: 'number', name, min: 0, max: 86400, step: 1, value: String(value ?? 0), required: true });
const whose = (each) => (each.live ? `set by ${each.by?.name ?? ''} ${format.day(each.at)}, ${each.source}` : each.source);
const state = (live) => h('span', { class: live ? 'state ok' : 'state' }, live ? 'in use' : 'example, not in use');

function told(reading) {
  if (!reading) return 'It cannot be entered by hand.';
  if (reading.kind === 'number') return `Typed, twice${reading.low ? `; asked about outside ${reading.low} to ${reading.high}` : ''}.`;
  const clock = reading.read_to ? `from ${minutes(reading.read_from)} to ${minutes(reading.read_to)} after the start` : 'at any time';
  const second = { never: 'no second look', positive: 'second look when it finds something', always: 'always a second look' };
  return `Read by eye ${clock}; ${reading.control ? 'with' : 'without'} a control line; ${second[reading.second_look]}.`;
}

export function byHandSet(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  const director = context.may('direct');
  let open = '';

  function readingForm(test) {
    const reading = test.reading ?? { kind: 'choice', read_from: 0, read_to: 0, second_look: 'never', control: 1, choices: 'Negative;Positive', low: '', high: '' };
    const from = number('from', reading.read_from);
    const to = number('to', reading.read_to);
    const source = h('input', { type: 'text', maxlength: 200, required: true, placeholder: 'such as: insert of the kit, revision 2026-01', autocomplete: 'off' });
    const low = h('input', { type: 'text', maxlength: 20, value: reading.low ?? '', autocomplete: 'off' });
    const high = h('input', { type: 'text', maxlength: 20, value: reading.high ?? '', autocomplete: 'off' });
    const words = test.analytes.map((analyte, i) =>
      h('input', { type: 'text', maxlength: 300, value: (wordsOf(reading, test.analytes.length)[i] ?? []).join(';'), autocomplete: 'off' }),
    );
    const message = say();
    return form(
      { class: 'card stack' },
      async (self) => {
        const kind = picked(self, `kind-${test.code}`)[0];
        const body = { test: test.code, kind, source: source.value.trim(), second_look: picked(self, `second-${test.code}`)[0] };
        if (kind === 'number') Object.assign(body, { read_from: 0, read_to: 0, control: 'no', ...(low.value ? { range: `${low.value}-${high.value}` } : {}) });
        else Object.assign(body, { read_from: Number(from.value), read_to: Number(to.value), control: picked(self, `control-${test.code}`)[0], value: words.map((each) => each.value.trim()) });
        const answer = await ask('reading_set', body);
        message.tell(answer);
        if (answer.ok) setTimeout(list, 900);
      },
      h('header', {}, h('h3', {}, 'As the insert of your kit says')),
      choose(`kind-${test.code}`, 'How', [['choice', 'Read by eye'], ['number', 'A number is typed']], reading.kind),
      h('div', { class: 'form' }, field('Read from, seconds after the start', from), field('Not later than, seconds (0: any time)', to)),
      choose(`control-${test.code}`, 'The kit shows whether it worked', [['yes', 'Yes, a control line'], ['no', 'No']], reading.control ? 'yes' : 'no'),
      choose(`second-${test.code}`, 'A second person looks as well', seconds, reading.second_look, 'three'),
      h('details', {}, h('summary', {}, 'Words to choose from'), h('p', { class: 'small' }, 'Separated by semicolons, the one that finds nothing first; - for what the kit has no line for.'), h('div', { class: 'form' }, test.analytes.map((analyte, i) => field(analyte.name, words[i])))),
      h('details', {}, h('summary', {}, 'Plausible numbers'), h('div', { class: 'form' }, field('Lowest', low), field('Highest', high))),
      field('Where that stands', source),
      message.node,
      h('button', { class: 'btn primary' }, 'From now on like this'),
    );
  }

  function stabilityForm(test) {
    const temperature = h('select', {}, Object.entries(places).map(([value, text]) => h('option', { value }, text)));
    const hours = h('input', { type: 'number', min: 0, step: 'any', required: true });
    const source = h('input', { type: 'text', maxlength: 200, required: true, autocomplete: 'off' });
    const message = say();
    return form(
      { class: 'card stack' },
      async () => {
        const answer = await ask('stability_set', { test: test.code, temperature: temperature.value, minutes: Math.round(Number(hours.value) * 60), source: source.value.trim() });
        message.tell(answer);
        if (answer.ok) setTimeout(list, 900);
      },
      h('header', {}, h('h3', {}, 'How long a specimen is good')),
      h('div', { class: 'form' }, field('Where', temperature), field('Hours after the collection (0: no limit)', hours)),
      field('Where that stands', source),
      message.node,
      h('button', { class: 'btn primary' }, 'From now on like this'),
    );
  }

  function testCard(test) {
    const { reading } = test;
    return h(
      'details',
      { class: 'raw', open: open === test.code, 'data-test': test.code, ontoggle: (event) => event.currentTarget.open && (open = test.code) },
      h('summary', {}, h('b', {}, test.name), ' ', reading ? state(reading.live) : null, h('span', { class: 'small quiet' }, ` ${told(reading)}`)),
      h(
        'div',
        { class: 'card stack' },
        reading ? h('p', { class: 'small' }, whose(reading)) : null,
        h('ul', { class: 'lines' }, test.stability.map((each) => h('li', {}, h('span', {}, `Good for ${each.minutes / 60} h: ${places[each.temperature]}`), state(each.live), h('small', {}, whose(each))))),
        director ? h('div', { class: 'halves' }, readingForm(test), stabilityForm(test)) : h('p', { class: 'quiet' }, 'The laboratory director sets this.'),
      ),
    );
  }

  async function list() {
    const answer = await view('readings');
    if (!answer.ok) {
      show(node, widgets.empty('It cannot be shown.', answer.sentence, button('Try again', list)));
      return;
    }
    const { tests } = answer.data;
    const first = tests.filter((each) => each.reading || each.stability.length);
    const rest = tests.filter((each) => !first.includes(each));
    show(node, h('h1', {}, 'Reading and stability'), h('p', {}, 'Examples judge nothing, and their tests cannot be entered by hand, until the director sets them as the insert of your own kit says.'), [...first, ...rest].map(testCard));
  }

  return {
    node,
    open: list,
    changed(event) {
      if (event.topic === 'tests' && !node.contains(document.activeElement)) list();
    },
  };
}
