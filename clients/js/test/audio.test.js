import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode, REPLAYED } from '../src/audio/frame.js';
import { Playout } from '../src/audio/playout.js';
import { Resampler, toPcm } from '../src/audio/resampler.js';
import { UnackedAudio } from '../src/audio/ring.js';

const tone = (hz, rate, seconds) => Float32Array.from({ length: rate * seconds }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));

/** Resamples in the pieces in which a browser gives it. */
function resampled(samples, from, to, piece = 128) {
  const resampler = new Resampler(from, to);
  const out = [];
  for (let at = 0; at < samples.length; at += piece) out.push(...resampler.push(samples.subarray(at, at + piece)));
  return out;
}

/** How strong one tone is, from 0 to 1. */
function strength(samples, hz, rate) {
  let re = 0;
  let im = 0;
  samples.forEach((sample, i) => {
    re += sample * Math.cos((2 * Math.PI * hz * i) / rate);
    im += sample * Math.sin((2 * Math.PI * hz * i) / rate);
  });
  return (2 * Math.hypot(re, im)) / samples.length;
}

for (const rate of [48_000, 44_100, 96_000, 16_000, 8_000]) {
  test(`a tone is the same tone at 16 kHz, from ${rate} Hz`, () => {
    const out = resampled(tone(440, rate, 1), rate, 16_000);
    assert.ok(Math.abs(out.length - 16_000) < 60, `${out.length} samples`);
    assert.ok(Math.abs(strength(out.slice(800, 14_400), 440, 16_000) - 1) < 0.02);
  });
}

test('what 16 kHz cannot carry does not fold back into the voice', () => {
  for (const hz of [9_500, 12_000, 15_000, 20_000]) {
    const out = resampled(tone(hz, 48_000, 1), 48_000, 16_000).slice(800, 14_400);
    const loudest = Math.max(...out.map(Math.abs));
    assert.ok(loudest < 0.01, `${hz} Hz comes back at ${loudest}`);
  }
});

test('it does not matter in which pieces the sound comes', () => {
  const samples = tone(1_000, 44_100, 0.2);
  assert.deepEqual(resampled(samples, 44_100, 16_000, 128), resampled(samples, 44_100, 16_000, 997));
});

test('a frame has the bytes of the wire', () => {
  const bytes = new Uint8Array(encode({ seq: 7, pts: 320, flags: REPLAYED, pcm: Int16Array.of(1, -2) }));
  assert.equal(Buffer.from(bytes).toString('hex'), '10040000' + '07000000' + '4001000000000000' + '0100feff');
  assert.equal(decode(bytes.buffer), undefined, 'it goes up, and is none for a client');
  bytes[0] = 0x11;
  bytes[2] = 3;
  assert.deepEqual(decode(bytes.buffer), { flags: REPLAYED, speech: 3, seq: 7, pts: 320, pcm: Int16Array.of(1, -2) });
});

test('what is not acknowledged is kept, and sent again from any sample', () => {
  const ring = new UnackedAudio(10);
  for (let i = 0; i < 4; i++) ring.push(Int16Array.of(i * 3, i * 3 + 1, i * 3 + 2));
  assert.equal(ring.lost, 3, 'what does not fit is given up, and counted');
  assert.equal(ring.start, 3);
  assert.deepEqual(ring.from(4), { at: 4, pcm: Int16Array.of(4, 5) });
  assert.deepEqual(ring.from(0), { at: 3, pcm: Int16Array.of(3, 4, 5) });
  assert.equal(ring.from(12), undefined);
  ring.acknowledge(8);
  assert.equal(ring.start, 6, 'a frame of which a sample is missing stays');
  ring.restart();
  assert.deepEqual([ring.start, ring.end], [0, 6]);
  assert.deepEqual(ring.from(0), { at: 0, pcm: Int16Array.of(6, 7, 8) });
});

const RATE = 1_000; // a sample is a millisecond
const ones = (n, value = 1) => new Float32Array(n).fill(value);
const next = (playout, n) => {
  const out = new Float32Array(n);
  playout.fill(out);
  return [...out];
};

