// A bar-code scanner that types: its prefix (the AIM identifier of the symbology) tells it from a hand,
// so a scan is known whatever has the focus, and never lands in the wrong field.

const pattern = /^\](?:C[01]|d[0-6]|Q[0-6])(\S+)$/;
const pauseMs = 120; // a hand is slower

export function watchScanner(onScan) {
  let text = '';
  let last = 0;

  function take(event) {
    const now = performance.now();
    if (text && now - last > pauseMs) text = '';
    if (!text && event.key !== ']') return;
    last = now;
    if (event.key === 'Enter' || event.key === 'Tab') {
      const found = pattern.exec(text);
      text = '';
      if (!found) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      onScan(found[1]);
    } else if (event.key.length === 1) {
      text += event.key;
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }
  document.addEventListener('keydown', take, { capture: true });
}
