// The day the machine is down: sheets of numbered labels printed before, and what was written on paper entered after.
import { ask, view } from './api.js';
import { button, field, form, h, picked, say, show, tick } from './dom.js';
import { personSelect } from './followup.js';
import * as format from './format.js';
import { newOrder } from './neworder.js';
import * as widgets from './widgets.js';

const perPage = 15; // numbers: each has two labels of the thirty on a page
const mostOrders = 12;
const digits = (text) => text.replace(/^\](?:C[01]|d\d|Q\d)/, '').replace(/\s/g, '');
const localNow = () => `${format.isoDay(Date.now())}T${format.time(Date.now())}`;
const waits = (row) => row.messages.length > 0;
const isOpen = (row) => !row.ekg && ['none', 'rejected', 'disposed'].includes(row.state);
const testsOf = (row) => row.tests.map((test) => test.name).join(', ');

function waitingText(messages) {
  const [first] = messages;
  const what = `${first.tests.join(', ')} from ${first.instrument}, ${format.when(first.received_at)}`;
  return messages.length > 1 ? `${what}, and ${messages.length - 1} more` : what;
}

function whyInput(name, placeholder) {
  return h('input', { type: 'text', name, maxlength: 200, required: true, autocomplete: 'off', placeholder });
}

// A sentence and a reason, folded away, that ends a number or the rest of a sheet.
function voidForm(title, body, done) {
  const why = whyInput('void', 'such as: labels shredded');
  const message = say();
  return h(
    'details',
    { class: 'small' },
    h('summary', {}, title),
    form(
      { class: 'stack' },
      async () => {
        const answer = await ask('paper_void', { ...body, reason: why.value.trim() });
        message.tell(answer);
        if (answer.ok) done(answer.sentence);
      },
      field('What became of it', why),
      message.node,
      h('button', { class: 'btn danger' }, 'Declare void'),
    ),
  );
}

const pdfLink = (sheet, text, kind = '') =>
  h('a', { class: `btn ${kind}`.trim(), href: `/paper/${sheet}.pdf`, target: '_blank', rel: 'noopener' }, text);

function printCard(done) {
  const count = h('input', {
    type: 'number', name: 'count', min: perPage, max: 150, step: perPage, value: perPage, required: true,
  });
  const why = whyInput('sheet-reason', 'such as: drawer of exam room 2');
  const message = say();
  const made = h('div', {});
  return form(
    { class: 'card stack', 'aria-label': 'Print a sheet' },
    async () => {
      const answer = await ask('paper_reserve', { count: Number(count.value), reason: why.value.trim() });
      message.tell(answer, `The numbers of sheet ${answer.key} are reserved.`);
      if (!answer.ok) return;
      why.value = '';
      show(made, pdfLink(answer.key, `Open sheet ${answer.key} to print it`, 'primary'));
      made.firstElementChild.focus();
      done();
    },
    h('h2', {}, 'Print a sheet, before it is needed'),
    h('p', { class: 'small' }, `${perPage} numbers fill a page of 30 labels: one for the tube, one for the form. A form to copy comes with it.`),
    field('How many numbers', count),
    field('What it is for', why),
    message.node,
    made,
    h('button', { class: 'btn primary' }, 'Reserve and print'),
  );
}

function sheetCard(sheet, numbers, done) {
  const told = `${sheet.count} numbers: ${sheet.entered} entered, ${sheet.void} void, ${sheet.open} not accounted for`;
  return h(
    'section',
    { class: 'card stack', 'data-sheet': sheet.sheet },
    h(
      'div',
      { class: 'card-head' },
      h('h3', {}, `Sheet ${sheet.sheet}`),
      sheet.open ? h('span', { class: 'state due' }, `${sheet.open} open`) : h('span', { class: 'state ok' }, 'complete'),
    ),
    h('p', { class: 'small' }, `${sheet.reason}. ${format.moment(sheet.at)}, ${sheet.by?.name ?? ''}. ${told}.`),
    sheet.open
      ? h('details', { class: 'small' }, h('summary', {}, 'Which are open'), h('p', { class: 'mono' }, numbers.map((row) => format.accession(row.accession)).join(' · ')))
      : null,
    h('div', { class: 'row' }, pdfLink(sheet.sheet, 'Open the PDF')),
    sheet.open ? voidForm('The rest will not be used …', { sheet: sheet.sheet }, done) : null,
  );
}

