import { problemOf } from './problem.js';

/**
 * Requests with a token. The token may be a text, or a function that is asked before each request and, with
 * `{ renew: true }`, when the server says that the last one has ended.
 */
export class Http {
  #token;

  /** @param {{url?: string, token?: string | ((why: {renew: boolean}) => string | undefined | Promise<string | undefined>), fetch?: typeof fetch}} options */
  constructor({ url = '', token, fetch: own } = {}) {
    this.url = url.replace(/\/+$/, '');
    this.#token = token;
    this.fetch = own ?? ((...args) => globalThis.fetch(...args));
  }

  /** Whether asking for the token again may bring another one. */
  get renews() {
    return typeof this.#token === 'function';
  }

  /** @returns {Promise<string | undefined>} */
  async token(renew = false) {
    return typeof this.#token === 'function' ? this.#token({ renew }) : this.#token;
  }

  /** One request, whatever its status. */
  async send(path, { renew = false, headers = {}, ...init } = {}) {
    const token = await this.token(renew);
    const all = token ? { Authorization: `Bearer ${token}`, ...headers } : headers;
    return this.fetch(this.url + path, { cache: 'no-store', ...init, headers: all });
  }

  /** One request and its JSON; a Problem for anything but a success. With an expired token it is sent once more. */
  async json(path, init = {}) {
    let response = await this.send(path, init);
    if (response.status === 401 && this.renews) {
      response = await this.send(path, { ...init, renew: true });
    }
    if (!response.ok) throw await problemOf(response);
    return response.status === 204 ? undefined : response.json();
  }

  post(path, body, contentType = 'application/json') {
    return this.json(path, { method: 'POST', headers: { 'Content-Type': contentType }, body: JSON.stringify(body) });
  }

  patch(path, body) {
    return this.json(path, { method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  }
}

/** A query with what was given: lists repeat, what is undefined is left out. */
export function query(values) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) search.append(name, String(one));
    }
  }
  const text = search.toString();
  return text === '' ? '' : '?' + text;
}
