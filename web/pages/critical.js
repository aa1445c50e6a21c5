// What is critical, until somebody who may act on it has been told and has read it back: the strip on the order, the
// form of the call, and the notice that stands before everything for whoever is at the bench.
import { ask, view } from './api.js';
import { button, choose, field, form, h, picked, say, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const ways = [
  ['in person', 'In person'],
  ['telephone', 'By telephone'],
];
const credentials = ['MD', 'DO', 'NP', 'PA', 'CNM', 'RN', 'other'];
const outcomes = [
  ['no-answer', 'No answer'],
  ['busy', 'Busy'],
  ['message-left', 'Message left'],
  ['not-there', 'Not there'],
  ['no-read-back', 'Told, but not read back'],
];
const outcomeText = (id) => outcomes.find(([each]) => each === id)?.[1] ?? id;
const asideMs = 2 * 60 * 1000; // for so long the notice lets somebody finish what is in their hands
const limitMs = 60 * 60 * 1000;
const stepMs = 15 * 60 * 1000;

// What the bar says while the notice is put aside.
function waits(list) {
  const held = list.filter((row) => row.held).length;
  const open = list.length - held;
  const tell = open && `${open === 1 ? 'one result' : `${open} results`} to tell`;
  const find = held && `${held === 1 ? 'one held result' : `${held} held results`} to place`;
  return [tell, find].filter(Boolean).join(' · ');
}

// ---- the record of calls ----

export function callText(call) {
  const to = `${call.to}${call.credential ? `, ${call.credential}` : ''}`;
  const by = call.by?.name ?? '';
  if (call.kind === 'told')
    return `told to ${to} (${call.method}) by ${by}: “${call.value_read}”, read back “${call.read_back}”`;
  return `${outcomeText(call.outcome)}: ${to} (${call.method}), tried by ${by}`;
}

const stepText = (step) =>
  `${Math.round((step.at - step.since) / 60000)} minutes and nobody told: ${
    step.login ? `call ${step.name} (${step.role === 'director' ? 'laboratory director' : 'surrogate'})` : 'nobody further is in Phial'
  }`;

// What was tried and when the clock ran, in the order of time.
export function callLines(calls = [], steps = []) {
  return [
    ...calls.map((call) => ({ at: call.at, text: callText(call), note: call.note })),
    ...steps.map((step) => ({ at: step.at, text: stepText(step), note: '' })),
  ].sort((a, b) => a.at - b.at);
}

function callList(data) {
  const lines = callLines(data.calls, data.steps);
  if (!lines.length) return null;
  const item = (line) =>
    h('li', {}, h('span', { class: 'quiet' }, `${format.time(line.at)} `), line.text, line.note ? ` · ${line.note}` : '');
  return h('ol', { class: 'lines small' }, lines.map(item));
}

// Whom to call now: the one that the last step names, else the provider.
function whom(data) {
  const step = data.steps?.at(-1);
  return step?.login ? step.name : data.provider_name || data.provider;
}

// ---- the form ----

// `data`: order, version, provider_name, credential, calls, steps; `values`: as they are read out. `done` is called
// when the call is on record.
function callForm(context, data, values, done) {
  const message = say();
  const first = context.may('sign') ? context.me.name : whom(data);
  const to = h('input', { type: 'text', name: 'told_to', maxlength: 200, required: true, value: first });
  const credential = h(
    'select',
    { name: 'credential', required: true },
    h('option', { value: '' }, 'choose'),
    credentials.map((each) => h('option', { value: each, selected: each === data.credential }, each)),
  );
  const contact = h('input', { type: 'text', name: 'contact', maxlength: 200, placeholder: 'number or room' });
  const read = h('textarea', { name: 'value_read', rows: 2, maxlength: 400, required: true }, values.join('; '));
  const readBack = h('input', {
    type: 'text',
    name: 'read_back',
    maxlength: 400,
    placeholder: 'write down what you heard back',
  });
  const note = h('input', { type: 'text', name: 'note', maxlength: 400 });
  const call = () => ({
    order: data.order,
    version: data.version,
    told_to: to.value,
    credential: credential.value,
    contact: contact.value,
    method: picked(node, 'method')[0],
    value_read: read.value,
    note: note.value,
  });

  async function told() {
    const answer = await ask('critical_told', { ...call(), read_back: readBack.value });
    message.tell(answer, 'Recorded.');
    if (answer.ok) done();
  }

  async function tried() {
    const outcome = picked(node, 'outcome')[0];
    if (!outcome) return message.refuse('Choose what came of the call.');
    const answer = await ask('critical_attempt', { ...call(), outcome });
    message.tell(answer, 'The attempt is on record. The clock goes on.');
    if (answer.ok) done();
    return answer;
  }

  const failed = h(
    'details',
    { class: 'stack' },
    h('summary', {}, 'Not reached, or not read back'),
    choose('outcome', 'What came of it', outcomes, '', 'three'),
    button('Record the attempt', tried),
  );
  const node = form(
    { class: 'form told' },
    told,
    field('Told to', to),
    field('Who is', credential),
    field('Value as you read it out', read, true),
    field('Read back', readBack, true),
    choose('method', 'How', ways, 'in person'),
    field('Where', contact),
    field('Remark', note, true),
    h('div', { class: 'stack field full' }, message.node, h('button', { class: 'btn danger' }, 'Told, and read back')),
    h('div', { class: 'field full' }, failed),
  );
  return node;
}

// ---- the strip on the order ----

// `word`: what the strip is headed with; `values`: what is critical.
export function criticalStrip(context, data, values, done, word = 'CRITICAL') {
  if (data.severity < 2) return null;
  const last = data.critical_notices.at(-1);
  const isOpen = data.critical_since === undefined ? !last : data.critical_since !== null;
  const calls = { ...data, calls: data.critical_calls ?? [], steps: data.critical_steps ?? [] };
  const mayCall = isOpen && context.may('collect');
  const holder = h('div', { class: 'line', hidden: true });
  const open = () => {
    show(holder, callForm(context, calls, values, done));
    holder.hidden = false;
    starter.hidden = true;
    holder.querySelector('input').focus();
  };
  const starter = mayCall && button('Told and read back …', open, 'danger push');
  const since = data.critical_since ?? data.since;
  let state;
  if (isOpen) state = h('span', { class: 'clock' }, 'nobody told yet, ', h('span', { 'data-since': since }, format.age(since)));
  else if (last) state = h('span', {}, `told to ${last.told_to} at ${format.when(last.at)}, read back`);
  else state = h('span', {}, 'read and signed by the provider');
  return h(
    'section',
    { class: 'strip crit', 'aria-label': 'Critical value' },
    h('span', { class: 'flag critical' }, word),
    state,
    starter,
    h('b', { class: 'line' }, values.join(' · ')),
    h('div', { class: 'line' }, callList(calls)),
    holder,
  );
}

// ---- the notice before everything ----

const valueText = (value) => `${value.name} ${value.value} ${value.unit}${value.flag ? ` ${value.flag}` : ''}`.trim();
const valuesOf = (row) => (row.values.length ? row.values.map(valueText) : row.words);

// `place`: where it stands; `behind()`: what is out of reach while it does; `here()`: the order that is open, whose
// own page tells the same. Nothing behind it is taken away: a collection goes on where it was.
export function criticalWatch(context, place, behind, here) {
  let rows = [];
  let stamp = '';
  let seen = ''; // what was put aside
  let asideUntil = 0;
  let before = null; // where the focus was
  let turn = 0; // ends when the page is locked: what was asked before is not drawn over the lock

  // Whose a held value is nobody knows: after the first step it is everybody's.
  const isMine = (row) =>
    !context.may('sign') ||
    (row.held ? Date.now() - row.since >= stepMs : row.steps.some((step) => step.login === context.me.login));
  const mine = () => rows.filter((row) => isMine(row) && (row.held ? 'unmatched' : row.order) !== here());
  const isOpen = () => !place.hidden && place.classList.contains('notice');

  function reach(reachable) {
    for (const node of behind()) node.inert = !reachable;
  }

  function close() {
    if (!isOpen()) return;
    reach(true);
    place.hidden = true;
    show(place);
    before?.focus?.({ preventScroll: true });
    before = null;
  }

  function putAside() {
    seen = stamp;
    asideUntil = Date.now() + asideMs;
    close();
    draw();
  }

  function bar(list) {
    place.className = 'notice-bar';
    place.setAttribute('role', 'status');
    place.removeAttribute('aria-modal');
    const oldest = Math.min(...list.map((row) => row.since));
    const again = () => {
      asideUntil = 0;
      draw();
    };
    show(
      place,
      h('span', { class: 'flag critical' }, 'CRITICAL'),
      h('span', {}, `${waits(list)} · `, h('b', { 'data-since': oldest }, format.age(oldest))),
      button('Show', again, 'danger push'),
    );
    place.hidden = false;
  }

  async function recorded() {
    asideUntil = 0;
    await load();
  }

  // One touch when the provider stands there: the person and what they are were told before.
  async function inPerson(row, message) {
    const values = valuesOf(row).join('; ');
    const answer = await ask('critical_told', {
      order: row.order,
      version: row.version,
      told_to: row.provider_name,
      credential: row.credential,
      method: 'in person',
      value_read: values,
      read_back: values,
    });
    message.tell(answer, 'Recorded.');
    if (answer.ok) await recorded();
  }

  const toFind = (step) =>
    h(
      'li',
      {},
      h(
        'span',
        {},
        h('span', { class: 'quiet' }, `${format.time(step.at)} `),
        `${Math.round((step.at - step.since) / 60000)} minutes and nobody placed it: ${
          step.login ? `call ${step.name} (${step.role === 'director' ? 'laboratory director' : 'lab lead'})` : 'nobody further is in Phial'
        }`,
      ),
    );

  // Nobody knows whose it is, or a rule holds it: to the list where it finds its place.
  function heldNotice(list) {
    const row = list[0];
    const go = () => {
      putAside();
      context.go('unmatched');
    };
    const where = row.specimen ? `specimen “${row.specimen}”` : 'no specimen number';
    box(
      list,
      h(
        'div',
        { class: 'stop' },
        h('p', { class: 'stop-sign', 'aria-hidden': 'true' }, '!'),
        h(
          'div',
          {},
          h('h2', { id: 'notice-title', tabindex: '-1' }, row.locked ? 'Held, critical: release it and tell the provider' : 'Held, critical: whose is it?'),
          row.values.map((value) => h('p', {}, h('b', {}, valueText(value)))),
          h('p', {}, 'Waits: ', h('b', { 'data-since': row.since }, format.age(row.since)), Date.now() - row.since >= limitMs ? ', over the limit of 60 minutes.' : ''),
        ),
      ),
      h(
        'section',
        { class: 'card stack' },
        h('p', {}, h('b', {}, row.instrument), ` sent it with ${where}. ${row.reason}`),
        row.steps.length ? h('ol', { class: 'lines small' }, row.steps.map(toFind)) : null,
        h('p', {}, 'Find the tube at the instrument and give the result its place. Then tell the provider: the clock has run since the receipt.'),
        h('div', {}, button('Open the list of what is held', go, 'danger')),
      ),
    );
  }

  function box(list, ...parts) {
    place.className = 'notice';
    place.setAttribute('role', 'alertdialog');
    place.setAttribute('aria-modal', 'true');
    place.setAttribute('aria-labelledby', 'notice-title');
    show(
      place,
      h(
        'div',
        { class: 'notice-box stack' },
        parts,
        h(
          'div',
          { class: 'row' },
          list.length > 1 ? h('span', { class: 'quiet' }, `${list.length - 1} more after this one`) : null,
          h('span', { class: 'push' }, button('Finish what I am doing; comes back in 2 minutes', putAside)),
        ),
      ),
    );
    place.hidden = false;
    reach(false);
  }

  function notice(list) {
    const row = list[0];
    const message = say();
    const late = Date.now() - row.since >= limitMs;
    const next = row.since + (Math.floor((Date.now() - row.since) / stepMs) + 1) * stepMs;
    const values = valuesOf(row);
    box(
      list,
      h(
        'div',
        { class: 'stop' },
        h('p', { class: 'stop-sign', 'aria-hidden': 'true' }, '!'),
        h(
          'div',
          {},
          h('h2', { id: 'notice-title', tabindex: '-1' }, `Critical: tell ${whom(row)} now`),
          values.map((text) => h('p', {}, h('b', {}, text))),
          h('p', {}, 'Nobody was told. Waiting since ', format.time(row.since), ' (', h('b', { 'data-since': row.since }, format.age(row.since)), ')',
            late ? ': over the limit of 60 minutes.' : `; taken further at ${format.time(next)}.`),
        ),
      ),
      widgets.banner(row.patient, [
        ['Specimen', format.accession(row.accession)],
        ['Order', row.order],
        ['Provider', row.provider_name],
      ]),
      h(
        'section',
        { class: 'card stack' },
        callList(row),
        row.credential
          ? button(`${row.provider_name} stands here: told in person, read back`, () => inPerson(row, message), 'danger')
          : null,
        message.node,
        callForm(context, row, values, recorded),
        h(
          'p',
          { class: 'small quiet' },
          'If your policy says repeat: repeat on the same tube, both results are kept. The call does not wait for it.',
        ),
      ),
    );
  }

  function draw() {
    const list = context.me && context.may('collect') ? mine() : [];
    if (!list.length) {
      close();
      place.hidden = true;
      show(place);
    } else if (Date.now() < asideUntil && seen === stamp) {
      bar(list);
    } else {
      if (!isOpen()) before = document.activeElement;
      (list[0].held ? heldNotice : notice)(list);
      place.querySelector('h2').focus({ preventScroll: true });
    }
  }

  async function load() {
    const asked = turn;
    const answer = await view('criticals', {});
    if (!answer.ok || asked !== turn) return;
    const held = answer.data.held.map((row) => ({ ...row, held: true }));
    rows = [...held, ...answer.data.rows].sort((a, b) => a.since - b.since);
    stamp = rows.map((row) => (row.held ? `held.${row.message}.${row.steps.length}` : `${row.anchor}.${row.steps.length}`)).join(' ');
    draw();
  }

  return {
    // What the page's own counts say of them: only when it has changed is anybody's data asked for.
    look(criticals) {
      const news = `${criticals.open} ${criticals.stamp}`;
      if (!context.may('collect') || news === this.known) return;
      this.known = news;
      if (criticals.open) load();
      else {
        rows = [];
        draw();
      }
    },
    // Another screen is open, or time has passed. A form that is being filled in is left alone.
    again() {
      if (context.me && rows.length && !place.contains(document.activeElement)) draw();
      widgets.tellAges(place);
    },
    isOpen,
    key(name) {
      if (name === 'Escape') putAside();
      return true;
    },
    gone() {
      turn += 1;
      rows = [];
      stamp = seen = '';
      this.known = '';
      asideUntil = 0;
      before = null;
      reach(true);
      place.hidden = true;
      show(place);
    },
  };
}