function endedTable(rows) {
  const line = (row) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row', class: 'mono' }, format.accession(row.accession)),
      h('td', {}, row.how === 'void' ? 'void' : 'entered'),
      h('td', {}, row.collected_at ? `${format.moment(row.collected_at)} by ${row.collector}` : ''),
      h('td', {}, row.reason),
      h('td', {}, `${row.by?.name ?? ''}, ${format.when(row.at)}`),
    );
  const heads = ['Number', 'Became', 'Collected', 'Why', 'By'];
  return h(
    'details',
    {},
    h('summary', {}, `Accounted for: the newest ${rows.length}`),
    h('div', { class: 'scroll' }, h('table', { class: 'tbl' }, h('thead', {}, h('tr', {}, heads.map((text) => h('th', { scope: 'col' }, text)))), h('tbody', {}, rows.map(line)))),
  );
}

// What the form says of the collection, once the order is known.
function entryForm(number, order, people, done) {
  const wanted = order.tests[0] ?? {};
  const text = (name, value = '', more = {}) =>
    h('input', { type: 'text', name, maxlength: 64, value, autocomplete: 'off', ...more });
  const type = text('type', wanted.specimen_type, { required: true });
  const container = text('container', wanted.container);
  const site = text('site', '', { placeholder: 'such as L arm' });
  const lot = text('lot', '', { placeholder: 'scan it or type it' });
  const at = h('input', { type: 'datetime-local', name: 'at', required: true, max: localNow() });
  const collector = personSelect(people, { name: 'collector', required: true });
  const why = whyInput('reason', 'such as: no power from 9 to 11');
  const { patient } = order;
  const message = say();
  const identifiers = [
    ['name', `Name: ${format.fullName(patient)}`],
    ['birth date', `Birth date: ${format.birthDate(patient.birth_date)}`],
    ['MRN', `MRN: ${patient.mrn}`],
  ];
  return form(
    { class: 'card stack', 'aria-label': 'Enter from paper' },
    async (self) => {
      const identifier = picked(self, 'identifier');
      if (identifier.length < 2) return message.refuse('Compare two of them on the form and on the tube with the screen, and tick both.');
      const answer = await ask('paper_enter', {
        accession: number.accession,
        order: order.order,
        identifier,
        collector: collector.value,
        collected_at: at.value,
        reason: why.value.trim(),
        specimen_type: type.value,
        container: container.value,
        site: site.value,
        lot: lot.value,
      });
      message.tell(answer);
      return answer.ok ? done(answer) : null;
    },
    h('h2', {}, `${format.accession(number.accession)}: ${testsOf(order)}`),
    tick('identifier', 'What agrees between the form, the tube and the screen', identifiers),
    h(
      'div',
      { class: 'form' },
      field('Specimen', type),
      field('Container', container),
      field('Site, and which side', site),
      field('Lot of the container', lot),
      field('When it was collected', at),
      field('Who collected it', collector),
    ),
    field('Why it was done on paper', why),
    message.node,
    h('button', { class: 'btn primary' }, 'Enter it'),
  );
}

