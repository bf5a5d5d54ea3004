import { delay } from './backoff.js';
import { Problem, problemOf } from './problem.js';
import { SseDecoder } from './sse.js';

/** The server sends something every 15 seconds; who has heard nothing for longer than two beats talks to nobody. */
const DEATH_MS = 40_000;
const RETRY_MS = 1_000;

/** What is known of the line, and of nothing else: an answer may be whole while the line is down. */
const closedStates = new Set(['closed', 'failed']);

/**
 * A stream that comes back: an endless loop of connections, each of which goes on after the last id that was seen. It is
 * pulled: nothing is read from the network while nobody asks for the next event, so a slow reader holds no queue.
 *
 * State: `connecting`, `open`, `waiting` (for the next attempt, at `retryAt`), and at the end `closed` or `failed`.
 */
export class Connection {
  #open;
  #options;
  #attempt = new AbortController(); // of the connection under way; aborting it is what a broken line looks like
  #wake = () => {};
  #closing = false;
  #renew = false; // the next attempt asks for a new token
  #renewed = false; // the last one did

  state = 'connecting';
  /** Where the next connection goes on. */
  lastId;
  /** Attempts in a row that came to nothing. */
  failures = 0;
  /** How often a connection was opened. */
  connections = 0;
  /** When the next attempt is made, in milliseconds since 1970; while `waiting`. */
  retryAt;
  /** Why the last connection ended, or the stream. */
  error;
  retryMs = RETRY_MS;

  /**
   * @param {(position: {lastId?: string, renew: boolean, signal: AbortSignal}) => Promise<Response>} open
   * @param {{onState?: () => void, deathMs?: number, random?: () => number, renews?: boolean, maxFailures?: number, lastId?: string}} options
   */
  constructor(open, options = {}) {
    this.#open = open;
    this.#options = { deathMs: DEATH_MS, random: Math.random, renews: false, maxFailures: Infinity, ...options };
    this.lastId = options.lastId;
  }

  /** The events, until `close()`, or until the server says something that coming back does not mend. */
  async *events() {
    const online = () => this.#wake();
    globalThis.addEventListener?.('online', online);
    try {
      while (!this.#closing) {
        yield* this.#once();
        if (this.#closing || closedStates.has(this.state)) break;
        await this.#pause();
      }
    } finally {
      globalThis.removeEventListener?.('online', online);
      this.#closing = true;
      this.#attempt.abort();
      if (this.state !== 'failed') this.#become('closed');
    }
  }

  /** One connection, up to its end. */
  async *#once() {
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.retryAt = undefined;
    this.#become('connecting');
    try {
      this.#renewed = this.#renew;
      this.#renew = false;
      const place = { lastId: this.lastId, renew: this.#renewed, signal: attempt.signal };
      const response = await this.#alive(attempt, this.#open(place));
      if (!response.ok) throw await problemOf(response);
      if (!response.body) throw new Error('The answer has no body.');
      this.connections++;
      this.#become('open');
      yield* this.#read(response.body.getReader(), attempt);
      this.error = new Error('The server ended the stream.');
    } catch (error) {
      this.error = attempt.signal.aborted && attempt.signal.reason instanceof Error ? attempt.signal.reason : error;
    } finally {
      attempt.abort(); // the consumer may have left in the middle
    }
    this.#judge(this.error);
  }

  async *#read(reader, attempt) {
    const decoder = new SseDecoder();
    for (;;) {
      const { done, value } = await this.#alive(attempt, reader.read());
      if (done) return;
      for (const part of decoder.feed(value)) {
        if (part.type === 'retry') this.retryMs = part.millis;
        else this.failures = 0; // an event or a heartbeat: this connection was worth something
        if (part.type !== 'event') continue;
        if (part.id !== undefined) this.lastId = part.id;
        yield part;
        if (this.#closing) return;
      }
      // Only now: an id that stood alone, as with a heartbeat, is behind every event before it.
      if (decoder.lastId !== undefined) this.lastId = decoder.lastId;
    }
  }

  /** Waits for the network, and not for ever. The time a slow consumer takes does not count. */
  async #alive(attempt, promise) {
    if (attempt.signal.aborted) {
      promise.catch(() => {});
      throw attempt.signal.reason;
    }
    const { deathMs } = this.#options;
    let dead;
    const timer = setTimeout(() => {
      attempt.abort(new Error(`Nothing came for ${deathMs / 1000} seconds.`));
      dead?.();
    }, deathMs);
    timer.unref?.();
    // Not every fetch settles a read that is under way when it is aborted.
    const aborted = new Promise((_, reject) => {
      dead = () => reject(attempt.signal.reason);
      attempt.signal.addEventListener('abort', dead, { once: true });
    });
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      clearTimeout(timer);
      attempt.signal.removeEventListener('abort', dead);
      promise.catch(() => {});
    }
  }

  /** Whether coming back can help. */
  #judge(error) {
    if (this.#closing) return;
    this.failures++;
    const expired = error instanceof Problem && error.status === 401;
    if (expired && this.#options.renews && !this.#renewed) {
      this.#renew = true;
    } else if ((error instanceof Problem && !error.passing) || this.failures > this.#options.maxFailures) {
      this.#become('failed');
    }
  }

  async #pause() {
    const asked = this.error instanceof Problem ? this.error.retryAfterMs : undefined;
    const millis = this.#renew ? 0 : delay(asked ?? this.retryMs, this.failures, this.#options.random);
    this.retryAt = Date.now() + millis;
    this.#become('waiting');
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, millis);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
  }

  /** Comes back at once, with a new token: the server has said that the one in use ends soon. */
  renew() {
    this.#renew = this.#options.renews;
    if (this.#renew) this.#attempt.abort(new Error('The token ends soon; coming back with a new one.'));
  }

  /** Breaks the line, as a network would. What follows is what follows such a break: a wait, and then the rest. */
  cut() {
    this.#attempt.abort(new Error('The line was cut.'));
  }

  /** Does not wait any longer for the next attempt. */
  hurry() {
    this.#wake();
  }

  close() {
    this.#closing = true;
    this.#attempt.abort(new Error('Closed.'));
    this.#wake();
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.#options.onState?.();
  }
}
