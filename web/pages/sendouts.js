// Send-outs: what a reference laboratory has and owes us, the bag that is being packed, the hand-over to the courier.
import { ask, view } from './api.js';
import { arrange, button, field, form, h, say, show } from './dom.js';
import * as format from './format.js';
import { labsCard } from './labs.js';
import { closeForm, resultForm } from './referred.js';
import * as widgets from './widgets.js';

const dayMs = 86400000;
const temperatures = { room: 'room temperature', cold: 'refrigerated', frozen: 'frozen' };

const who = (patient) => [
  h('b', {}, format.fullName(patient)),
  h('br'),
  h('small', {}, `${format.birthDate(patient.birth_date)} · MRN ${patient.mrn}`),
];

function dueCell(row) {
  const late = Math.floor((Date.now() - row.due_at) / dayMs);
  if (row.late) return h('span', { class: 'state bad' }, `overdue by ${late} ${late === 1 ? 'day' : 'days'}`);
  if (row.due_at <= Date.now()) return h('span', { class: 'state due' }, 'due today');
  return h('span', { class: 'state' }, `expected ${format.day(row.due_at)}`);
}

function labelled(lab) {
  return h('span', {}, h('b', {}, lab.name), h('br'), h('small', {}, [lab.address, `CLIA ${lab.clia}`, lab.phone].filter(Boolean).join(' · ')));
}

function manifestTable(manifest, unpack) {
  const line = (each) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row', class: 'mono' }, format.accession(each.accession)),
      h('td', {}, who(each.patient)),
      h('td', {}, each.tests.join(', ')),
      h('td', {}, [each.type, each.container].filter(Boolean).join(', ')),
      h('td', { class: 'small quiet' }, `${format.when(each.packed_at)} ${each.by?.name ?? ''}`),
      unpack ? h('td', {}, button('Take off', () => unpack(each))) : null,
    );
  const heads = ['Specimen', 'Patient', 'Tests', 'Container', 'Packed'];
  return h(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': `Specimens on ${manifest.manifest}`, tabindex: 0 },
    h(
      'table',
      { class: 'tbl' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((text) => h('th', { scope: 'col' }, text)),
          unpack ? h('th', { scope: 'col' }, 'Change') : null,
        ),
      ),
      h('tbody', {}, manifest.lines.map(line)),
    ),
  );
}

function countLines(manifest) {
  return manifest.counts
    .filter((each) => each.counted !== each.listed)
    .map((each) =>
      h(
        'p',
        { class: 'state bad' },
        `Counted ${each.counted} of ${each.listed} at ${format.when(each.at)} with ${each.courier}: not handed over.`,
      ),
    );
}

