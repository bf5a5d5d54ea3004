import { encode, REPLAYED } from './frame.js';
import { UnackedAudio } from './ring.js';

const RATE = 16_000;
/** What the server takes: two seconds at once, and then a little faster than it is spoken. */
const BURST = 1.8 * RATE;
const PACE = 1.2 * RATE;
/** Bytes that wait in the socket; more would only make a resume longer. */
const MOST_WAITING = 64 * 1024;

/** The way of the voice up: a cursor in what is not acknowledged, on one connection after the other. */
export class Uplink {
  #ring = new UnackedAudio();
  #now;
  #socket;
  #sent = 0; // the next sample to send on this connection
  #seq = 0;
  #sentBefore = 0; // what lies before it went up on an earlier connection
  #budget = BURST;
  #refilled = 0;

  /** @param {() => number} now milliseconds */
  constructor(now) {
    this.#now = now;
  }

  /** @param {Int16Array} pcm kept until it is acknowledged, and sent when there is a line */
  push(pcm) {
    this.#ring.push(pcm);
    this.pump();
  }

  acknowledge(upto) {
    this.#ring.acknowledge(upto);
  }

  /** In a new session, what is still here is its beginning. */
  begin(socket) {
    this.#ring.restart();
    this.#sent = 0;
    this.#goOn(socket, this.#ring.start);
  }

  /** The same session on another connection, from the sample that the server names. */
  resume(socket, sample) {
    this.#goOn(socket, sample);
  }

  #goOn(socket, sample) {
    this.#socket = socket;
    this.#sentBefore = this.#sent;
    this.#sent = sample;
    this.#seq = 0;
    this.#budget = BURST;
    this.#refilled = this.#now();
    this.pump();
  }

  leave() {
    this.#socket = undefined;
  }

  /** Sends what was not sent on this connection yet, no faster than the server takes it. */
  pump() {
    if (!this.#socket) return;
    const now = this.#now();
    this.#budget = Math.min(BURST, this.#budget + ((now - this.#refilled) / 1000) * PACE);
    this.#refilled = now;
    for (let frame = this.#ring.from(this.#sent); frame && frame.pcm.length <= this.#budget; frame = this.#ring.from(this.#sent)) {
      if (this.#socket.bufferedAmount > MOST_WAITING) return;
      const flags = frame.at < this.#sentBefore ? REPLAYED : 0;
      this.#socket.send(encode({ seq: this.#seq++, pts: frame.at, flags, pcm: frame.pcm }));
      this.#budget -= frame.pcm.length;
      this.#sent = frame.at + frame.pcm.length;
    }
  }
}
