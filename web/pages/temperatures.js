// Where kits are kept, and how warm it was: a reading a day, and what was done when it was out of range.
import { ask, view } from './api.js';
import { button, choose, field, form, h, picked, say, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const shown = 7; // readings; the others are folded
const input = (name, more = {}) => h('input', { type: 'text', inputmode: 'decimal', name, autocomplete: 'off', maxlength: 16, ...more });
const rangeOf = (place) => `${place.low || 'no lowest'} to ${place.high || 'no highest'} ${place.measure}`;

function isOut(place, ...values) {
  const outside = (value) =>
    (place.low !== '' && Number(value) < Number(place.low)) || (place.high !== '' && Number(value) > Number(place.high));
  return values.some((value) => value !== '' && outside(value));
}

function readingState(reading) {
  if (reading.in_range) return h('span', { class: 'state ok' }, 'in range');
  return h('span', { class: 'state bad' }, reading.usable ? 'out of range, cleared for use' : 'out of range');
}

function readingRow(reading) {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, format.birthDate(reading.day)),
    h('td', { class: 'num' }, reading.lowest),
    h('td', { class: 'num' }, reading.highest),
    h('td', { class: 'num' }, reading.present),
    h('td', {}, readingState(reading), reading.action ? h('small', {}, h('br'), reading.action) : null),
    h('td', { class: 'keep' }, `${reading.by?.name ?? ''} ${format.time(reading.at)}`),
  );
}

function readingTable(place, readings) {
  const heads = ['Day', 'Lowest', 'Highest', 'Now', 'Range', 'Who'];
  return h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      { class: 'tbl' },
      h('caption', { class: 'skip' }, `Readings of ${place.name}`),
      h('thead', {}, h('tr', {}, heads.map((head, i) => h('th', { scope: 'col', class: i > 0 && i < 4 ? 'num' : '' }, head)))),
      h('tbody', {}, readings.map(readingRow)),
    ),
  );
}

function readingForm(context, place, done) {
  const message = say();
  const lowest = input('lowest', { required: true });
  const highest = input('highest', { required: true });
  const present = input('present');
  const note = input('note', { inputmode: 'text', maxlength: 400 });
  const cleared = choose(
    'usable',
    'May what is kept there be used?',
    [
      ['0', 'No, not until the lab lead has cleared it'],
      ['1', 'Yes: the maker’s instructions allow it'],
    ],
    '0',
    'one',
  );
  const out = h(
    'div',
    { class: 'stack', hidden: true },
    h('p', { class: 'strip crit' }, h('b', {}, 'Out of range'), `It should be ${rangeOf(place)}.`),
    field('What was done: who was asked, what became of the kits', note),
    context.may('keep-lots') ? cleared : h('p', { class: 'small' }, 'Do not use what is kept there until the lab lead has cleared it.'),
  );
  for (const each of [lowest, highest, present])
    each.addEventListener('input', () => (out.hidden = !isOut(place, lowest.value, highest.value, present.value)));

  return form(
    { class: 'stack', 'aria-label': `Reading of ${place.name}` },
    async (self) => {
      const answer = await ask('temperature_add', {
        place: place.place,
        lowest: lowest.value.trim(),
        highest: highest.value.trim(),
        present: present.value.trim(),
        note: out.hidden ? '' : note.value.trim(),
        usable: out.hidden ? 1 : Number(picked(self, 'usable')[0] ?? 0),
      });
      message.tell(answer, 'The reading is in the book.');
      if (answer.ok) done();
    },
    h(
      'div',
      { class: 'form thirds' },
      field(`Lowest since last time, ${place.measure}`, lowest),
      field(`Highest since last time, ${place.measure}`, highest),
      field(`Now, ${place.measure}`, present),
    ),
    out,
    message.node,
    h('button', { class: 'btn primary' }, 'Write it down'),
  );
}

