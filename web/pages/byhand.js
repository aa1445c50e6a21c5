// Tests that are read by eye, or typed: the tube, the kit, the clock, what is seen, a second look where it is wanted.
import { ask, view } from './api.js';
import { button, choose, field, form, h, picked, say, show, walk } from './dom.js';
import * as format from './format.js';
import { stopPanel } from './stop.js';
import * as widgets from './widgets.js';

const absent = '-'; // the only word of what this kit has no line for
const ends = {
  entered: ['state ok', 'entered'],
  invalid: ['state bad', 'no control line'],
  late: ['state bad', 'not read in time'],
  disagree: ['state bad', 'two people did not agree'],
  void: ['state', 'stopped'],
};
const plain = (text) => text.replace(/\s/g, '');
const isAccession = (text) => /^\d{12}$/.test(plain(text));

export const minutes = (seconds) =>
  seconds % 60 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${seconds / 60} min`;

const clockText = (ms) => {
  const all = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')}`;
};

// The words of each analyte: one line of choices stands for all, or each has its own.
export function wordsOf(reading, count) {
  const lines = reading.choices.split('\n').map((line) => line.split(';'));
  return Array.from({ length: count }, (_, i) => lines[lines.length > 1 ? i : 0] ?? []);
}

function windowText(reading) {
  if (!reading.read_to) return 'It may be read at any time.';
  if (!reading.read_from) return `Read it within ${minutes(reading.read_to)} after the start.`;
  return `Read it ${minutes(reading.read_from)} after the start, and not later than ${minutes(reading.read_to)}.`;
}

function phaseOf(run, now) {
  if (run.closes === null) return 'open';
  if (now < run.opens) return 'early';
  return now > run.closes ? 'late' : 'open';
}

