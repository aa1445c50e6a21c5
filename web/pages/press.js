// A press ends on what it began on: while a finger or the mouse is down, nothing is drawn anew. What comes meanwhile
// waits until it is up, or until it is clear that the press is no click.

const longestMs = 1000;
let waiting = null; // who waits for the end of the press; null: none is down
let timer = 0;

function ends() {
  const those = waiting ?? [];
  waiting = null;
  clearTimeout(timer);
  those.forEach((go) => go());
}

function begins() {
  waiting ??= [];
  clearTimeout(timer);
  timer = setTimeout(ends, longestMs);
}

// The click comes after the finger is up, and before whatever is due then.
function endsSoon() {
  if (!waiting) return;
  clearTimeout(timer);
  timer = setTimeout(ends, 0);
}

addEventListener('pointerdown', begins, { capture: true, passive: true });
for (const sign of ['pointerup', 'pointercancel']) addEventListener(sign, endsSoon, { capture: true, passive: true });
addEventListener('blur', endsSoon); // of the window: it may end elsewhere

export function pressEnds() {
  return waiting ? new Promise((done) => waiting.push(done)) : Promise.resolve();
}
