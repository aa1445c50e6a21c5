// Colour is never the only sign (WCAG 1.4.1): what is coloured to mean something says it in words or by a shape too, and
// the same words and shape never mean one thing in one colour and another in the next.
import assert from 'node:assert/strict';

// Runs in the page: everything that one of the colours with a meaning sets apart from what is around it, as a person
// who sees no colour reads it.
function coloured(meanings) {
  const probe = document.body.appendChild(document.createElement('i'));
  const named = new Map();
  for (const meaning of meanings)
    for (const name of [meaning, `${meaning}-bg`, `${meaning}-solid`]) {
      probe.style.color = `var(--${name}, transparent)`;
      const value = getComputedStyle(probe).color;
      if (value !== 'rgba(0, 0, 0, 0)') named.set(value, meaning);
    }
  probe.remove();
  const shapeOf = (node) => {
    const mark = getComputedStyle(node, '::before');
    if (getComputedStyle(node).boxShadow.includes('inset')) return 'a line drawn beneath';
    if (mark.content === 'none' || mark.content === 'normal') return '';
    return mark.content.replaceAll('"', '') || (mark.clipPath === 'none' ? `${mark.borderTopWidth} ring or box` : mark.clipPath);
  };
  const meaningOf = (node) => {
    const style = getComputedStyle(node);
    const around = node.parentElement ? getComputedStyle(node.parentElement) : style;
    const own = ['color', 'backgroundColor', 'borderLeftColor', 'stroke', 'fill'].filter((part) => {
      if (part === 'borderLeftColor' && style.borderLeftWidth === '0px') return false;
      if (part !== 'backgroundColor' && style[part] === around[part]) return false;
      return named.has(style[part]);
    });
    return own.length ? named.get(style[own[0]]) : '';
  };
  const textOf = (node) => `${node.textContent} ${node.getAttribute('aria-label') ?? ''} ${node.getAttribute('title') ?? ''}`;
  return [...document.querySelectorAll('body *')]
    .filter((node) => node.getClientRects().length && meaningOf(node))
    .map((node) => {
      const picture = node.closest('svg');
      const words = textOf(node.matches('td, th') ? node.parentNode : node).replace(/[\d.,:/–-]+/g, ' ').replace(/\s+/g, ' ').trim();
      const told = picture ? textOf(picture).trim() : words;
      const drawn = picture ? `${node.tagName} ${getComputedStyle(node).strokeDasharray} ${node.getAttribute('d') ?? ''}` : shapeOf(node);
      const name = `${node.tagName.toLowerCase()}.${node.getAttribute('class') ?? ''}`;
      return { name, meaning: meaningOf(node), words, told: told !== '', shape: drawn };
    });
}

const meanings = ['crit', 'warn', 'ok', 'hold'];

export class Colours {
  constructor() {
    this.silent = new Set();
    this.readings = new Map(); // words and shape -> meaning -> where
    this.seen = new Set();
  }

  async read(page, where) {
    for (const each of await page.evaluate(coloured, meanings)) {
      this.seen.add(each.meaning);
      if (!each.told && !each.shape) this.silent.add(`${where}: ${each.name} says nothing`);
      if (!each.words && !each.shape) continue;
      const reading = `${each.words} [${each.shape}]`;
      const found = this.readings.get(reading) ?? this.readings.set(reading, new Map()).get(reading);
      if (!found.has(each.meaning)) found.set(each.meaning, `${where}: ${each.name}`);
    }
  }

  judge() {
    assert.deepEqual([...this.seen].sort(), [...meanings].sort(), 'each meaning was met');
    assert.deepEqual([...this.silent], [], 'a colour without a word or a shape');
    const double = [...this.readings].filter(([, found]) => found.size > 1);
    const told = double.map(([reading, found]) => `${reading.slice(-200)}: ${[...found].map(([meaning, where]) => `${meaning} (${where})`).join(', ')}`);
    assert.deepEqual(told, [], 'the same words and shape in two colours');
  }
}