function placeCard(context, place, acts) {
  const newest = place.readings.slice(0, shown);
  const older = place.readings.slice(shown);
  return h(
    'section',
    { class: 'card stack', 'data-place': place.place, 'aria-label': place.name },
    h(
      'div',
      { class: 'card-head' },
      h('h2', {}, place.name),
      place.due ? h('span', { class: 'state due' }, 'not read today') : h('span', { class: 'state ok' }, 'read today'),
      h('span', { class: 'push' }, context.may('keep-lots') ? button('Change', () => acts.edit(place)) : null),
    ),
    h(
      'p',
      { class: 'small quiet' },
      `${rangeOf(place)} · ${place.items.length ? `kept here: ${place.items.join(', ')}` : 'nothing of the book of lots is kept here'}`,
    ),
    context.may('run-test') ? readingForm(context, place, acts.refresh) : null,
    newest.length ? readingTable(place, newest) : h('p', { class: 'quiet' }, 'Never read yet.'),
    older.length ? h('details', { class: 'raw' }, h('summary', {}, `Older readings: ${older.length}`), readingTable(place, older)) : null,
  );
}

function placeForm(place, done) {
  const message = say();
  const name = input('name', { inputmode: 'text', value: place?.name ?? '', maxlength: 64, required: true });
  const measure = choose(
    'measure',
    'What is read',
    [
      ['°C', 'Degrees Celsius'],
      ['°F', 'Degrees Fahrenheit'],
      ['%RH', 'Relative humidity'],
    ],
    place?.measure ?? '°C',
    'one',
  );
  const low = input('low', { value: place?.low ?? '' });
  const high = input('high', { value: place?.high ?? '' });
  const active = h('input', { type: 'checkbox', name: 'active', checked: place?.active !== 0 });
  return form(
    { class: 'card stack', 'aria-label': place ? `Change ${place.name}` : 'Add a place' },
    async (self) => {
      const answer = await ask('place_set', {
        ...(place ? { place: place.place } : {}),
        name: name.value.trim(),
        measure: picked(self, 'measure')[0],
        low: low.value.trim(),
        high: high.value.trim(),
        active: active.checked ? 1 : 0,
      });
      message.tell(answer, 'The place is in the book.');
      if (answer.ok) done();
    },
    h('h2', {}, place ? 'Change the place' : 'Add a place'),
    field('Name, as on its door', name),
    measure,
    field('Lowest that is allowed', low),
    field('Highest that is allowed', high),
    h('label', { class: 'row' }, active, 'It is in use'),
    message.node,
    h('button', { class: 'btn primary' }, place ? 'Change it' : 'Add it'),
  );
}

export function temperatures(context) {
  const list = h('div', { class: 'stack' }, widgets.loading());
  const aside = h('aside', { class: 'stack' });
  const node = h('div', { class: context.may('keep-lots') ? 'split' : 'stack' }, list, aside);
  let timer = 0;

  function edit(place) {
    show(aside, placeForm(place, refresh), place ? button('Add another instead', () => edit(null)) : null);
    if (place) aside.querySelector('input')?.focus();
  }

  async function refresh() {
    const answer = await view('temperatures');
    if (!answer.ok) {
      show(list, widgets.empty('The temperatures cannot be shown.', answer.sentence, button('Try again', refresh)));
      return;
    }
    const { places } = answer.data;
    const used = places.filter((place) => place.active);
    show(
      list,
      h('h1', {}, 'Temperatures'),
      used.length
        ? used.map((place) => placeCard(context, place, { edit, refresh }))
        : widgets.empty('No place is in the book.', 'The lab lead adds each refrigerator, cupboard and room in which kits are kept.'),
    );
  }

  return {
    node,
    async open() {
      if (context.may('keep-lots')) edit(null);
      await refresh();
    },
    // What somebody is typing is not taken away by what somebody else wrote down.
    changed(event) {
      if (!['temperatures', 'lots'].includes(event.topic)) return;
      clearTimeout(timer);
      const typing = () => [...list.querySelectorAll('input[type=text]')].some((each) => each.value);
      timer = setTimeout(() => typing() || refresh(), 300);
    },
    close: () => clearTimeout(timer),
  };
}
