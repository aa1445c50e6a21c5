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
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function show(node, ...children) {
  node.replaceChildren(...children.flat().filter(Boolean));
}

export function button(text, onclick, kind = '') {
  return h('button', { type: 'button', class: `btn ${kind}`.trim(), onclick }, text);
}

export function field(label, input, full = false) {
  return h('label', { class: full ? 'field full' : 'field' }, h('span', {}, label), input);
}

export function choose(name, legend, options, checked, columns = '') {
  return h('fieldset', {}, h('legend', {}, legend), h('div', { class: `choices ${columns}`.trim() },
    options.map(([value, text]) => h('label', {}, h('input', { type: 'radio', name, value, checked: value === checked }), text))));
}

export function picked(root, name) {
  return [...root.querySelectorAll(`input[name="${name}"]:checked`)].map((input) => input.value);
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
    clear() { node.textContent = ''; },
  };
}
