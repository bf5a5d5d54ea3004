import { AnswerView } from './answer-view.js';
import { h } from './dom.js';
import { Follower } from './follower.js';

/**
 * The conversation on the page. What it knows of one it reads from the server, so a reload, a second tab and another
 * device show the same; a run that goes on is watched from its start.
 */
export class Conversation extends EventTarget {
  #api;
  #turns;
  #follower;
  #shown = new Set(); // runs, of which question and answer are on the page
  #runs = []; // those that are streamed, the newest last
  #syncing;

  /** The conversation's id; undefined until the first question is on its way. */
  session;

  /** @param {import('./client/index.js').Chat} api */
  constructor(api, { turns, scroll, follow }) {
    super();
    this.#api = api;
    this.#turns = turns;
    this.#follower = new Follower(scroll, turns, follow);
  }

  /** The run that is not over; the newest if there are several. */
  get active() {
    return this.#runs.findLast((run) => !run.message.done && run.stream.state !== 'failed');
  }

  get newest() {
    return this.#runs.at(-1);
  }

  /** Shows another conversation, or an empty page. */
  async open(session) {
    this.#leave();
    this.session = session;
    this.#changed();
    if (session) await this.sync();
    else this.#turns.append(welcome((question) => this.ask(question)));
    this.#follower.toEnd();
  }

  ask(question, options = {}) {
    if (!this.session) this.#turns.replaceChildren();
    const run = this.#api.ask(question, { session: this.session, ...options });
    this.#turns.append(said(question));
    const view = this.#stream(run);
    run.addEventListener('message', () => this.#named(run));
    run.finished.catch((error) => {
      if (!run.id) view.show({ state: 'failed', text: '', warnings: [], error }, undefined);
    });
    this.#follower.toEnd();
    return run;
  }

  /** What this page does not show yet: asked in another tab, or on another device. */
  async sync() {
    if (!this.session || this.#syncing === this.session) return;
    const session = (this.#syncing = this.session);
    try {
      const { messages, active_run: active } = await this.#api.session(session);
      if (session !== this.session) return; // somebody went on to another one
      const runs = new Set(messages.map((message) => message.run));
      for (const run of runs) this.#showRun(run, messages.filter((message) => message.run === run), active);
      if (active && !this.#shown.has(active)) this.#showRun(active, [], active);
    } catch (error) {
      if (session === this.session) this.dispatchEvent(new CustomEvent('trouble', { detail: error }));
    } finally {
      this.#syncing = undefined;
    }
  }

  #showRun(run, messages, active) {
    if (this.#shown.has(run)) return;
    this.#shown.add(run);
    const answer = messages.findLast((message) => message.role === 'assistant');
    this.#turns.append(...messages.filter((message) => message.role === 'user').map((message) => said(message.text)));
    if (!answer || run === active) this.#stream(this.#api.watch(run));
    else this.#keep(run, answer);
  }

  /** An answer that was over before this page came: its text is there, and what was found is read again when asked for. */
  #keep(run, answer) {
    const view = this.#view(run);
    view.show({ state: answer.status ?? 'completed', text: answer.text, citations: answer.citations ?? [] });
    const found = h('button', { type: 'button', class: 'quiet found', onclick: () => {
      const again = this.#api.watch(run);
      found.disabled = true;
      again.finished.then((message) => view.show(message)).catch((error) => (found.textContent = error.message));
      this.#tell('found', again);
    } }, 'What was found');
    view.element.append(found);
    this.#turns.append(view.element);
  }

  #stream(run) {
    const view = this.#view(() => run.id);
    this.#runs.push(run);
    view.follow(run);
    run.addEventListener('stream', () => this.#changed());
    run.addEventListener('message', () => this.#changed());
    run.addEventListener('reset', () => this.#tell('reset', run));
    run.addEventListener('gap', ({ detail }) => this.#tell('gap', detail));
    this.#turns.append(view.element);
    this.#tell('found', run);
    this.#changed();
    return view;
  }

  #view(run) {
    return new AnswerView({ input: (input) => this.#api.input(typeof run === 'function' ? run() : run, input) });
  }

  /** The server has said which run and which conversation this is. */
  #named(run) {
    if (!run.id || this.#shown.has(run.id)) return;
    this.#shown.add(run.id);
    if (!this.#runs.includes(run)) return;
    const first = !this.session;
    this.session = run.session;
    if (first) this.#tell('begun', run.session);
  }

  #leave() {
    for (const run of this.#runs) run.close(); // it goes on without us
    this.#runs = [];
    this.#shown.clear();
    this.#turns.replaceChildren();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function said(text) {
  return h('div', { class: 'question' }, h('p', {}, text));
}

function welcome(ask) {
  const questions = ['How do I resume a stream?', 'What happens when I refresh the page?', 'How is a slow reader treated?'];
  return h('div', { class: 'welcome' },
    h('h2', {}, 'Ask, and watch the answer come.'),
    h('p', {}, 'Cut the line in the middle, reload, or open a second tab: the answer goes on where it was.'),
    h('ul', {}, questions.map((question) => h('li', {}, h('button', { type: 'button', class: 'quiet', onclick: () => ask(question) }, question)))),
  );
}
