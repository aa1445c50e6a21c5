// tls.mjs PHIAL: the page over HTTPS, and never anywhere but this machine without it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { Caller, Site, until } from './site.mjs';

process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; // the test's certificate vouches for nobody

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'phial-tls-'));
const tls = { certificate: path.join(folder, 'certificate.pem'), key: path.join(folder, 'key.pem') };
const subject = ['-subj', '/CN=127.0.0.1', '-days', '2', '-nodes', '-x509', '-newkey', 'rsa:2048'];

execFileSync('openssl', ['req', ...subject, '-keyout', tls.key, '-out', tls.certificate], { stdio: 'ignore' });

function openStream(site, cookie) {
  return new Promise((done, failed) => {
    https
      .get(`${site.url}api/events`, { headers: { Cookie: cookie }, agent: false }, (response) => {
        const stream = { text: '', close: () => response.destroy() };
        response.on('data', (data) => (stream.text += data));
        response.on('error', () => {});
        done(stream);
      })
      .on('error', failed);
  });
}

test('over HTTPS the session stays on HTTPS, and events come through', async () => {
  const site = await Site.start(process.argv[2], { tls });
  try {
    const maria = new Caller(site.url);
    const answer = await maria.signIn('maria');
    assert.match(answer.headers.get('set-cookie'), /; Secure/);
    const stream = await openStream(site, maria.cookie);
    await site.collected(maria, { mrn: 'T-1', family: 'Secure-TEST' });
    await until(() => /event: changed/.test(stream.text), 'an event over TLS');
    stream.close();
    assert.equal((await maria.ask('who', {}, { Origin: `https://127.0.0.1:${site.port}` })).status, 200);
    assert.equal((await maria.ask('who', {}, { Origin: `http://127.0.0.1:${site.port}` })).status, 403);
    const plain = net.connect(site.port, '127.0.0.1');
    plain.on('error', () => {});
    plain.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    const heard = await new Promise((done) => {
      let text = '';
      plain.on('data', (data) => (text += data.toString('latin1')));
      plain.on('close', () => done(text));
    });
    assert.doesNotMatch(heard, /HTTP/, 'nothing is served in the clear');
  } finally {
    await site.end();
  }
});

test('without a certificate it listens on this machine only', () => {
  const data = path.join(folder, 'data');
  fs.mkdirSync(data, { mode: 0o700 });
  fs.writeFileSync(path.join(data, 'phial.conf'), '[web]\nlisten = 0.0.0.0:8443\n');
  const done = spawnSync(process.argv[2], ['serve', '--data', data], { encoding: 'utf8', timeout: 20000 });
  assert.ok(done.status > 0, `status ${done.status}`);
  assert.match(done.stderr, /certificate/);
  fs.rmSync(folder, { recursive: true, force: true });
});
