// At the chair: pick or enter an order, two identifiers, collection, label, scan back. One step at a time.
import { ask, labelPicture, view } from './api.js';
import { button, choose, field, form, h, picked, say, show, svg, tick, walk } from './dom.js';
import * as format from './format.js';
import { newOrder } from './neworder.js';
import { patientLink } from './patient.js';
import { stopPanel } from './stop.js';
import * as widgets from './widgets.js';

const steps = ['identify', 'collect', 'label', 'scan'];
const titles = { identify: 'Identify', collect: 'Collect', label: 'Label', scan: 'Scan back' };
const stockText = (stock) => (stock === '62x29' ? '62 × 29 mm' : `${stock.replace('x', ' × ')} in`);
const stepOf = { none: 'collect', collected: 'label', labelled: 'scan' };
const methods = [
  ['stated', 'Stated and spelled'],
  ['id card', 'ID card'],
  ['wristband', 'Wristband'],
  ['guardian', 'Parent or guardian'],
];

function stepFor(row) {
  if (!row.identified) return 'identify';
  return stepOf[row.state] ?? 'done';
}

const testNames = (row) => row.tests.map((test) => test.name).join(', ');
const testLine = (row) => `${testNames(row)}${row.priority === 'stat' ? ', STAT' : ''}`;

function rail(row, now) {
  const at = now === 'done' ? steps.length : steps.indexOf(now);
  const told = {
    identify: row.identified ? 'two identifiers' : 'ask for two identifiers',
    collect: row.collected_at ? format.time(row.collected_at) : 'at the chair',
    label: row.accession ? format.accession(row.accession) : 'printed after the collection',
    scan: 'at the chair, before you leave',
  };
  const item = (step, i) =>
    h(
      'li',
      { class: i < at ? 'done' : null, 'aria-current': i === at ? 'step' : null },
      h('b', {}, titles[step]),
      h('span', {}, told[step]),
    );
  return h('ol', { class: 'rail' }, steps.map(item));
}

const nagMs = 10 * 60000; // a label that nobody has scanned back by then

function whereNow(row, left) {
  if (row.ekg || left === 'identify')
    return h('span', { class: 'state' }, row.ekg ? 'EKG to run' : row.recollects ? 'collect again' : 'to collect');
  const late = row.collected_at && Date.now() - row.collected_at > nagMs;
  if (!late) return h('span', { class: 'state due' }, row.state_text);
  return h('span', { class: 'state bad' }, `${row.state_text} since ${format.age(row.collected_at)}`);
}

function orderLine(row, pick) {
  const { patient } = row;
  const left = stepFor(row);
  return h(
    'button',
    { type: 'button', 'data-order': row.order, onclick: () => pick(row) },
    h(
      'span',
      {},
      h('span', { class: 'name' }, format.fullName(patient)),
      widgets.twinMark(patient),
      ' ',
      h('small', {}, `${format.birthDate(patient.birth_date)} · ${patient.sex} · MRN ${patient.mrn}`),
    ),
    h(
      'span',
      {},
      h('b', {}, testNames(row)),
      row.priority === 'stat' ? h('span', { class: 'stat' }, 'STAT') : '',
      h('br'),
      h('small', {}, `ordered ${format.when(row.ordered_at)} · ${row.provider_name}`),
      row.recollects ? h('small', {}, ` · again: ${row.recollects.reason}`) : null,
    ),
    whereNow(row, left),
  );
}

function scanIcon() {
  const d =
    'M0 0h14v4H4v8H0zM42 0h14v12h-4V4H42zM0 32h4v8h10v4H0zM52 32h4v12H42v-4h10zM12 10h4v24h-4zM19 10h2v24h-2z' +
    'M24 10h6v24h-6zM33 10h2v24h-2zM38 10h6v24h-6z';
  return svg('svg', { viewBox: '0 0 56 44', 'aria-hidden': 'true' }, svg('path', { d }));
}

