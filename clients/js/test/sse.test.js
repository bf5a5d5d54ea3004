import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SseDecoder } from '../src/sse.js';

const WIRE =
  '\uFEFFretry: 1000\nid: 0-0\n\nid: 1-5\nevent: status\ndata: {"step":"started"}\n\n: ping\r\nid: 2-6\r\n\r\n' +
  'id: 3-7\revent: token\rdata: 🏮 lanterns\rdata:second\r\revent: gap\ndata: {"lost":1}\n\nretry: soon\nunknown\n\n';
const PARTS = [
  { type: 'retry', millis: 1000 },
  { type: 'event', event: 'status', data: '{"step":"started"}', id: '1-5' },
  { type: 'comment', text: 'ping' },
  { type: 'event', event: 'token', data: '🏮 lanterns\nsecond', id: '3-7' },
  { type: 'event', event: 'gap', data: '{"lost":1}' },
];

test('a stream means the same wherever its bytes are cut', () => {
  const bytes = new TextEncoder().encode(WIRE);
  for (let first = 0; first <= bytes.length; first++) {
    const decoder = new SseDecoder();
    const parts = [...decoder.feed(bytes.subarray(0, first)), ...decoder.feed(bytes.subarray(first))];
    assert.deepEqual(parts, PARTS, `cut at ${first}`);
  }
  const decoder = new SseDecoder();
  assert.deepEqual([...bytes].flatMap((byte) => decoder.feed(Uint8Array.of(byte))), PARTS, 'byte by byte');
});

test('an id that stands alone moves the place, and a notice without an id does not', () => {
  const decoder = new SseDecoder();
  const feed = (text) => decoder.feed(new TextEncoder().encode(text));
  feed('id: 4-1\n\n');
  assert.equal(decoder.lastId, '4-1');
  feed('event: gap\ndata: {}\n\n');
  assert.equal(decoder.lastId, '4-1');
  feed('id: 5-1\ndata: half');
  assert.equal(decoder.lastId, '4-1', 'an event that is not whole was not seen');
});

test('a line in ten thousand chunks is read once and not ten thousand times', () => {
  const decoder = new SseDecoder();
  const chunk = new TextEncoder().encode('x'.repeat(100));
  decoder.feed(new TextEncoder().encode('data: '));
  for (let i = 0; i < 10_000; i++) assert.deepEqual(decoder.feed(chunk), []);
  const [event] = decoder.feed(new TextEncoder().encode('\n\n'));
  assert.equal(event.data.length, 1_000_000);
});
