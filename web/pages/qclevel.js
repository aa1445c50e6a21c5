// One level of a control: its picture, and every run of it.
import { view } from './api.js';
import { button, h, show } from './dom.js';
import * as format from './format.js';
import { voidForm } from './qclook.js';
import { leveyJennings } from './qcpicture.js';
import { put } from './qcset.js';
import * as words from './qcwords.js';
import * as widgets from './widgets.js';

const heads = ['When', 'Came', 'Verdict', 'Run for', 'Lot of the control', 'Kit', 'By', ''];

function actOf(run, context, acts) {
  if (!run.passed || run.void) return button('What was done', () => acts.failure(run.run));
  if (!context.may('keep-lots')) return null;
  return h('button', { type: 'button', class: 'btn', 'aria-label': `It does not count: the run of ${format.moment(run.at)}`, onclick: () => acts.discard(run) }, 'It does not count');
}

function runRow(run, context, acts) {
  return h(
    'tr',
    { 'data-run': run.run },
    h('th', { scope: 'row', class: 'nowrap' }, format.moment(run.at)),
    h('td', {}, words.observed(run)),
    h('td', {}, words.verdict(run), run.finding ? [h('br'), h('span', { class: 'small' }, run.finding)] : null),
    h('td', {}, run.reason_text),
    h('td', {}, words.lotWords(run)),
    h('td', { class: 'mono nowrap' }, run.reagent_lot || '–'),
    h('td', {}, words.who(run)),
    h('td', {}, actOf(run, context, acts)),
  );
}

function runsCard(level, context, acts) {
  return h(
    'section',
    { class: 'card stack' },
    h('h2', {}, 'Its runs, newest first'),
    level.runs.length
      ? h(
          'div',
          { class: 'scroll' },
          h(
            'table',
            { class: 'tbl' },
            h('caption', { class: 'skip' }, 'Runs of this control'),
            h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head || h('span', { class: 'skip' }, 'What to do'))))),
            h('tbody', {}, level.runs.map((run) => runRow(run, context, acts))),
          ),
        )
      : h('p', { class: 'quiet' }, 'It was never run.'),
  );
}

export function levelPage(context, key, acts) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  const aside = h('div', {});

  function discard(run) {
    put(
      aside,
      voidForm(run, acts.failure, () => show(aside)),
    );
  }

  async function load() {
    const answer = await view('qc_level', { key: String(key) });
    if (!answer.ok || !answer.data.level) {
      show(node, button('Back', acts.back), widgets.empty('It cannot be shown.', answer.sentence || 'This control is not used any more.'));
      return;
    }
    const level = answer.data;
    const pictures = level.ranges.map((range) => leveyJennings(level, range)).filter(Boolean);
    show(
      node,
      h('div', { class: 'row' }, button('Back', acts.back), h('h1', {}, words.controlOf(level)), context.may('run-test') ? button('Run it', () => acts.run(level), 'primary push') : null),
      h('p', {}, `${level.test_name}, ${words.placeOf(level.instrument)}. Expected: ${level.ranges.map(words.rangeOf).join('; ')} (${level.source}).`),
      aside,
      pictures.length ? h('section', { class: 'card stack' }, h('h2', {}, 'Over time'), pictures) : null,
      runsCard(level, context, { ...acts, discard }),
    );
  }
  return { node, load };
}
