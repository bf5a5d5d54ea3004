// What a session says on its line, against a socket that the test plays: exact messages, and time by assignment.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AudioSession } from '../src/audio/session.js';

function setting(t, options = {}) {
  const sockets = [];
  class Socket {
    sent = [];
    bufferedAmount = 0;
    constructor(url, protocols) {
      Object.assign(this, { url, protocols });
      sockets.push(this);
    }
    send(data) {
      this.sent.push(typeof data === 'string' ? JSON.parse(data) : new DataView(data));
    }
    close(code) {
      this.closed = code;
    }
    says(message) {
      this.onmessage({ data: JSON.stringify(message) });
    }
    get frames() {
      return this.sent.filter((one) => one instanceof DataView).map((view) => ({ pts: Number(view.getBigUint64(8, true)), seq: view.getUint32(4, true), flags: view.getUint8(1) }));
    }
  }
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const clock = { now: 0 };
  const played = [];
  const session = new AudioSession({ url: 'ws://here/api/audio', token: async (renew) => (renew ? 'new' : 'old'), play: (order) => played.push(order), WebSocket: Socket, random: () => 0, now: () => clock.now, ...options });
  t.after(() => session.close());
  const opened = async (count) => {
    while (sockets.length < count) await Promise.resolve();
    const socket = sockets.at(-1);
    socket.onopen();
    return socket;
  };
  return { session, sockets, opened, clock, played, tick: (ms) => t.mock.timers.tick(ms) };
}

const frame = () => new Int16Array(320);
const created = { type: 'session.created', session: 'aud_1', resume_token: 'r1', id: '1-1' };

test('the token travels as a subprotocol, and what was said before the session began is its beginning', async (t) => {
  const { session, opened } = setting(t, { conversation: 'ses_1' });
  session.heard(frame());
  const socket = await opened(1);
  assert.deepEqual(socket.protocols, ['audio.v1', 'bearer.old']);
  assert.equal(socket.sent[0].conversation, 'ses_1');
  assert.deepEqual(socket.sent[0].audio.in, { encoding: 'pcm_s16le', rate: 16000, framing: 'seq' });
  assert.equal(socket.frames.length, 0, 'nothing before the answer');
  socket.says(created);
  session.heard(frame());
  assert.deepEqual(socket.frames, [{ pts: 0, seq: 0, flags: 0 }, { pts: 320, seq: 1, flags: 0 }]);
  assert.equal(session.state, 'open');
});

test('after a break it resumes, and sends again from where the server says', async (t) => {
  const { session, opened, tick } = setting(t);
  const first = await opened(1);
  first.says(created);
  for (let i = 0; i < 4; i++) session.heard(frame());
  first.says({ type: 'audio.ack', upto: 320, id: '4-4' });
  session.cut();
  assert.equal(session.state, 'waiting');
  assert.equal(first.closed, 4000, 'not 1000, with which the session would be over');
  session.heard(frame());
  tick(500);
  const second = await opened(2);
  assert.deepEqual(second.sent[0].resume, { session: 'aud_1', token: 'r1', last_event_id: '4-4' });
  assert.equal(second.sent[0].conversation, undefined);
  second.says({ type: 'session.resumed', session: 'aud_1', resume_token: 'r2', up_sample: 640, speech: null });
  assert.deepEqual(second.frames, [
    { pts: 640, seq: 0, flags: 4 },
    { pts: 960, seq: 1, flags: 4 },
    { pts: 1280, seq: 2, flags: 0 },
  ]);
});

test('a session that is gone is begun anew in the same conversation, with all that was not acknowledged', async (t) => {
  const { session, opened, tick } = setting(t);
  const first = await opened(1);
  first.says(created);
  session.heard(frame());
  session.heard(frame());
  first.says({ type: 'audio.ack', upto: 320 });
  first.says({ type: 'agent.started', turn: 1, conversation: 'ses_7' });
  first.onclose({ code: 1006, reason: '' });
  tick(500);
  (await opened(2)).onclose({ code: 4404, reason: '' });
  tick(0);
  const third = await opened(3);
  assert.equal(third.sent[0].resume, undefined);
  assert.equal(third.sent[0].conversation, 'ses_7');
  third.says({ ...created, session: 'aud_2' });
  assert.deepEqual(third.frames.map(({ pts }) => pts), [0]);
});

test('what has waited is sent no faster than the server takes it', async (t) => {
  const { session, opened, clock, tick } = setting(t);
  for (let i = 0; i < 500; i++) session.heard(frame()); // ten seconds
  const socket = await opened(1);
  socket.says(created);
  const samples = () => socket.frames.length * 320;
  assert.ok(samples() <= 1.8 * 16_000, `${samples()} at once`);
  clock.now += 1_000;
  tick(100);
  assert.ok(samples() <= 3 * 16_000 && samples() > 2.9 * 16_000, `${samples()} after a second`);
});

test('the loudspeaker does as it is told', async (t) => {
  const { opened, played } = setting(t);
  const socket = await opened(1);
  socket.says(created);
  socket.says({ type: 'speech.begin', speech: 1 });
  const audio = new DataView(new ArrayBuffer(18));
  audio.setUint8(0, 0x11);
  audio.setUint8(1, 1);
  audio.setUint16(2, 1, true);
  audio.setInt16(16, 5, true);
  socket.onmessage({ data: audio.buffer });
  socket.says({ type: 'speech.pause', speech: 1 });
  socket.says({ type: 'speech.resume', speech: 1 });
  socket.says({ type: 'speech.stop', speech: 1 });
  assert.deepEqual(played, [
    { type: 'reset' },
    { type: 'begin', speech: 1 },
    { type: 'audio', speech: 1, at: 0, pcm: Int16Array.of(5) },
    { type: 'end', speech: 1 },
    { type: 'pause' },
    { type: 'resume' },
    { type: 'stop', speech: 1 },
  ]);
});

test('a token that has ended is renewed once, and being taken over is the end', async (t) => {
  const { session, opened, tick } = setting(t);
  (await opened(1)).onclose({ code: 4401, reason: '' });
  tick(0);
  const second = await opened(2);
  assert.deepEqual(second.protocols, ['audio.v1', 'bearer.new']);
  second.says(created);
  second.onclose({ code: 4409, reason: 'taken over' });
  assert.equal(session.state, 'failed');
  assert.equal(session.error.message, 'taken over');
});

test('a server that is full says when to come back', async (t) => {
  const { session, sockets, opened, tick } = setting(t);
  (await opened(1)).onclose({ code: 1013, reason: 'retry_ms=2000' });
  tick(1_999);
  assert.equal(sockets.length, 1);
  assert.equal(session.state, 'waiting');
  tick(1);
  await opened(2);
});

test('a line that answers no ping is dead', async (t) => {
  const { session, opened, clock, tick } = setting(t);
  (await opened(1)).says(created);
  for (const now of [10_000, 20_001]) {
    clock.now = now;
    tick(10_000);
  }
  assert.equal(session.state, 'waiting');
});
