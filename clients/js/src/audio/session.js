import { delay } from '../backoff.js';
import { Told } from '../told.js';
import { decode } from './frame.js';
import { order, ordersOf } from './messages.js';
import { Uplink } from './uplink.js';

const RATE = 16_000;
const RETRY_MS = 500;
/** The server beats every ten seconds, but its pings are not shown to a page: so we ask, and miss two answers. */
const PING_MS = 10_000;
/** How we leave a line that we come back from. A close without a code counts as 1000, with which the session is over. */
const COMING_BACK = 4000;

/** Closed for good, each for its own reason; everything else is a line that broke. */
const FINAL = new Set([1000, 1003, 1007, 1009, 4400, 4403, 4408, 4409, 4413, 4415]);

/**
 * One conversation by voice. Its line may break: then it is resumed where it was, on any node, and what was said meanwhile
 * is sent behind what was not acknowledged. As an EventTarget it tells every message of the server by its type, such as
 * `transcript.final`, and `stream` when the state of the line changes.
 */
export class AudioSession extends EventTarget {
  #options;
  #socket;
  #uplink;
  #timers = [];
  #heardFrom;
  #waiting;
  #resume; // { session, token }: what proves that the session is ours
  #ready = false;
  #closing = false;
  #renewed = false;
  #playback;

  /** `connecting`, `open`, `waiting`, `closed`, `failed`. */
  state = 'connecting';
  failures = 0;
  connections = 0;
  retryAt;
  error;
  /** The id of the last message of the record that was seen. */
  lastId;
  /** The conversation that the answers belong to, as soon as there is one. */
  conversation;
  id;
  muted = false;

  /**
   * @param {{url: string, token: (renew: boolean) => Promise<string | undefined>, play: (order: object) => void,
   *   WebSocket?: typeof WebSocket, conversation?: string, hello?: object, random?: () => number, now?: () => number}} options
   */
  constructor(options) {
    super();
    this.#options = { WebSocket: globalThis.WebSocket, random: Math.random, now: () => performance.now(), ...options };
    this.conversation = options.conversation;
    this.#uplink = new Uplink(this.#options.now);
    this.#connect();
  }

  /** Like those of other streams. */
  get stream() {
    const { state, failures, connections, retryAt, error, lastId } = this;
    return { state, failures, connections, retryAt, error, lastId };
  }

