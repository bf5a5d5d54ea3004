import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Answer } from '../src/answer.js';
import { delay } from '../src/backoff.js';
import { matches, place } from '../src/text.js';

const TEXT = 'The lanterns 🏮 of the festival are paper houses with a candle 🕯️ inside.';

/** A generator with a seed (mulberry32), so that a run that fails can be run again. */
function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('tokens that are repeated, merged and overlap give the text once', () => {
  const seed = Number(process.env.MILLRACE_SEED ?? Date.now() % 2 ** 31);
  console.log(`seed ${seed}`);
  const random = seeded(seed);
  for (let round = 0; round < 500; round++) {
    const answer = new Answer();
    let end = 0;
    while (end < TEXT.length) {
      const at = Math.floor(random() * (end + 1)); // anywhere in what is there already
      const piece = TEXT.slice(at, at + 1 + Math.floor(random() * 12));
      answer.take('token', { text: piece, at });
      end = Math.max(end, at + piece.length);
    }
    assert.equal(answer.message.text, TEXT);
    assert.equal(answer.message.lost, 0);
  }
});

test('a piece behind a hole stands where it belongs, and the hole is seen', () => {
  const answer = new Answer();
  answer.take('token', { text: 'ab', at: 0 });
  answer.take('token', { text: 'ef', at: 4 });
  assert.equal(answer.message.text, 'ab\uFFFD\uFFFDef');
  assert.equal(answer.message.lost, 2);
  assert.equal(place('ab\uFFFD\uFFFDef', 'cd', 2), 'abcdef');
});

test('the last word tells a whole text from any other', async () => {
  const done = { text_length: 3, text_sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' };
  assert.equal(await matches('abc', done), true);
  assert.equal(await matches('abd', done), false);
  assert.equal(await matches('ab', done), false);
});

test('an artifact is replaced by a later revision and by no earlier one', () => {
  const answer = new Answer();
  assert.equal(answer.take('artifact', { id: 'a', rev: 2, content: 'two', final: false }), 'artifact');
  answer.take('artifact', { id: 'a', rev: 1, content: 'one', final: false });
  assert.equal(answer.artifacts.get('a').content, 'two');
  assert.equal(answer.artifacts.get('a').state, 'partial');
  answer.take('artifact', { id: 'a', rev: 3, content: 'three', final: true });
  assert.equal(answer.artifacts.get('a').state, 'final');
  assert.equal(answer.message.text, '', 'the message is another state');
});

test('a request is open until it is answered, and everything twice changes nothing', () => {
  const events = [
    ['status', { step: 'started', run: 'run_1', session: 'ses_1', message: 'msg_1' }],
    ['token', { text: 'Half', at: 0 }],
    ['status', { step: 'input_required', request: 'req_1', kind: 'approval', tool: 'current_time' }],
  ];
  const answer = new Answer();
  for (const [type, data] of [...events, ...events]) answer.take(type, data);
  assert.equal(answer.message.state, 'waiting_for_input');
  assert.equal(answer.message.text, 'Half');
  answer.take('status', { step: 'steered', request: 'req_1', input: 'in_1', approved: true });
  assert.equal(answer.message.state, 'writing');
  answer.take('done', { status: 'completed' });
  assert.equal(answer.message.state, 'completed');
});

test('the wait is never less than the server said, doubles, has a cap and has jitter', () => {
  assert.equal(delay(1000, 1, () => 0), 1000);
  assert.equal(delay(1000, 1, () => 0.999), 1500);
  assert.equal(delay(1000, 3, () => 0), 4000);
  assert.equal(delay(1000, 50, () => 0), 30_000);
  assert.equal(delay(60_000, 9, () => 0), 60_000, 'the server may ask for more than the cap');
});
