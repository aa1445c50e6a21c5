// The results that await review: critical, then abnormal, then normal. Nothing moves under the cursor.
import { view } from './api.js';
import { button, h, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const groups = [[2, 'Critical', 'crit'], [1, 'Abnormal', 'abn'], [0, 'Normal', '']];
const pageSize = 100;

function valueRow(result) {
  return h('tr', {}, h('th', { scope: 'row' }, widgets.resultName(result)), h('td', { class: 'v' }, widgets.valueOf(result)),
    h('td', { class: 'f' }, widgets.resultFlag(result)), h('td', { class: 'r unit' }, widgets.range(result)), h('td', { class: 'p prev' }, widgets.previous(result)));
}

// Everything out of range has a line of its own; a large panel's rest stands below, every value shown.
function values(results) {
  const telling = results.filter((result) => result.severity > 0 || result.flag);
  const lines = telling.length && results.length > 4 ? telling : results;
  const rest = results.filter((result) => !lines.includes(result));
  return h('div', {}, h('table', { class: 'vals' }, h('tbody', {}, lines.map(valueRow))),
    rest.length ? h('p', { class: 'rest' }, 'Others: ', rest.map((result, i) => [i ? ' · ' : '', widgets.resultName(result), ' ', h('b', {}, result.value), ' ', result.unit]).flat()) : null);
}

function device(row) {
  const instruments = [...new Set(row.results.map((result) => result.instrument).filter(Boolean))];
  return [instruments.join(', '), row.collected_at ? `collected ${format.when(row.collected_at)}` : ''].filter(Boolean).join(' · ');
}

function rowNode(row, openRow) {
  const kind = groups.find(([severity]) => severity === row.severity)?.[2] ?? '';
  return h('article', { class: `item ${kind}`, 'data-order': row.order, 'data-version': `${row.version} ${row.critical_told}` },
    h('div', {}, h('div', { class: 'name' }, format.fullName(row.patient)),
      h('div', { class: 'who-line' }, `${format.birthDate(row.patient.birth_date)} · ${format.yearsOld(row.patient.birth_date)} ${row.patient.sex} · MRN ${row.patient.mrn}`),
      h('div', { class: 'what' }, row.tests.join(', '), row.priority === 'stat' ? h('span', { class: 'quiet' }, ' STAT') : ''), h('div', { class: 'who-line' }, device(row))),
    values(row.results),
    h('div', { class: 'side' }, h('div', { class: 'tags' }, row.severity === 2 ? h('span', { class: 'flag critical' }, 'CRITICAL') : '', h('span', { class: 'age', 'data-since': row.since }, format.age(row.since))),
      row.severity === 2 && !row.critical_told ? h('span', { class: 'clock' }, 'nobody told yet') : null,
      row.results.some((result) => result.identical_repeat) ? h('span', { class: 'state due' }, 'identical repeat?') : null,
      button('Open', () => openRow(row.order), row.severity === 2 ? 'danger' : '')));
}

export function inbox(context) {
  const heading = h('h1', {}, 'Inbox');
  const about = h('span', { class: 'quiet' });
  const held = h('div');
  const list = h('div', { class: 'worklist' }, widgets.loading());
  const filter = h('select', { 'aria-label': 'Show', onchange: () => refresh() }, h('option', { value: '' }, 'All waiting'),
    context.me.role === 'provider' ? h('option', { value: 'mine' }, 'Mine') : null, h('option', { value: 'returned' }, 'Sent back'), h('option', { value: 'signed' }, 'Signed'));
  const node = h('div', { class: 'stack' }, h('div', { class: 'row' }, heading, about, h('span', { class: 'push' }, filter)), held, list);
  let cursor = '';
  let pointer = null;
  let timer = null;

  const rows = () => [...list.querySelectorAll('.item')];
  const openRow = (order) => context.go('order', order);

  function mark() {
    for (const row of rows()) {
      const here = row.dataset.order === cursor;
      row.classList.toggle('cursor', here);
      if (here) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
    }
  }

  function move(step) {
    const all = rows();
    const at = all.findIndex((row) => row.dataset.order === cursor);
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    if (!next) return;
    cursor = next.dataset.order;
    mark();
    next.scrollIntoView({ block: 'nearest' });
  }

  // The row that must stay where it is: under the pointer, else under the cursor, else the first in sight.
  function anchor() {
    const under = pointer && document.elementFromPoint(pointer.x, pointer.y)?.closest?.('.item');
    return under ?? rows().find((row) => row.dataset.order === cursor) ?? rows().find((row) => row.getBoundingClientRect().bottom > 60);
  }

  function keepInPlace(order, top) {
    const row = rows().find((each) => each.dataset.order === order);
    if (!row) return;
    const delta = row.getBoundingClientRect().top - top;
    if (!delta) return;
    const main = document.getElementById('main');
    main.style.minHeight = `${Math.max(main.scrollHeight, scrollY + delta + innerHeight)}px`;
    scrollBy(0, delta);
  }

  function fill(data) {
    const before = anchor();
    const place = before && { order: before.dataset.order, top: before.getBoundingClientRect().top };
    const known = new Map(rows().map((row) => [`${row.dataset.order} ${row.dataset.version}`, row]));
    const made = groups.flatMap(([severity, title]) => {
      const these = data.rows.filter((row) => row.severity === severity);
      if (!these.length) return [];
      return [h('h2', {}, `${title} · ${these.length}`, severity === 1 ? h('span', { class: 'quiet' }, ' oldest first') : ''),
        ...these.map((row) => known.get(`${row.order} ${row.version} ${row.critical_told}`) ?? rowNode(row, openRow))];
    });
    show(list, made.length ? made : widgets.empty('Nothing awaits review.', data.last_result ? `The last result came at ${format.when(data.last_result.at)} from ${data.last_result.instrument}.` : 'No result has come yet.'));
    mark();
    if (place) keepInPlace(place.order, place.top);
  }

  function describe(data) {
    const counts = data.counts;
    heading.textContent = `${counts.waiting} ${counts.waiting === 1 ? 'order' : 'orders'} unsigned`;
    about.textContent = [counts.oldest ? `oldest ${format.age(counts.oldest)}` : '', data.last_result ? `last result ${format.when(data.last_result.at)} from ${data.last_result.instrument}` : ''].filter(Boolean).join(' · ');
    context.count('inbox', counts.waiting);
    context.count('unmatched', counts.held);
    show(held, counts.held ? h('div', { class: 'strip hold' }, h('b', {}, `${counts.held} held or unmatched`), h('span', {}, 'Not in this list until the lab lead resolves them.'), h('a', { class: 'push', href: '#/unmatched' }, 'See what is held')) : null);
  }

  async function refresh() {
    const mine = filter.value === 'mine';
    const answer = await view('inbox', { key: mine ? context.me.login : '', state: mine ? 'waiting' : filter.value || 'waiting', limit: pageSize });
    if (!answer.ok) {
      if (!rows().length) show(list, widgets.empty('The list cannot be shown.', answer.sentence));
      return;
    }
    describe(answer.data);
    fill(answer.data);
  }

  const track = (event) => { pointer = { x: event.clientX, y: event.clientY }; };
  document.addEventListener('pointermove', track, { passive: true });

  return {
    node,
    open: refresh,
    refresh,
    changed(event) {
      if (!['inbox', 'held', 'orders'].includes(event.topic)) return;
      clearTimeout(timer);
      timer = setTimeout(refresh, 400);
    },
    tick() { for (const each of list.querySelectorAll('[data-since]')) each.textContent = format.age(Number(each.dataset.since)); },
    key(name) {
      if (name === 'j' || name === 'ArrowDown') move(1);
      else if (name === 'k' || name === 'ArrowUp') move(-1);
      else if ((name === 'Enter' || name === 's') && cursor) openRow(cursor);
      else return false;
      return true;
    },
    close() { clearTimeout(timer); document.removeEventListener('pointermove', track); },
  };
}
