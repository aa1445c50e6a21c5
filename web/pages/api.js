// Asking core, through the server. Every answer is {ok, sentence, ...}; a lost connection is one too.

const away = { ok: false, state: 0, sentence: 'Phial cannot be reached. Nothing was changed; try again in a moment.' };
const listeners = { signIn: () => {}, locked: () => {} };

export function onSession(handlers) {
  Object.assign(listeners, handlers);
}

async function send(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Phial': '1' },
    body: JSON.stringify(body),
    credentials: 'same-origin',
    cache: 'no-store',
  });
  return response;
}

// One message of a person, or a view. `quiet`: the caller deals with an ended session by itself.
export async function ask(name, body = {}, quiet = false) {
  let answer;
  try {
    answer = await (await send(`/api/${name}`, body)).json();
  } catch {
    return away;
  }
  if (!quiet && answer.state === 1) listeners.signIn(answer);
  if (!quiet && answer.state === 2) listeners.locked(answer);
  return answer;
}

// What the store knows, as core/store/read.h shapes it; core records who looked.
export function view(what, options = {}) {
  return ask('view', { what, ...options });
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

// Server-sent events; `handlers` has changed, status, reload, up, down.
export function listen(handlers) {
  const source = new EventSource('/api/events');
  source.addEventListener('changed', (event) => handlers.changed(JSON.parse(event.data)));
  source.addEventListener('status', (event) => handlers.status(JSON.parse(event.data)));
  source.addEventListener('reload', () => handlers.reload());
  source.addEventListener('open', () => handlers.up());
  source.addEventListener('error', () => handlers.down(source.readyState === EventSource.CLOSED));
  return source;
}
