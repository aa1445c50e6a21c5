// The provider's reading: agree, change or disagree, in one's own words, bound to the very page that was shown.
import { ask } from './api.js';
import { button, choose, field, form, h, picked, pinInput, say } from './dom.js';
import { followUp } from './followup.js';
import * as format from './format.js';
import { dispositions } from './sign.js';
import * as tracing from './tracing.js';

const opinions = [
  ['agree', 'Agree'],
  ['change', 'Change'],
  ['disagree', 'Disagree'],
];
const meanings = {
  agree: 'over-read, the cart’s words confirmed',
  change: 'over-read, changed',
  disagree: 'over-read, disagreed with the cart',
};

const needsWords = (opinion) => opinion === 'change' || opinion === 'disagree';

// What was signed, and the page with the signature.
export function signedCard(review, shown) {
  const { overread } = review;
  const facts = [
    ['Signed by', `${review.by?.name ?? ''}, ${format.moment(review.at)}`],
    ['Meaning', meanings[overread.opinion]],
    ['Reading', overread.reading],
    ['To do', dispositions.find(([id]) => id === review.disposition)?.[1] ?? ''],
    ['Note', review.note],
    ['As drawn', tracing.viewText(overread.layout)],
    ['Page’s SHA-256', h('span', { class: 'mono small' }, overread.picture)],
  ];
  return h(
    'section',
    { class: 'card stack signed' },
    h(
      'div',
      { class: 'card-head' },
      h('h2', { class: 'state ok' }, 'Signed'),
      h(
        'span',
        { class: 'push row' },
        h(
          'a',
          { class: 'btn primary', href: `/ekg/${shown.tracing}/signed`, download: true },
          shown.format === 'pdf' ? 'Signature page (PDF)' : 'Signed PDF',
        ),
      ),
    ),
    h(
      'dl',
      { class: 'facts' },
      facts.filter(([, value]) => value).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
    ),
  );
}

// `parts`: statements, the cart's words; page(), the page as it was drawn last; pdf(), its address; draft, what was
// typed of this tracing before the form was drawn anew; done() and back().
export function readingForm(context, data, shown, parts) {
  const { head, words, folds } = parts.statements;
  const message = say();
  const text = h('textarea', { rows: 2, maxlength: 2000, name: 'reading' });
  const note = h('input', { type: 'text', maxlength: 1000, autocomplete: 'off', name: 'note' });
  const pin = pinInput({ name: 'pin', placeholder: '6 digits or more' });
  const meaning = h('b', {}, 'over-read');
  const pageText = h('span', {}, '');
  const hash = h('span', { class: 'mono' });
  const first = data.severity > 0 ? ['', 'Choose'] : null;
  const disposition = h(
    'select',
    { name: 'disposition' },
    [first, ...dispositions].filter(Boolean).map(([value, label]) => h('option', { value }, label)),
  );
  const fold = h(
    'button',
    { type: 'button', class: 'btn', disabled: true, onclick: foldWords },
    'Fold the cart’s words',
  );
  const foldWhy = h('span', { class: 'small quiet' }, 'They fold away once you have said what you think of them.');
  const task = followUp(data.hands ?? []);
  const choice = choose('opinion', 'Your reading', opinions, '', 'three');

  const opinion = () => picked(choice, 'opinion')[0] ?? '';
  const isRead = () => opinion() !== '' && (!needsWords(opinion()) || text.value.trim() !== '');

  function foldWords() {
    words.hidden = !words.hidden;
    fold.textContent = words.hidden ? 'Show the cart’s words' : 'Fold the cart’s words';
  }

  function weigh() {
    meaning.textContent = meanings[opinion()] ?? 'over-read';
    fold.disabled = !isRead() && !words.hidden;
    foldWhy.hidden = !fold.disabled;
    if (!isRead() && words.hidden) foldWords();
  }

  // Whatever is missing, in the order of the form.
  function missing() {
    if (!opinion()) return ['Say whether you agree with the cart, change or disagree.', choice.querySelector('input')];
    if (!isRead()) return ['Write what you read: change and disagree need your own words.', text];
    if (!disposition.value) return ['Choose what is to be done: the cart does not call it normal.', disposition];
    if (task.isOpen() && task.missing()) return task.missing();
    if (!parts.page()) return ['The page to sign is not drawn yet. Wait a moment.', pin];
    if (!pin.value) return ['Your PIN makes it your signature.', pin];
    return null;
  }

  async function send() {
    const lacks = missing();
    if (lacks) {
      lacks[1].focus();
      return message.refuse(lacks[0]);
    }
    const body = {
      order: data.order,
      version: data.version,
      tracing: shown.tracing,
      opinion: opinion(),
      reading: text.value.trim(),
      ...parts.page(),
      disposition: disposition.value,
      note: note.value.trim(),
      pin: pin.value,
      ...(task.isOpen() ? task.body() : {}),
    };
    pin.value = '';
    const answer = await ask('overread', body);
    message.tell(answer, 'Signed.');
    return answer.ok ? parts.done() : pin.focus();
  }

  async function sendBack() {
    if (!note.value.trim()) {
      note.focus();
      return message.refuse('Say in the note why you send it back.');
    }
    const answer = await ask('return', { order: data.order, version: data.version, note: note.value.trim() });
    message.tell(answer, 'Sent back.');
    return answer.ok ? setTimeout(parts.back, 600) : null;
  }

  const more = h(
    'details',
    {},
    h('summary', {}, 'Add a note, or send it back'),
    h('div', { class: 'search' }, field('Note', note), button('Send back', sendBack)),
  );
  const node = form(
    { class: 'card stack read', 'aria-label': 'Sign' },
    send,
    h('div', { class: 'row' }, head),
    words,
    folds ? h('div', { class: 'row' }, fold, foldWhy) : null,
    h(
      'div',
      { class: 'halves' },
      choice,
      h('div', { class: 'halves' }, field('What is to be done', disposition), field('PIN', pin)),
    ),
    task.node,
    field(['In your words ', h('span', { class: 'quiet' }, 'needed for change and disagree')], text),
    h(
      'p',
      { class: 'small quiet' },
      pageText,
      ' ',
      hash,
      ' ',
      h('a', { href: '', target: '_blank', rel: 'noopener', class: 'page-link' }, 'Open that page'),
    ),
    message.node,
    h(
      'div',
      { class: 'row' },
      h('span', { class: 'small quiet' }, 'You sign as ', h('b', {}, context.me.name), ', meaning ', meaning),
      h('button', { class: 'btn primary push' }, `Sign for ${format.fullName(data.patient)}`),
    ),
    more,
  );
  choice.addEventListener('change', weigh);
  disposition.addEventListener('change', () => task.show(disposition.value));
  text.addEventListener('input', weigh);
  if (parts.draft?.tracing === shown.tracing) {
    const box = [...choice.querySelectorAll('input')].find((each) => each.value === parts.draft.opinion);
    if (box) box.checked = true;
    text.value = parts.draft.text;
    note.value = parts.draft.note;
    more.open = note.value !== '';
    weigh();
  }
  return {
    node,
    page(drawn, sentence) {
      pageText.textContent = `${sentence}${drawn ? ',' : ''}`;
      hash.textContent = drawn ? `SHA-256 ${drawn.picture.slice(0, 16)}…` : '';
      node.querySelector('.page-link').href = parts.pdf();
    },
    draft: () => ({ tracing: shown.tracing, opinion: opinion(), text: text.value, note: note.value }),
    focus() {
      (opinion() ? pin : choice.querySelector('input')).focus();
      node.scrollIntoView({ block: 'nearest' });
    },
  };
}
