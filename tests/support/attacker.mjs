// attacker.mjs PORT: holds the page's port under attack until it is told to end; then says what it did.
import net from 'node:net';

const port = Number(process.argv[2]);
const counts = { opened: 0, turnedOut: 0, refused: 0, answered: 0 };
let over = false;

function open(source) {
  const socket = net.connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${source}` });
  counts.opened += 1;
  socket.on('error', () => (counts.refused += 1));
  socket.on('data', () => (counts.answered += 1));
  return socket;
}

// A connection that is silent, or sends a byte now and then.
function idler(i) {
  if (over) return;
  const socket = open(2 + (i % 200));
  const drip = i % 2 ? setInterval(() => socket.write('X'), 200) : 0;
  if (i % 2) socket.write('GET / HTTP/1.1\r\nX-Slow: ');
  socket.on('close', () => {
    clearInterval(drip);
    counts.turnedOut += 1;
    setTimeout(() => idler(i), 20);
  });
}

// Connections that come, ask and go as quickly as they are answered.
function flooder(i) {
  if (over) return;
  const socket = open(2 + (i % 200));
  socket.write(`POST /api/view HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nX-Phial: 1\r\nCookie: phial=${'0'.repeat(64)}\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{"what":"inbox"}`);
  socket.on('close', () => setTimeout(() => flooder(i), 5));
}

for (let i = 0; i < 1500; i++) idler(i);
for (let i = 0; i < 20; i++) flooder(i);
setTimeout(() => process.send('ready'), 1000);
process.on('message', () => {
  over = true;
  process.send(counts);
});
