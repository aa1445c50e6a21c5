// A patient, when the MRN is new, and an order.
import { ask, view } from './api.js';
import { button, choose, field, h, picked, say } from './dom.js';

const sexes = [['F', 'Female'], ['M', 'Male'], ['X', 'X'], ['U', 'Unknown']];

export async function newOrder(context, done, cancel) {
  const [menu, people] = await Promise.all([view('tests'), view('providers')]);
  const tests = menu.ok ? menu.data.tests : [];
  const providers = people.ok ? people.data.rows.filter((person) => person.role === 'provider' && person.active) : [];
  const message = say();
  const mrn = h('input', { type: 'text', maxlength: 64, required: true, autocomplete: 'off' });
  const family = h('input', { type: 'text', maxlength: 200, required: true, autocomplete: 'off' });
  const given = h('input', { type: 'text', maxlength: 200, autocomplete: 'off' });
  const birth = h('input', { type: 'date', required: true, min: '1900-01-01' });
  const provider = h('select', { required: true }, providers.map((person) => h('option', { value: person.login, selected: person.login === context.me.login }, person.name)));
  const reason = h('input', { type: 'text', maxlength: 400 });

  async function send(event) {
    event.preventDefault();
    const test = picked(form, 'test');
    if (!test.length) { message.tell({ ok: false, sentence: 'Pick at least one test.' }); return; }
    const answer = await ask('order_enter', {
      mrn: mrn.value.trim(), family: family.value.trim(), given: given.value.trim(), birth_date: birth.value, sex: picked(form, 'sex')[0], provider: provider.value, test,
      priority: picked(form, 'priority')[0], mode: picked(form, 'mode')[0], reason: reason.value.trim(),
    });
    message.tell(answer);
    if (answer.ok) done(answer.order);
  }

  const form = h('form', { class: 'card stack', onsubmit: send }, h('h1', {}, 'New patient or order'),
    h('div', { class: 'form' }, field('MRN', mrn), field('Birth date', birth), field('Family name', family), field('Given names', given), field('Ordering provider', provider), field('Reason', reason)),
    choose('sex', 'Sex', sexes, 'F'), choose('priority', 'Priority', [['routine', 'Routine'], ['stat', 'STAT']], 'routine'), choose('mode', 'How the order came', [['electronic', 'Electronic'], ['written', 'Written'], ['oral', 'Oral']], 'written', 'three'),
    h('fieldset', {}, h('legend', {}, 'Tests'), h('div', { class: 'choices checks' }, tests.map((test) => h('label', {}, h('input', { type: 'checkbox', name: 'test', value: test.code }), test.name)))),
    message.node, h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Enter the order'), button('Back', cancel)));
  return form;
}
