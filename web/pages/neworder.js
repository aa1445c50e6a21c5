// A patient, when the MRN is new, and an order.
import { ask, view } from './api.js';
import { button, choose, field, form, h, picked, say, tick } from './dom.js';

const sexes = [
  ['F', 'Female'],
  ['M', 'Male'],
  ['X', 'X'],
  ['U', 'Unknown'],
];
const priorities = [
  ['routine', 'Routine'],
  ['stat', 'STAT'],
];
const modes = [
  ['electronic', 'Electronic'],
  ['written', 'Written'],
  ['oral', 'Oral'],
];

// `done` gets the order's number, and whether it is an EKG's; `ekg`: it is the EKG page that asks.
export async function newOrder(context, done, cancel, ekg = false) {
  const [menu, people] = await Promise.all([view('tests'), view('providers')]);
  const tests = menu.ok ? menu.data.tests : [];
  const isEkg = (code) => tests.find((each) => each.code === code)?.specimen_type === 'none';
  const rows = people.ok ? people.data.rows : [];
  const providers = rows.filter((person) => person.role === 'provider' && person.active);
  const message = say();
  const text = (more = {}) => h('input', { type: 'text', maxlength: 200, autocomplete: 'off', ...more });
  const mrn = text({ name: 'mrn', maxlength: 64, required: true });
  const family = text({ name: 'family', required: true });
  const given = text({ name: 'given' });
  const birth = h('input', { type: 'date', name: 'birth_date', required: true, min: '1900-01-01' });
  const reason = text({ name: 'reason', maxlength: 400 });
  const placer = text({ name: 'placer', maxlength: 64 });
  const icd10 = text({ name: 'icd10', maxlength: 64, placeholder: 'as the record has it' });
  const option = (person) =>
    h('option', { value: person.login, selected: person.login === context.me.login }, person.name);
  const provider = h('select', { name: 'provider', required: true }, providers.map(option));

  async function send(self) {
    const test = picked(self, 'test');
    const sex = picked(self, 'sex')[0];
    if (!sex) return message.refuse('Choose the sex as the record has it.');
    if (!test.length) return message.refuse('Pick at least one test.');
    if (test.some(isEkg) && !test.every(isEkg))
      return message.refuse('An EKG needs an order of its own: enter the tests of the specimen apart from it.');
    const answer = await ask('order_enter', {
      mrn: mrn.value.trim(),
      family: family.value.trim(),
      given: given.value.trim(),
      birth_date: birth.value,
      sex,
      provider: provider.value,
      test,
      priority: picked(self, 'priority')[0],
      mode: picked(self, 'mode')[0],
      reason: reason.value.trim(),
      placer: placer.value.trim(),
      icd10: icd10.value.trim(),
    });
    message.tell(answer);
    return answer.ok ? done(answer.order, test.every(isEkg)) : null;
  }

  return form(
    { class: 'card stack' },
    send,
    h('h1', {}, 'New patient or order'),
    h(
      'div',
      { class: 'form' },
      field('MRN', mrn),
      field('Birth date', birth),
      field('Family name', family),
      field('Given names', given),
    ),
    choose('sex', 'Sex', sexes, '', 'four'),
    tick(
      'test',
      'Tests',
      tests.map((test) => [test.code, test.live ? test.name : `${test.name} (not live: limits not signed)`]),
      'checks',
    ),
    h('div', { class: 'form' }, field('Ordering provider', provider), field('Reason', reason)),
    h(
      'div',
      { class: 'form' },
      choose('priority', 'Priority', priorities, 'routine'),
      choose('mode', 'How the order came', modes, 'written', 'three'),
    ),
    h(
      'details',
      {},
      h('summary', {}, 'The order’s number elsewhere, ICD-10 codes'),
      h('div', { class: 'form' }, field('Number in the health record', placer), field('ICD-10 codes of the reason', icd10)),
    ),
    h('p', { class: 'small quiet' }, 'An order by word of mouth needs a provider’s authorisation in writing within 30 days: it stands under Oral orders until then.'),
    message.node,
    h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Enter the order'), button('Back', cancel)),
  );
}
