// Every instrument of the site: its link, its clock, what it last told, the codes nobody mapped, its raw wire.
import { view } from './api.js';
import { arrange, button, h, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const late = 120000; // a clock that is off by more than this is told in colour

const told = (ms) => (ms ? format.when(ms) : 'never');

function clock(row) {
  if (row.device_offset_ms === null) return h('span', { class: 'quiet' }, 'not known');
  const off = Math.abs(row.device_offset_ms) > late;
  return h('span', { class: off ? 'state due' : '' }, format.offset(row.device_offset_ms));
}

// What the driver noticed on the line since Phial started: frames refused, by reason.
function noticed(device) {
  const all = device?.noticed ?? [];
  if (!all.length) return h('span', { class: 'quiet' }, 'nothing refused');
  return h('span', { class: 'state due' }, all.join(' · '));
}

// The wire tells of patients: only who may see results goes on to it, and to what is held.
function heldState(text, href, context) {
  const told = { class: 'state bad' };
  return context.may('view-results') ? h('a', { ...told, href }, text) : h('span', told, text);
}

function line(row, context, open) {
  const device = context.devices.get(`instrument ${row.name}`);
  const draft = context.me.drafts.includes(row.name);
  const last = [
    ['Last message', told(row.last_message)],
    ['Last result', told(row.last_result)],
    ['Last control', told(row.last_qc)],
  ];
  const facts = widgets.isByHand(row) ? last : [
    ['Model', row.model || 'not told yet'],
    ['Serial', row.serial || 'not told yet'],
    ['Firmware', row.software || 'not told yet'],
    ['Its clock is off by', clock(row)],
    ...last,
    ['On the line', noticed(device)],
  ];
  return h(
    'section',
    { class: 'card', 'data-instrument': row.name },
    h(
      'div',
      { class: 'card-head' },
      h('h2', {}, widgets.instrumentName(row.name)),
      widgets.instrumentState(row, device),
      row.held ? heldState(`${row.held} held`, '#/unmatched', context) : null,
      row.held_ekg ? heldState(`${row.held_ekg} to be tied`, '#/ekg', context) : null,
      context.may('view-results') ? h('span', { class: 'push' }, button('Codes and raw wire', () => open(row.name))) : null,
    ),
    h(
      'p',
      { class: 'small quiet' },
      row.port ? `${row.profile} on ${row.port} ` : row.profile,
      draft ? h('span', { class: 'state due' }, 'draft: not yet proven against a real one') : null,
      device?.sentence && device.state !== widgets.linkUp ? ` · ${device.sentence}` : '',
    ),
    h(
      'dl',
      { class: 'facts wide' },
      facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
    ),
  );
}

function codeRow(code) {
  return h(
    'tr',
    {},
    h('th', { scope: 'row', class: 'mono' }, code.code || '(no code)'),
    h('td', {}, code.name || 'not named'),
    h('td', {}, code.unit || 'no unit'),
    h('td', { class: 'num' }, code.times),
    h('td', {}, format.when(code.last)),
  );
}

function codesCard(data) {
  const heads = ['Code', 'Name', 'Unit', 'Times', 'Last'];
  return h(
    'section',
    { class: 'card stack' },
    h('h2', {}, 'Codes without LOINC'),
    data.unmapped.length
      ? [
          h(
            'p',
            { class: 'small quiet' },
            'The profile has no code for these in the unit that came. They are shown as sent; ',
            'the laboratory’s lead adds them to the profile, or imports the maker’s LIVD sheet.',
          ),
          h(
            'table',
            { class: 'tbl' },
            h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col', class: head === 'Times' ? 'num' : '' }, head)))),
            h('tbody', {}, data.unmapped.map(codeRow)),
          ),
        ]
      : h('p', { class: 'quiet' }, 'Every code of its last messages is mapped.'),
  );
}

function waiverRow(row) {
  const kind = row.category === 'waived' ? 'state ok' : 'state due';
  return h(
    'tr',
    {},
    h('th', { scope: 'row', class: 'mono' }, row.test === '*' ? 'every test' : row.test),
    h('td', {}, row.specimen),
    h('td', {}, row.population),
    h('td', {}, h('span', { class: kind }, row.category)),
    h('td', {}, row.checked || 'never'),
  );
}

function waiverCard(rows) {
  const heads = ['Test', 'Specimen', 'Population', 'Complexity', 'Looked up'];
  return h(
    'section',
    { class: 'card stack' },
    h('h2', {}, 'What its CLIA waiver covers'),
    h(
      'p',
      { class: 'small quiet' },
      'As the profile has it. The director holds it against FDA’s database before the test is used.',
    ),
    rows.length
      ? h(
          'table',
          { class: 'tbl' },
          h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head)))),
          h('tbody', {}, rows.map(waiverRow)),
        )
      : h('p', { class: 'quiet' }, 'The profile says nothing about it.'),
  );
}

function messageLine(message) {
  const whose = message.specimen ? `specimen “${message.specimen}”` : 'no specimen number';
  return h('li', {}, h('span', {}, `${message.kind}: ${whose}`), h('small', {}, message.reason || message.disposition));
}

function sessionPart(session, index) {
  const ending = session.ending || 'still open';
  const more = session.frames_in_all - session.frames.length;
  return h(
    'div',
    { class: 'stack' },
    h('ul', { class: 'lines' }, session.messages.map(messageLine)),
    widgets.rawFrames(`${format.seconds(session.at)}, ${ending}`, session.frames, index === 0),
    more > 0 ? h('p', { class: 'small quiet' }, `${more} earlier frames of this session are kept and not shown.`) : null,
  );
}

function detail(data, waivers, back) {
  return [
    h('div', { class: 'row' }, button('Back', back), h('h1', {}, data.name)),
    codesCard(data),
    waiverCard(waivers.filter((row) => row.instrument === data.name)),
    h(
      'section',
      { class: 'card stack' },
      h('h2', {}, 'The raw wire, newest first'),
      data.sessions.length
        ? data.sessions.map(sessionPart)
        : h('p', { class: 'quiet' }, 'Nothing has come from it yet.'),
    ),
  ];
}

export function instruments(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  let opened = '';
  let timer = 0;

  async function list() {
    const answer = await view('instruments');
    if (opened) return;
    if (!answer.ok) {
      show(node, widgets.empty('The instruments cannot be shown.', answer.sentence));
      return;
    }
    const rows = answer.data.rows.map((row) => line(row, context, open));
    arrange(node, [
      h('h1', {}, 'Instruments'),
      ...(rows.length ? rows : [widgets.empty('There is no instrument yet.', 'phial.conf names them; phial doctor helps.')]),
    ]);
  }

  async function open(name) {
    opened = name;
    const answer = await view('instrument', { key: name });
    if (answer.ok && answer.data.name) show(node, detail(answer.data, context.me.waivers ?? [], back));
    else show(node, button('Back', back), widgets.empty('It cannot be shown.', answer.sentence ?? ''));
    window.scrollTo(0, 0);
  }

  function back() {
    opened = '';
    list();
  }

  return {
    node,
    open: list,
    key(name) {
      if (name !== 'Escape' || !opened) return false;
      back();
      return true;
    },
    changed() {
      clearTimeout(timer);
      if (!opened) timer = setTimeout(list, 500);
    },
    close() {
      clearTimeout(timer);
    },
  };
}
