// At the chair: pick or enter an order, two identifiers, collection, label, scan back. One step at a time.
import { ask, labelPicture, view } from './api.js';
import { button, choose, field, h, picked, say, show } from './dom.js';
import * as format from './format.js';
import { newOrder } from './neworder.js';
import * as widgets from './widgets.js';

const steps = ['identify', 'collect', 'label', 'scan'];
const titles = { identify: 'Identify', collect: 'Collect', label: 'Label', scan: 'Scan back' };
const stepOf = { none: 'collect', collected: 'label', labelled: 'scan' };

function stepFor(row) {
  if (!row.identified) return 'identify';
  return stepOf[row.state] ?? 'done';
}

function rail(row, now) {
  const at = now === 'done' ? steps.length : steps.indexOf(now);
  const told = { identify: 'two identifiers', collect: row.collected_at ? format.time(row.collected_at) : 'at the chair', label: row.accession ? format.accession(row.accession) : '2 × 1 inch', scan: 'before you leave' };
  return h('ol', { class: 'rail' }, steps.map((step, i) => h('li', { class: i < at ? 'done' : null, 'aria-current': i === at ? 'step' : null }, h('b', {}, titles[step]), h('span', {}, told[step]))));
}

function orderLine(row, pick) {
  return h('button', { type: 'button', onclick: () => pick(row) }, h('span', {}, h('span', { class: 'name' }, format.fullName(row.patient)), h('small', {}, `${format.birthDate(row.patient.birth_date)} · ${row.patient.sex} · MRN ${row.patient.mrn}`)),
    h('span', {}, h('b', {}, row.tests.map((test) => test.name).join(', ')), row.priority === 'stat' ? ' STAT' : '', h('br'), h('small', {}, `ordered ${format.when(row.ordered_at)} · ${row.provider}`)),
    h('span', { class: 'state' }, stepFor(row) === 'identify' ? 'to collect' : row.state_text));
}

