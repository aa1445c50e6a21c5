// A long list of which only what is in sight stands in the document.
//
// The window scrolls, not the list. The list is as high as all its items together: those that were drawn once are
// known to the pixel, the others guessed. Whatever changes above, the item that the reader is at keeps its place on
// the screen, its node, and the focus within it.
import { arrange, h, keepInPlace } from './dom.js';

const beyond = 1400; // pixels above and below the window that are drawn too

// `make(item, old)` gives the item's node, the old one when it still serves; `guess(item)` a height; `drawn(from, to)`
// is told which items stand in the document now. An item has a `key` that is its own.
export function virtualList(root, { make, guess, drawn }) {
  const heights = new Map();
  const above = h('div', { 'aria-hidden': 'true' });
  let nodes = new Map();
  let items = [];
  let places = new Map(); // key: index
  let tops = new Float64Array(1);
  let space = 0;
  let frame = 0;

  function measure() {
    tops = new Float64Array(items.length + 1);
    items.forEach((item, i) => (tops[i + 1] = tops[i] + (heights.get(item.key) ?? guess(item)) + space));
    root.style.minHeight = `${tops[items.length]}px`;
  }

  // The last item that begins at or above `y`.
  function at(y) {
    let low = 0;
    let high = items.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (tops[middle] <= y) low = middle;
      else high = middle;
    }
    return low;
  }

  function remember(from, to) {
    let news = false;
    for (const { key } of items.slice(from, to)) {
      const node = nodes.get(key);
      const height = node.offsetHeight;
      if (node.ariaBusy === 'true' || heights.get(key) === height) continue;
      heights.set(key, height);
      news = true;
    }
    if (news) measure();
  }

  function draw() {
    if (!items.length) return;
    const top = -root.getBoundingClientRect().top;
    const from = at(top - beyond);
    const to = Math.min(items.length, at(top + innerHeight + beyond) + 1);
    const shown = new Map(items.slice(from, to).map((item) => [item.key, make(item, nodes.get(item.key))]));
    nodes = shown;
    above.style.height = `${Math.max(0, tops[from] - space)}px`;
    arrange(root, from ? [above, ...shown.values()] : [...shown.values()]);
    remember(from, to);
    drawn(from, to);
  }

  // The first item that is wholly in sight, as one to hold still.
  function firstInSight() {
    for (const [key, node] of nodes) if (node.getBoundingClientRect().top >= 60) return key;
    return null;
  }

  const topOf = (key) => nodes.get(key)?.getBoundingClientRect().top;

  // Draws again; the item `key` stays where it is.
  function redraw(key = firstInSight()) {
    const before = topOf(key);
    draw();
    const now = topOf(key);
    if (before !== undefined && now !== undefined && now !== before) keepInPlace(root, nodes.get(key), before);
  }

  // On the way, what turned out higher or lower than guessed must not jump.
  function scrolled() {
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      const key = firstInSight();
      const before = topOf(key);
      draw();
      const now = topOf(key);
      if (before !== undefined && now !== undefined && Math.abs(now - before) >= 1) scrollBy(0, now - before);
    });
  }
  addEventListener('scroll', scrolled, { passive: true });
  addEventListener('resize', scrolled, { passive: true });

  return {
    // Other items; `hold`: the key of the one that must stay where it is, when it is among them. Of no items
    // nothing is drawn: what stands there then is the caller's.
    set(list, hold = firstInSight()) {
      const before = topOf(hold);
      const was = tops[places.get(hold)];
      items = list;
      places = new Map(items.map((item, i) => [item.key, i]));
      if (!items.length) nodes = new Map();
      space ||= parseFloat(getComputedStyle(root).rowGap) || 0;
      measure();
      if (before !== undefined && places.has(hold)) scrollBy(0, tops[places.get(hold)] - was);
      draw();
      if (before !== undefined && nodes.has(hold)) keepInPlace(root, nodes.get(hold), before);
    },
    redraw,
    has: (key) => places.has(key),
    placeOf: (key) => places.get(key) ?? -1,
    nodeOf: (key) => nodes.get(key),
    nodes: () => nodes.values(),
    // Brings the item into sight; `block` as scrollIntoView has it.
    reveal(key, block = 'nearest') {
      const i = places.get(key);
      if (i === undefined) return;
      if (!nodes.has(key)) {
        scrollBy(0, root.getBoundingClientRect().top + tops[i] - innerHeight / 2);
        draw();
      }
      nodes.get(key)?.scrollIntoView({ block });
    },
    close() {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', scrolled);
      removeEventListener('resize', scrolled);
    },
  };
}