export function downtime(context) {
  const work = h('div', { class: 'stack' });
  const books = h('aside', { class: 'stack' });
  const node = h('div', { class: 'stack' }, h('h1', {}, 'Downtime'), h('div', { class: 'split' }, work, books));
  let data = null;
  let busy = null; // the number that is being entered
  let told = null; // what was done last
  let timer = 0;

  const drop = () => {
    busy = null;
    drawWork();
  };

  function finished(answer) {
    busy = null;
    told = answer;
    refresh();
  }

  async function pickOrder(number, order) {
    const people = await view('providers');
    const staff = people.ok ? people.data.rows.filter((each) => each.active) : [];
    if (busy !== number) return;
    show(
      work,
      widgets.banner(order.patient, [['Order', order.order]]),
      entryForm(number, order, staff, finished),
      h('div', { class: 'row' }, button('Another order', () => begin(number.accession)), button('Stop', drop)),
    );
    work.querySelector('input[name=identifier]').focus();
  }

  async function enterOrder(number) {
    const entry = await newOrder(context, async (order) => {
      const answer = await view('order_list', { limit: 500 });
      const row = answer.ok && answer.data.rows.find((each) => each.order === order);
      return row ? pickOrder(number, row) : drop();
    }, drop);
    if (busy !== number) return;
    show(work, entry);
    entry.querySelector('input')?.focus();
  }

  function orderLine(number, order) {
    return h(
      'button',
      { type: 'button', 'data-order': order.order, onclick: () => pickOrder(number, order) },
      h(
        'span',
        {},
        h('span', { class: 'name' }, format.fullName(order.patient)),
        widgets.twinMark(order.patient),
        ' ',
        h('small', {}, `${format.birthDate(order.patient.birth_date)} · MRN ${order.patient.mrn}`),
      ),
      h('span', {}, h('b', {}, testsOf(order)), h('br'), h('small', {}, `ordered ${format.when(order.ordered_at)} · ${order.provider}`)),
    );
  }

  // The orders that could be meant, as far as their number is small enough to look through.
  async function chooseOrder(number) {
    const answer = await view('order_list', { limit: 500 });
    if (busy !== number) return;
    const open = answer.ok ? answer.data.rows.filter(isOpen) : [];
    const filter = h('input', { type: 'search', name: 'filter', autocomplete: 'off', maxlength: 64 });
    const list = h('div', { class: 'rowlist' });
    const fill = () => {
      const sought = filter.value.trim().toLowerCase();
      const fits = open.filter((each) => `${format.fullName(each.patient)} ${each.patient.mrn} ${each.order}`.toLowerCase().includes(sought));
      show(list, fits.slice(0, mostOrders).map((each) => orderLine(number, each)));
      if (!fits.length) show(list, widgets.empty('No order waits that fits.', 'Enter it from the form.'));
    };
    filter.addEventListener('input', fill);
    fill();
    show(
      work,
      h(
        'section',
        { class: 'card stack' },
        h('h2', {}, 'Whose is it? As the form says'),
        h('span', { class: 'acc' }, format.accession(number.accession)),
        h('p', { class: waits(number) ? 'state due' : 'quiet' }, waits(number) ? `A result waits: ${waitingText(number.messages)}` : 'No result waits for it.'),
        field('Name, MRN or order number', filter),
        list,
        h(
          'div',
          { class: 'row' },
          button('The order is not there: enter it', () => enterOrder(number)),
          button('Stop', drop),
        ),
      ),
    );
    filter.focus();
  }

  async function begin(text, message) {
    const accession = digits(text);
    const number = data?.rows.find((row) => row.accession === accession);
    const gone = data?.ended.find((row) => row.accession === accession);
    if (!number) {
      message?.refuse(gone ? `${format.accession(accession)} is accounted for already: ${gone.how}.` : 'That number stands on no paper sheet of this site. Scan the label on the tube.');
      return;
    }
    busy = number;
    told = null;
    await chooseOrder(number);
  }

  let scanMessage = null;

  function drawWork() {
    const typed = h('input', { type: 'text', inputmode: 'numeric', name: 'number', autocomplete: 'off', required: true });
    const message = say();
    scanMessage = message;
    if (told) message.tell(told);
    const waiting = data.rows.filter(waits);
    show(
      work,
      form(
        { class: 'card stack', 'aria-label': 'Which tube' },
        async () => begin(typed.value, message),
        h('h2', {}, 'Enter from paper'),
        field('Scan the label on the tube, or type its number', typed),
        message.node,
        told?.order ? h('div', { class: 'row' }, button('Where is it now?', () => context.go('specimens', told.accession))) : null,
        h('button', { class: 'btn primary' }, 'Go on'),
      ),
      waiting.length ? h('h2', {}, 'Results wait for these to be entered') : null,
      waiting.length
        ? h(
            'div',
            { class: 'rowlist' },
            waiting.map((row) =>
              h(
                'button',
                { type: 'button', 'data-number': row.accession, onclick: () => begin(row.accession) },
                h('span', { class: 'mono' }, format.accession(row.accession)),
                h('span', {}, waitingText(row.messages)),
                h('span', { class: 'state due' }, 'find the form'),
              ),
            ),
          )
        : h('p', { class: 'quiet' }, 'No result waits for a paper label.'),
      data.ended.length ? endedTable(data.ended) : null,
    );
  }

  function drawBooks() {
    const made = (sentence) => {
      told = { ok: true, sentence };
      refresh();
    };
    const rowsOf = (sheet) => data.rows.filter((row) => row.sheet === sheet.sheet);
    const card = books.querySelector('form.card') ?? printCard(refresh);
    show(books, card, data.sheets.length ? h('h2', {}, 'Sheets') : null, data.sheets.map((sheet) => sheetCard(sheet, rowsOf(sheet), made)));
  }

  async function refresh() {
    const answer = await view('paper', { limit: 500 });
    if (!answer.ok) {
      show(work, widgets.empty('The paper labels cannot be shown.', answer.sentence, button('Try again', refresh)));
      return;
    }
    data = answer.data;
    drawBooks();
    if (!busy) drawWork();
  }

  return {
    node,
    async open() {
      show(work, widgets.loading());
      await refresh();
    },
    // What somebody is typing stays.
    changed(event) {
      if (!['paper', 'held'].includes(event.topic)) return;
      clearTimeout(timer);
      const typing = () => [...node.querySelectorAll('input[type=text]')].some((each) => each.value);
      timer = setTimeout(() => busy || typing() || refresh(), 300);
    },
    scan(text) {
      if (busy || !/^\d{12}$/.test(digits(text))) return false;
      begin(text, scanMessage);
      return true;
    },
    close: () => clearTimeout(timer),
  };
}
