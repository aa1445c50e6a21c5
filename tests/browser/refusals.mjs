// refusals.mjs PHIAL: what the server refuses, and how it says so, spoken to without the page.
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import test, { after, before } from 'node:test';
import { Caller, pause, Site, until } from './site.mjs';

let site, maria;

before(async () => {
  site = await Site.start(process.argv[2]);
  maria = await site.caller('maria');
});

after(() => site?.end());

// A request as written; fetch would not send some of these headers.
function raw(method, path, headers = {}, body = '') {
  return new Promise((done, failed) => {
    const request = http.request(
      { port: site.port, host: '127.0.0.1', method, path, headers, agent: false },
      (response) => {
        let text = '';
        response.on('data', (data) => (text += data));
        response.on('end', () => done({ status: response.statusCode, headers: response.headers, text }));
      },
    );
    request.on('error', failed);
    request.end(body);
  });
}

const post = (path, headers = {}, body = '{}') =>
  raw('POST', path, { 'Content-Type': 'application/json', 'X-Phial': '1', ...headers }, body);

test('another site cannot speak for the person whose browser it is in', async () => {
  const cookie = { Cookie: maria.cookie };
  const who = (headers) => post('/api/who', { ...cookie, ...headers });
  assert.equal((await who({})).status, 200);
  assert.equal((await who({ Origin: `http://127.0.0.1:${site.port}` })).status, 200);
  assert.equal((await who({ Origin: 'http://evil.example' })).status, 403);
  assert.equal((await who({ Origin: 'null' })).status, 403);
  assert.equal((await who({ Host: 'evil.example' })).status, 403);
  assert.equal((await who({ 'Content-Type': 'text/plain' })).status, 400);
  assert.equal((await raw('POST', '/api/who', { ...cookie, 'Content-Type': 'application/json' }, '{}')).status, 403);
});

test('nobody without a session is told anything', async () => {
  for (const path of ['/api/who', '/api/view', '/api/label_picture', '/api/sign_out']) {
    const body = JSON.stringify(
      path.endsWith('view') ? { what: 'inbox' } : path.endsWith('picture') ? { accession: '1' } : {},
    );
    const answer = await post(path, { Cookie: `phial=${'0'.repeat(64)}` }, body);
    assert.equal(answer.status, 401, path);
    assert.equal(JSON.parse(answer.text).state, 1);
  }
  assert.equal((await raw('GET', '/api/events')).status, 401);
});

test('the session is a cookie that no script sees, and stands in no answer', async () => {
  const caller = new Caller(site.url);
  const answer = await caller.signIn('lena');
  assert.match(answer.headers.get('set-cookie'), /^phial=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/);
  const { headers, ...told } = answer;
  assert.doesNotMatch(JSON.stringify(told), /[0-9a-f]{64}/);
  await caller.must('sign_out');
  assert.equal((await caller.ask('who')).status, 401);
});

test('a request that is not what it should be is refused with a sentence', async () => {
  const cookie = { Cookie: maria.cookie };
  const cases = [
    ['/api/sign_in', '{', 400, /not JSON/],
    ['/api/sign_in', '[]', 400, /one JSON object/],
    ['/api/sign_in', '{"login":"maria"}', 400, /pin is missing/],
    ['/api/sign_in', '{"login":"maria","pin":1}', 400, /pin must be a text/],
    ['/api/identify', '{"order":"1","method":"x","token":"y"}', 400, /no member token/],
    ['/api/view', '{"what":"passwords"}', 400, /nothing that can be shown/],
    ['/api/view', '{"what":"inbox","limit":-1}', 400, /whole number/],
    ['/api/view', '{"what":"order","key":7}', 400, /key must be a text/],
    ['/api/label_picture', '{}', 400, /accession is missing/],
    ['/api/keep', '{}', 404, /no such request/],
    ['/api/../control.sock', '{}', 404, /no such/],
    ['/api/who', `{"x":"${'a'.repeat(70000)}"}`, 413, /too long/],
    ['/api/who', '['.repeat(60000), 400, /not JSON/],
  ];
  for (const [path, body, status, sentence] of cases) {
    const answer = await post(path, cookie, body);
    assert.equal(answer.status, status, `${path} ${body.slice(0, 40)}`);
    assert.match(JSON.parse(answer.text).sentence, sentence);
  }
});

