import { Feed } from './feed.js';
import { Http, query } from './http.js';

const EVENTS = '/api/events';

/** The route `/api/events` of a server. See the `.d.ts` beside this for what each part means. */
export function events(options = {}) {
  return new Events(options);
}

class Events {
  #http;
  #options;

  constructor(options) {
    this.#http = new Http(options);
    this.#options = options;
  }

  /** Reads a feed from now, or from where the query says. Nothing is asked before the first event is awaited. */
  subscribe({ lastId, onGap, ticket = this.#options.ticket, ...rest } = {}) {
    const asked = { ...rest, on_gap: onGap };
    return new Feed(this.#http, EVENTS, asked, { ...this.#options.connection, lastId, ticket });
  }

  /** One event, or several at once: an array is answered with an array. */
  async publish(event, { feed } = {}) {
    const batch = Array.isArray(event);
    const type = batch ? 'application/cloudevents-batch+json' : 'application/cloudevents+json';
    const { results } = await this.#http.post(EVENTS + query({ feed }), event, type);
    return batch ? results : results[0];
  }

  describe(feed = 'main') {
    return this.#http.json(`${EVENTS}/feeds/${encodeURIComponent(feed)}`);
  }

  /** Says how far a named consumer has come. */
  commit(consumer, id, { feed, rewind } = {}) {
    const body = JSON.stringify({ id, rewind });
    const headers = { 'Content-Type': 'application/json' };
    return this.#http.json(this.#consumer(consumer, feed), { method: 'PUT', headers, body });
  }

  forget(consumer, { feed } = {}) {
    return this.#http.json(this.#consumer(consumer, feed), { method: 'DELETE' });
  }

  consumers() {
    return this.#http.json(`${EVENTS}/consumers`);
  }

  /** For a reader without a token of its own: opens one feed and one filter for a short time. */
  ticket({ feed, type, subject, ttl_s } = {}) {
    return this.#http.json(`${EVENTS}/ticket${query({ feed, type, subject, ttl_s })}`, { method: 'POST' });
  }

  #consumer(name, feed) {
    return `${EVENTS}/consumers/${encodeURIComponent(name)}${query({ feed })}`;
  }
}
