// Cover for a colleague: asked for with its days and the reason, and standing only once the deputy has accepted.
import { ask, view } from './api.js';
import { button, field, form, h, say, show } from './dom.js';
import { dayFromNow, personSelect } from './followup.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const states = {
  asked: ['state due', 'asked, not accepted yet'],
  accepted: ['state', 'accepted'],
  declined: ['state bad', 'declined'],
  ended: ['state', 'ended'],
};

export function cover(context) {
  const body = h('div', { class: 'stack' }, widgets.loading());
  const message = say();
  let turn = 0;

  async function answerIt(row, outcome) {
    const answer = await ask('cover_answer', { cover: row.cover, outcome });
    message.tell(answer, 'Recorded.');
    if (answer.ok) refresh();
  }

  function stateText(row, today) {
    if (row.now) return h('span', { class: 'state ok' }, 'stands today');
    if (row.state === 'accepted' && row.until < today) return h('span', { class: 'state' }, 'over');
    const [kind, text] = states[row.state];
    return h('span', { class: kind }, text);
  }

  function buttons(row, today) {
    const me = context.me.login;
    const lives = ['asked', 'accepted'].includes(row.state) && row.until >= today;
    if (!lives) return null;
    return [
      row.state === 'asked' && row.deputy === me ? button('Accept', () => answerIt(row, 'accepted'), 'primary') : null,
      row.state === 'asked' && row.deputy === me ? button('Decline', () => answerIt(row, 'declined')) : null,
      row.state === 'accepted' && ([row.deputy, row.provider].includes(me) || context.may('resolve'))
        ? button('End it', () => answerIt(row, 'ended'))
        : null,
    ];
  }

  const line = (row, today) =>
    h(
      'li',
      { 'data-cover': row.cover },
      h('span', {}, h('b', {}, row.deputy_name), ' for ', h('b', {}, row.provider_name)),
      stateText(row, today),
      h(
        'small',
        {},
        `${format.birthDate(row.from)} to ${format.birthDate(row.until)} · ${row.reason} · asked by ${row.by?.name ?? ''}, ${format.when(row.at)}`,
      ),
      h('span', { class: 'row line' }, buttons(row, today)),
    );

  function askForm(data) {
    const mine = context.may('sign');
    const told = say();
    const provider = personSelect(data.providers, { name: 'provider' }, mine ? context.me.login : '');
    const deputy = personSelect(
      data.providers.filter(({ login }) => !mine || login !== context.me.login),
      { name: 'deputy', required: true },
    );
    const from = h('input', { type: 'date', name: 'from', value: dayFromNow(0), min: dayFromNow(0), required: true });
    const until = h('input', { type: 'date', name: 'until', value: dayFromNow(0), min: dayFromNow(0), required: true });
    const reason = h('input', { type: 'text', name: 'reason', maxlength: 200, required: true });
    if (!mine && !context.may('resolve')) return null;
    return form(
      { class: 'card stack', 'aria-label': 'Ask for cover' },
      async () => {
        const answer = await ask('cover_ask', {
          provider: provider.value,
          deputy: deputy.value,
          from_day: from.value,
          until_day: until.value,
          reason: reason.value,
        });
        told.tell(answer, 'Asked. It stands when your colleague has accepted.');
        if (answer.ok) {
          message.tell(answer, 'Asked. It stands once it is accepted.');
          refresh();
        }
      },
      h('h2', {}, mine ? 'Ask a colleague to cover for you' : 'Ask for cover for a provider'),
      h(
        'div',
        { class: 'halves' },
        mine ? null : field('Whose results', provider),
        field('Who covers', deputy),
        field('From', from),
        field('To, that day included', until),
        field('Why', reason),
      ),
      told.node,
      h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Ask')),
    );
  }

  async function refresh() {
    const asked = (turn += 1);
    const answer = await view('covers');
    if (asked !== turn) return;
    if (!answer.ok) return show(body, widgets.empty('Cover cannot be shown.', answer.sentence, button('Try again', refresh)));
    const { data } = answer;
    show(
      body,
      h('h1', {}, 'Cover'),
      h('p', { class: 'quiet' }, 'While it stands, the deputy finds the results among his or her own, and may sign them.'),
      message.node,
      h(
        'section',
        { class: 'card' },
        h('header', {}, h('h2', {}, 'Who covers whom')),
        data.rows.length
          ? h('ul', { class: 'lines' }, data.rows.map((row) => line(row, data.today)))
          : h('p', { class: 'quiet' }, 'Nobody covers for anybody.'),
      ),
      askForm(data),
    );
  }

  return {
    node: body,
    open: refresh,
    changed(event) {
      if (event.topic === 'covers' && !body.querySelector('form')?.contains(document.activeElement)) refresh();
    },
    close() {
      turn += 1;
    },
  };
}
