// Whose a result is, and how it changes hands: always by a person's word, and accepted by the other.
import { ask } from './api.js';
import { button, field, form, h, say } from './dom.js';
import { personSelect } from './followup.js';

// Whether the one who is signed in may sign it, send it back, or set tasks.
export const isMine = (context, data) =>
  data.owner === context.me.login || (data.covered_by ?? []).includes(context.me.login);

function act(message, data, done) {
  return async (outcome, more = {}) => {
    const answer = await ask('own', { order: data.order, outcome, ...more });
    message.tell(answer, 'Done.');
    if (answer.ok) done();
  };
}

// A form that gives it to somebody: offered by its owner, assigned by the lab lead.
function giveForm(title, outcome, people, run, text) {
  const to = personSelect(people, { name: 'to', required: true });
  const note = h('input', { type: 'text', name: 'why', maxlength: 400, required: outcome === 'assigned' });
  return h(
    'details',
    { class: 'give' },
    h('summary', {}, title),
    form(
      { class: 'form' },
      () => run(outcome, { owner: to.value, note: note.value }),
      field('To', to),
      field('Why', note),
      h('button', { class: 'btn' }, text),
    ),
  );
}

// The strip above the results, when there is something to say about whose they are; else null.
export function ownerStrip(context, data, done) {
  if (data.state === 'signed') return null;
  const message = say();
  const run = act(message, data, done);
  const signs = context.may('sign');
  const others = data.signers.filter(({ login }) => login !== data.owner);
  const strip = (kind, title, text, ...actions) =>
    h('section', { class: `strip ${kind}` }, h('b', {}, title), h('span', {}, text), ...actions, message.node);
  const assign = context.may('resolve')
    ? giveForm('Assign it …', 'assigned', others, run, 'Assign')
    : null;
  if (data.offered === context.me.login)
    return strip(
      'ok',
      `${data.owner_name} offers you this result`,
      'When you accept, it is yours to sign.',
      button('Accept', () => run('accepted'), 'primary push'),
      button('Decline', () => run('declined')),
    );
  if (!data.owned)
    return strip(
      'warn',
      'No provider of this practice has this result',
      `It was ordered by ${data.provider}.`,
      signs ? button('Take it', () => run('taken'), 'primary push') : null,
      assign,
    );
  if (isMine(context, data)) {
    const waiting = data.offered ? `Offered to ${nameOf(data, data.offered)}, who has not answered yet.` : '';
    const own = data.owner === context.me.login;
    const mine = others.filter(({ login }) => login !== context.me.login);
    const give = signs && mine.length ? giveForm('Hand it over …', 'offered', mine, run, 'Offer it') : null;
    if (!waiting && own && !give) return null;
    return strip('', own ? 'Yours' : `${data.owner_name}’s; you cover`, waiting, give);
  }
  if (!signs && !assign) return null;
  return strip(
    '',
    `${data.owner_name}’s result`,
    signs ? 'You may read it. To sign it, have it handed to you, or accept the cover for it (Inbox, Cover).' : '',
    assign,
  );
}

const nameOf = (data, login) => data.signers.find((each) => each.login === login)?.name ?? login;
