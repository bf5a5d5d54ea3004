import { Http, query } from './http.js';
import { Run } from './run.js';

const CHAT = '/api/chat';

/** The route `/api/chat` of a server. See the `.d.ts` beside this for what each part means. */
export function chat(options = {}) {
  return new Chat(options);
}

class Chat {
  #http;
  #options;

  constructor(options) {
    this.#http = new Http(options);
    this.#options = { ...options.connection, renews: this.#http.renews };
  }

  /** Begins a run. The key makes it one run however often the question has to be sent. */
  ask(message, { key = randomKey(), ...fields } = {}) {
    const body = JSON.stringify({ message, ...fields });
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key };
    return this.#run({ session: fields.session }, (place) =>
      this.#http.send(CHAT, { method: 'POST', body, renew: place.renew, signal: place.signal, headers: { ...headers, Accept: 'text/event-stream' } }),
    );
  }

  /** Has a question answered once more; the old answer can still be read. The id is that of the answer or of the question. */
  regenerate(message, options) {
    return this.ask(undefined, { ...options, regenerate: message });
  }

  /** Reads a run that was begun before, here or anywhere: from its start, or after an id. */
  watch(run, { lastId } = {}) {
    return this.#run({ run, lastId });
  }

  #run({ run, session, lastId }, begin) {
    const started = new Run({
      run,
      session,
      options: { ...this.#options, lastId },
      // The question again as long as it is not known which run it began; from then on the run.
      open: async (place) => {
        const response = await (started.id === undefined && begin ? begin(place) : this.#resume(started.id, place));
        if (response.ok) started.named(response.headers.get('X-Run-Id'), response.headers.get('X-Session-Id'));
        return response;
      },
    });
    return started;
  }

  #resume(run, { lastId, renew, signal }) {
    const headers = { Accept: 'text/event-stream' };
    if (lastId !== undefined && lastId !== '0-0') headers['Last-Event-ID'] = lastId;
    return this.#http.send(`${CHAT}/${encodeURIComponent(run)}`, { headers, renew, signal });
  }

  cancel(run) {
    return this.#http.json(`${CHAT}/${encodeURIComponent(run)}`, { method: 'DELETE' });
  }

  /** Answers a request of a run, or steers it. The id makes it one input however often it is sent. */
  input(run, { input = randomKey(), ...fields }) {
    return this.#http.post(`${CHAT}/${encodeURIComponent(run)}/input`, { input, ...fields });
  }

  sessions({ limit, before } = {}) {
    return this.#http.json(`${CHAT}/sessions${query({ limit, before })}`);
  }

  /** The messages of the active branch, or of the newest that has the message named. */
  session(session, { branch } = {}) {
    return this.#http.json(`${CHAT}/sessions/${encodeURIComponent(session)}${query({ branch })}`);
  }

  rename(session, title) {
    return this.#http.patch(`${CHAT}/sessions/${encodeURIComponent(session)}`, { title });
  }

  /** Goes on from the branch that has this message. */
  choose(session, message) {
    return this.#http.patch(`${CHAT}/sessions/${encodeURIComponent(session)}`, { branch: message });
  }

  runs({ state, limit, before } = {}) {
    return this.#http.json(`${CHAT}/runs${query({ state, limit, before })}`);
  }

  erase(session) {
    return this.#http.json(`${CHAT}/sessions/${encodeURIComponent(session)}`, { method: 'DELETE' });
  }
}

/** 128 random bits. Not `randomUUID`, which a page over plain HTTP does not have. */
function randomKey() {
  const bytes = new Uint8Array(16);
  globalThis.crypto.getRandomValues(bytes);
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
