/**
 * What was said and is not acknowledged yet, with the index of each sample since the session began. After a break it is
 * sent again from where the server says, so no word is lost with a node. Bounded: what is older than its time is given up.
 */
export class UnackedAudio {
  #frames = [];
  #most;
  #end = 0;
  #count = 0;

  /** Samples that were given up because nobody acknowledged them in time. */
  lost = 0;

  /** @param {number} most samples */
  constructor(most = 60 * 16_000) {
    this.#most = most;
  }

  /** The index behind the last sample. */
  get end() {
    return this.#end;
  }

  /** The index of the first sample that is still here. */
  get start() {
    return this.#end - this.#count;
  }

  /** @param {Int16Array} pcm */
  push(pcm) {
    this.#frames.push({ at: this.#end, pcm });
    this.#end += pcm.length;
    this.#count += pcm.length;
    while (this.#count > this.#most) {
      this.lost += this.#frames[0].pcm.length;
      this.#drop();
    }
  }

  /** @param {number} upto everything before it is safe */
  acknowledge(upto) {
    while (this.#frames.length > 0 && this.#frames[0].at + this.#frames[0].pcm.length <= upto) this.#drop();
  }

  /** The frame that has this sample, or the first behind it; cut so that it begins there. */
  from(sample) {
    // The last frames are those that are asked for, but after a break.
    let low = 0;
    let high = this.#frames.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const { at, pcm } = this.#frames[middle];
      if (at + pcm.length <= sample) low = middle + 1;
      else high = middle;
    }
    const frame = this.#frames[low];
    if (!frame || frame.at >= sample) return frame;
    return { at: sample, pcm: frame.pcm.subarray(sample - frame.at) };
  }

  /** The samples count from another beginning: those that are here are the first of a new session. */
  restart() {
    const moved = this.start;
    for (const frame of this.#frames) frame.at -= moved;
    this.#end -= moved;
  }

  #drop() {
    this.#count -= this.#frames.shift().pcm.length;
  }
}
