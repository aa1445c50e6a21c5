// Emergency access: what was seen under it, and the review that somebody else owes it.
import { ask, view } from './api.js';
import { choose, field, form, h, picked, say, show } from './dom.js';
import * as format from './format.js';
import { roleName } from './roles.js';

function seen(row) {
  if (!row.seen) return h('p', { class: 'quiet small' }, 'Nothing was looked at that the role alone does not show.');
  const typed = (each) => (['search', 'find', 'patients'].includes(each.what) ? '(what was typed is not shown here)' : each.key);
  const line = (each) => h('li', {}, `${format.seconds(each.at)} ${each.what} `, h('span', { class: 'mono' }, typed(each)));
  return h('details', { class: 'raw' }, h('summary', {}, row.seen === 1 ? 'One look' : `${row.seen} looks`), h('ul', {}, row.views.map(line)));
}

function reviewForm(row, done) {
  const message = say();
  const note = h('input', { type: 'text', maxlength: 300, required: true, autocomplete: 'off' });
  return form(
    { class: 'stack' },
    async (self) => {
      const justified = picked(self, `justified-${row.id}`)[0];
      if (!justified) {
        message.refuse('Say whether the reason held.');
        return;
      }
      const answer = await ask('emergency_review', { emergency: row.id, justified: Number(justified), note: note.value.trim() });
      message.tell(answer);
      if (answer.ok) done();
    },
    choose(`justified-${row.id}`, 'Did the reason hold?', [['1', 'Yes'], ['0', 'No']], ''),
    field('What you found', note),
    message.node,
    h('button', { class: 'btn primary' }, 'Put the review on record'),
  );
}

function verdict(review) {
  const what = review.justified ? h('span', { class: 'state ok' }, 'the reason held') : h('span', { class: 'state bad' }, 'the reason did not hold');
  return h('p', { class: 'small' }, what, ` ${review.note} (${review.by.name}, ${format.moment(review.at)})`);
}

function card(row, done) {
  const when = row.ended ? 'ended' : 'until';
  return h(
    'section',
    { class: 'card stack', 'data-emergency': row.id },
    h(
      'div',
      { class: 'card-head' },
      h('h2', {}, `Emergency access: ${row.person.name}`),
      row.review ? null : h('span', { class: 'state bad' }, row.ended ? 'to be reviewed' : 'going on'),
    ),
    h('p', {}, `“${row.reason}”`),
    h('p', { class: 'small quiet' }, `As ${roleName(row.role)} at ${row.workstation}, ${format.moment(row.at)}, ${when} ${format.time(row.until)}`),
    seen(row),
    row.review ? verdict(row.review) : reviewForm(row, done),
  );
}

// `what`: the view by which this person may see them. Reviewed ones are folded away.
export function emergencies(what) {
  const node = h('div', { class: 'stack', hidden: true });
  let shown = '';

  async function refresh() {
    const answer = await view(what);
    if (!answer.ok) return;
    const now = JSON.stringify(answer.data.rows);
    if (now === shown) return;
    shown = now;
    const open = answer.data.rows.filter((row) => !row.review);
    const done = answer.data.rows.filter((row) => row.review);
    node.hidden = !answer.data.rows.length;
    show(
      node,
      open.map((row) => card(row, refresh)),
      done.length
        ? h(
            'details',
            { class: 'raw' },
            h('summary', {}, `Emergency access, reviewed: ${done.length}`),
            done.map((row) => card(row, refresh)),
          )
        : null,
    );
  }
  return { node, refresh };
}
