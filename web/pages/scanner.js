// A bar-code scanner that types: its prefix (the AIM identifier of the symbology) tells it from a hand,
// so a scan is known whatever has the focus, and never lands in the wrong field.

const pattern = /^\](?:C[01]|d[0-6]|Q[0-6])(\S+)$/;
const pauseMs = 120; // a hand is slower
const lateMs = 600; // after which a key that was pressed in time has come through, however busy the page is

// What turned out to be typed by a hand goes where it was meant.
function giveBack(text) {
  const input = document.activeElement;
  if (!input || !('setRangeText' in input) || typeof input.selectionStart !== 'number') return;
  input.setRangeText(text, input.selectionStart, input.selectionEnd, 'end');
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

// A scanner at a port of the box reads for a workstation, and every window of its browser hears of it: the one that
// was used last takes the scan.
const place = 'scanner-window';
const mine = `${Date.now()}-${Math.random()}`;
const use = () => localStorage.setItem(place, mine);

export function watchWindow() {
  for (const sign of ['focus', 'pointerdown', 'keydown']) addEventListener(sign, use, { passive: true });
  if (document.hasFocus()) use();
}

export function isWindowInUse() {
  return (localStorage.getItem(place) ?? mine) === mine;
}

export function watchScanner(onScan) {
  let text = '';
  let pressed = 0; // when the last key was, by the keyboard's clock: the page may see it later
  let timer = 0;

  function end() {
    const kept = text;
    text = '';
    clearTimeout(timer);
    return kept;
  }

  function take(event) {
    if (text && event.timeStamp - pressed > pauseMs) giveBack(end());
    pressed = event.timeStamp;
    if (text && event.ctrlKey && event.key === ']') { // the control character GS of a GS1 code
      text += '<GS>';
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = event.key === 'Enter' || event.key === 'Tab';
    if ((!text && event.key !== ']') || (!last && event.key.length !== 1)) return;
    if (last) {
      const scanned = end();
      const found = pattern.exec(scanned);
      if (!found) {
        giveBack(scanned);
        return;
      }
      onScan(found[1]);
    } else {
      text += event.key;
      clearTimeout(timer);
      timer = setTimeout(() => giveBack(end()), lateMs);
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  document.addEventListener('keydown', take, { capture: true });
}
