/** Zero crossings of the filter on each side: more is a steeper edge, and a longer wait. */
const CROSSINGS = 12;
/** The edge stands a little below half of the lower rate, so that what folds back is quiet. */
const EDGE = 0.92;
/** For rates that have no small ratio, such as 44 099 to 16 000. */
const MOST_PHASES = 1024;

/**
 * Changes the rate of a signal that comes in pieces, without a seam between them: a windowed sinc, worked out once for
 * each phase that occurs. Taking a sample out of three without it would fold whistles into the voice.
 */
export class Resampler {
  #up; // from : to is down : up, without a common divisor: positions are whole numbers, and never drift
  #down;
  #half; // taps on each side
  #filters = new Map();
  #cutoff;
  #held; // input from which output is still to come, or that its filters reach back to
  #whole; // where the next output sample lies in what is held, and how many up-ths behind that
  #phase = 0;

  /** @param {number} from samples a second @param {number} to samples a second */
  constructor(from, to) {
    const common = divisor(from, to);
    this.#up = to / common;
    this.#down = from / common;
    this.#cutoff = (from === to ? 1 : EDGE) * Math.min(1, to / from);
    this.#half = Math.ceil(CROSSINGS / this.#cutoff);
    this.#held = new Float32Array(this.#half);
    this.#whole = this.#half;
    this.same = from === to;
  }

  /** @param {Float32Array} input @returns {Float32Array} what can be said so far */
  push(input) {
    if (this.same) return input;
    const held = new Float32Array(this.#held.length + input.length);
    held.set(this.#held);
    held.set(input, this.#held.length);
    const out = new Float32Array(Math.max(0, Math.ceil(((held.length - this.#half - this.#whole) * this.#up) / this.#down) + 1));
    let count = 0;
    while (this.#whole + this.#half < held.length) {
      out[count++] = this.#sample(held);
      this.#phase += this.#down;
      this.#whole += Math.floor(this.#phase / this.#up);
      this.#phase %= this.#up;
    }
    const spent = Math.max(0, this.#whole - this.#half);
    this.#held = held.slice(spent);
    this.#whole -= spent;
    return out.subarray(0, count);
  }

  #sample(held) {
    const filter = this.#filter(this.#up <= MOST_PHASES ? this.#phase / this.#up : Math.round((this.#phase / this.#up) * MOST_PHASES) / MOST_PHASES);
    let sum = 0;
    for (let i = 0, at = this.#whole - this.#half + 1; i < filter.length; i++, at++) sum += filter[i] * (held[at] ?? 0);
    return sum;
  }

  /** @param {number} phase from 0 to 1 */
  #filter(phase) {
    let filter = this.#filters.get(phase);
    if (!filter) {
      filter = new Float32Array(2 * this.#half);
      let sum = 0;
      for (let i = 0; i < filter.length; i++) {
        const x = i - this.#half + 1 - phase;
        const angle = Math.PI * x * this.#cutoff;
        const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
        const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / (this.#half + 1)); // Hann
        sum += filter[i] = sinc * window;
      }
      for (let i = 0; i < filter.length; i++) filter[i] /= sum; // a constant stays what it is
      this.#filters.set(phase, filter);
    }
    return filter;
  }
}

function divisor(a, b) {
  return b === 0 ? a : divisor(b, a % b);
}

/** @param {Float32Array} samples from -1 to 1 */
export function toPcm(samples) {
  const pcm = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const s = Math.max(-1, Math.min(1, samples[i]));
    pcm[i] = Math.round(s < 0 ? s * 32768 : s * 32767);
  }
  return pcm;
}

/** @param {Int16Array} pcm */
export function toFloat(pcm) {
  const samples = new Float32Array(pcm.length);
  for (let i = 0; i < pcm.length; i++) samples[i] = pcm[i] / 32768;
  return samples;
}
