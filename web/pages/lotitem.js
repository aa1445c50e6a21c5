// An item of which lots are kept: entered, or changed, by the lab lead.
import { ask, view } from './api.js';
import { choose, field, form, h, picked, say, tick } from './dom.js';

const kinds = [
  ['kit', 'Kit, strips, cartridge or reagent'],
  ['control', 'Control material'],
  ['tube', 'Collection tube'],
];

const input = (type, name, more = {}) => h('input', { type, name, autocomplete: 'off', ...more });

function select(name, empty, options, chosen) {
  return h(
    'select',
    { name },
    h('option', { value: '' }, empty),
    options.map(([value, text]) => h('option', { value, selected: String(value) === String(chosen ?? '') }, text)),
  );
}

export async function itemForm(item, done) {
  const [menu, instruments, places] = await Promise.all([view('tests'), view('instruments'), view('temperatures')]);
  const tests = menu.ok ? menu.data.tests.map((test) => [test.code, test.name]) : [];
  const message = say();
  const name = input('text', 'name', { value: item?.name ?? '', maxlength: 120, required: true });
  const kind = choose('kind', 'What it is', kinds, item?.kind ?? 'kit', 'one');
  const maker = input('text', 'maker', { value: item?.maker ?? '', maxlength: 120 });
  const gtin = input('text', 'gtin', { value: item?.gtin ?? '', maxlength: 14, inputmode: 'numeric', placeholder: 'learned with the first scan' });
  const days = input('number', 'days', { value: String(item?.open_days ?? 0), min: 0, max: 3650 });
  const storage = input('text', 'storage', { value: item?.storage ?? '', maxlength: 60, placeholder: '2 to 8 °C' });
  const instrument = select(
    'instrument',
    'Any, or read by eye',
    instruments.ok ? instruments.data.rows.map((row) => [row.name, row.name]) : [],
    item?.instrument,
  );
  const place = select(
    'place',
    'Not said',
    places.ok ? places.data.places.filter((each) => each.active).map((each) => [each.place, each.name]) : [],
    item?.place,
  );
  const active = h('input', { type: 'checkbox', name: 'active', checked: item?.active !== 0 });
  const chosen = tick('test', 'Tests that it is for', tests, 'one');
  for (const each of item?.tests ?? []) {
    const box = [...chosen.querySelectorAll('input')].find(({ value }) => value === each.code);
    if (box) box.checked = true;
  }

  async function send(self) {
    const answer = await ask('item_set', {
      ...(item ? { item: item.item } : {}),
      ...(place.value ? { place: Number(place.value) } : {}),
      name: name.value.trim(),
      kind: picked(self, 'kind')[0],
      maker: maker.value.trim(),
      gtin: gtin.value.trim(),
      test: picked(self, 'test'),
      instrument: instrument.value,
      days: Number(days.value) || 0,
      storage: storage.value.trim(),
      active: active.checked ? 1 : 0,
    });
    message.tell(answer);
    if (answer.ok) done(answer);
  }

  return form(
    { class: 'card stack', 'aria-label': item ? `Change ${item.name}` : 'Add an item' },
    send,
    h('h2', {}, item ? 'Change the item' : 'Add an item'),
    field('Name, as on the box', name),
    kind,
    h('div', { class: 'pick-list', tabindex: 0, role: 'group', 'aria-label': 'Tests that it is for' }, chosen),
    field('Days that it may be used once open (0: opening does not matter)', days),
    field('Storage, as the maker says', storage),
    field('Kept in', place),
    field('For the instrument', instrument),
    field('Maker', maker),
    field('GTIN', gtin),
    h('label', { class: 'row' }, active, 'It is in use'),
    message.node,
    h('button', { class: 'btn primary' }, item ? 'Change it' : 'Add it'),
  );
}
