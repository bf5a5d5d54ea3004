/** How much must be there before a speech begins, and before it goes on after it ran dry. */
const JITTER_MS = 60;
const FADE_MS = 10;

/**
 * What a loudspeaker plays: a buffer with a place. Audio is put at its index, so what comes twice is played once, and what
 * is missing is silence. It fades in and out, since a signal that is cut off clicks. It has no clock: each call of `fill`
 * is the next moment.
 */
export class Playout {
  #rate;
  #chunks = [];
  #offset = 0; // in the first chunk
  #buffered = 0;
  #next = 0; // the index that is expected
  #played = 0;
  #gain = 0;
  #running = false; // past the jitter buffer
  #paused = false;
  #ended = false;
  #stopping = false;

  /** The number of the speech; 0 for none. */
  speech = 0;

  /** @param {number} rate samples a second, of what is put in and of what is taken out */
  constructor(rate) {
    this.#rate = rate;
  }

  get playedMs() {
    return Math.round((this.#played * 1000) / this.#rate);
  }

  get bufferedMs() {
    return Math.round((this.#buffered * 1000) / this.#rate);
  }

  get state() {
    if (this.speech === 0 || (this.#ended && this.#buffered === 0)) return 'ended';
    return this.#paused ? 'paused' : 'playing';
  }

  /**
   * Another speech. One that is under way, or over, is not begun again by a message that comes twice.
   *
   * @param {number} speech
   * @param {number} [fromMs] where in the speech it goes on, after a resume: what there is of it is dropped
   */
  begin(speech, fromMs) {
    if (fromMs === undefined && speech <= this.speech) return;
    this.#clear();
    this.speech = speech;
    this.#next = this.#played = Math.round(((fromMs ?? 0) * this.#rate) / 1000);
    this.#paused = this.#ended = this.#stopping = this.#running = false;
    this.#gain = 0;
  }

  /** Another session, which counts its speeches from one. */
  reset() {
    this.#clear();
    this.speech = 0;
  }

  /** @param {number} speech @param {number} at the index of the first sample @param {Float32Array} samples */
  put(speech, at, samples) {
    if (speech !== this.speech || this.#stopping) return; // of a speech that is over
    if (at > this.#next) this.#append(new Float32Array(Math.min(at - this.#next, this.#rate))); // a hole
    const known = Math.max(0, this.#next - at);
    if (known < samples.length) this.#append(known === 0 ? samples : samples.subarray(known));
    this.#next = Math.max(this.#next, at + samples.length);
  }

  /** Silent from now on; what is buffered stays. */
  pause() {
    this.#paused = true;
  }

  /** Goes on with the very next sample. */
  resume() {
    this.#paused = false;
  }

  /** Nothing more comes: the rest is played, however little it is. */
  end(speech) {
    if (speech === this.speech) this.#ended = true;
  }

  /** Fades out and forgets the rest. */
  stop(speech) {
    if (speech === undefined || speech === this.speech) this.#stopping = true;
  }

  /** The next moment of sound. @param {Float32Array} out */
  fill(out) {
    if (!this.#running && (this.#buffered >= (JITTER_MS * this.#rate) / 1000 || (this.#ended && this.#buffered > 0))) this.#running = true;
    const step = 1000 / (FADE_MS * this.#rate);
    for (let i = 0; i < out.length; i++) {
      const open = this.#running && !this.#paused && !this.#stopping;
      // Near the end of what there is, it fades as well: what comes next may be late.
      const wanted = open && (this.#ended || this.#buffered > 1 / step) ? 1 : 0;
      this.#gain = wanted ? Math.min(1, this.#gain + step) : Math.max(0, this.#gain - step);
      const moves = open || this.#gain > 0;
      out[i] = moves && this.#buffered > 0 ? this.#take() * this.#gain : 0;
      if (this.#buffered === 0) this.#running = this.#running && this.#ended;
    }
    if (this.#stopping && this.#gain === 0) this.#clear();
  }

  #take() {
    const chunk = this.#chunks[0];
    const sample = chunk[this.#offset++];
    if (this.#offset === chunk.length) {
      this.#chunks.shift();
      this.#offset = 0;
    }
    this.#buffered--;
    this.#played++;
    return sample;
  }

  #append(samples) {
    if (samples.length === 0) return;
    this.#chunks.push(samples);
    this.#buffered += samples.length;
  }

  #clear() {
    this.#chunks = [];
    this.#offset = this.#buffered = 0;
    if (this.#stopping) this.#ended = true;
  }
}