export function sendouts(context) {
  const node = h('div', { class: 'stack' }, widgets.loading());
  const lead = context.may('keep-lots');
  const heading = h('div', { class: 'row' }, h('h1', {}, 'Send-outs'), h('span', { class: 'quiet' }));
  const place = { outstanding: h('div'), packing: h('div', { class: 'stack' }), labs: h('div'), sent: h('div') };
  const packed = say();
  let data = null;
  let timer = 0;
  let active = ''; // the manifest that scans go to
  let busy = false; // a form is open: what arrives waits

  async function refresh() {
    clearTimeout(timer);
    const answer = await view('sendouts');
    if (!answer.ok) {
      show(node, widgets.empty('Send-outs cannot be shown.', answer.sentence, button('Try again', refresh)));
      return;
    }
    data = answer.data;
    draw();
  }

  const done = (keepFocus = false) => {
    busy = false;
    refresh().then(() => keepFocus || heading.querySelector('h1').focus?.());
  };

  // ---- outstanding ----

  function openForm(cell, make) {
    busy = true;
    show(cell, make(done));
    cell.querySelector('input, select, textarea')?.focus();
  }

  function outstandingRow(row) {
    const acts = h('div', { class: 'row' });
    const below = h('td', { colspan: 6 });
    const belowRow = h('tr', { hidden: true }, below);
    const open = (make) => () => {
      belowRow.hidden = false;
      openForm(below, make);
    };
    acts.append(
      button('Result came', open((after) => resultForm(row, after))),
      button('No result', open((after) => closeForm(row, after))),
    );
    return [
      h(
        'tr',
        { 'data-accession': row.accession },
        h('th', { scope: 'row' }, who(row.patient)),
        h(
          'td',
          {},
          row.tests.map((test) => test.name).join(', '),
          h('br'),
          h('small', { class: 'mono nowrap' }, format.accession(row.accession)),
        ),
        h('td', {}, labelled(row.lab)),
        h('td', {}, `${format.when(row.sent_at)}`, h('br'), h('small', {}, row.manifest)),
        h('td', {}, dueCell(row)),
        h('td', {}, acts),
      ),
      belowRow,
    ];
  }

  function outstandingCard() {
    const rows = data.outstanding;
    const late = rows.filter((row) => row.late).length;
    const heads = ['Patient', 'Tests', 'Laboratory', 'Sent', 'Expected', 'What came'];
    return h(
      'section',
      { class: 'card stack' },
      h(
        'div',
        { class: 'card-head' },
        h('h2', {}, 'Outstanding'),
        h(
          'span',
          { class: late ? 'push state bad' : 'push state ok' },
          late ? `${late} of ${rows.length} overdue: call the laboratory` : `${rows.length} waiting, none overdue`,
        ),
      ),
      rows.length
        ? h(
            'div',
            { class: 'scroll', role: 'region', 'aria-label': 'Outstanding results', tabindex: 0 },
            h(
              'table',
              { class: 'tbl outstanding' },
              h('thead', {}, h('tr', {}, heads.map((text) => h('th', { scope: 'col' }, text)))),
              h('tbody', {}, rows.map(outstandingRow)),
            ),
          )
        : h('p', { class: 'quiet' }, 'Every specimen that was sent out has its result.'),
    );
  }

  // ---- packing ----

  async function pack(accession) {
    const manifest = data.open.find((each) => each.manifest === active) ?? data.open[0];
    if (!manifest) {
      packed.refuse('Open a manifest first: choose the laboratory, then scan the specimens into the bag.');
      return;
    }
    const answer = await ask('manifest_pack', { manifest: manifest.manifest, accession });
    packed.tell(answer, `Specimen ${format.accession(accession)} is on ${manifest.manifest}.`);
    if (answer.ok) await refresh();
  }

  function unpack(manifest) {
    return async (line) => {
      const row = place.packing.querySelector(`[data-unpack="${CSS.escape(manifest.manifest)}"]`);
      const reason = h('input', { required: true, maxlength: 200, autocomplete: 'off' });
      busy = true;
      show(
        row,
        form(
          { class: 'row' },
          async () => {
            const asked = { manifest: manifest.manifest, accession: line.accession, reason: reason.value };
            const answer = await ask('manifest_unpack', asked);
            packed.tell(answer, 'Taken off. It is stored until you pack it again.');
            if (answer.ok) done(true);
          },
          field(`Why does ${format.accession(line.accession)} come off?`, reason),
          h('button', { class: 'btn primary' }, 'Take it off'),
        ),
      );
      reason.focus();
    };
  }

  function handOverForm(manifest) {
    const count = h('input', { type: 'number', min: 0, max: 999, required: true, inputmode: 'numeric' });
    const courier = h('input', { required: true, maxlength: 100, autocomplete: 'off' });
    const scanned = h('input', {
      required: true,
      autocomplete: 'off',
      'data-courier': manifest.manifest,
      placeholder: 'the courier scans the manifest',
    });
    const told = say();
    const send = async () => {
      const answer = await ask('hand_over', {
        manifest: manifest.manifest,
        count: Number(count.value),
        courier: courier.value.trim(),
        scanned: scanned.value.trim(),
      });
      told.tell(answer);
      if (!answer.ok) {
        count.value = '';
        count.focus();
        return;
      }
      packed.tell(answer);
      done();
    };
    return form(
      { class: 'stack', 'data-handover': manifest.manifest },
      send,
      h('h3', {}, 'Hand over to the courier'),
      h(
        'div',
        { class: 'form thirds' },
        field('Containers that you count in the bag', count),
        field('Courier', courier),
        field('Number scanned by the courier', scanned),
      ),
      told.node,
      h('div', { class: 'row' }, h('button', { class: 'btn primary' }, 'Hand over')),
    );
  }

  function openCard(manifest) {
    const scanHere = active === manifest.manifest || data.open.length === 1;
    const typed = h('input', { autocomplete: 'off', inputmode: 'numeric', placeholder: 'scan the label, or type it' });
    return h(
      'section',
      { class: 'card stack', 'data-manifest': manifest.manifest },
      h(
        'div',
        { class: 'card-head' },
        h('h2', { class: 'mono' }, manifest.manifest),
        h('span', {}, labelled(manifest.lab)),
        h('span', { class: 'push' }, `${temperatures[manifest.temperature]} · ${manifest.count} on the list`),
      ),
      h(
        'p',
        { class: scanHere ? 'state ok' : 'state' },
        scanHere ? 'Scans go into this bag.' : 'Scans go into another bag.',
        ' ',
        scanHere
          ? ''
          : button('Pack this one', () => {
              active = manifest.manifest;
              draw();
            }),
      ),
      form(
        { class: 'row' },
        async () => {
          active = manifest.manifest;
          await pack(typed.value.replace(/\s/g, ''));
        },
        field('Specimen', typed),
        h('button', { class: 'btn' }, 'Put it on the list'),
      ),
      manifest.lines.length ? manifestTable(manifest, unpack(manifest)) : null,
      h('div', { 'data-unpack': manifest.manifest }),
      countLines(manifest),
      manifest.lines.length ? handOverForm(manifest) : null,
    );
  }

  function newManifest() {
    const labs = data.labs.filter((each) => each.active);
    if (!labs.length) return null;
    const lab = h(
      'select',
      {},
      labs.map((each) => h('option', { value: each.laboratory }, each.name)),
    );
    const how = h(
      'select',
      {},
      Object.entries(temperatures).map(([value, text]) => h('option', { value }, text)),
    );
    how.value = 'cold';
    const told = say();
    return form(
      { class: 'card stack', 'data-new': 'manifest' },
      async () => {
        const answer = await ask('manifest_open', { laboratory: Number(lab.value), temperature: how.value });
        told.tell(answer, `Manifest ${answer.key} is open. Scan the specimens into the bag.`);
        if (answer.ok) {
          active = answer.key;
          done(true);
        }
      },
      h('h2', {}, 'New manifest'),
      h('div', { class: 'form thirds' }, field('Laboratory', lab), field('It travels', how)),
      told.node,
      h('div', { class: 'row' }, h('button', { class: 'btn' }, 'Open a manifest')),
    );
  }

  function toSend() {
    if (!data.to_send.length) return null;
    const line = (row) =>
      h(
        'li',
        {},
        h('span', {}, who(row.patient)),
        h('span', {}, row.tests.join(', '), h('br'), h('small', {}, row.state_text)),
        h('span', { class: 'mono' }, format.accession(row.accession)),
      );
    return h(
      'section',
      { class: 'card' },
      h('header', {}, h('h2', {}, 'At hand, to be sent out'), h('span', { class: 'todo push' }, data.to_send.length)),
      h('ul', { class: 'lines' }, data.to_send.map(line)),
    );
  }

  function sentCard() {
    if (!data.sent.length) return null;
    const one = (manifest) =>
      h(
        'details',
        { class: 'raw' },
        h(
          'summary',
          {},
          h('span', { class: 'mono' }, manifest.manifest),
          ` ${manifest.lab.name}`,
          h(
            'span',
            { class: 'small quiet' },
            `${manifest.count} handed to ${manifest.courier}, ${format.when(manifest.sent_at)}`,
          ),
        ),
        labelled(manifest.lab),
        manifestTable(manifest),
        countLines(manifest),
      );
    return h('section', { class: 'stack' }, h('h2', {}, 'Handed over'), data.sent.map(one));
  }

  function draw() {
    if (busy) return;
    heading.lastChild.textContent = data.outstanding.length ? '' : 'Nothing is outstanding.';
    show(place.outstanding, outstandingCard());
    show(place.packing, packed.node, toSend(), data.open.map(openCard), newManifest());
    show(place.labs, labsCard(data.labs, lead, () => done(), (open) => (busy = open)));
    show(place.sent, sentCard());
    arrange(node, [heading, place.outstanding, place.packing, place.sent, place.labs]);
  }

  return {
    node,
    open: refresh,
    changed(event) {
      if (!['sendouts', 'specimen'].includes(event.topic)) return;
      clearTimeout(timer);
      timer = setTimeout(() => busy || node.contains(document.activeElement) || refresh(), 500);
    },
    scan(text) {
      const waiting = [...node.querySelectorAll('[data-courier]')].find((each) => each.dataset.courier === text);
      if (waiting) {
        waiting.value = text;
        waiting.focus();
        return true;
      }
      if (/^M\d{6}-\d+$/.test(text)) {
        packed.refuse(`${text} is not an open manifest here.`);
        return true;
      }
      if (!/^\d{12}$/.test(text)) return false;
      pack(text);
      return true;
    },
    close() {
      clearTimeout(timer);
    },
  };
}
