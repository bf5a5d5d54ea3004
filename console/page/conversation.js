import { turnsOf } from './branch.js';
import { h } from './dom.js';
import { Follower } from './follower.js';
import { Turn } from './turn.js';

/**
 * The conversation on the page. What it knows of one it reads from the server, so a reload, a second tab and another
 * device show the same; a run that goes on is watched from its start.
 */
export class Conversation extends EventTarget {
  #api;
  #place;
  #follower;
  #turns = [];
  #again = false;
  #syncing = false;
  #edition = 0; // what was read before a question or another conversation came is not shown

  /** The conversation's id; undefined until the first question is on its way. */
  session;

  /** @param {import('./client/index.js').Chat} api */
  constructor(api, { turns, scroll, follow }) {
    super();
    this.#api = api;
    this.#place = turns;
    this.#follower = new Follower(scroll, turns, follow);
  }

  /** The run that is not over; the newest if there are several. */
  get active() {
    return this.#turns.findLast((turn) => !turn.over)?.stream;
  }

  /** Shows another conversation, or an empty page. */
  async open(session) {
    this.#edition++;
    this.#cutFrom(0);
    this.#place.replaceChildren();
    this.session = session;
    this.#changed();
    if (session) await this.sync();
    else this.#place.append(welcome((question) => this.ask(question)));
    this.#follower.toEnd();
  }

  ask(question, options = {}) {
    if (!this.session) this.#place.replaceChildren();
    return this.#begin(question, this.#api.ask(question, { session: this.session, ...options }));
  }

  #begin(question, stream) {
    this.#edition++;
    const turn = this.#turn();
    turn.ask(question);
    this.#follow(turn, stream);
    stream.addEventListener('message', () => this.#named(stream));
    stream.finished.catch((error) => {
      if (!stream.id) turn.view.show({ state: 'failed', text: '', warnings: [], error }, undefined);
    });
    this.#follower.toEnd();
    return stream;
  }

  /** What this page does not show as it is: asked in another tab, or on another device. While it reads, more wishes are one. */
  async sync() {
    this.#again = true;
    if (this.#syncing) return;
    this.#syncing = true;
    try {
      while (this.#again && this.session) {
        this.#again = false;
        await this.#read(this.session);
      }
    } finally {
      this.#syncing = false;
    }
  }

  async #read(session) {
    const edition = this.#edition;
    try {
      const { messages, active_run: active } = await this.#api.session(session);
      // As long as it is not known which run a question began, it cannot be found in what was read.
      const asking = this.#turns.some((turn) => !turn.over && turn.run === undefined);
      if (edition === this.#edition && !asking) this.#show(turnsOf(messages, active), active);
    } catch (error) {
      if (session === this.session) this.#tell('trouble', error);
    }
  }

  /** Keeps the turns that are the same, and what was asked here and is not in the conversation yet. */
  #show(turns, active) {
    let same = 0;
    while (same < turns.length && this.#turns[same]?.run === turns[same].run) same++;
    const rest = this.#turns.slice(same);
    // What waits for its turn, or was refused, stands in no branch yet.
    const pending = turns.length === same && rest.every((turn) => turn.run === undefined || !turn.over);
    if (!pending) this.#cutFrom(same);
    turns.forEach(({ run, questions, answer }, i) => {
      const turn = this.#turns[i] ?? this.#turn();
      if (questions.length > 0 || answer) turn.stands(questions, answer);
      if (i >= same && (!answer || run === active)) this.#follow(turn, this.#api.watch(run));
    });
  }

  #turn() {
    const turn = new Turn({
      input: (run, input) => this.#api.input(run, input),
      edit: (at, message, text) => this.#instead(at, text, () => this.#api.ask(text, { session: this.session, edit: message.id })),
      again: (at, message) => this.#instead(at, at.question, () => this.#api.regenerate(message.id, { session: this.session })),
      choose: (message) => this.#choose(message),
      found: (at) => this.#found(at),
    });
    this.#turns.push(turn);
    this.#place.append(turn.element);
    return turn;
  }

  /** Another question, or another answer, in the place of a turn: what followed belongs to the branch that is left. */
  #instead(turn, question, ask) {
    this.#cutFrom(this.#turns.indexOf(turn));
    this.#begin(question, ask());
  }

  async #choose(message) {
    try {
      await this.#api.choose(this.session, message);
    } catch (error) {
      this.#tell('trouble', error);
    }
    await this.sync();
  }

  /** An answer that was over before this page came: what was found is read again when it is asked for. */
  #found(turn) {
    const again = this.#api.watch(turn.run);
    again.finished.then((message) => turn.view.show(message)).catch((error) => this.#tell('trouble', error));
    this.#tell('found', again);
  }

  #follow(turn, stream) {
    turn.follow(stream);
    for (const type of ['stream', 'message']) stream.addEventListener(type, () => this.#changed());
    stream.addEventListener('reset', () => this.#tell('reset'));
    stream.addEventListener('gap', ({ detail }) => this.#tell('gap', detail));
    stream.finished.then(() => this.sync(), () => {});
    this.#tell('found', stream);
    this.#changed();
  }

  /** The server has said which conversation this is. */
  #named(stream) {
    if (!stream.session || this.session || !this.#turns.some((turn) => turn.stream === stream)) return;
    this.session = stream.session;
    this.#tell('begun', stream.session);
  }

  #cutFrom(index) {
    for (const turn of this.#turns.splice(index)) {
      turn.stream?.close(); // the run goes on without us
      turn.element.remove();
    }
  }

  #changed() {
    this.#place.classList.toggle('busy', Boolean(this.active));
    this.dispatchEvent(new Event('change'));
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function welcome(ask) {
  const questions = ['How do I resume a stream?', 'What happens when I refresh the page?', 'How is a slow reader treated?'];
  return h('div', { class: 'welcome' },
    h('h2', {}, 'Ask, and watch the answer come.'),
    h('p', {}, 'Cut the line in the middle, reload, or open a second tab: the answer goes on where it was.'),
    h('ul', {}, questions.map((question) => h('li', {}, h('button', { type: 'button', class: 'quiet', onclick: () => ask(question) }, question)))),
  );
}
