// The morning huddle: what is due, what expires, what is outstanding, what is overdue, which link is down.
import { h } from './dom.js';
import * as format from './format.js';
import { linkUp } from './widgets.js';

const titles = {
  due: 'Due today',
  expiring: 'Expires soon',
  outstanding: 'Outstanding',
  overdue: 'Overdue',
};

function line(each, section, open) {
  const bad = section === 'overdue' ? 'state bad' : section === 'outstanding' ? 'state' : 'state due';
  const told = each.count && each.oldest ? `${each.count}, oldest ${format.age(each.oldest)}` : String(each.count);
  return h(
    'li',
    { 'data-line': `${section}-${each.what}` },
    each.count && each.link && open(each.link) ? h('a', { href: `#/${each.link}` }, each.text) : h('span', {}, each.text),
    h('span', { class: each.count ? bad : 'quiet' }, each.count ? told : 'none'),
  );
}

function card(section, lines, open) {
  const count = lines.reduce((sum, each) => sum + each.count, 0);
  return h(
    'section',
    { class: 'card', 'data-huddle': section },
    h('header', {}, h('h2', {}, titles[section]), h('span', { class: 'todo push' }, count)),
    h('ul', { class: 'lines' }, lines.map((each) => line(each, section, open))),
  );
}

function offline(devices) {
  const down = [...devices.values()].filter((device) => device.state !== linkUp);
  return h(
    'section',
    { class: 'card', 'data-huddle': 'offline' },
    h('header', {}, h('h2', {}, 'Offline'), h('span', { class: 'todo push' }, down.length)),
    h(
      'ul',
      { class: 'lines' },
      down.length
        ? down.map((each) =>
            h(
              'li',
              {},
              h('span', {}, each.name),
              h('span', { class: 'state due' }, `not up since ${format.when(each.at)}`),
            ),
          )
        : h('li', {}, h('span', {}, 'Instruments, printers, scanners, health records'), h('span', { class: 'state ok' }, 'all up')),
    ),
  );
}

// `open`: whether that screen may be opened.
export function huddle(data, devices, open) {
  return h(
    'div',
    { class: 'tiles huddle' },
    Object.keys(titles).map((section) => card(section, data[section] ?? [], open)),
    offline(devices),
  );
}
