// What a real server cannot be made to do at a given moment: fall silent, lose events, refuse in the middle.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { chat, events, Problem } from '../src/index.js';

/** A server whose requests are answered one after the other, by what the test says. */
async function serving(t, ...answers) {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method, url: request.url, headers: request.headers });
    const answer = answers.shift();
    if (!answer) response.writeHead(404, { 'Content-Type': 'application/problem+json' }).end('{"code":"not_found"}');
    else request.on('end', () => answer(response)).resume();
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, requests };
}

const stream = (text, end = true) => (response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Run-Id': 'run_1', 'X-Session-Id': 'ses_1' });
  response.write(text);
  if (end) response.end();
};
const refuse = (status, code, headers = {}) => (response) => {
  response.writeHead(status, { 'Content-Type': 'application/problem+json', ...headers });
  response.end(JSON.stringify({ status, code, detail: `It is ${code}.` }));
};
const event = (id, type, data) => `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
const QUICK = 'retry: 1\n\n';
const STARTED = QUICK + event('1-1', 'status', { step: 'started', run: 'run_1', session: 'ses_1', message: 'msg_1' });
const DONE = event('9-9', 'done', { status: 'completed', text_length: 4 });

test('a line on which nothing comes is taken for dead, and the stream goes on after the last id', async (t) => {
  const silent = stream(STARTED + event('2-2', 'token', { text: 'ab', at: 0 }), false);
  const { url, requests } = await serving(t, silent, stream(QUICK + event('3-3', 'token', { text: 'cd', at: 2 }) + DONE));
  const run = chat({ url, connection: { deathMs: 500 } }).ask('Why?');
  const message = await run.finished;
  assert.equal(message.text, 'abcd');
  assert.equal(run.stream.connections, 2);
  assert.equal(requests[1].url, '/api/chat/run_1');
  assert.equal(requests[1].headers['last-event-id'], '2-2');
});

test('a heartbeat keeps a quiet line alive and moves the place', async (t) => {
  let beats = 0;
  const beating = (response) => {
    stream(STARTED, false)(response);
    const timer = setInterval(() => {
      response.write(`: ping\nid: ${++beats + 1}-1\n\n`);
      if (beats < 8) return;
      clearInterval(timer);
      response.end();
    }, 300);
  };
  const { url, requests } = await serving(t, beating, stream(QUICK + DONE));
  const run = chat({ url, connection: { deathMs: 2_000 } }).ask('Why?');
  await run.finished;
  assert.equal(requests[1].headers['last-event-id'], '9-1', 'it lived through all eight');
});

test('a stream that ends cleanly without its last word was cut', async (t) => {
  const { url } = await serving(t, stream(STARTED), stream(QUICK + DONE));
  const run = chat({ url }).ask('Why?');
  assert.equal((await run.finished).state, 'completed');
  assert.equal(run.stream.connections, 2);
});

test('a gap is told, and what comes behind it stands at its place', async (t) => {
  const told = { requested: '1-1', first: '5-5', head: '9-9', lost: 3 };
  const { url } = await serving(t, stream(`event: gap\ndata: ${JSON.stringify(told)}\n\n` + event('5-5', 'token', { text: 'cd', at: 2 }) + DONE));
  const run = chat({ url }).watch('run_1', { lastId: '1-1' });
  const gaps = [];
  run.addEventListener('gap', (gap) => gaps.push(gap.detail));
  const message = await run.finished;
  assert.deepEqual(gaps, [told]);
  assert.equal(message.text, '\uFFFD\uFFFDcd');
  assert.equal(message.lost, 2);
});

test('after a reset everything comes again, and nothing of before is left', async (t) => {
  const before = STARTED + event('2-2', 'token', { text: 'of another log', at: 0 }) + event('3-3', 'artifact', { id: 'a', rev: 1 });
  const after = `event: reset\ndata: {"reason":"identity","requested":"3-3","first":"1-7","head":"9-9"}\n\n`;
  const { url } = await serving(t, stream(before), stream(QUICK + after + event('1-7', 'token', { text: 'true', at: 0 }) + DONE));
  const run = chat({ url }).ask('Why?');
  const resets = [];
  run.addEventListener('reset', (reset) => resets.push(reset.detail.reason));
  const message = await run.finished;
  assert.deepEqual(resets, ['identity']);
  assert.equal(message.text, 'true');
  assert.equal(run.artifacts.size, 0);
});

test('a question is asked again under one key until it is known which run it began', async (t) => {
  const { url, requests } = await serving(t, (response) => response.destroy(), refuse(503, 'busy', { 'Retry-After': '0' }), stream(STARTED + DONE));
  await chat({ url }).ask('Why?').finished;
  assert.deepEqual(requests.map((r) => r.method), ['POST', 'POST', 'POST']);
  assert.equal(new Set(requests.map((r) => r.headers['idempotency-key'])).size, 1);
});

test('what coming back does not mend ends the stream, with the reason', async (t) => {
  const { url, requests } = await serving(t, refuse(403, 'scope_missing'));
  const run = chat({ url }).ask('Why?');
  await assert.rejects(run.finished, (error) => error instanceof Problem && error.code === 'scope_missing');
  assert.equal(run.stream.state, 'failed');
  assert.equal(requests.length, 1);
});

test('an expired token is renewed at once, and a new one that is refused as well is the end', async (t) => {
  const expired = refuse(401, 'token_expired');
  const { url, requests } = await serving(t, expired, stream(STARTED), expired, expired);
  const asked = [];
  const token = ({ renew }) => `t${asked.push(renew)}`;
  const run = chat({ url, token }).ask('Why?');
  await assert.rejects(run.finished, { code: 'token_expired' });
  assert.deepEqual(asked, [false, true, false, true]);
  assert.equal(requests[1].headers.authorization, 'Bearer t2');
});

test('before the token ends the stream comes back with a new one', async (t) => {
  const ends = STARTED + event('2-2', 'token', { text: 'ab', at: 0 }) + 'event: warning\ndata: {"code":"token_expiring","message":"Soon."}\n\n';
  const { url, requests } = await serving(t, stream(ends, false), stream(event('3-3', 'token', { text: 'cd', at: 2 }) + DONE));
  const token = ({ renew }) => (renew ? 'new' : 'old');
  assert.equal((await chat({ url, token }).ask('Why?').finished).text, 'abcd');
  assert.equal(requests[1].headers.authorization, 'Bearer new');
  assert.equal(requests[1].headers['last-event-id'], '2-2');
});

test('a reader that takes its time is not told more than it asked for', async (t) => {
  const { url } = await serving(t, stream(event('1-1', 'com.example.tick', { n: 1 }) + event('2-2', 'com.example.tick', { n: 2 }), false));
  const feed = events({ url, connection: { deathMs: 50 } }).subscribe();
  const reading = feed[Symbol.asyncIterator]();
  assert.equal((await reading.next()).value.event.n, 1);
  assert.equal(feed.stream.lastId, '1-1', 'the second came with it and was not seen yet');
  feed.close();
  assert.equal((await reading.next()).done, true);
  assert.equal(feed.stream.state, 'closed');
});