  /** A frame of the microphone. While the line is cut it is kept. */
  heard(pcm) {
    if (this.muted || this.#closing) return;
    this.#uplink.push(pcm);
  }

  /** What the loudspeaker has played. */
  played(report) {
    this.#playback = report;
    this.#say({ type: 'playback', ...report });
  }

  mute(muted) {
    this.muted = muted;
    this.#say({ type: 'audio.mute', muted });
  }

  /** A question that is typed, answered by voice. */
  say(text) {
    this.#say({ type: 'text.input', text });
  }

  /** The turn is over now, for push to talk. */
  commit() {
    this.#say({ type: 'audio.commit' });
  }

  /** The agent shall stop speaking; its text goes on. */
  silence() {
    this.#say({ type: 'speech.cancel' });
  }

  close() {
    if (this.#closing) return;
    this.#closing = true;
    clearTimeout(this.#waiting);
    this.#say({ type: 'bye', reason: 'hung up' });
    this.#leave(1000);
    this.#become('closed');
  }

  /** Breaks the line, as a network would. */
  cut() {
    this.#broken(new Error('The line was cut.'), 1006);
  }

  async #connect() {
    this.#become('connecting');
    let token;
    try {
      token = await this.#options.token(this.#renewed);
    } catch (error) {
      return this.#broken(error, 1006);
    }
    if (this.#closing) return;
    const socket = new this.#options.WebSocket(this.#options.url, token ? ['audio.v1', `bearer.${token}`] : ['audio.v1']);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => socket === this.#socket && this.#greet();
    socket.onmessage = ({ data }) => socket === this.#socket && this.#read(data);
    socket.onclose = ({ code, reason }) => socket === this.#socket && this.#broken(new Error(reason || this.error?.message || `The line was closed (${code}).`), code, reason);
  }

  #greet() {
    this.connections++;
    this.#heardFrom = this.#options.now();
    const format = { encoding: 'pcm_s16le', rate: RATE, framing: 'seq' };
    const hello = { type: 'hello', v: 1, audio: { in: format, out: { ...format, lead_ms: 200 } }, aec: 'browser', ...this.#options.hello };
    if (this.#resume) {
      hello.resume = { ...this.#resume };
      if (this.lastId) hello.resume.last_event_id = this.lastId;
      if (this.#playback?.state === 'playing') hello.resume.played = { speech: this.#playback.speech, ms: this.#playback.played_ms };
    } else if (this.conversation) {
      hello.conversation = this.conversation;
    }
    this.#socket.send(JSON.stringify(hello));
    this.#timers = [setInterval(() => this.#beat(), PING_MS), setInterval(() => this.#uplink.pump(), 100)];
  }

  #read(data) {
    this.#heardFrom = this.#options.now();
    if (typeof data !== 'string') {
      ordersOf(decode(data)).forEach((each) => this.#options.play(each));
      return;
    }
    const message = JSON.parse(data);
    const told = order(message);
    if (told) this.#options.play(told);
    this.#take(message);
    this.dispatchEvent(new Told(message.type, message));
  }

  /** What a message means to the session itself; whoever listens is told of all. */
  #take(message) {
    if (message.id) this.lastId = message.id;
    if (message.resume_token) this.#resume = { session: message.session ?? this.id, token: message.resume_token };
    if (message.type === 'session.created') {
      this.#begun(message);
      this.#uplink.begin(this.#socket);
    } else if (message.type === 'session.resumed') {
      this.#begun(message);
      this.#uplink.resume(this.#socket, message.up_sample);
    } else if (message.type === 'audio.ack') {
      this.#uplink.acknowledge(message.upto);
    } else if (message.type === 'agent.started' && message.conversation) {
      this.conversation = message.conversation;
    } else if (message.type === 'error' && message.fatal) {
      this.error = new Error(message.message);
    }
  }

  /** This connection is good. */
  #begun(message) {
    this.id = message.session ?? this.id;
    this.failures = 0;
    this.#renewed = false;
    this.#ready = true;
    this.error = undefined;
    this.#become('open');
    if (this.muted) this.#say({ type: 'audio.mute', muted: true });
  }

  #beat() {
    if (this.#options.now() - this.#heardFrom > 2 * PING_MS) this.#broken(new Error('Nothing came for 20 seconds.'), 1006);
    else this.#say({ type: 'ping', t: Math.round(this.#options.now()) });
  }

  #say(message) {
    if (this.#ready) this.#socket.send(JSON.stringify(message));
  }

  #leave(code = COMING_BACK) {
    this.#timers.forEach(clearInterval);
    this.#timers = [];
    this.#ready = false;
    this.#uplink.leave();
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(code);
  }

  #broken(error, code, reason = '') {
    if (this.#closing || this.state === 'failed') return;
    this.#leave();
    this.error = error;
    this.failures++;
    const expired = code === 4401 && !this.#renewed;
    if (expired) this.#renewed = true;
    const forgotten = code === 4404 && this.#resume !== undefined;
    // The session is gone, and the conversation is not: a new session goes on with it.
    if (forgotten) this.#resume = undefined;
    if (FINAL.has(code) || (code === 4401 && !expired) || (code === 4404 && !forgotten) || (code === 4500 && this.id === undefined)) {
      this.#become('failed');
      return;
    }
    const asked = Number(/retry_ms=(\d+)/.exec(reason)?.[1] ?? RETRY_MS);
    const millis = expired || forgotten ? 0 : delay(asked, this.failures, this.#options.random);
    this.retryAt = Date.now() + millis;
    this.#become('waiting');
    this.#waiting = setTimeout(() => this.#connect(), millis);
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new Told('stream'));
  }
}
