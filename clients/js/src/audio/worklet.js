// Both ends of the sound, on the thread of the audio device: nothing that the page does can hold them up.
import { Playout } from './playout.js';
import { Resampler, toFloat, toPcm } from './resampler.js';

/** Samples in a frame of 20 ms at the rate of the wire. */
const FRAME = 320;
const WIRE_RATE = 16_000;
/** How often the page is told how far the playing has come. */
const REPORT_MS = 200;

/** The microphone: at whatever rate it comes, it goes on in frames of 20 ms at 16 kHz. */
class Capture extends AudioWorkletProcessor {
  #resampler = new Resampler(sampleRate, WIRE_RATE);
  #frame = new Float32Array(FRAME);
  #filled = 0;

  process([input]) {
    if (input.length === 0) return true; // no microphone yet, or no more
    const mono = new Float32Array(input[0].length);
    for (const channel of input) for (let i = 0; i < mono.length; i++) mono[i] += channel[i] / input.length;
    for (const sample of this.#resampler.push(mono)) {
      this.#frame[this.#filled++] = sample;
      if (this.#filled === FRAME) this.#send();
    }
    return true;
  }

  #send() {
    let squares = 0;
    for (const sample of this.#frame) squares += sample * sample;
    const pcm = toPcm(this.#frame);
    this.port.postMessage({ pcm, level: Math.sqrt(squares / FRAME) }, [pcm.buffer]);
    this.#filled = 0;
  }
}

/** The loudspeaker: plays what comes, and says how far it is. */
class Speaker extends AudioWorkletProcessor {
  #playout = new Playout(WIRE_RATE);
  #resampler = new Resampler(WIRE_RATE, sampleRate);
  #rest = new Float32Array(0);
  #piece = new Float32Array(160); // 10 ms
  #said = '';
  #since = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this.#told(data);
  }

  #told({ type, speech, at, pcm, fromMs }) {
    if (type === 'audio') this.#playout.put(speech, at, toFloat(pcm));
    else if (type === 'begin') this.#playout.begin(speech, fromMs);
    else if (type === 'end' || type === 'stop') this.#playout[type](speech);
    else this.#playout[type](); // pause, resume, reset
    this.#report();
  }

  process(_, [output]) {
    const [left, ...others] = output;
    while (this.#rest.length < left.length) {
      this.#playout.fill(this.#piece);
      const more = this.#resampler.push(this.#piece);
      const rest = new Float32Array(this.#rest.length + more.length);
      rest.set(this.#rest);
      rest.set(more, this.#rest.length);
      this.#rest = rest;
    }
    left.set(this.#rest.subarray(0, left.length));
    others.forEach((channel) => channel.set(left));
    this.#rest = this.#rest.slice(left.length);
    this.#since += left.length;
    this.#report();
    return true;
  }

  /** Every 200 ms, and when the state changes. */
  #report() {
    const { speech, state, playedMs, bufferedMs } = this.#playout;
    const said = `${speech} ${state}`;
    if (speech === 0 || (said === this.#said && (state === 'ended' || this.#since < (REPORT_MS * sampleRate) / 1000))) return;
    this.#said = said;
    this.#since = 0;
    this.port.postMessage({ speech, state, played_ms: playedMs, buffered_ms: bufferedMs });
  }
}

registerProcessor('millrace-capture', Capture);
registerProcessor('millrace-speaker', Speaker);
