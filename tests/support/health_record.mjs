// An invented health record: it takes HL7 messages over MLLP, applies each MSH-10 once, and answers as a test wants.
import net from 'node:net';
import { people, until } from '../browser/site.mjs';

const [VT, FS, CR] = [0x0b, 0x1c, 0x0d];

// The fields of a segment: field(segment, 3) is its third, as HL7 counts (MSH counts its separator).
export const segments = (text) => text.split('\r').filter(Boolean).map((line) => line.split('|'));
export const field = (segment, n) => (segment[0] === 'MSH' ? segment[n - 1] : segment[n]) ?? '';
export const all = (text, name) => segments(text).filter((segment) => segment[0] === name);

export class HealthRecord {
  constructor() {
    this.received = []; // every message that arrived whole, repeats too
    this.applied = []; // each MSH-10 once, in order
    this.answer = () => 'AA'; // of a message's text: 'AA', 'AE|why', 'AR|why', '' (silence) or 'cut' (hang up)
    this.sockets = new Set();
    this.waiting = new Set();
  }

  static async open(port = 0) {
    const record = new HealthRecord();
    await record.listen(port);
    return record;
  }

  listen(port = this.port) {
    this.server = net.createServer((socket) => this.#talk(socket));
    return new Promise((done, failed) => {
      this.server.once('error', failed);
      this.server.listen(port, '127.0.0.1', () => {
        this.port = this.server.address().port;
        done();
      });
    });
  }

  #talk(socket) {
    let bytes = Buffer.alloc(0);
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (data) => {
      bytes = Buffer.concat([bytes, data]);
      for (let end = bytes.indexOf(FS); end >= 0 && bytes[end + 1] === CR; end = bytes.indexOf(FS)) {
        const text = bytes.subarray(bytes.indexOf(VT) + 1, end).toString('utf8');
        bytes = bytes.subarray(end + 2);
        this.#take(socket, text);
      }
    });
  }

  #take(socket, text) {
    const [msh] = all(text, 'MSH');
    const control = field(msh, 10);
    const [code, why = ''] = this.answer(text, this).split('|');
    this.received.push({ control, text });
    if (code === 'AA' && !this.applied.some((each) => each.control === control)) this.applied.push({ control, text });
    this.waiting.forEach((look) => look());
    if (code === 'cut') socket.destroy();
    if (code === 'cut' || !code) return;
    const reply = `MSH|^~\\&|EHR|INVENTED|PHIAL|CLINIC|20260101000000||ACK^R01^ACK|A${control}|P|${field(msh, 12)}\rMSA|${code}|${control}|${why}\r`;
    socket.write(Buffer.concat([Buffer.from([VT]), Buffer.from(reply, 'utf8'), Buffer.from([FS, CR])]));
  }

  // Nobody can connect any more, and who is connected is cut off.
  close() {
    this.sockets.forEach((socket) => socket.destroy());
    return new Promise((done) => this.server.close(done));
  }

  // What was applied for one patient, oldest first.
  of(mrn) {
    return this.applied.filter(({ text }) => field(all(text, 'PID')[0], 3).split('^')[0] === mrn);
  }
}

// A health record's section of phial.conf.
export const exchange = (port, more = '') => `[exchange EHR]\nprofile = generic-251\nport = 127.0.0.1:${port}\n${more}\n`;

// A result of a normal value that nobody has signed: its order as the page reads it.
export async function resulted(site, caller, patient) {
  const { order, accession } = await site.collected(caller, patient);
  await site.simulate(accession, 'normal');
  return until(async () => {
    const { data } = await caller.must('view', { what: 'order', key: order });
    return data.results.length === 1 && data;
  }, 'the result');
}

export const sign = (caller, { order, version }) =>
  caller.must('sign', { order, version, meaning: 'REVIEWED', disposition: 'no-action', pin: people['dr.kay'].pin });
