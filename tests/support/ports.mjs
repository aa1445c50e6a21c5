// Ports for the programs that a test starts, each given once while the test lives, on the whole machine: a
// connection of our own is bound to it, so that the kernel gives it to nobody who asks for just any port, and
// lets those listen there who ask for it by its number (SO_REUSEADDR, see socket(7)).
import net from 'node:net';

const host = '127.0.0.1';

function listening() {
  return new Promise((done) => {
    const server = net.createServer((socket) => socket.unref());
    server.listen(0, host, () => done(server.unref()));
  });
}

async function anyPort() {
  const server = await listening();
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

function isHeld(localPort, port) {
  return new Promise((done) => {
    const socket = net.connect({ host, port, localAddress: host, localPort });
    socket.on('connect', () => done(Boolean(socket.unref())));
    socket.on('error', () => done(false)); // somebody was quicker
  });
}

const other = listening();

export async function freePort() {
  const { port: end } = (await other).address();
  for (;;) {
    const port = await anyPort();
    if (await isHeld(port, end)) return port;
  }
}
