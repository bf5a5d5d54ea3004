import { Connection } from './connection.js';
import { query } from './http.js';
import { Told } from './told.js';

/** Notices of the server have no dot in their name, and CloudEvents always have one. */
const NOTICE = /^[^.]*$/;

/**
 * A feed, read with `for await`. Each round is one CloudEvent and its id; while nobody asks for the next, nothing is read.
 * As an EventTarget it tells `stream` when the line changes, and the server's notices by their names: `gap`, `reset`,
 * `warning`, `expiring`, `draining`.
 */
export class Feed extends EventTarget {
  #connection;
  #ticket;

  /** @param {import('./http.js').Http} http @param {string} path @param {object} asked @param {object} options */
  constructor(http, path, asked, { ticket, ...options }) {
    super();
    const open = async ({ lastId, renew, signal }) => {
      const headers = { Accept: 'text/event-stream' };
      if (lastId !== undefined) headers['Last-Event-ID'] = lastId;
      if (!ticket) return http.send(path + query(asked), { headers, renew, signal });
      // A ticket is good for many connections, until it ends; only then, a new one.
      if (renew || this.#ticket === undefined) this.#ticket = await ticket(asked);
      return http.fetch(http.url + path + query({ ...asked, ticket: this.#ticket }), { headers, signal, cache: 'no-store' });
    };
    const renews = Boolean(ticket) || http.renews;
    this.#connection = new Connection(open, { ...options, renews, onState: () => this.#tell('stream') });
  }

  get stream() {
    const { state, lastId, failures, connections, retryAt, error } = this.#connection;
    return { state, lastId, failures, connections, retryAt, error };
  }

  /** Fails when the server says something that coming back does not mend. Once for each feed. */
  async *[Symbol.asyncIterator]() {
    for await (const { id, event, data } of this.#connection.events()) {
      if (!NOTICE.test(event)) {
        yield { id, event: JSON.parse(data) };
        continue;
      }
      this.#tell(event, JSON.parse(data));
      if (event === 'expiring') this.#connection.renew();
    }
    if (this.#connection.state === 'failed') throw this.#connection.error;
  }

  cut() {
    this.#connection.cut();
  }

  hurry() {
    this.#connection.hurry();
  }

  close() {
    this.#connection.close();
  }

  #tell(type, detail) {
    this.dispatchEvent(new Told(type, detail));
  }
}