export function collect(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  const { printers } = context.me;
  let row = null; // null while the list is shown; without a number while an order is entered
  let printer = printers[0]?.name ?? '';
  let drawn = {};
  let turn = 0; // whoever waited for an answer while something else was shown, lets it be
  let timer = 0;
  let takeLot = null; // a tube's lot may be scanned while the collection is entered

  async function list() {
    const asked = (turn += 1);
    row = null;
    const answer = await view('order_list', { limit: 100 });
    if (asked !== turn) return;
    if (!answer.ok) {
      show(node, widgets.empty('The open orders cannot be shown.', answer.sentence, button('Try again', list)));
      return;
    }
    const focused = document.activeElement?.dataset?.order;
    const open = answer.data.rows.filter((each) => stepFor(each) !== 'done');
    show(
      node,
      h(
        'div',
        { class: 'row' },
        h('h1', {}, 'Whom do you collect from?'),
        h('span', { class: 'push' }, button('New patient or order', enter, 'primary')),
      ),
      open.length
        ? h(
            'div',
            { class: 'rowlist' },
            open.map((each) => orderLine(each, pick)),
          )
        : widgets.empty('No order waits for a collection.', 'Enter one when somebody is at the chair.'),
    );
    if (focused) node.querySelector(`[data-order="${CSS.escape(focused)}"]`)?.focus();
  }

  async function enter() {
    const asked = (turn += 1);
    row = { order: '' };
    const entry = await newOrder(
      context,
      async (number, isEkg) => (isEkg ? context.go('ekg', number) : pick(await find(number))),
      list,
    );
    if (asked !== turn) return;
    show(node, entry);
    entry.querySelector('input')?.focus();
  }

  async function find(number) {
    const answer = await view('order_list', { limit: 500 });
    return answer.ok ? answer.data.rows.find((each) => each.order === number) : null;
  }

  function pick(chosen) {
    if (chosen?.ekg) {
      context.go('ekg', chosen.order);
      return;
    }
    if (!chosen) {
      list();
      return;
    }
    turn += 1;
    row = chosen;
    draw();
  }

  async function again() {
    const asked = turn;
    const found = await find(row.order);
    if (asked !== turn) return;
    row = found ?? row;
    draw();
  }

  function frame(step, ...content) {
    show(
      node,
      widgets.banner(row.patient, [['Order', row.order]]),
      rail(row, step),
      content,
      h(
        'div',
        { class: 'row' },
        button('Other patient', list),
        patientLink(context, row.patient, ['collect', row.order]),
        h('span', { class: 'push quiet small' }, 'What is done is kept, whenever you stop.'),
      ),
      step === 'identify' || step === 'collect' ? cancelling() : null,
    );
    window.scrollTo(0, 0); // whose it is comes first, however far down the step before was read
    node.querySelector('[data-first]')?.focus();
  }

  // An order ends with a result, or with a reason why there will be none.
  function cancelling() {
    const why = h('input', { type: 'text', maxlength: 200, required: true, autocomplete: 'off' });
    const message = say();
    return h(
      'details',
      { class: 'small' },
      h('summary', {}, 'There will be no result: cancel the order'),
      form(
        { class: 'card stack' },
        async () => {
          const answer = await ask('order_cancel', { order: row.order, reason: why.value.trim() });
          message.tell(answer, 'Cancelled.');
          if (answer.ok) await list();
        },
        field('Why', why),
        message.node,
        h('button', { class: 'btn danger' }, 'Cancel the order'),
      ),
    );
  }

  // A step's form: sends, tells, and draws what comes next.
  function stepForm(kind, name, body, ...children) {
    const message = say();
    const shape = form(
      { class: kind },
      async (self) => {
        const fields = body(self);
        if (typeof fields === 'string') {
          message.refuse(fields);
          return;
        }
        const answer = await ask(name, fields);
        message.tell(answer);
        if (answer.ok && name === 'collect') context.drafts?.delete(fields.order);
        if (answer.ok && row) await again();
      },
      ...children,
    );
    shape.insertBefore(message.node, shape.lastElementChild);
    return shape;
  }

  function identify() {
    const { patient } = row;
    const identifiers = [
      ['name', `Name: ${format.fullName(patient)}`],
      ['birth date', `Birth date: ${format.birthDate(patient.birth_date)}`],
      ['MRN', `MRN: ${patient.mrn}`],
    ];
    const body = (self) => {
      const identifier = picked(self, 'identifier');
      if (identifier.length < 2) return 'Ask for two, compare them with the screen, and tick both.';
      return { order: row.order, identifier, method: picked(self, 'method')[0] };
    };
    frame(
      'identify',
      stepForm(
        'card stack',
        'identify',
        body,
        h('h1', { class: 'big' }, 'Which two did the patient tell you?'),
        tick('identifier', 'Tick what agrees with the screen', identifiers),
        choose('method', 'How', methods, 'stated'),
        h('button', { class: 'btn primary' }, 'Both agree'),
      ),
    );
  }

  // What was typed of a collection that is not recorded yet: kept for its order as long as this person is here.
  function draftOf(order) {
    context.drafts ??= new Map();
    if (!context.drafts.has(order)) context.drafts.set(order, {});
    return context.drafts.get(order);
  }

  function keepDraft(root, draft) {
    for (const input of root.querySelectorAll('[name]')) {
      if (input.type === 'radio') input.checked = draft[input.name] ? draft[input.name] === input.value : input.checked;
      else if (draft[input.name] !== undefined) input.value = draft[input.name];
    }
    root.addEventListener('input', ({ target }) => {
      if (target.name) draft[target.name] = target.value;
    });
  }

  function collection() {
    const wanted = row.tests[0] ?? {};
    const text = (name, value = '', more = {}) =>
      h('input', { type: 'text', name, maxlength: 64, value, autocomplete: 'off', ...more });
    const known = (name, values) =>
      h(
        'datalist',
        { id: `known-${name}` },
        values.map((value) => h('option', { value })),
      );
    const type = text('type', wanted.specimen_type, { required: true });
    const container = text('container', wanted.container, { list: 'known-container' });
    const site = text('site', '', { list: 'known-site', placeholder: 'such as L arm', 'data-first': true });
    const lot = text('lot', '', { placeholder: 'scan it or type it' });
    const volume = text('volume', '', { maxlength: 32 });
    const anticoagulant = text('anticoagulant', '', { placeholder: 'such as warfarin' });
    const menses = h('input', { type: 'date', name: 'menses', min: '1950-01-01' });
    const note = text('note', '', { maxlength: 200 });
    const again_ = text('again', '', { maxlength: 128 });
    const at = h('input', { type: 'datetime-local', name: 'at' });
    const reason = text('reason', '', { maxlength: 200 });
    const body = (self) => ({
      order: row.order,
      specimen_type: type.value,
      container: container.value,
      site: site.value,
      lot: lot.value,
      fasting: picked(self, 'fasting')[0] ?? '',
      volume: volume.value,
      last_menses: menses.value,
      anticoagulant: anticoagulant.value,
      note: note.value,
      ...(again_.value ? { again: again_.value } : {}),
      ...(at.value ? { collected_at: at.value, reason: reason.value } : {}),
    });
    const shape = stepForm(
      'card stack',
      'collect',
      body,
      h('h1', { class: 'big' }, `Collect for ${testLine(row)}`),
      row.recollects ? h('p', { class: 'state due' }, `In place of a rejected specimen: ${row.recollects.reason}`) : null,
      h(
        'div',
        { class: 'form' },
        field('Specimen', type),
        field('Container', container),
        field('Site, and which side', site),
        field('Lot of the container', lot),
      ),
      known('container', ['EDTA', 'lithium heparin', 'SST', 'citrate', 'capillary', 'urine cup', 'swab', 'stool tube']),
      known('site', ['L arm', 'R arm', 'L hand', 'R hand', 'finger', 'heel', 'throat', 'nose', 'midstream']),
      choose(
        'fasting',
        'Fasting',
        [
          ['', 'Not asked'],
          ['yes', 'Yes'],
          ['no', 'No'],
        ],
        '',
        'three',
      ),
      h(
        'details',
        {},
        h('summary', {}, 'More: volume, last menses, anticoagulant, note, a second tube'),
        h(
          'div',
          { class: 'form' },
          field('Volume', volume),
          field('First day of the last menses', menses),
          field('Anticoagulant taken', anticoagulant),
          field('Note', note),
          field('A second tube: why it was drawn', again_),
        ),
      ),
      h(
        'details',
        {},
        h('summary', {}, 'It was collected earlier'),
        h('div', { class: 'form' }, field('When', at), field('Why it is entered late', reason)),
      ),
      h('button', { class: 'btn primary' }, 'Collected'),
    );
    frame('collect', shape);
    keepDraft(shape, draftOf(row.order));
    takeLot = (scanned) => {
      lot.value = scanned;
      lot.dispatchEvent(new Event('input', { bubbles: true }));
      lot.focus();
    };
  }

  function printerChoice() {
    if (printers.length < 2) return null;
    const option = (each) =>
      h('option', { value: each.name, selected: each.name === printer }, `${each.name} (${stockText(each.stock)})`);
    const choice = h('select', { onchange: () => (printer = choice.value) }, printers.map(option));
    return field('Printer', choice);
  }

  // The label's picture, asked for once a specimen: each look at it is on record.
  function labelOf(accession, stock) {
    const name = `${accession} ${stock}`;
    if (drawn.name !== name) {
      dropLabel();
      drawn = { name, url: labelPicture(accession, stock) };
    }
    return drawn.url;
  }

  function dropLabel() {
    drawn.url?.then((url) => url && URL.revokeObjectURL(url));
    drawn = {};
  }

  // The label as it is printed; drawn by the box, so it comes a moment later.
  function picture() {
    const { accession, patient } = row;
    const image = h('img', {
      class: 'label',
      alt: `Label of ${format.fullName(patient)}, ${format.accession(accession)}`,
      hidden: true,
    });
    const stock = printers.find((each) => each.name === printer)?.stock ?? '2x1';
    labelOf(accession, stock).then((url) => {
      image.hidden = !url;
      if (url) image.src = url;
    });
    return h(
      'section',
      { class: 'card stack' },
      h('h2', {}, 'The label ', h('span', { class: 'quiet small' }, `${stockText(stock)}`)),
      image,
    );
  }

  const printing = (reason) => ({
    accession: row.accession,
    ...(printer ? { printer } : {}),
    ...(reason ? { reason } : {}),
  });

  function label() {
    const why = h('input', { type: 'text', maxlength: 200 });
    const reason = h('div', { hidden: true }, field('Why another one? It will say COPY', why));
    const message = say();
    const typed = h('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off', name: 'scanned' });
    const unsure = h(
      'div',
      { class: 'stack', hidden: true },
      field('If a label came out: scan it, or type the number that stands on it', typed),
      button('Check', () => typed.value.trim() && verify(typed.value, message)),
    );
    scanMessage = message;
    const print = form(
      { class: 'card scan' },
      async () => {
        message.tell({ ok: true }, 'Printing …');
        const answer = await ask('label_print', printing(why.value));
        message.tell(answer, 'Printed.');
        if (answer.ok) await again();
        else if (!answer.away) reason.hidden = unsure.hidden = false;
      },
      h('h1', { class: 'big' }, 'Print, and stick it on the tube now'),
      h('span', { class: 'acc' }, format.accession(row.accession)),
      h('p', {}, testLine(row)),
      printerChoice(),
      message.node,
      unsure,
      reason,
      h('button', { class: 'btn primary', 'data-first': true }, 'Print the label'),
    );
    frame('label', h('div', { class: 'halves' }, print, picture()));
  }

  async function verify(scanned, message) {
    const text = scanned.replace(/^\](?:C[01]|d\d|Q\d)/, '').replace(/\s/g, '');
    const of = row;
    const answer = await ask('label_verify', { accession: of.accession, scanned: text });
    if (answer.ok) {
      if (row) await again();
    } else if (answer.accession) {
      row = of; // the stop is of the tube that was scanned, whoever was opened since
      show(node, widgets.banner(row.patient, [['Order', row.order]]), stopPanel(row, text, answer.sentence, draw));
      node.querySelector('.stop .btn').focus();
    } else {
      message?.tell(answer);
    }
  }

  function reprint() {
    const why = h('input', { type: 'text', maxlength: 200, 'data-first': true, required: true });
    frame(
      'scan',
      stepForm(
        'card stack',
        'label_print',
        () => printing(why.value),
        h('h1', { class: 'big' }, 'Print again'),
        h('p', {}, 'The second label says COPY. Destroy the first if it is not on the tube.'),
        field('Why', why),
        printerChoice(),
        h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Print the copy'), button('Back', draw)),
      ),
    );
  }

  let scanMessage = null;

  function scanBack() {
    const typed = h('input', {
      type: 'text',
      inputmode: 'numeric',
      autocomplete: 'off',
      name: 'scanned',
      'data-first': true,
    });
    scanMessage = say();
    const scan = form(
      { class: 'card scan' },
      async () => {
        if (typed.value.trim()) await verify(typed.value, scanMessage);
      },
      h('h1', { class: 'big' }, 'Scan the tube in your hand'),
      h(
        'div',
        { class: 'scanbox' },
        scanIcon(),
        h('div', {}, 'Waiting for the scanner', h('br'), h('span', { class: 'acc' }, format.accession(row.accession))),
      ),
      field('Or type the number that stands on the tube', typed),
      h('p', {}, testLine(row)),
      scanMessage.node,
      h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Check'), button('Print again …', reprint)),
    );
    frame('scan', h('div', { class: 'halves' }, scan, picture()));
  }

  function done() {
    frame(
      'done',
      h(
        'section',
        { class: 'card scan' },
        h('p', { class: 'state ok' }, 'label verified'),
        h('h1', { class: 'big' }, 'The tube is ready for testing'),
        h('span', { class: 'acc' }, format.accession(row.accession)),
        h('p', {}, testLine(row)),
        h(
          'div',
          { class: 'row' },
          button('Next patient', list, 'primary'),
          button('Where is it now?', () => context.go('specimens', row.accession)),
        ),
      ),
    );
    node.querySelector('.btn.primary')?.focus();
  }

  function draw() {
    ({ identify, collect: collection, label, scan: scanBack, done })[stepFor(row)]();
  }

  // Back from the patient's data to the step that was left.
  async function begin() {
    const wanted = context.intent === 'again' ? context.key : '';
    context.intent = '';
    const found = wanted && (await find(wanted));
    return found ? pick(found) : list();
  }

  return {
    node,
    open: begin,
    changed(event) {
      if (row || !['orders', 'specimen', 'inbox'].includes(event.topic)) return;
      clearTimeout(timer);
      timer = setTimeout(() => row || list(), 500); // who has begun meanwhile goes on
    },
    scan(number) {
      if (row && stepFor(row) === 'collect' && takeLot && !/^\d{12}$/.test(number)) {
        takeLot(number);
        return true;
      }
      if (!row?.accession || !['label', 'scan'].includes(stepFor(row))) return false;
      verify(number, scanMessage);
      return true;
    },
    key(name) {
      return row ? false : walk(node, name);
    },
    close() {
      clearTimeout(timer);
      dropLabel();
      turn += 1;
    },
  };
}
