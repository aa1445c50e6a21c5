// One order's results: what came, from where, what it was before; and the signature that binds a version.
import { view } from './api.js';
import { correctionNote, orderCorrections } from './corrections.js';
import { callLines, criticalStrip } from './critical.js';
import { deliveryLine } from './delivery.js';
import { button, h, show } from './dom.js';
import * as format from './format.js';
import { missingStrip } from './missing.js';
import { isMine, ownerStrip } from './owner.js';
import { patientLink } from './patient.js';
import { reportLink } from './report.js';
import { returnedStrip } from './returned.js';
import { cosignCard, dispositions, meanings, signPanel } from './sign.js';
import { orderTasks } from './tasklist.js';
import { trend } from './trend.js';
import { orderWarnings } from './warnings.js';
import * as widgets from './widgets.js';

const textOf = (table, value) => table.find(([id]) => id === value)?.[1] ?? value;
const signedAs = [...meanings, ['COSIGNED', 'Co-signed']];

function deviceFlag(result) {
  if (!result.device_flags) return h('span', { class: 'quiet' }, 'none');
  return widgets.flag(result.device_flags, /HH|LL/.test(result.device_flags) ? 2 : 1);
}

function siteFlag(result) {
  if (result.site_flag) return widgets.flag(result.site_flag, result.severity, 'in range');
  return h('span', { class: 'quiet' }, result.reference_range ? 'none' : 'no range');
}

function resultRow(result, waivers) {
  const kind = [result.severity === 2 ? 'is-crit' : '', result.versions?.length ? 'is-corrected' : ''].join(' ').trim();
  return h(
    'tr',
    { class: kind || null },
    h('th', { scope: 'row' }, widgets.resultName(result), widgets.waiverNote(result, waivers), correctionNote(result)),
    h('td', { class: 'num value' }, result.value),
    h('td', { class: 'unit' }, result.unit),
    h('td', {}, deviceFlag(result)),
    h('td', {}, siteFlag(result)),
    h('td', { class: 'unit' }, widgets.range(result)),
    h('td', { class: 'prev' }, widgets.previous(result), trend(result, widgets.resultName(result))),
  );
}

const columns = ['Analyte', 'Value', 'Unit', 'Device', 'Site', 'Range', 'Previous'];

function resultTable(data, waivers) {
  const collected = data.specimens.map(
    (each) => `${format.accession(each.accession)} collected ${format.when(each.collected_at)} by ${each.collector_name}`,
  );
  const repeated = data.results.some((result) => result.identical_repeat);
  return h(
    'section',
    { class: 'card' },
    h(
      'header',
      {},
      h(
        'h1',
        {},
        data.tests.map((test) => test.name).join(', '),
        data.priority === 'stat' ? h('span', { class: 'stat' }, 'STAT') : '',
      ),
      h('span', { class: 'push small quiet' }, collected.join(' · ')),
    ),
    h(
      'table',
      { class: 'tbl' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          columns.map((title, i) => h('th', { class: i === 1 ? 'num' : null }, title)),
        ),
      ),
      h(
        'tbody',
        {},
        data.results.map((result) => resultRow(result, waivers)),
      ),
    ),
    repeated
      ? h(
          'p',
          { class: 'small' },
          h('span', { class: 'state due' }, 'identical repeat?'),
          ' The instrument sent the same result twice. Both are kept; decide whether it was measured twice.',
        )
      : null,
    h(
      'p',
      { class: 'small quiet' },
      'Device: the instrument’s own flag. Site: by limits that a named person approved. The more severe one decides the place in the inbox.',
    ),
  );
}

// What the results of a message were measured with.
function lotText(message, results) {
  const lots = [...new Set(results.filter((each) => each.message === message.id).map((each) => each.lot))].filter(Boolean);
  return lots.length ? `, lot ${lots.join(', ')}` : ', lot not known';
}

function messageLine(message, results) {
  const clock =
    message.device_offset_ms === null
      ? 'device clock not sent'
      : `device clock ${format.offset(message.device_offset_ms)}`;
  return h(
    'span',
    { class: 'small' },
    h('b', {}, message.model || message.instrument),
    message.serial ? `, serial ${message.serial}` : '',
    message.run ? `, run ${message.run}` : '',
    message.operator ? `, operator ${message.operator}` : ', operator not sent',
    lotText(message, results),
    ` · received ${format.seconds(message.received_at)} · ${clock}`,
  );
}

function reviewLine(review) {
  const kind = review.kind === 'signed' ? 'Signed' : 'Sent back';
  const what = [textOf(signedAs, review.meaning), textOf(dispositions, review.disposition)].filter(Boolean).join(', ');
  const older = review.current ? '' : ' (an earlier version)';
  return {
    at: review.at,
    text: `${kind} by ${review.by?.name ?? ''}${what ? `: ${what}` : ''}${older}`,
    note: review.note,
  };
}

