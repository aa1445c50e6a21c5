// An instrument that sends by LIS01 over TCP, as slowly as it is acknowledged: how long each frame waited.
import net from 'node:net';

const ENQ = 5;
const EOT = 4;
const ACK = 6;

function frame(number, text) {
  const body = Buffer.from(`${number}${text}\r\x03`, 'latin1');
  const sum = body.reduce((a, b) => (a + b) & 0xff, 0);
  return Buffer.concat([Buffer.from([2]), body, Buffer.from(`${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`)]);
}

export class Bench {
  static connect(port) {
    const bench = new Bench();
    bench.message = 0;
    bench.socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    bench.socket.on('data', (data) => bench.heard?.(data));
    bench.socket.on('error', () => {});
    return new Promise((done) => bench.socket.once('connect', () => done(bench)));
  }

  // Writes, waits for ACK; gives the milliseconds.
  #exchange(bytes) {
    const start = performance.now();
    return new Promise((done, failed) => {
      this.heard = (data) => (data.at(-1) === ACK ? done(performance.now() - start) : failed(new Error(`answered ${data.toString('hex')}`)));
      this.socket.write(bytes);
    });
  }

  // That many frames, in messages of a quality control that belongs to nobody.
  async send(frames) {
    const times = [];
    while (times.length < frames) {
      this.message += 1;
      const records = [
        'H|\\^&|||Afinion 2^0^AF0000001|||||||P|1|20260312094100',
        'P|1',
        `O|1|flood${this.message}||^^^HbA1c|||||||||||||||||||||Q`,
        'R|1|^^^HbA1c|5.4|%||N||F||||20260312094100',
        'L|1|N',
      ];
      await this.#exchange(Buffer.from([ENQ]));
      for (const [i, record] of records.entries()) times.push(await this.#exchange(frame((i + 1) % 8, record)));
      this.socket.write(Buffer.from([EOT]));
    }
    return times;
  }

  close() {
    this.socket.destroy();
  }
}
