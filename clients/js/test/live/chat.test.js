import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chat } from '../../src/index.js';
import { line } from './line.js';
import { question, token, url } from './server.js';

const api = chat({ url, token });

function seqs(run) {
  const seen = [];
  run.addEventListener('event', ({ detail }) => detail.id && seen.push(Number(detail.id.split('-')[0])));
  return seen;
}

test('an answer is whole, with where it comes from', async () => {
  const run = api.ask(question);
  const seen = seqs(run);
  const message = await run.finished;
  assert.equal(message.state, 'completed');
  assert.equal(message.whole, true);
  assert.deepEqual(seen, seen.map((_, i) => i + 1), 'every event once, in its order');
  assert.ok(message.citations.length > 0);
  for (const { start, end, quote } of message.citations) assert.ok(start < end && end <= message.text.length && quote);
  assert.equal(run.artifacts.get('passages').state, 'final');
  assert.equal(run.stream.state, 'closed');
  assert.equal(run.stream.connections, 1);
});

test('a line that is cut again and again costs nothing of the answer and doubles nothing', async (t) => {
  const cuts = await line(url);
  t.after(() => cuts.close());
  const run = chat({ url: cuts.url, token, connection: { random: () => 0 } }).ask(question);
  const seen = seqs(run);
  let left = 3;
  run.addEventListener('event', ({ detail }) => {
    if (detail.event === 'token' && detail.data.at > 40 * (4 - left) && left-- > 0) cuts.cut();
  });
  const states = new Set();
  run.addEventListener('stream', () => {
    states.add(run.stream.state);
    run.hurry();
  });
  const message = await run.finished;
  assert.equal(message.whole, true);
  assert.ok(run.stream.connections > 1, `${run.stream.connections} connections`);
  assert.deepEqual(seen, seen.map((_, i) => i + 1), 'every event once, in its order');
  assert.deepEqual([...states].sort(), ['closed', 'connecting', 'open', 'waiting'].sort());
  assert.equal((await api.watch(run.id).finished).text, message.text);
});

test('a place that is not in the stream is told, and the whole answer comes', async () => {
  const first = await api.ask(question).finished;
  const again = api.watch(first.run, { lastId: '3-1' });
  const resets = [];
  again.addEventListener('reset', ({ detail }) => resets.push(detail.reason));
  assert.equal((await again.finished).text, first.text);
  assert.deepEqual(resets, ['identity']);
});

test('a run that is cancelled keeps its text and says so in its last word', async () => {
  const run = api.ask(question);
  await new Promise((writing) => run.addEventListener('message', () => run.message.text && writing(undefined)));
  await api.cancel(run.id);
  const message = await run.finished;
  assert.equal(message.state, 'cancelled');
  assert.equal(message.whole, true);
});

test('one key is one run', async () => {
  const key = `key-${process.pid}-${Date.now()}`;
  const runs = await Promise.all([api.ask(question, { key }).finished, api.ask(question, { key }).finished]);
  assert.equal(runs[0].run, runs[1].run);
});

test('a conversation is listed, read and erased', async () => {
  const { session, text } = await api.ask(question).finished;
  const { sessions } = await api.sessions({ limit: 1 });
  assert.equal(sessions[0].session, session);
  for (let last; last?.text !== text; ) last = (await api.session(session)).messages.at(-1);
  await api.erase(session);
  await assert.rejects(api.session(session), { code: 'not_found', status: 404 });
});

test('a run that never was is the end of the stream', async () => {
  await assert.rejects(api.watch('run_never').finished, { code: 'not_found' });
});

test('a question is edited, an answer asked for again, and each is found among its siblings', async () => {
  const { session } = await api.ask(question).finished;
  const messages = async (branch) => (await api.session(session, { branch })).messages;
  const settled = async (run) => {
    for (;;) {
      const all = await messages();
      if (all.at(-1)?.run === run && all.at(-1).role === 'assistant') return all;
    }
  };
  const [asked] = await messages();
  const edited = await api.ask('What is the sluice gate?', { session, edit: asked.id }).finished;
  const [now, answer] = await settled(edited.run);
  assert.deepEqual(now.siblings, [asked.id, now.id]);
  const again = await api.regenerate(answer.id, { session }).finished;
  const other = (await settled(again.run))[1];
  assert.deepEqual(other.siblings, [answer.id, other.id]);
  await api.choose(session, asked.id);
  assert.equal((await messages())[0].text, question);
  assert.equal((await messages(answer.id))[1].id, answer.id);
  await api.rename(session, 'Wheels');
  assert.equal((await api.session(session)).title, 'Wheels');
  const { runs } = await api.runs({ state: ['completed'], limit: 1 });
  assert.equal(runs[0].run, again.run);
});
