import { Answer } from './answer.js';
import { Connection } from './connection.js';
import { matches } from './text.js';
import { Told } from './told.js';

/**
 * One answer, as far as it has come. Three states that have nothing to do with each other: `stream` is the line,
 * `message` what was said, and `artifacts` what stands beside it. The line may be cut while the message is whole.
 */
export class Run extends EventTarget {
  #answer = new Answer();
  #connection;
  #finished;

  /**
   * @param {{run?: string, session?: string, open: ConstructorParameters<typeof Connection>[0], options: object}} start
   */
  constructor({ run, session, open, options }) {
    super();
    Object.assign(this.#answer.message, { run, session });
    this.#connection = new Connection(open, { ...options, onState: () => this.#tell('stream') });
    this.#finished = this.#follow();
    this.#finished.catch(() => {}); // who wants to know awaits `finished`
  }

  get stream() {
    const { state, lastId, failures, connections, retryAt, error } = this.#connection;
    return { state, lastId, failures, connections, retryAt, error };
  }

  get message() {
    return this.#answer.message;
  }

  get artifacts() {
    return this.#answer.artifacts;
  }

  get id() {
    return this.message.run;
  }

  get session() {
    return this.message.session;
  }

  /** The message with its last word. Fails when the stream ended for good without one. */
  get finished() {
    return this.#finished;
  }

  /** Breaks the line, to see it come back. */
  cut() {
    this.#connection.cut();
  }

  /** Comes back now, instead of waiting. */
  hurry() {
    this.#connection.hurry();
  }

  /** Watches no longer. The run goes on; to end it there is `cancel` of the client. */
  close() {
    this.#connection.close();
  }

  /** Said by the client, as soon as the headers of the first answer are there. */
  named(run, session) {
    if (run) this.message.run = run;
    if (session) this.message.session = session;
  }

  async #follow() {
    await undefined; // whoever made this run listens to it first
    for await (const { id, event, data } of this.#connection.events()) {
      this.#take(id, event, JSON.parse(data));
      if (event === 'done') break;
    }
    const { done, text } = this.message;
    if (!done) throw this.#connection.error ?? new Error('Closed before the last word.');
    this.message.whole = await matches(text, done);
    this.#tell('message');
    return this.message;
  }

  #take(id, event, data) {
    if (event === 'reset') this.#answer.clear();
    if (event === 'gap' || event === 'reset') {
      this.#tell(event, data);
      this.#tell('message');
    } else {
      this.#tell(this.#answer.take(event, data));
    }
    this.#tell('event', { id, event, data });
    if (event === 'warning' && data.code === 'token_expiring') this.#connection.renew();
  }

  #tell(type, detail) {
    this.dispatchEvent(new Told(type, detail));
  }
}