const svg = (tag, attributes, ...children) => {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

// The wrong tube: nothing else is on the screen until somebody has read it.
function stopPanel(row, scanned, sentence, again) {
  const sign = svg('svg', { viewBox: '0 0 100 100', 'aria-hidden': 'true' }, svg('path', { class: 'stop-octagon', d: 'M30 2h40l28 28v40L70 98H30L2 70V30z' }), svg('text', { class: 'stop-word', x: 50, y: 59, 'text-anchor': 'middle' }, 'STOP'));
  return h('section', { class: 'stop', role: 'alert' }, sign, h('div', { class: 'stack' }, h('h2', {}, `This is not the tube of ${format.fullName(row.patient)}`),
    h('dl', {}, h('dt', {}, 'Expected'), h('dd', { class: 'acc' }, format.accession(row.accession)), h('dt', {}, 'Scanned'), h('dd', { class: 'acc' }, format.accession(scanned))),
    h('p', {}, sentence), h('div', { class: 'row' }, button('Scan again', again))));
}

export function collect(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  let row = null;
  let printer = context.me.printers[0]?.name ?? '';
  let timer = null;

  async function list() {
    row = null;
    const answer = await view('order_list', { limit: 100 });
    if (row) return;
    if (!answer.ok) { show(node, widgets.empty('The open orders cannot be shown.', answer.sentence)); return; }
    const open = answer.data.rows.filter((each) => stepFor(each) !== 'done');
    show(node, h('div', { class: 'row' }, h('h1', {}, 'Whom do you collect from?'), h('span', { class: 'push' }, button('New patient or order', enter, 'primary'))),
      open.length ? h('div', { class: 'rowlist' }, open.map((each) => orderLine(each, pick))) : widgets.empty('No order waits for a collection.', 'Enter one when somebody is at the chair.'));
    context.count('collect', open.length);
  }

  async function enter() {
    row = { order: '' };
    show(node, await newOrder(context, async (order) => pick(await find(order)), list));
    node.querySelector('input')?.focus();
  }

  async function find(order) {
    const answer = await view('order_list', { limit: 500 });
    return answer.ok ? answer.data.rows.find((each) => each.order === order) : null;
  }

  function pick(picked_) {
    if (!picked_) { list(); return; }
    row = picked_;
    draw();
  }

  async function again() {
    const found = await find(row.order);
    if (found) row = found;
    draw();
  }

  function frame(step, ...content) {
    show(node, widgets.banner(row.patient, [['Order', row.order]]), rail(row, step), content,
      h('div', { class: 'row' }, button('Other patient', list), h('span', { class: 'push quiet small' }, 'What is done is kept, whenever you stop.')));
    node.querySelector('[data-first]')?.focus();
  }

  const tests = () => `${row.tests.map((test) => test.name).join(', ')}${row.priority === 'stat' ? ', STAT' : ''}`;

  function identify() {
    const message = say();
    const form = h('form', {
      class: 'card stack',
      onsubmit: async (event) => {
        event.preventDefault();
        const identifier = picked(form, 'identifier');
        if (identifier.length < 2) { message.tell({ ok: false, sentence: 'Confirm two identifiers with the patient, then tick both.' }); return; }
        const answer = await ask('identify', { order: row.order, identifier, method: picked(form, 'method')[0] });
        message.tell(answer);
        if (answer.ok) again();
      },
    }, h('h1', {}, 'Which two did the patient confirm?'),
    h('div', { class: 'choices three' }, [['name', `Name: ${format.fullName(row.patient)}`], ['birth date', `Birth date: ${format.birthDate(row.patient.birth_date)}`], ['MRN', `MRN: ${row.patient.mrn}`]].map(([value, text], i) =>
      h('label', {}, h('input', { type: 'checkbox', name: 'identifier', value, 'data-first': i === 0 }), text))),
    choose('method', 'How', [['stated', 'Stated and spelled'], ['id card', 'ID card'], ['wristband', 'Wristband'], ['guardian', 'Parent or guardian']], 'stated'), message.node, h('button', { class: 'btn primary' }, 'Both agree'));
    frame('identify', form);
  }

  function collection() {
    const message = say();
    const wanted = row.tests[0] ?? {};
    const type = h('input', { type: 'text', maxlength: 64, value: wanted.specimen_type ?? '', required: true });
    const container = h('input', { type: 'text', maxlength: 64, value: wanted.container ?? '' });
    const site = h('input', { type: 'text', maxlength: 64, 'data-first': true });
    const lot = h('input', { type: 'text', maxlength: 64 });
    const form = h('form', {
      class: 'card stack',
      onsubmit: async (event) => {
        event.preventDefault();
        const answer = await ask('collect', { order: row.order, specimen_type: type.value, container: container.value, site: site.value, lot: lot.value });
        message.tell(answer);
        if (answer.ok) again();
      },
    }, h('h1', {}, `Collect for ${tests()}`), h('div', { class: 'form' }, field('Specimen', type), field('Container', container), field('Site', site), field('Container lot', lot)), message.node,
    h('button', { class: 'btn primary' }, `Collected now, ${format.time(Date.now())}`));
    frame('collect', form);
  }

  function printerChoice() {
    if (context.me.printers.length < 2) return null;
    return field('Printer', h('select', { onchange: (event) => { printer = event.target.value; } }, context.me.printers.map((each) => h('option', { value: each.name, selected: each.name === printer }, `${each.name} (${each.stock} in)`))));
  }

  async function picture() {
    const image = h('img', { class: 'label', alt: `Label of ${format.fullName(row.patient)}, ${format.accession(row.accession)}` });
    const url = await labelPicture(row.accession, context.me.printers.find((each) => each.name === printer)?.stock);
    if (url) image.src = url;
    else image.hidden = true;
    return h('section', { class: 'card stack' }, h('h2', {}, 'The label'), image);
  }

  async function label() {
    const message = say();
    const print = h('button', { class: 'btn primary', type: 'button', 'data-first': true, onclick: () => send() }, 'Print the label');
    async function send(reason) {
      print.disabled = true;
      message.tell({ ok: true }, 'Printing …');
      const answer = await ask('label_print', { accession: row.accession, ...(printer ? { printer } : {}), ...(reason ? { reason } : {}) });
      print.disabled = false;
      message.tell(answer, 'Printed.');
      if (answer.ok) again();
    }
    frame('label', h('div', { class: 'halves' }, h('section', { class: 'card scan' }, h('h1', { class: 'big' }, 'Print, and stick it on the tube now'), h('span', { class: 'acc' }, format.accession(row.accession)), h('p', {}, tests()), printerChoice(), message.node, print), await picture()));
  }

  async function verify(scanned) {
    const text = scanned.replace(/^\](?:C[01]|d\d|Q\d)/, '').replace(/\s/g, '');
    const answer = await ask('label_verify', { accession: row.accession, scanned: text });
    if (answer.ok) { await again(); return; }
    if (answer.state) return;
    show(node, widgets.banner(row.patient, [['Order', row.order]]), stopPanel(row, text, answer.sentence, draw));
    node.querySelector('.btn').focus();
  }

  function reprint() {
    const reason = h('input', { type: 'text', maxlength: 200, 'data-first': true, required: true });
    const message = say();
    frame('scan', h('form', {
      class: 'card stack',
      onsubmit: async (event) => {
        event.preventDefault();
        const answer = await ask('label_print', { accession: row.accession, reason: reason.value, ...(printer ? { printer } : {}) });
        message.tell(answer);
        if (answer.ok) draw();
      },
    }, h('h1', {}, 'Print again'), h('p', {}, 'The second label says COPY. Destroy the first if it is not on the tube.'), field('Why', reason), printerChoice(), message.node, h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Print the copy'), button('Back', draw))));
  }

  async function scanBack() {
    const typed = h('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off', 'data-first': true, 'aria-label': 'Number on the label' });
    const form = h('form', { class: 'card scan', onsubmit: (event) => { event.preventDefault(); if (typed.value.trim()) verify(typed.value.trim()); } },
      h('h1', { class: 'big' }, 'Scan the tube in your hand'), h('div', { class: 'scanbox' }, h('div', {}, 'Waiting for the scanner', h('br'), h('span', { class: 'acc' }, format.accession(row.accession)))),
      field('Or type the number that is on the tube', typed), h('p', {}, tests()), h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Check'), button('Print again …', reprint)));
    frame('scan', h('div', { class: 'halves' }, form, await picture()));
  }

  function done() {
    frame('done', h('section', { class: 'card scan' }, h('h1', { class: 'big' }, 'Label verified. The tube is ready for testing.'), h('span', { class: 'acc' }, format.accession(row.accession)), h('p', {}, tests()),
      h('div', { class: 'row' }, button('Next patient', list, 'primary'), button('Where is it now?', () => context.go('specimens', row.accession)))));
    node.querySelector('.btn.primary')?.focus();
  }

  function draw() {
    ({ identify, collect: collection, label, scan: scanBack, done })[stepFor(row)]();
  }

  return {
    node,
    open: list,
    refresh() { if (row?.order) again(); else if (!row) list(); },
    changed(event) {
      if (row || !['orders', 'specimen', 'inbox'].includes(event.topic)) return;
      clearTimeout(timer);
      timer = setTimeout(list, 500);
    },
    scan(number) {
      if (!row?.accession || stepFor(row) !== 'scan') return false;
      verify(number);
      return true;
    },
    close() { clearTimeout(timer); row = row ?? {}; },
  };
}