test('only the files of the page are served, and each with its policy', async () => {
  const page = await raw('GET', '/');
  assert.equal(page.status, 200);
  assert.match(page.headers['content-security-policy'], /default-src 'none'; script-src 'self'; style-src 'self'/);
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.equal(page.headers['referrer-policy'], 'no-referrer');
  assert.equal((await raw('GET', '/', { 'If-None-Match': page.headers.etag })).status, 304);
  for (const path of ['/phial.db', '/../phial.conf', '/%2e%2e/pins', '/pages/app.js', '/api/view', '/app.js/'])
    assert.equal((await raw('GET', path)).status, 404, path);
  for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH'])
    assert.equal((await raw(method, '/')).status, 404, method);
  const data = await post('/api/view', { Cookie: maria.cookie }, '{"what":"today"}');
  assert.equal(data.headers['cache-control'], 'no-store');
  assert.equal(data.headers['access-control-allow-origin'], undefined);
});

// An event stream; `text` grows as it speaks.
function openStream(cookie) {
  return new Promise((done, failed) => {
    const options = {
      port: site.port,
      host: '127.0.0.1',
      path: '/api/events',
      headers: { Cookie: cookie },
      agent: false,
    };
    const request = http.get(options, (response) => {
      const stream = { status: response.statusCode, text: '', ended: false, close: () => request.destroy() };
      response.on('data', (data) => (stream.text += data));
      response.on('close', () => (stream.ended = true));
      done(stream);
    });
    request.on('error', failed);
  });
}

test('events reach a stream, a second stream of a session ends the first, and names no patient', async () => {
  const first = await openStream(maria.cookie);
  assert.equal(first.status, 200);
  const { accession } = await site.collected(maria, { mrn: 'T-77', family: 'Quiet-TEST', given: 'Jo' });
  await until(() => /"topic":"specimen"/.test(first.text), 'an event');
  assert.doesNotMatch(first.text, /Quiet|T-77/);
  assert.match(first.text, new RegExp(accession));
  const second = await openStream(maria.cookie);
  await until(() => first.ended, 'the first stream to end');
  second.close();
  const left = await openStream(maria.cookie);
  await maria.must('sign_out');
  await until(() => left.ended, 'the stream to end with its session');
  await maria.signIn('maria');
});

const processorTicks = () => site.ticks(site.childWeb());

test('connections that say nothing, or half of something, keep nobody else waiting, and nothing spins', async () => {
  const sockets = [];
  for (let i = 0; i < 40; i += 1) {
    const socket = net.connect(site.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(i % 2 ? 'POST /api/view HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{' : 'GET / HT');
    sockets.push(socket);
  }
  const stream = await openStream(maria.cookie);
  await pause(500);
  const before_ = processorTicks();
  await pause(2000);
  assert.ok(processorTicks() - before_ <= 10, 'less than a twentieth of a processor while nothing happens');
  const start = Date.now();
  assert.equal((await maria.ask('who')).status, 200);
  assert.ok(Date.now() - start < 2000);
  for (const socket of sockets) socket.destroy();
  stream.close();
});

test('the wrong PIN is refused, and soon has to wait', async () => {
  const caller = new Caller(site.url);
  const tries = [];
  for (let i = 0; i < 5; i += 1) tries.push(await caller.ask('sign_in', { login: 'lena', pin: '000001' }));
  assert.ok(tries.every((answer) => answer.status === 403));
  const right = await caller.ask('sign_in', { login: 'lena', pin: '141421' });
  assert.equal(right.status, 403, 'not even the right one, until the wait is over');
  assert.equal(caller.cookie, '');
});
