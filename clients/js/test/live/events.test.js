import assert from 'node:assert/strict';
import { test } from 'node:test';
import { events } from '../../src/index.js';
import { line } from './line.js';
import { token, url } from './server.js';

const api = events({ url, token });
const own = () => `js-${process.pid}-${Math.random().toString(36).slice(2)}`;
const tick = (n, subject = 'clock/1') => ({ specversion: '1.0', id: `${n}`, source: '/js', type: 'com.example.tick.v1', subject, data: { n } });

async function take(feed, count) {
  const taken = [];
  for await (const one of feed) if (taken.push(one) === count) break;
  return taken;
}

test('a feed is read to the last event through a line that is cut', async (t) => {
  const feed = own();
  const results = await api.publish(Array.from({ length: 60 }, (_, n) => tick(n)), { feed });
  const cuts = await line(url);
  t.after(() => cuts.close());
  const reading = events({ url: cuts.url, token, connection: { random: () => 0 } }).subscribe({ feed, from: 'earliest' });
  reading.addEventListener('stream', () => reading.hurry());
  const seen = [];
  for await (const { id, event } of reading) {
    seen.push(id);
    assert.equal(event.data.n, seen.length - 1);
    if (seen.length === 60) cuts.cut();
    if (seen.length === 60) results.push(...(await api.publish([tick(60), tick(61)], { feed })));
    if (seen.length === 62) break;
  }
  assert.deepEqual(seen, results.map((result) => result.id));
  assert.equal(reading.stream.connections, 2);
  assert.equal(reading.stream.state, 'closed');
});

test('a filter lets through what fits it', async () => {
  const feed = own();
  await api.publish([tick(0, 'clock/1'), tick(1, 'clock/2'), { ...tick(2), type: 'com.example.other.v1' }, tick(3, 'clock/2')], { feed });
  const taken = await take(api.subscribe({ feed, from: 'earliest', type: 'com.example.tick.*', subject: ['clock/2', 'clock/3'] }), 2);
  assert.deepEqual(taken.map(({ event }) => event.data.n), [1, 3]);
});

test('a named consumer goes on after what it has committed', async () => {
  const feed = own();
  const consumer = own();
  const [, second] = await api.publish([tick(0), tick(1), tick(2)], { feed });
  await api.commit(consumer, second.id, { feed });
  const [next] = await take(api.subscribe({ feed, consumer }), 1);
  assert.equal(next.event.data.n, 2);
  const mine = (await api.consumers()).consumers.find((one) => one.consumer === consumer);
  assert.equal(mine.lag_events, 1);
  await api.forget(consumer, { feed });
  assert.equal((await api.describe(feed)).events, 3);
});

test('a reader with tickets gets a new one when the last has ended, and goes on', async (t) => {
  const feed = own();
  const cuts = await line(url);
  t.after(() => cuts.close());
  const tickets = [];
  const ticket = async ({ feed: asked }) => {
    const { ticket: one } = await api.ticket({ feed: asked, ttl_s: 1 });
    tickets.push(one);
    return one;
  };
  await api.publish(tick(0), { feed });
  const reading = events({ url: cuts.url, ticket }).subscribe({ feed, from: 'earliest' });
  const taken = [];
  for await (const { event } of reading) {
    if (taken.push(event.data.n) === 2) break;
    for (let status = 200; status !== 401; ) {
      const probe = await fetch(`${url}/api/events?feed=${feed}&ticket=${tickets[0]}`);
      status = probe.status;
      await probe.body.cancel();
    }
    cuts.cut();
    await api.publish(tick(1), { feed });
  }
  assert.deepEqual(taken, [0, 1]);
  assert.equal(tickets.length, 2);
});

test('who asks to be refused is refused', async () => {
  const feed = own();
  await api.publish(tick(0), { feed });
  await assert.rejects(take(api.subscribe({ feed, lastId: '7-7', onGap: 'fail' }), 1), { status: 409, code: 'reset' });
  const resets = [];
  const told = api.subscribe({ feed, lastId: '7-7', from: 'earliest' });
  told.addEventListener('reset', ({ detail }) => resets.push(detail.reason));
  assert.equal((await take(told, 1))[0].event.data.n, 0);
  assert.deepEqual(resets, ['beyond_head']);
});
