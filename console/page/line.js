/**
 * The truth about the line, in words: of all streams that the page reads, the one that is worst off. It says `live` only
 * while every one of them is open, and after a break which event it went on after.
 */
export class Line {
  #element;
  #text;
  #streams = () => [];
  #broken = false;
  #resumed = '';
  #timer;

  constructor(element, text) {
    this.#element = element;
    this.#text = text;
    for (const type of ['online', 'offline']) addEventListener(type, () => this.show());
  }

  /** @param {() => Array<import('./client/index.js').Feed | import('./client/index.js').Run>} streams those that are read now */
  of(streams) {
    this.#streams = streams;
    this.show();
  }

  cut() {
    this.#streams().forEach((stream) => stream.cut());
  }

  show() {
    clearTimeout(this.#timer);
    const states = this.#streams().map(({ stream }) => stream);
    const waiting = states.filter(({ state }) => state === 'waiting');
    const failed = states.find(({ state }) => state === 'failed');
    if (!navigator.onLine) this.#say('waiting', 'No network');
    else if (failed) this.#say('failed', failed.error?.message ?? 'Ended');
    else if (waiting.length > 0) this.#wait(waiting);
    else if (states.length === 0 || states.some(({ state }) => state !== 'open')) this.#say('connecting', this.#broken ? 'Coming back' : 'Connecting');
    else this.#live(states);
  }

  #wait(waiting) {
    this.#broken = true;
    const seconds = Math.max(0, Math.ceil((Math.min(...waiting.map(({ retryAt }) => retryAt ?? 0)) - Date.now()) / 1000));
    this.#say('waiting', `Cut; back in ${seconds} s`);
    this.#timer = setTimeout(() => this.show(), 250);
  }

  #live(states) {
    if (this.#broken) {
      this.#broken = false;
      const again = states.filter(({ connections }) => connections > 1).at(-1);
      this.#resumed = again?.lastId ? `, resumed at event ${again.lastId.split('-')[0]}` : ', resumed';
      setTimeout(() => {
        this.#resumed = '';
        this.show();
      }, 6_000);
    }
    this.#say('open', `Live${this.#resumed}`);
  }

  #say(state, text) {
    this.#element.dataset.state = state;
    if (this.#text.textContent !== text) this.#text.textContent = text;
  }
}