export function byHand(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  let data = null;
  let ahead = 0; // how far core's clock is ahead of this browser's
  let step = null; // null while the list is shown; else {take, tick}: what a scan and the clock do
  let timer = 0;
  let ticker = 0;
  let turn = 0;

  const now = () => Date.now() + ahead;

  async function load() {
    const asked = (turn += 1);
    const answer = await view('by_hand', { limit: 100 });
    if (asked !== turn) return false;
    if (!answer.ok) {
      show(node, widgets.empty('The list cannot be shown.', answer.sentence, button('Try again', list)));
      return false;
    }
    data = answer.data;
    ahead = data.now - Date.now();
    return true;
  }

  // ---- The list ----

  function runLine(run) {
    const clock = h('span', { class: 'clock-big', 'data-run': run.run });
    const line = h(
      'button',
      { type: 'button', 'data-run-line': run.run, onclick: () => read(run) },
      h(
        'span',
        {},
        h('span', { class: 'name' }, format.fullName(run.patient)),
        widgets.twinMark(run.patient),
        ' ',
        h('small', {}, `${format.birthDate(run.patient.birth_date)} · ${format.accession(run.accession)}`),
      ),
      h(
        'span',
        {},
        h('b', {}, run.test.name),
        h('br'),
        h('small', {}, `started ${format.time(run.at)} by ${run.by?.name ?? ''}${run.lot ? ` · kit ${run.lot}` : ''}`),
      ),
      clock,
    );
    const tick = () => {
      const phase = phaseOf(run, now());
      const wait = run.looks ? 'second look: ' : '';
      const text = {
        early: `read in ${clockText(run.opens - now())}`,
        open: run.closes === null ? `${wait}enter it` : `${wait}READ NOW, ${clockText(run.closes - now())} left`,
        late: 'too late to read',
      }[phase];
      const kind = { early: 'state clock-big', open: 'state due clock-big', late: 'state bad clock-big' }[phase];
      if (clock.textContent !== text) clock.textContent = text;
      if (clock.className !== kind) clock.className = kind;
    };
    tick();
    return { line, tick };
  }

  function waitingLine(row) {
    return h(
      'button',
      { type: 'button', 'data-accession': row.accession, 'data-test': row.test.code, onclick: () => tube(row) },
      h(
        'span',
        {},
        h('span', { class: 'name' }, format.fullName(row.patient)),
        widgets.twinMark(row.patient),
        ' ',
        h('small', {}, `${format.birthDate(row.patient.birth_date)} · MRN ${row.patient.mrn}`),
      ),
      h(
        'span',
        {},
        h('b', {}, row.test.name),
        row.priority === 'stat' ? h('span', { class: 'stat' }, 'STAT') : '',
        h('br'),
        h('small', {}, `collected ${format.when(row.collected_at)}`),
      ),
      h('span', { class: 'mono' }, format.accession(row.accession)),
    );
  }

  function endedLine(row) {
    const [kind, text] = row.held ? ['state due', 'held'] : ends[row.how];
    return h(
      'li',
      {},
      h('span', {}, `${format.fullName(row.patient)} · ${row.test} · ${format.accession(row.accession)}`),
      h('span', { class: kind }, text),
      h('span', { class: 'small quiet' }, `${format.time(row.at)} ${row.by?.name ?? ''}`),
      row.held || row.reason ? h('small', {}, row.held || row.reason) : null,
    );
  }

  function card(title, content, none) {
    return h('section', { class: 'card stack' }, h('header', {}, h('h2', {}, title)), content ?? h('p', { class: 'quiet' }, none));
  }

  async function list() {
    step = null;
    if (!(await load())) return;
    const runs = data.runs.map(runLine);
    step = { tick: () => runs.forEach((each) => each.tick()), list: true };
    const typed = h('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off', name: 'tube', 'data-first': true });
    const message = say();
    show(
      node,
      h('h1', { class: 'big' }, 'Enter a result'),
      form(
        { class: 'card scan' },
        () => pick(typed.value, message),
        field('Scan the tube, or type the number that stands on it', typed),
        message.node,
        h('button', { class: 'btn primary' }, 'Take this tube'),
      ),
      runs.length ? card('Running now', h('div', { class: 'rowlist' }, runs.map((each) => each.line))) : null,
      card(
        'Waiting to be tested',
        data.waiting.length ? h('div', { class: 'rowlist' }, data.waiting.map(waitingLine)) : null,
        'No tube waits for a test that is read by eye or typed.',
      ),
      data.ended.length ? card('The last 12 hours', h('ul', { class: 'lines' }, data.ended.map(endedLine))) : null,
    );
    step.take = (text) => pick(text, message);
    node.querySelector('[data-first]')?.focus();
  }

  // A tube was scanned: its test, its run, or the choice among several.
  function pick(text, message) {
    const accession = plain(text);
    if (!accession) return;
    const runs = data.runs.filter((run) => run.accession === accession);
    const rows = data.waiting.filter((row) => row.accession === accession);
    if (runs.length + rows.length > 1) several(rows, runs);
    else if (runs.length) read(runs[0]);
    else if (rows.length) kit(rows[0]);
    else message.refuse(`Nothing is to be read or typed for the tube ${format.accession(accession)}. Look it up under Specimens, or scan another one.`);
  }

  function several(rows, runs) {
    const lines = runs.map(runLine);
    frame(
      (rows[0] ?? runs[0]).patient,
      [],
      h(
        'section',
        { class: 'card stack' },
        h('h1', { class: 'big' }, 'Which test?'),
        h(
          'div',
          { class: 'rowlist' },
          lines.map((each) => each.line),
          rows.map((row) => h('button', { type: 'button', onclick: () => kit(row) }, h('b', {}, row.test.name))),
        ),
      ),
    );
    step = { tick: () => lines.forEach((each) => each.tick()) };
    node.querySelector('.rowlist button')?.focus();
  }

  function frame(patient, facts, ...content) {
    show(
      node,
      widgets.banner(patient, facts),
      content,
      h(
        'div',
        { class: 'row' },
        button('Back to the list', list),
        h('span', { class: 'push quiet small' }, 'A kit that is running goes on running.'),
      ),
    );
    node.querySelector('[data-first]')?.focus();
  }

  // ---- The tube in the hand ----

  function tube(row) {
    const typed = h('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off', name: 'tube', 'data-first': true });
    const message = say();
    const take = (text) => {
      const scanned = plain(text);
      if (scanned === row.accession) kit(row);
      else if (!scanned) message.refuse('Scan the tube, or type its number.');
      else wrong(row, scanned);
    };
    frame(
      row.patient,
      [['Test', row.test.name]],
      form(
        { class: 'card scan' },
        () => take(typed.value),
        h('h1', { class: 'big' }, 'Scan the tube in your hand'),
        h('span', { class: 'acc' }, format.accession(row.accession)),
        field('Or type the number that stands on the tube', typed),
        message.node,
        h('button', { class: 'btn primary' }, 'It is this tube'),
      ),
    );
    step = { take };
  }

  function wrong(row, scanned) {
    const sentence = 'That is not the tube of this patient. Put it aside, take the right one and scan it.';
    // Core keeps the near miss, as at the chair.
    ask('label_verify', { accession: row.accession, scanned });
    show(node, widgets.banner(row.patient, [['Test', row.test.name]]), stopPanel(row, scanned, sentence, () => tube(row)));
    node.querySelector('.stop .btn').focus();
    step = {};
  }

  // ---- The kit ----

  function kit(row) {
    const { reading } = row;
    const eye = reading.kind === 'choice';
    const lot = h('input', { type: 'text', maxlength: 100, autocomplete: 'off', name: 'lot', 'data-first': true, required: eye });
    const message = say();
    async function send() {
      const answer = await ask('reading_begin', { accession: row.accession, test: row.test.code, lot: lot.value.trim() });
      message.tell(answer);
      if (!answer.ok) return;
      if (await load()) open(answer.key);
    }
    frame(
      row.patient,
      [
        ['Tube', format.accession(row.accession), 'mono'],
        ['Test', row.test.name],
      ],
      form(
        { class: 'card scan' },
        send,
        h('h1', { class: 'big' }, eye ? 'Scan the box of the kit' : 'Type the value of the tube'),
        field(eye ? 'Or type the lot number of the kit' : 'Lot of the strip or cartridge, if there is one', lot),
        h('p', {}, eye ? windowText(reading) : 'You type it twice.'),
        message.node,
        h('button', { class: 'btn primary' }, eye ? 'The sample is on the kit: start the clock' : 'Go on'),
      ),
    );
    step = {
      take: (text) => {
        if (isAccession(text) && plain(text) === row.accession) message.tell({ ok: true }, 'That is the tube, and it is the right one. Now scan the kit.');
        else if (isAccession(text)) wrong(row, plain(text));
        else {
          lot.value = text;
          message.tell({ ok: true }, 'The kit is scanned. Put the sample on it, then start the clock.');
          node.querySelector('.btn.primary').focus();
        }
      },
    };
  }

  function open(key) {
    const run = data.runs.find((each) => String(each.run) === key);
    if (run) read(run);
    else list();
  }

  // ---- Reading it ----

  function read(run) {
    const phase = phaseOf(run, now());
    if (run.looks && run.looked_by?.login === context.me.login) colleague(run);
    else if (phase === 'early') wait(run);
    else if (phase === 'late') late(run);
    else look(run);
  }

  const runFacts = (run) => [
    ['Tube', format.accession(run.accession), 'mono'],
    ['Test', run.test.name],
    ['Kit', run.lot],
  ];

  function wait(run) {
    const clock = h('p', { class: 'clock-huge', role: 'timer', 'aria-label': 'Time until it may be read' });
    const tick = () => {
      clock.textContent = clockText(run.opens - now());
      if (phaseOf(run, now()) !== 'early') read(run);
    };
    frame(
      run.patient,
      runFacts(run),
      h(
        'section',
        { class: 'card scan' },
        h('h1', { class: 'big' }, 'Wait: it is too early to read'),
        clock,
        h('p', {}, windowText(run.reading)),
        h('p', { class: 'quiet' }, 'You can do something else: the list shows every clock that runs.'),
        stopping(run),
      ),
    );
    step = { tick };
    tick();
  }

  function stopping(run) {
    const reason = h('input', { type: 'text', maxlength: 200, required: true, autocomplete: 'off' });
    const message = say();
    return h(
      'details',
      {},
      h('summary', {}, 'Stop this test'),
      form(
        { class: 'stack' },
        async () => {
          const answer = await ask('reading_void', { run: String(run.run), reason: reason.value.trim() });
          message.tell(answer);
          if (answer.ok) list();
        },
        field('Why', reason),
        message.node,
        h('button', { class: 'btn danger' }, 'Stop it, without a result'),
      ),
    );
  }

  function colleague(run) {
    frame(
      run.patient,
      runFacts(run),
      h(
        'section',
        { class: 'card scan' },
        h('h1', { class: 'big' }, 'A colleague looks as well'),
        h('p', {}, 'Leave the kit where it is. Your colleague scans a badge or signs in, opens this test in the list, and says what is seen without being told what you saw.'),
        run.closes === null ? null : h('p', {}, `Until ${format.time(run.closes)}.`),
        stopping(run),
      ),
    );
    step = {};
  }

  function late(run) {
    const message = say();
    frame(
      run.patient,
      runFacts(run),
      form(
        { class: 'card scan' },
        async () => {
          const answer = await ask('reading_look', { run: String(run.run) });
          if (answer.accession) ended(run, answer);
          else message.tell(answer);
        },
        h('p', { class: 'state bad' }, 'too late to read'),
        h('h1', { class: 'big' }, 'This kit gives no result any more'),
        h('p', {}, `It was to be read until ${format.time(run.closes)}. What it shows now may be wrong. Do the test again with a new kit.`),
        message.node,
        h('button', { class: 'btn primary', 'data-first': true }, 'Close it without a result'),
      ),
    );
    step = {};
  }

  const controls = [
    ['valid', 'Yes, the control line shows'],
    ['invalid', 'No control line'],
  ];

  const nameOf = (analyte) => (analyte.ucum ? `${analyte.name} (${analyte.ucum})` : analyte.name);

  function eyeFields(run) {
    return run.test.analytes.map((analyte, i) => {
      const words = wordsOf(run.reading, run.test.analytes.length)[i];
      if (words.length === 1 && words[0] === absent) return null;
      const two = words.length === 2 && run.test.analytes.length <= 3;
      return choose(`value${i}`, nameOf(analyte), words.map((word) => [word, word]), '', two ? 'huge' : 'many');
    });
  }

  const typedInput = (name, i) =>
    h('input', { type: 'text', inputmode: 'decimal', autocomplete: 'off', maxlength: 20, name: `${name}${i}`, required: true, 'data-first': name === 'value' && i === 0 });

  function typedFields(run) {
    return run.test.analytes.map((analyte, i) => {
      const again = typedInput('again', i);
      again.addEventListener('paste', (event) => event.preventDefault());
      return h(
        'div',
        { class: 'form' },
        field(`${nameOf(analyte)}, as it is shown`, typedInput('value', i)),
        field('The same once more, looking at it again', again),
      );
    });
  }

  function valuesOf(root, run) {
    const words = run.reading.kind === 'choice' ? wordsOf(run.reading, run.test.analytes.length) : [];
    return run.test.analytes.map((_, i) => {
      if (run.reading.kind !== 'choice') return root.querySelector(`input[name=value${i}]`).value.trim();
      return words[i].length === 1 ? absent : picked(root, `value${i}`)[0];
    });
  }

  function look(run) {
    const { reading } = run;
    const eye = reading.kind === 'choice';
    const message = say();
    const left = h('p', { class: 'clock-big', role: 'timer', 'aria-label': 'Time left to read it' });
    const sure = h('label', { class: 'row', hidden: true }, h('input', { type: 'checkbox', name: 'confirmed' }), 'I looked again: that is what is shown');

    async function send(self) {
      const control = picked(self, 'control')[0];
      if (reading.control && !control) return message.refuse('Say first whether the control line shows.');
      const value = control === 'invalid' ? [] : valuesOf(self, run);
      if (value.some((each) => !each)) return message.refuse('Say what you see, for each line.');
      const again = eye ? [] : run.test.analytes.map((_, i) => self.querySelector(`input[name=again${i}]`).value.trim());
      const body = { run: String(run.run), value, again, confirmed: sure.querySelector('input').checked ? 1 : 0 };
      if (reading.control) body.control = control;
      const answer = await ask('reading_look', body);
      if (answer.ok || answer.accession) return ended(run, answer);
      if (/confirm it/.test(answer.sentence)) sure.hidden = false;
      return message.tell(answer);
    }

    const node_ = form(
      { class: 'card stack' },
      send,
      h('h1', { class: 'big' }, run.looks ? 'What do you see? (second look)' : eye ? 'What do you see?' : 'What does it show?'),
      run.closes === null ? null : left,
      reading.control ? choose('control', 'Control line', controls, '', 'huge') : null,
      eye ? eyeFields(run) : typedFields(run),
      sure,
      message.node,
      h('button', { class: 'btn primary' }, 'Enter'),
      stopping(run),
    );
    const tick = () => {
      if (run.closes === null) return;
      left.textContent = `${clockText(run.closes - now())} left to read it`;
      if (phaseOf(run, now()) === 'late') late(run);
    };
    frame(run.patient, runFacts(run), node_);
    (node_.querySelector('[data-first]') ?? node_.querySelector('input'))?.focus();
    step = { tick };
    tick();
  }

  // What became of it: nothing else is on the screen.
  function ended(run, answer) {
    const [kind, word, title] = !answer.ok
      ? ['state bad', 'no result', 'This kit gives no result']
      : {
          filed: ['state ok', 'entered', 'The result is entered'],
          held: ['state due', 'held', 'The result is kept, and held'],
          second: ['state due', 'second look', 'A colleague looks as well'],
        }[answer.key];
    frame(
      run.patient,
      runFacts(run),
      h(
        'section',
        { class: 'card scan', role: 'status' },
        h('p', { class: kind }, word),
        h('h1', { class: 'big' }, title),
        h('p', {}, answer.sentence),
        h(
          'div',
          { class: 'row' },
          button('Next', list, 'primary'),
          answer.key === 'filed' && answer.order ? button('Show the result', () => context.go('order', answer.order)) : null,
        ),
      ),
    );
    step = {};
    node.querySelector('.scan .btn.primary')?.focus();
  }

  return {
    node,
    async open() {
      ticker = setInterval(() => step?.tick?.(), 500);
      await list();
    },
    changed(event) {
      if (!step?.list || !['specimen', 'orders', 'inbox', 'tests'].includes(event.topic)) return;
      if (node.contains(document.activeElement) && document.activeElement.value) return;
      clearTimeout(timer);
      timer = setTimeout(() => step?.list && list(), 500);
    },
    scan(text) {
      if (!step?.take) return true;
      step.take(text);
      return true;
    },
    key(name) {
      if (name === 'Escape' && !step?.list) list();
      else return step?.list ? walk(node, name) : false;
      return true;
    },
    close() {
      clearInterval(ticker);
      clearTimeout(timer);
      turn += 1;
    },
  };
}
