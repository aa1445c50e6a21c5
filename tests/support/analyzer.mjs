// An analyzer's end of LIS01 by hand (CLSI's frames over TCP), so that a test can stop in the middle, repeat, and send what
// no analyzer should. `sent` are the bytes of every frame that was acknowledged.
import net from 'node:net';

const ENQ = 5;
const ACK = 6;
const EOT = 4;
const patienceMs = 5000;

// A message of the invented analyzer, as its records; `more` are fields of it.
export function message({ specimen = '', run = '1', code = 'HbA1c', value = '5.1', unit = '%', flags = '', patient = '', name = '', birth = '', sex = '', operator = 'NURSE7', lot = '10228413', control = false, results = null }) {
  const list = results ?? [[code, value, unit, flags]];
  return [
    `H|\\^&|||Afinion 2 Analyzer^^AF0004711|||||||${control ? 'Q' : 'P'}|1|20260312105235`,
    `P|1||${patient}||${name}||${birth}|${sex}`,
    `O|1|${specimen}|${run}|^^^${list[0][0]}|||||||N||||^C||||||||^${lot}||F`,
    ...list.map(([each, found, of, flag], i) => `R|${i + 1}|^^^${each}|${found}|${of}||${flag}||F||${operator}||20260312104615`),
    'L|1|N',
  ].map((record) => `${record}\r`);
}

function frame(number, text, last) {
  const body = `${number % 8}${text}${last ? '\x03' : '\x17'}`;
  const sum = [...Buffer.from(body, 'latin1')].reduce((total, byte) => (total + byte) % 256, 0);
  return Buffer.from(`\x02${body}${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`, 'latin1');
}

export class Analyzer {
  sent = [];

  static async connect(port) {
    const analyzer = new Analyzer();
    analyzer.socket = net.connect(port, '127.0.0.1');
    analyzer.socket.on('error', () => {});
    analyzer.waiting = [];
    analyzer.heard = [];
    analyzer.socket.on('data', (bytes) => {
      for (const byte of bytes) {
        const next = analyzer.waiting.shift();
        if (next) next(byte);
        else analyzer.heard.push(byte);
      }
    });
    await new Promise((done, failed) => {
      analyzer.socket.once('connect', done);
      analyzer.socket.once('error', failed);
    });
    return analyzer;
  }

  #answer() {
    if (this.heard.length) return Promise.resolve(this.heard.shift());
    return new Promise((done, failed) => {
      const timer = setTimeout(() => failed(new Error('core answered nothing')), patienceMs);
      this.waiting.push((byte) => {
        clearTimeout(timer);
        done(byte);
      });
    });
  }

  async begin() {
    this.socket.write(Buffer.from([ENQ]));
    const said = await this.#answer();
    if (said !== ACK) throw new Error(`ENQ was answered with ${said}`);
    this.number = 0;
  }

  // One frame; resolves once it is acknowledged.
  async frame(text, last = true) {
    this.number += 1;
    const bytes = frame(this.number, text, last);
    this.socket.write(bytes);
    const said = await this.#answer();
    if (said !== ACK) throw new Error(`the frame was answered with ${said}`);
    this.sent.push(bytes);
  }

  end() {
    this.socket.write(Buffer.from([EOT]));
  }

  // A whole message, each record in a frame of its own.
  async send(records) {
    await this.begin();
    for (const record of records) await this.frame(record, record === records.at(-1));
    this.end();
  }

  // The cable is pulled.
  unplug() {
    return new Promise((done) => {
      this.socket.once('close', done);
      this.socket.destroy();
    });
  }
}
