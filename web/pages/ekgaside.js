// What stands beside an EKG: the cart's own words and measurements, the EKG before, and where the file comes from.
import { ask } from './api.js';
import { button, field, form, h, say } from './dom.js';
import * as format from './format.js';
import * as tracing from './tracing.js';

const day = (text) => format.birthDate((text ?? '').slice(0, 10));
const opinions = { agree: 'agreed', change: 'changed', disagree: 'disagreed' };

export function tiedText({ tied }) {
  const identifiers = [tied.identifiers].flat().join(', ');
  return `two identifiers (${identifiers}) confirmed by ${tied.by?.name ?? ''} ${format.when(tied.at)}`;
}

// The machine's own words: a heading, and the part that can fold away.
export function statements(shown) {
  const { facts } = shown;
  const said = facts.statements.map((text) => h('div', {}, text));
  const head = [h('h2', {}, 'The cart’s statements'), h('span', { class: 'unconfirmed' }, 'UNCONFIRMED')];
  if (tracing.isDocument(shown)) {
    const words = 'What the cart says stands in its document, unconfirmed. Phial does not read it out of there.';
    return { head, words: h('p', { class: 'quiet' }, words), folds: false };
  }
  const severity = `quoted as sent · severity sent: ${facts.severity || 'none'}`;
  const confirmed = facts.confirmed_by
    ? h(
        'p',
        { class: 'small' },
        h('span', { class: 'state due' }, `the file names ${facts.confirmed_by} as having confirmed it`),
        ' That is no signature of this clinic.',
      )
    : null;
  const quote = said.length ? said : h('span', { class: 'quiet' }, 'The cart sent no statement.');
  return {
    head: [...head, h('span', { class: 'small quiet push' }, severity)],
    words: h('div', { class: 'stack' }, h('div', { class: 'quote' }, quote), confirmed),
    folds: true,
  };
}

export function measurementCard(context, data, shown) {
  const { previous } = data;
  const when = day(previous?.recorded_at).replace(/\d\d(\d\d)$/, '$1');
  return h(
    'section',
    { class: 'card' },
    h('header', {}, h('h2', {}, 'Cart’s measurements'), h('span', { class: 'small quiet' }, 'as sent')),
    tracing.measurementTable(context.me.ekg_measurements, shown.facts, previous?.facts, when),
  );
}

// `small`: its picture, or null.
export function previousCard(context, previous, small) {
  if (!previous)
    return h(
      'section',
      { class: 'card' },
      h('header', {}, h('h2', {}, 'Previous')),
      h('p', { class: 'quiet' }, 'No earlier EKG of this patient is here.'),
    );
  const { overread: read, facts } = previous;
  const pdf = previous.facts.leads.length
    ? tracing.path(previous.tracing, tracing.usual, 'pdf')
    : `/ekg/${previous.tracing}/original`;
  const signed = read ? `signed ${read.by?.name ?? ''}` : 'not signed';
  return h(
    'section',
    { class: 'card stack' },
    h(
      'div',
      { class: 'card-head' },
      h('h2', {}, 'Previous'),
      h('span', { class: 'small quiet' }, [day(previous.recorded_at), signed].filter(Boolean).join(', ')),
    ),
    small?.node,
    read
      ? h('p', { class: 'small' }, `“${read.reading || facts.statements.join('; ')}”, ${opinions[read.opinion]}`)
      : null,
    h(
      'div',
      { class: 'row' },
      button('Open', () => context.go('overread', previous.order)),
      h('a', { class: 'btn', href: pdf, target: '_blank', rel: 'noopener' }, 'PDF'),
    ),
  );
}

function untieForm(shown, done) {
  const why = h('input', { type: 'text', maxlength: 400, required: true, autocomplete: 'off' });
  const told = say();
  return h(
    'details',
    {},
    h('summary', {}, 'It is not this patient’s'),
    form(
      { class: 'stack' },
      async () => {
        const answer = await ask('ekg_untie', { tracing: shown.tracing, reason: why.value });
        told.tell(answer, 'Taken off this order; it waits to be tied.');
        if (answer.ok) setTimeout(done, 600);
      },
      field('Why', why),
      told.node,
      h('div', { class: 'row' }, h('button', { class: 'btn' }, 'Take it off this order')),
    ),
  );
}

function doubtLine({ differs, tied }) {
  if (!differs && !tied.reason) return null;
  const what = differs.startsWith('names')
    ? `the file ${differs}`
    : differs
      ? `the file differs: ${differs}`
      : 'tied with a reason';
  return h('p', { class: 'small' }, h('span', { class: 'state due' }, what), tied.reason ? ` “${tied.reason}”` : '');
}

// `page`: the link to the page as it is drawn, or null; `done`: once it was taken off its order.
export function factsCard(context, shown, page, done) {
  return h(
    'section',
    { class: 'card stack' },
    h('h2', {}, 'Where it comes from'),
    doubtLine(shown),
    tracing.factList(shown, context.me.ekg_formats),
    h('div', { class: 'row' }, page, tracing.originalLink(shown)),
    context.me.role === 'auditor' ? null : untieForm(shown, done),
  );
}
