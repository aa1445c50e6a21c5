// Normal results signed together: only from this list, which shows every value, and only what was ticked.
import { ask, view } from './api.js';
import { button, field, form, h, pinInput, say, show } from './dom.js';
import * as format from './format.js';
import * as widgets from './widgets.js';

const most = 50;
const pageSize = 200;

// As core judges it (actions_review.c): complete, judged, not doubtful, not corrected.
const isPlain = (row) =>
  row.severity === 0 &&
  !row.ekg &&
  !row.missing.length &&
  !row.warnings?.some((warning) => warning.finding === 'against' && warning.rule !== 'clock') &&
  row.results.every(
    (result) =>
      (result.reference_range ? result.site_flag : result.flag) === 'N' && !result.identical_repeat && result.version === 1,
  );

function values(row) {
  const line = (result) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, widgets.resultName(result)),
      h('td', { class: 'v' }, widgets.valueOf(result)),
      h('td', { class: 'f' }, widgets.resultFlag(result)),
      h('td', { class: 'r unit' }, widgets.range(result)),
      h('td', { class: 'p prev' }, widgets.previous(result)),
    );
  return h('table', { class: 'vals' }, h('tbody', {}, row.results.map(line)));
}

export function batch(context) {
  const body = h('div', { class: 'stack' }, widgets.loading());
  const news = h('div');
  let turn = 0;

  function card(row) {
    const about = `${format.birthDate(row.patient.birth_date)} · ${format.yearsOld(row.patient.birth_date)} ${row.patient.sex} · MRN ${row.patient.mrn}`;
    return h(
      'label',
      { class: 'item tick', 'data-order': row.order },
      h(
        'div',
        {},
        h('div', { class: 'name' }, format.fullName(row.patient), ' ', widgets.twinMark(row.patient)),
        h('div', { class: 'who-line' }, about),
        h('div', { class: 'what' }, row.tests.join(', ')),
      ),
      values(row),
      h(
        'span',
        { class: 'row' },
        h('input', { type: 'checkbox', name: 'order', value: row.order, 'data-version': row.version }),
        'I have read these',
      ),
    );
  }

  function signForm(rows) {
    const message = say();
    const pin = pinInput({ name: 'pin', placeholder: '6 digits or more' });
    const text = h('b', {}, 'nothing ticked');
    const ticked = () => [...node.querySelectorAll('input[name=order]:checked')];
    const node = form(
      { class: 'stack', 'aria-label': 'Sign normal results' },
      async () => {
        const chosen = ticked();
        if (!chosen.length) return message.refuse('Tick the results that you have read.');
        if (chosen.length > most) return message.refuse(`Sign at most ${most} at a time.`);
        if (!pin.value) {
          pin.focus();
          return message.refuse('Your PIN makes it your signature.');
        }
        const answer = await ask('sign_batch', {
          order: chosen.map((each) => each.value),
          version: chosen.map((each) => each.dataset.version),
          meaning: 'REVIEWED',
          pin: pin.value,
        });
        pin.value = '';
        message.tell(answer, `${chosen.length} signed.`);
        return answer.ok ? setTimeout(refresh, 500) : null;
      },
      h('div', { class: 'worklist' }, rows.map(card)),
      h(
        'section',
        { class: 'card row' },
        h('span', {}, 'You sign as ', h('b', {}, context.me.name), ': ', text, ', meaning reviewed, no action needed.'),
        h('span', { class: 'push row' }, field('PIN', pin), h('button', { class: 'btn primary' }, 'Sign what is ticked')),
        message.node,
      ),
    );
    node.addEventListener('change', () => (text.textContent = ticked().length ? `${ticked().length} ticked` : 'nothing ticked'));
    return node;
  }

  async function refresh() {
    const asked = (turn += 1);
    const first = await view('inbox', { key: context.me.login, state: 'waiting', limit: 1 });
    const urgent = first.ok ? first.data.counts.mine_by_severity : { critical: 0, abnormal: 0 };
    const answer = await view('inbox', {
      key: context.me.login,
      state: 'waiting',
      from: urgent.critical + urgent.abnormal,
      limit: pageSize,
    });
    if (asked !== turn) return;
    if (!answer.ok) return show(body, widgets.empty('The list cannot be shown.', answer.sentence, button('Try again', refresh)));
    const normal = answer.data.rows.filter((row) => row.severity === 0);
    const rows = normal.filter(isPlain).slice(0, most);
    const alone = normal.length - normal.filter(isPlain).length;
    show(
      body,
      h('div', { class: 'row' }, button('Back to the inbox', context.back), h('h1', {}, `${rows.length} normal results to sign together`)),
      h(
        'p',
        { class: 'quiet' },
        'Every value stands here. Tick what you have read; what is abnormal or critical is signed one by one.',
        alone ? ` ${alone} more must be opened: not complete, without a range, doubtful, or warned of.` : '',
      ),
      news,
      rows.length ? signForm(rows) : widgets.empty('No normal result of yours awaits review.', 'What is not normal is signed from the inbox.'),
    );
    show(news);
  }

  return {
    node: body,
    open: refresh,
    // What is ticked is what would be signed: the list never changes by itself under a hand.
    changed(event) {
      if (event.topic !== 'inbox') return;
      show(
        news,
        h('div', { class: 'strip', role: 'status' }, h('b', {}, 'Results have changed since this list was made.'), button('Make it anew', refresh, 'push')),
      );
    },
    key(name) {
      if (name !== 'Escape') return false;
      context.back();
      return true;
    },
    close() {
      turn += 1;
    },
  };
}