/** A speech that is under way, at full loudness. */
function playing(samples = 500) {
  const playout = new Playout(RATE);
  playout.begin(1);
  playout.put(1, 0, ones(samples));
  next(playout, 20);
  return playout;
}

test('a speech begins when the buffer has 60 ms, or all there is', () => {
  const playout = new Playout(RATE);
  playout.begin(1);
  playout.put(1, 0, ones(59));
  assert.deepEqual(next(playout, 5), [0, 0, 0, 0, 0]);
  playout.put(1, 59, ones(1));
  assert.ok(next(playout, 5)[4] > 0);
  const short = new Playout(RATE);
  short.begin(1);
  short.put(1, 0, ones(30));
  short.end(1);
  assert.ok(next(short, 40)[20] === 1);
  assert.equal(short.state, 'ended');
  assert.equal(short.playedMs, 30);
});

test('a pause is silent within 10 ms, keeps what is buffered, and goes on with the next sample', () => {
  const playout = playing();
  playout.pause();
  const faded = next(playout, 30);
  assert.ok(faded[0] < 1 && faded[0] > 0.8, 'it fades and does not click');
  assert.deepEqual(faded.slice(11), Array(19).fill(0));
  const { playedMs, bufferedMs } = playout;
  assert.equal(playout.state, 'paused');
  next(playout, 100);
  assert.equal(playout.playedMs, playedMs);
  playout.resume();
  assert.equal(next(playout, 20)[19], 1);
  assert.equal(playout.bufferedMs, bufferedMs - 20);
});

test('a stop fades within 10 ms and forgets the rest', () => {
  const playout = playing();
  playout.stop(1);
  const faded = next(playout, 30);
  assert.ok(faded[0] > 0.8);
  assert.deepEqual(faded.slice(11), Array(19).fill(0));
  assert.equal(playout.bufferedMs, 0);
  assert.equal(playout.state, 'ended');
  playout.put(1, 500, ones(100));
  assert.equal(playout.bufferedMs, 0, 'what still comes of it is not played');
});

test('what comes twice is played once, and what is missing is silence', () => {
  const playout = new Playout(RATE);
  playout.begin(1);
  playout.put(1, 0, ones(100, 0.5));
  playout.put(1, 50, ones(100, 0.5));
  playout.put(1, 170, ones(30, 0.5));
  playout.put(2, 0, ones(100));
  playout.end(1);
  const all = next(playout, 210);
  assert.equal(playout.playedMs, 200);
  assert.deepEqual(all.slice(20, 149), Array(129).fill(0.5));
  assert.deepEqual(all.slice(150, 170), Array(20).fill(0));
});

test('a speech that is resumed goes on at its place, and what is told of it again changes nothing', () => {
  const playout = playing();
  playout.begin(1, 300);
  assert.equal(playout.bufferedMs, 0);
  playout.begin(1);
  playout.put(1, 300, ones(100));
  playout.put(1, 0, ones(100));
  assert.equal(playout.bufferedMs, 100);
  next(playout, 50);
  assert.equal(playout.playedMs, 350);
  playout.reset();
  playout.begin(1);
  assert.equal(playout.playedMs, 0, 'another session has a first speech as well');
});

test('a buffer that runs dry fades out, and begins again with 60 ms', () => {
  const playout = playing(100);
  const dry = next(playout, 100);
  assert.deepEqual(dry.slice(85), Array(15).fill(0));
  playout.put(1, 100, ones(30));
  assert.deepEqual(next(playout, 5), [0, 0, 0, 0, 0]);
  playout.put(1, 130, ones(60));
  assert.ok(next(playout, 30)[29] === 1);
});

test('samples of a microphone become 16 bits without folding over', () => {
  assert.deepEqual(toPcm(Float32Array.of(0, 1, -1, 2, -2)), Int16Array.of(0, 32767, -32768, 32767, -32768));
});
