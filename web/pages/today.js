// The day at a glance: what waits, and whether every link is up.
import { view } from './api.js';
import { h, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const linkWords = ['waiting for it', 'up', 'down'];

function tile(title, number, lines) {
  return h('section', { class: 'card' }, h('header', {}, h('h2', {}, title), h('span', { class: 'todo push' }, number)), h('ul', { class: 'lines' }, lines));
}

function row(name, value, kind = 'state') {
  return h('li', {}, h('span', {}, name), h('span', { class: kind }, value));
}

function linkState(device) {
  if (!device) return h('span', { class: 'state' }, 'not started');
  const word = `${linkWords[device.state] ?? ''}${device.state === 1 ? '' : ` since ${format.when(device.at)}`}`;
  return h('span', { class: device.state === 1 ? 'state ok' : device.state === 2 ? 'state bad' : 'state due' }, word);
}

export function today(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  let timer = null;

  function instrument(each) {
    const device = context.devices.get(`instrument ${each.name}`);
    return h('li', {}, h('b', {}, each.name), linkState(device), h('small', {}, [each.profile, each.last_result ? `last result ${format.when(each.last_result)}` : 'no result yet', each.last_qc ? `last quality control ${format.when(each.last_qc)}` : '', device?.sentence].filter(Boolean).join(' · ')));
  }

  function draw(data) {
    const waiting = data.waiting;
    const down = [...context.devices.values()].filter((device) => device.state !== 1).length;
    const printers = [...context.devices.values()].filter((device) => device.kind === 'printer');
    show(node, h('div', { class: 'row' }, h('h1', {}, new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeZone: context.me.zone || undefined }).format(new Date())), h('span', { class: 'quiet' }, context.me.site)),
      h('div', { class: 'tiles' },
        tile('To review', waiting.critical + waiting.abnormal + waiting.normal, [row('Critical', waiting.oldest_critical ? `${waiting.critical}, oldest ${format.age(waiting.oldest_critical)}` : waiting.critical, waiting.critical ? 'state bad' : 'state ok'), row('Abnormal', waiting.oldest_abnormal ? `${waiting.abnormal}, oldest ${format.age(waiting.oldest_abnormal)}` : waiting.abnormal), row('Normal', waiting.normal), h('li', {}, h('a', { href: '#/inbox' }, 'Open the inbox'))]),
        tile('Held and unmatched', data.held, [row('Oldest', data.held_oldest ? format.age(data.held_oldest) : 'none', data.held ? 'age late' : 'state ok'), h('li', {}, h('a', { href: '#/unmatched' }, 'Open the workbench'))]),
        tile('To collect', data.to_collect, [row('Orders today', data.orders_today), row('Collected today', data.collected_today), row('Results today', data.results_today)]),
        h('section', { class: 'card wide' }, h('header', {}, h('h2', {}, 'Instruments and printers'), h('span', { class: 'push quiet' }, down ? `${down} not up` : 'all up')), h('ul', { class: 'lines' }, data.instruments.map(instrument), printers.map((printer) => h('li', {}, h('b', {}, printer.name), linkState(printer), h('small', {}, ['label printer', printer.sentence].filter(Boolean).join(' · '))))))));
  }

  async function refresh() {
    const answer = await view('today', { since: format.dayStart() });
    if (answer.ok) draw(answer.data);
    else show(node, widgets.empty('The day cannot be shown.', answer.sentence));
  }

  return {
    node,
    open: refresh,
    refresh,
    changed() { clearTimeout(timer); timer = setTimeout(refresh, 700); },
    close() { clearTimeout(timer); },
  };
}
