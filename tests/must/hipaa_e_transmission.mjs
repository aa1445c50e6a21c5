// hipaa_e_transmission.mjs PHIAL: 45 CFR 164.312(e). Beyond this machine the page speaks TLS or nothing; a certificate is made
// where the site has none; what instruments can only send in clear is said.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';
import tls from 'node:tls';
import { freePort } from '../support/ports.mjs';

const phial = process.argv[2];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'phial-transmission-'));
const run = (args) => spawnSync(phial, args, { encoding: 'utf8', timeout: 20000 });

after(() => fs.rmSync(folder, { recursive: true, force: true }));

function dataFolder(name, conf) {
  const data = path.join(folder, name);
  fs.mkdirSync(data, { mode: 0o700 });
  fs.writeFileSync(path.join(data, 'phial.conf'), conf);
  return data;
}

test('without a certificate it does not serve beyond this machine, and says what to do', () => {
  const data = dataFolder('none', '[web]\nlisten = 0.0.0.0:18443\n');
  const done = run(['serve', '--data', data]);
  assert.ok(done.status > 0);
  assert.match(done.stderr, /may not travel unprotected: `phial tls make` makes a certificate/);
});

test('`phial tls make` makes one for its names, once; its key is for the owner alone', () => {
  const data = dataFolder('made', '');
  const made = run(['tls', 'make', 'lab.clinic.example', '192.0.2.17', '--data', data]);
  assert.equal(made.status, 0, made.stderr);
  const { certificate, key } = { certificate: path.join(data, 'tls/certificate.pem'), key: path.join(data, 'tls/key.pem') };
  assert.equal(fs.statSync(key).mode & 0o777, 0o600);
  const text = spawnSync('openssl', ['x509', '-in', certificate, '-noout', '-text', '-fingerprint', '-sha256'], { encoding: 'utf8' }).stdout;
  assert.match(text, /DNS:localhost, IP Address:127.0.0.1, DNS:lab.clinic.example, IP Address:192.0.2.17/);
  assert.match(text, /ecdsa-with-SHA256/);
  const fingerprint = /sha256 Fingerprint=([0-9A-F:]+)/i.exec(text)[1];
  const shown = run(['tls', 'show', '--data', data]);
  assert.ok(shown.stdout.includes(fingerprint), 'the fingerprint to compare with the browser’s');
  const again = run(['tls', 'make', '--data', data]);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /--again/);
  assert.equal(run(['tls', 'make', '--again', '--data', data]).status, 0);
  assert.notEqual(run(['tls', 'show', '--data', data]).stdout, shown.stdout);
});

test('with it the page is served over TLS 1.2 or newer, and not in clear', async () => {
  const port = await freePort();
  const data = dataFolder('served', `[web]\nlisten = 0.0.0.0:${port}\n`);
  assert.equal(run(['tls', 'make', '--data', data]).status, 0);
  const core = spawn(phial, ['serve', '--data', data], { stdio: 'ignore' });
  try {
    const ca = fs.readFileSync(path.join(data, 'tls/certificate.pem'));
    const connect = (more) =>
      new Promise((done) => {
        const socket = tls.connect({ port, host: '127.0.0.1', ca, ...more }, () => {
          done(socket.getProtocol());
          socket.destroy();
        });
        socket.on('error', (error) => done(error.code));
      });
    let protocol = '';
    for (let i = 0; i < 100 && !/^TLS/.test(protocol); i += 1) {
      protocol = await connect({ servername: 'localhost' });
      if (!/^TLS/.test(protocol)) await new Promise((done) => setTimeout(done, 100));
    }
    assert.match(protocol, /^TLSv1\.[23]$/, 'and the certificate vouches for this machine');
    assert.doesNotMatch(await connect({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' }), /^TLS/);
    const plain = await new Promise((done) => {
      const request = http.get({ port, host: '127.0.0.1', path: '/' }, (response) => done(response.statusCode));
      request.on('error', () => done('closed'));
    });
    assert.equal(plain, 'closed', 'nothing is served in clear');
  } finally {
    core.kill();
    await new Promise((done) => core.once('exit', done));
  }
});

test('what an instrument can only send in clear is said, unless it stays on this machine', () => {
  const instrument = (name, port) => `[instrument ${name}]\nprofile = abbott-afinion-2\nport = ${port}\n`;
  const data = dataFolder('clear', [instrument('Near', 'tcp-listen:127.0.0.1:19001'), instrument('Far', 'tcp-listen:0.0.0.0:19002')].join('\n'));
  const done = run(['check', '--data', data]);
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /\[instrument Far\].*unprotected/);
  assert.doesNotMatch(done.stdout, /\[instrument Near\].*unprotected/);
});
