// Asking core, through the server. Every answer is {ok, sentence, ...}; a lost connection is one too. What it draws
// waits for the end of a press.
import { pressEnds } from './press.js';

const away = {
  ok: false,
  away: true,
  state: 0,
  sentence: 'Phial cannot be reached, so nothing was changed. Try again in a moment.',
};
const listeners = { signIn: () => {}, locked: () => {}, viewed: () => {} };

export function onSession(handlers) {
  Object.assign(listeners, handlers);
}

// Which session asks: what one that is over is still answered says nothing of the one that began since.
let session = 0;
export function sessionBegins() {
  session += 1;
}

// Who has left is told nothing more: what waits for an answer then belongs to a screen that is gone, and whoever is here
// since may be somebody else.
let visit = 0;
export function visitEnds() {
  visit += 1;
}
const toWhoAsked = (asked, answer) => (asked === visit ? answer : new Promise(() => {}));

function send(path, body) {
  return fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Phial': '1' },
    body: JSON.stringify(body),
    credentials: 'same-origin',
    cache: 'no-store',
  });
}

async function answerTo(name, body) {
  try {
    return await (await send(`/api/${name}`, body)).json();
  } catch {
    return away;
  }
}

// One message of a person, or a view. `quiet`: the caller deals with an ended session by itself.
export async function ask(name, body = {}, quiet = false) {
  const [from, by] = [session, visit];
  const answer = await answerTo(name, body);
  await pressEnds();
  if (quiet) return answer;
  if (from === session && answer.state === 1) listeners.signIn(answer);
  if (from === session && answer.state === 2) listeners.locked(answer);
  return toWhoAsked(by, answer);
}

// What is asked a while after the last touch of a hand, the page asks by itself: core is told, so that results
// that arrive do not keep a session open that nobody uses.
const handMs = 5000;
let touched = -handMs;
for (const name of ['keydown', 'pointerdown', 'wheel', 'touchstart'])
  addEventListener(name, () => (touched = performance.now()), { capture: true, passive: true });

// What the store knows, as core/store/read.h shapes it; core records who looked.
export async function view(what, options = {}) {
  const answer = await ask('view', { what, ...options, automatic: performance.now() - touched > handMs ? 1 : 0 });
  if (answer.ok) listeners.viewed(what, options.key ?? '', Boolean(answer.covered));
  return answer;
}

// The inspector's pack as an archive, or why not.
export async function pack(days) {
  const by = visit;
  try {
    const response = await send('/api/pack', days);
    return toWhoAsked(by, response.ok ? { ok: true, blob: await response.blob() } : await response.json());
  } catch {
    return toWhoAsked(by, away);
  }
}

// The label's picture as an object URL, or null.
export async function labelPicture(accession, stock) {
  try {
    const response = await send('/api/label_picture', { accession, stock });
    return response.ok ? URL.createObjectURL(await response.blob()) : null;
  } catch {
    return null;
  }
}

// A badge's bar code as an object URL, or null.
export async function badgePicture(badge) {
  try {
    const response = await send('/api/label_picture', { badge });
    return response.ok ? URL.createObjectURL(await response.blob()) : null;
  } catch {
    return null;
  }
}

// An EKG's picture as an object URL, or a PDF's hash and the view it was drawn in; else why not.
export async function drawing(path) {
  const asked = session;
  const automatic = performance.now() - touched > handMs ? `${path.includes('?') ? '&' : '?'}automatic=1` : '';
  try {
    const response = await fetch(path + automatic, { credentials: 'same-origin', cache: 'no-store' });
    if (!response.ok) {
      const answer = { ok: false, sentence: await response.text() };
      if (asked === session && response.status === 401) listeners.signIn(answer);
      if (asked === session && response.status === 423) listeners.locked(answer);
      return answer;
    }
    const blob = await response.blob();
    return {
      ok: true,
      blob,
      picture: response.headers.get('X-Phial-Picture') ?? '',
      layout: response.headers.get('X-Phial-Layout') ?? '',
    };
  } catch {
    return { ok: false, sentence: 'Phial cannot be reached. Try again in a moment.' };
  }
}

const retryMs = 3000;

// Server-sent events: one stream for the whole browser. The tab that holds the lock has the stream and
// passes on what it hears, so that many tabs cost no more than one. `handlers`: changed, status, scan,
// reload, up, down.
export function listen(handlers) {
  const channel = new BroadcastChannel('phial-events');
  const leaving = new AbortController();
  let source = null;
  let retry = 0;

  const take = (name, data) => handlers[name]?.(data);
  const tell = (name, data) => {
    take(name, data);
    channel.postMessage({ name, data });
  };

  function open() {
    source = new EventSource('/api/events');
    for (const name of ['changed', 'status', 'scan', 'reload'])
      source.addEventListener(name, (event) => tell(name, JSON.parse(event.data)));
    source.addEventListener('open', () => tell('up'));
    source.addEventListener('error', () => {
      tell('down');
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(again, retryMs);
    });
  }

  // A stream that was refused does not say why: a session that has ended is told by the answer to `who`.
  async function again() {
    const answer = await ask('who');
    if (!leaving.signal.aborted && answer.state !== 1) open();
  }

  channel.addEventListener('message', (event) => take(event.data.name, event.data.data));
  const held = new Promise((done) => leaving.signal.addEventListener('abort', done));
  const lead = () => {
    open();
    return held;
  };
  if (navigator.locks) {
    navigator.locks.request('phial-events', { signal: leaving.signal }, lead).catch(() => {});
  } else {
    lead();
  }
  return {
    close() {
      leaving.abort();
      clearTimeout(retry);
      source?.close();
      channel.close();
    },
  };
}

// Other tabs of this browser share the cookie: when somebody else signs in there, they start anew here.
export function watchOtherTabs(onChange) {
  const channel = new BroadcastChannel('phial-session');
  channel.addEventListener('message', onChange);
  return () => channel.postMessage('changed');
}
