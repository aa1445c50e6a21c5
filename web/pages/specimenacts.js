// What a hand can do with a specimen at the bench: each act asks for what it needs, here and not in a dialog.
import { ask, view } from './api.js';
import { choose, field, form, h, picked, say } from './dom.js';

// HL7 table 0490, in plain words.
export const rejectCodes = [
  ['RI', 'Identification problem'],
  ['RM', 'Labelled wrongly'],
  ['QS', 'Not enough'],
  ['RC', 'Clotted'],
  ['RH', 'Hemolyzed'],
  ['RB', 'Broken container'],
  ['EX', 'Expired'],
  ['RN', 'Contaminated'],
  ['RR', 'Stored wrongly'],
  ['RS', 'Name misspelled'],
  ['RA', 'No patient number'],
  ['RE', 'No patient name'],
  ['RD', 'No collection date'],
  ['RP', 'No collector'],
];
const temperatures = [
  ['room', 'Room temperature'],
  ['cold', 'Refrigerator'],
  ['frozen', 'Freezer'],
];
const conditions = ['good', 'short', 'hemolyzed', 'lipemic', 'icteric', 'clotted', 'leaking'];
const methods = ['biohazard waste', 'sharps container', 'returned to the patient'];
const labelled = ['labelled', 'verified', 'received', 'tested', 'stored'];
const atHand = ['verified', 'received', 'tested', 'stored'];

const text = (more = {}) => h('input', { type: 'text', maxlength: 120, autocomplete: 'off', ...more });
const list = (name, values) => h('datalist', { id: name }, values.map((value) => h('option', { value })));
const option = ([value, shown]) => h('option', { value }, shown);

// `done` is called with core's answer when something was recorded.
export function specimenActs(context, data, done) {
  const { accession, state } = data;

  function act(title, message, body, ...content) {
    const told = say();
    return h(
      'details',
      { class: 'raw', 'data-act': message },
      h('summary', {}, title),
      form(
        { class: 'card stack' },
        async (self) => {
          const fields = body(self);
          if (typeof fields === 'string') {
            told.refuse(fields);
            return;
          }
          const answer = await ask(message, { accession, ...fields });
          told.tell(answer, answer.sentence || 'Recorded.');
          if (answer.ok) done(answer);
        },
        content,
        told.node,
        h('button', { class: 'btn primary' }, title),
      ),
    );
  }

  function receive() {
    const condition = text({ list: 'conditions', value: 'good', required: true });
    return act(
      'Receive at the bench',
      'receive',
      () => ({ condition: condition.value }),
      field('Condition as you see it', condition),
      list('conditions', conditions),
    );
  }

  function place(title, message) {
    const where = text({ required: true, placeholder: 'such as refrigerator 1, rack B' });
    const name = `${message}-temperature`;
    return act(
      title,
      message,
      (self) => ({ location: where.value, temperature: picked(self, name)[0] ?? 'room' }),
      field('Where', where),
      choose(name, 'How warm it is there', temperatures, '', 'one'),
    );
  }

  function reject() {
    const code = h('select', { required: true }, option(['', 'Choose']), rejectCodes.map(option));
    const more = text();
    return act(
      'Reject',
      'reject',
      (self) => {
        const recollect = picked(self, 'recollect')[0];
        if (!code.value) return 'Choose why it is rejected.';
        return { reason_code: code.value, reason: more.value, recollect };
      },
      field('Why', code),
      field('What you saw', more),
      choose(
        'recollect',
        'Another specimen',
        [
          ['yes', 'Ask for another one'],
          ['no', 'None is needed'],
        ],
        'yes',
        'one',
      ),
      h('p', { class: 'small' }, 'The orderer is told at once. A rejected specimen stays rejected.'),
    );
  }

  function addOn() {
    const test = h('select', { required: true }, option(['', 'Loading …']));
    const provider = h('select', { required: true });
    view('tests').then((answer) => {
      const fits = answer.ok ? answer.data.tests.filter((each) => each.specimen_type === data.type && !data.tests.includes(each.name)) : [];
      test.replaceChildren(option(['', fits.length ? 'Choose' : `No other test of ${data.type}`]), ...fits.map((each) => option([each.code, each.name])));
    });
    view('providers').then((answer) => {
      const rows = answer.ok ? answer.data.rows.filter((each) => each.active && (each.role === 'provider' || each.roles?.includes('provider'))) : [];
      provider.replaceChildren(...rows.map((each) => h('option', { value: each.login, selected: each.login === data.provider }, each.name)));
    });
    return act(
      'Add a test',
      'add_on',
      (self) => {
        if (!picked(self, 'enough').length) return 'Look at the tube: is enough left? Then tick it. If not, enter a new order and collect again.';
        return { test: test.value, provider: provider.value, volume: 'enough' };
      },
      field('Test', test),
      field('Ordered by', provider),
      h('label', { class: 'row' }, h('input', { type: 'checkbox', name: 'enough', value: 'enough' }), 'I looked: enough is left in the tube'),
    );
  }

  function aliquot() {
    const container = text({ required: true, placeholder: 'such as aliquot tube' });
    const volume = text({ maxlength: 32, placeholder: 'such as 0.5 mL' });
    return act(
      'Take an aliquot',
      'aliquot',
      () => ({ container: container.value, volume: volume.value }),
      field('Into which container', container),
      field('How much', volume),
      h('p', { class: 'small' }, 'It gets a number and a label of its own; the label names this specimen. Print it, stick it on and scan it back on the Collect page.'),
    );
  }

  function dispose() {
    const how = text({ required: true, list: 'dispose-ways' });
    return act('Dispose of', 'dispose', () => ({ method: how.value }), field('How', how), list('dispose-ways', methods));
  }

  function again() {
    const why = text({ required: true });
    return act('Print the label again', 'label_print', () => ({ reason: why.value }), field('Why? The label will say COPY', why));
  }

  const bench = context.may('collect');
  return [
    bench && state === 'verified' ? receive() : null,
    bench && atHand.includes(state) ? place('Store', 'store') : null,
    bench && atHand.includes(state) ? place('Move', 'move') : null,
    context.may('enter-order') && atHand.includes(state) ? addOn() : null,
    bench && atHand.includes(state) ? aliquot() : null,
    bench && labelled.includes(state) ? again() : null,
    context.may('dispose') && !['rejected', 'disposed'].includes(state) ? reject() : null,
    context.may('dispose') && ['tested', 'stored', 'rejected'].includes(state) ? dispose() : null,
  ];
}
