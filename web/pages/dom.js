// Building the page out of text and nodes only: nothing that came from a device is ever markup.

export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'value') node.value = value;
    else if (value === true) node.setAttribute(name, '');
    else node.setAttribute(name, value);
  }
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function svg(tag, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function show(node, ...children) {
  node.replaceChildren(...children.flat(2).filter(Boolean));
}

// The same, but nodes that stay are not touched, so that they keep focus and selection.
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, i) => {
    if (parent.childNodes[i] !== node) parent.insertBefore(node, parent.childNodes[i] ?? null);
  });
}

// Scrolls so that `row` stands at `top` again after what is in `root` has changed; where there is nothing to scroll,
// room is made above or below.
export function keepInPlace(root, row, top) {
  const delta = row.getBoundingClientRect().top - top;
  const short = -delta - scrollY; // more than the page can scroll back
  if (short > 0) root.style.marginTop = `${(parseFloat(root.style.marginTop) || 0) + short}px`;
  const now = row.getBoundingClientRect().top - top;
  const main = document.getElementById('main');
  if (now > 0) main.style.minHeight = `${Math.max(main.scrollHeight, scrollY + now + innerHeight)}px`;
  if (now) scrollBy(0, now);
}

// Rebuilds what is in `root` so that what the hand is at stays where it is: the row with the focus, else the one
// under the pointer; rows are known by their data-row.
let pointer = null;
document.addEventListener('pointermove', (event) => (pointer = { x: event.clientX, y: event.clientY }), {
  passive: true,
});

export function holdStill(root, rebuild) {
  const under = pointer && document.elementFromPoint(pointer.x, pointer.y);
  const held = [document.activeElement, under]
    .map((each) => each?.closest?.('[data-row]'))
    .find((each) => root.contains(each));
  const focused = held?.contains(document.activeElement) ? document.activeElement.dataset.act : undefined;
  const before = held?.getBoundingClientRect().top;
  rebuild();
  const row = held && [...root.querySelectorAll('[data-row]')].find((each) => each.dataset.row === held.dataset.row);
  if (!row) return;
  const again =
    focused === undefined
      ? null
      : [row, ...row.querySelectorAll('[data-act]')].find((each) => each.dataset.act === focused);
  again?.focus({ preventScroll: true });
  keepInPlace(root, row, before);
}

export function button(text, onclick, kind = '') {
  return h('button', { type: 'button', class: `btn ${kind}`.trim(), onclick }, text);
}

export function field(label, input, full = false) {
  return h('label', { class: full ? 'field full' : 'field' }, h('span', {}, label), input);
}

export function pinInput(more = {}) {
  return h('input', { type: 'password', inputmode: 'numeric', autocomplete: 'off', ...more });
}

export function choose(name, legend, options, checked, columns = '') {
  const option = ([value, text]) =>
    h('label', {}, h('input', { type: 'radio', name, value, checked: value === checked }), text);
  return h(
    'fieldset',
    {},
    h('legend', {}, legend),
    h('div', { class: `choices ${columns}`.trim() }, options.map(option)),
  );
}

export function tick(name, legend, options, columns = 'three') {
  const option = ([value, text], i) =>
    h('label', {}, h('input', { type: 'checkbox', name, value, 'data-first': i === 0 }), text);
  return h('fieldset', {}, h('legend', {}, legend), h('div', { class: `choices ${columns}` }, options.map(option)));
}

export function picked(root, name) {
  return [...root.querySelectorAll(`input[name="${name}"]:checked`)].map((input) => input.value);
}

// A form that cannot be sent twice while it waits: `send` gives core's answer or null.
export function form(attributes, send, ...children) {
  let busy = false;
  const node = h(
    'form',
    {
      ...attributes,
      onsubmit: async (event) => {
        event.preventDefault();
        if (busy) return;
        busy = true;
        try {
          await send(node);
        } finally {
          busy = false;
        }
      },
    },
    ...children,
  );
  return node;
}

// A place for one sentence about what just happened.
export function say() {
  const node = h('p', { class: 'say', role: 'status' });
  return {
    node,
    tell(answer, done = '') {
      node.className = answer.ok ? 'say ok' : 'say bad';
      node.textContent = answer.ok ? done || answer.sentence : answer.sentence;
    },
    refuse(sentence) {
      this.tell({ ok: false, sentence });
    },
  };
}

// j and k, or the arrows, through the lines of a list that are buttons.
export function walk(root, key) {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
  if (!step) return false;
  const lines = [...root.querySelectorAll('.rowlist > button')];
  if (!lines.length) return false;
  const at = lines.indexOf(document.activeElement);
  lines[Math.min(lines.length - 1, Math.max(0, at < 0 ? 0 : at + step))].focus();
  return true;
}