function history(data) {
  const lines = [
    ...data.reviews.map(reviewLine),
    ...callLines(data.critical_calls, data.critical_steps),
    ...(data.return_answers ?? []).map((each) => ({
      at: each.at,
      text: `Answered by ${each.by?.name ?? ''}, for review again`,
      note: each.note,
    })),
    ...data.views.map((seen) => ({ at: seen.at, text: `Seen by ${seen.by?.name ?? ''} (${seen.workstation})` })),
  ].sort((a, b) => a.at - b.at);
  if (!lines.length) return null;
  const item = (line) =>
    h(
      'li',
      {},
      h('span', {}, line.text),
      h('span', { class: 'small quiet' }, format.when(line.at)),
      line.note ? h('small', {}, line.note) : null,
    );
  return h(
    'section',
    { class: 'card' },
    h('header', {}, h('h2', {}, 'Who saw and signed')),
    h('ul', { class: 'lines' }, lines.slice(-12).map(item)),
  );
}

export function order(context) {
  const body = h('div', { class: 'stack' }, widgets.loading());
  const news = h('div');
  const delivered = h('div', { class: 'row' });
  const number = context.key;
  const list = context.inbox.orders;
  const here = list.indexOf(number);
  let data = null;
  let sign = null;

  function step(by) {
    const next = list[here + by];
    if (here < 0 || !next) return false;
    context.inbox.cursor = next;
    context.goOrder(next);
    return true;
  }

  // Back to the list, with the cursor on the row that comes next; or, when it still waits, read again.
  function finish(answer, message, text, stays = false) {
    message.tell(answer, text);
    if (!answer.ok) return;
    if (!stays) context.inbox.cursor = list[here + 1] ?? list[here - 1] ?? '';
    setTimeout(stays ? refresh : context.back, 600);
  }

  const criticalValues = () =>
    data.results
      .filter((result) => result.severity === 2)
      .map((result) => `${widgets.resultName(result)} ${result.value} ${result.unit}`.trim());

  const custody = (each) =>
    button(`Custody and raw bytes of ${format.accession(each.accession)}`, () => context.go('specimens', each.accession));

  function fill() {
    const signs = context.may('sign') && data.state !== 'signed' && data.results.length > 0 && isMine(context, data);
    sign = signs ? signPanel(context, data, finish) : null;
    const facts = [
      ['Order', data.order],
      ['Provider', data.provider_name],
    ];
    show(news);
    show(delivered, deliveryLine(data));
    show(
      body,
      widgets.banner(data.patient, facts),
      news,
      h(
        'div',
        { class: signs ? 'split' : 'stack' },
        h(
          'div',
          { class: 'stack' },
          ownerStrip(context, data, refresh),
          returnedStrip(context, data, refresh),
          criticalStrip(context, data, criticalValues(), refresh),
          orderCorrections(context, data, refresh),
          orderWarnings(data),
          missingStrip(context, data, refresh),
          resultTable(data, context.me.waivers ?? []),
          orderTasks(context, data),
          cosignCard(context, data, refresh),
          h('section', { class: 'card row' }, data.messages.map((each) => messageLine(each, data.results)), delivered),
          history(data),
          h(
            'div',
            { class: 'row' },
            button('Back to the inbox', context.back),
            reportLink(data),
            data.specimens.map(custody),
            patientLink(context, data.patient, ['order', data.order]),
          ),
        ),
        sign?.node,
      ),
    );
  }

  async function refresh() {
    const answer = number
      ? await view('order', { key: number })
      : { ok: false, sentence: 'Pick an order in the inbox.' };
    if (answer.ok && answer.data.ekg) {
      context.go('overread', number);
      return;
    }
    if (!answer.ok || !answer.data.order) {
      show(
        body,
        widgets.empty(
          'This order cannot be shown.',
          answer.sentence || 'There is no such order.',
          button('Back to the inbox', context.back),
        ),
      );
      return;
    }
    data = answer.data;
    fill();
    if (context.intent === 'sign') sign?.focus();
    if (context.intent === 'task') sign?.task();
    context.intent = '';
  }

  // What is on the screen is what would be signed: it never changes by itself under a hand.
  async function lookForNews() {
    if (!data) return;
    const answer = await view('order', { key: number });
    if (!answer.ok || (answer.data.version === data.version && answer.data.state === data.state)) return;
    const newer = answer.data.version !== data.version;
    const what = newer
      ? 'A newer result has come for this order. It must be read before anything is signed.'
      : 'Somebody has dealt with this order.';
    show(news, h('div', { class: 'strip warn', role: 'status' }, h('b', {}, what), button('Show it', refresh, 'push')));
  }

  async function lookAtDelivery() {
    const answer = data && (await view('order', { key: number }));
    if (answer?.ok && answer.data.order) show(delivered, deliveryLine(answer.data));
  }

  return {
    node: body,
    open: refresh,
    changed(event) {
      if (event.topic === 'outbox' && event.key === number) lookAtDelivery();
      if (event.topic === 'inbox' && (event.key === number || !event.key)) lookForNews();
    },
    tick: () => widgets.tellAges(body),
    scan: (text) => body.querySelector('form.correct')?.scan(text) ?? false,
    key(name) {
      if (name === 'Escape') context.back();
      else if (name === 's' && sign) sign.focus();
      else if (name === 't' && sign) sign.task();
      else if (name === 'j') return step(1);
      else if (name === 'k') return step(-1);
      else return false;
      return true;
    },
  };
}
