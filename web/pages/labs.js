// The reference laboratories on record: name, address and CLIA number stand on every report of their results.
import { ask, view } from './api.js';
import { button, field, form, h, say, show } from './dom.js';

function testRow(tests, test) {
  const code = h(
    'select',
    { 'aria-label': 'Test' },
    h('option', { value: '' }, 'choose a test'),
    tests.map((each) => h('option', { value: each.code }, each.name)),
  );
  const days = h('input', { type: 'number', min: 0, max: 90, inputmode: 'numeric', 'aria-label': 'Days to its result' });
  code.value = test?.code ?? '';
  days.value = test ? test.days : 2;
  return h('div', { class: 'row', 'data-test': '' }, code, h('span', {}, 'result in'), days, h('span', {}, 'days'));
}

async function labForm(lab, done) {
  const menu = await view('tests');
  const tests = menu.ok ? menu.data.tests.filter((test) => test.specimen_type !== 'none') : [];
  const input = (name, more = {}) =>
    h('input', { name, value: lab?.[name] ?? '', maxlength: 200, autocomplete: 'off', ...more });
  const name = input('name', { required: true });
  const address = input('address');
  const clia = input('clia', { placeholder: '05D1234567' });
  const phone = input('phone');
  const active = h('input', { type: 'checkbox', checked: lab ? Boolean(lab.active) : true });
  const rows = h('div', { class: 'stack' }, (lab?.tests.length ? lab.tests : [null]).map((test) => testRow(tests, test)));
  const told = say();
  const send = async () => {
    const chosen = [...rows.querySelectorAll('[data-test]')]
      .map((row) => [row.querySelector('select').value, Number(row.querySelector('input').value)])
      .filter(([code]) => code);
    const answer = await ask('lab_set', {
      ...(lab ? { laboratory: lab.laboratory } : {}),
      name: name.value.trim(),
      address: address.value.trim(),
      clia: clia.value.trim().toUpperCase(),
      phone: phone.value.trim(),
      active: active.checked ? 1 : 0,
      test: chosen.map(([code]) => code),
      days: chosen.map(([, days]) => days),
    });
    told.tell(answer);
    if (answer.ok) done();
  };
  return form(
    { class: 'card stack', 'data-lab': lab?.laboratory ?? 'new' },
    send,
    h('h3', {}, lab ? `Change ${lab.name}` : 'A new laboratory'),
    h(
      'div',
      { class: 'form thirds' },
      field('Name', name),
      field('Address: street, city, state, ZIP', address),
      field('CLIA number', clia),
      field('Telephone', phone),
    ),
    h('p', {}, 'Tests that it does for you, and after how many days the result is expected:'),
    rows,
    button('One more test', () => rows.append(testRow(tests, null))),
    h('label', { class: 'row' }, active, 'In use'),
    told.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Save'), button('Leave it', done)),
  );
}

export function labsCard(labs, lead, done, hold) {
  const place = h('div');
  const open = async (lab) => {
    hold(true);
    show(place, await labForm(lab, done));
    place.querySelector('input')?.focus();
  };
  const line = (lab) =>
    h(
      'li',
      {},
      h('b', {}, lab.name),
      h('span', { class: lab.active ? 'state ok' : 'state' }, lab.active ? 'in use' : 'not in use'),
      h(
        'small',
        {},
        [
          lab.address,
          `CLIA ${lab.clia}`,
          lab.phone,
          lab.tests.map((test) => `${test.name} in ${test.days} d`).join(', '),
        ]
          .filter(Boolean)
          .join(' · '),
      ),
      lead ? h('div', { class: 'row' }, button('Change', () => open(lab))) : null,
    );
  return h(
    'section',
    { class: 'card stack' },
    h('div', { class: 'card-head' }, h('h2', {}, 'Reference laboratories')),
    labs.length
      ? h('ul', { class: 'lines' }, labs.map(line))
      : h(
          'p',
          { class: 'quiet' },
          lead
            ? 'None is on record. Put one on record before specimens leave the house.'
            : 'None is on record. The lab lead puts them on record.',
        ),
    lead ? h('div', { class: 'row' }, button('Add a laboratory', () => open(null))) : null,
    place,
  );
}
