// The day at a glance: what waits, which link is down, which limits hold, and one's own PIN.
import { ask, view } from './api.js';
import { arrange, field, form, h, pinInput, say, show } from './dom.js';
import * as format from './format.js';
import { huddle } from './huddle.js';
import * as widgets from './widgets.js';

function tile(title, number, lines) {
  return h(
    'section',
    { class: 'card' },
    h('header', {}, h('h2', {}, title), h('span', { class: 'todo push' }, number)),
    h('ul', { class: 'lines' }, lines),
  );
}

function row(name, value, kind = 'quiet') {
  return h('li', {}, h('span', {}, name), h('span', { class: kind }, value));
}

const linkRow = (href, text) => h('li', {}, h('a', { href }, text));

function waitingRow(name, number, oldest, kind) {
  return row(name, number && oldest ? `${number}, oldest ${format.age(oldest)}` : number, number ? kind : 'quiet');
}

function deviceRow(name, device, about, state = widgets.linkState(device)) {
  const sentence = device?.state === widgets.linkUp ? '' : device?.sentence;
  return h(
    'li',
    {},
    h('b', {}, name),
    state,
    h('small', {}, [...about, sentence].filter(Boolean).join(' · ')),
  );
}

function instrumentRow(each, devices, drafts) {
  const device = devices.get(`instrument ${each.name}`);
  const about = [
    `${each.profile}${drafts.includes(each.name) ? ' (a draft: not yet proven against a real one)' : ''}`,
    each.last_result ? `last result ${format.when(each.last_result)}` : 'no result yet',
    each.last_qc ? `last quality control ${format.when(each.last_qc)}` : 'no quality control yet',
  ];
  return deviceRow(widgets.instrumentName(each.name), device, about, widgets.instrumentState(each, device));
}

const deviceKinds = { scanner: 'bar-code scanner', printer: 'label printer', exchange: 'health record' };

function devicesCard(data, devices, drafts) {
  const down = [...devices.values()].filter((device) => device.state !== widgets.linkUp).length;
  const others = [...devices.values()].filter((device) => device.kind !== 'instrument');
  return h(
    'section',
    { class: 'card' },
    h(
      'header',
      {},
      h('h2', {}, 'Instruments and printers'),
      h('span', { class: down ? 'push todo' : 'push quiet' }, down ? `${down} not up` : 'all up'),
    ),
    h(
      'ul',
      { class: 'lines' },
      data.instruments.map((each) => instrumentRow(each, devices, drafts)),
      others.map((each) => deviceRow(each.name, each, [deviceKinds[each.kind] ?? ''])),
    ),
  );
}

function limitsCard(sets) {
  const line = (set) =>
    h(
      'li',
      {},
      h('b', {}, set.name),
      h(
        'span',
        { class: set.approved_by ? 'state ok' : 'state due' },
        set.approved_by ? 'in use' : 'not approved, judges nothing',
      ),
      h(
        'small',
        {},
        [
          `${set.limits} limits`,
          set.source,
          set.approved_by ? `approved by ${set.approved_by.name}, ${format.day(set.approved_at)}` : '',
        ]
          .filter(Boolean)
          .join(' · '),
      ),
      set.approved_by ? null : h('small', {}, 'It waits for the laboratory director: Lab › Limits.'),
    );
  return h(
    'section',
    { class: 'card' },
    h('header', {}, h('h2', {}, 'Ranges and critical limits')),
    sets.length
      ? h('ul', { class: 'lines' }, sets.map(line))
      : h('p', { class: 'quiet' }, 'There are none, so only the instruments flag.'),
  );
}

function pinCard(me) {
  const message = say();
  const old = pinInput({ required: true });
  const fresh = pinInput({ required: true, autocomplete: 'new-password', minlength: 6, placeholder: '6 digits or more' });
  const again = pinInput({ required: true, autocomplete: 'new-password', minlength: 6 });
  const change = async () => {
    if (fresh.value !== again.value) return message.refuse('The two new PINs are not the same.');
    const answer = await ask('user_pin', { login: me.login, pin: old.value, new_pin: fresh.value });
    for (const input of [old, fresh, again]) input.value = '';
    return message.tell(answer, 'Your PIN is changed.');
  };
  return h(
    'details',
    { class: 'raw' },
    h('summary', {}, 'Change my PIN'),
    form(
      { class: 'card stack' },
      change,
      h(
        'div',
        { class: 'form thirds' },
        field('PIN now', old),
        field('New PIN', fresh),
        field('New PIN once more', again),
      ),
      message.node,
      h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Change it')),
    ),
  );
}

function tiles(data, open) {
  const { waiting } = data;
  return h(
    'div',
    { class: 'tiles' },
    tile('To review', waiting.critical + waiting.abnormal + waiting.normal, [
      waitingRow('Critical', waiting.critical, waiting.oldest_critical, 'state bad'),
      waitingRow('Abnormal', waiting.abnormal, waiting.oldest_abnormal, 'state due'),
      waitingRow('Normal', waiting.normal, waiting.oldest_normal, 'quiet'),
      open('inbox') ? linkRow('#/inbox', 'Open the inbox') : null,
    ]),
    tile('Held and unmatched', data.held, [
      row(
        'Oldest',
        data.held_oldest ? format.age(data.held_oldest) : 'nothing is held',
        data.held ? 'age late' : 'state ok',
      ),
      open('unmatched') ? linkRow('#/unmatched', 'Open the list') : null,
    ]),
    tile('To collect', data.to_collect, [
      row('Orders today', data.orders_today),
      row('Collected today', data.collected_today),
      row('Results today', data.results_today),
    ]),
  );
}

export function today(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  const pins = pinCard(context.me);
  let limits = null;
  let timer = 0;

  async function readLimits() {
    const answer = await view('tests');
    const next = limitsCard(answer.ok ? answer.data.reference_sets : []);
    limits?.replaceWith(next);
    limits = next;
  }

  async function refresh() {
    const answer = await view('today', { since: format.dayStart() });
    if (!answer.ok) {
      if (!limits) show(node, widgets.empty('The day cannot be shown.', answer.sentence));
      return;
    }
    if (!limits) await readLimits();
    const morning = await view('huddle', { since: format.dayStart() });
    const heading = h(
      'div',
      { class: 'row' },
      h('h1', {}, format.longDay(Date.now())),
      h('span', { class: 'quiet' }, context.me.site),
    );
    arrange(node, [
      heading,
      morning.ok ? huddle(morning.data, context.devices, context.offered) : null,
      tiles(answer.data, context.offered),
      devicesCard(answer.data, context.devices, context.me.drafts),
      limits,
      pins,
    ].filter(Boolean));
  }

  return {
    node,
    open: refresh,
    changed(event) {
      if (event.topic === 'tests' && limits) readLimits();
      clearTimeout(timer);
      timer = setTimeout(refresh, 500);
    },
    close() {
      clearTimeout(timer);
    },
  };
}
