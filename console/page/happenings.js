/**
 * What happens on the server, for the list of conversations and for what was asked in another tab. It is read while
 * somebody looks at this tab: over HTTP/1.1 a browser has six connections for all its tabs together.
 */
export class Happenings {
  #api;
  #tell;
  #changed;
  #feed;
  #lastId;

  /** @param {(type: string, data: object) => void} tell @param {() => void} changed the line */
  constructor(api, tell, changed) {
    this.#api = api;
    this.#tell = tell;
    this.#changed = changed;
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#leave() : this.read()));
  }

  get feed() {
    return this.#feed;
  }

  async read() {
    if (this.#feed) return;
    const feed = this.#api.subscribe({ type: ['dev.millrace.session.**', 'dev.millrace.run.**'], lastId: this.#lastId });
    this.#feed = feed;
    feed.addEventListener('stream', this.#changed);
    // What was missed is not known, so everything is looked at again.
    for (const lost of ['gap', 'reset']) feed.addEventListener(lost, () => this.#tell('lost', {}));
    try {
      for await (const { event } of feed) this.#tell(event.type, event.data ?? {});
    } catch {
      this.#changed(); // the line says why
    }
  }

  #leave() {
    this.#lastId = this.#feed?.stream.lastId ?? this.#lastId;
    this.#feed?.close();
    this.#feed = undefined;
    this.#changed();
  }
}
