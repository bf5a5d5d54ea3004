import { h } from './dom.js';

const WORDS = { queued: 'waits for its turn', running: 'answers', input_required: 'waits for you', completed: 'answered', cancelled: 'stopped', timeout: 'out of time', failed: 'failed' };
const OVER = new Set(['completed', 'cancelled', 'timeout', 'failed']);
const SHOWN = 30;

/** Your runs on every node, the newest first: those of other tabs and devices, and those in the background. */
export class Runs extends EventTarget {
  #api;
  #list;
  #visible = false;
  #again = false;
  #reading = false;

  /** @param {import('./client/index.js').Chat} api */
  constructor(api, list) {
    super();
    this.#api = api;
    this.#list = list;
  }

  visible(now) {
    this.#visible = now;
    if (now) this.refresh();
  }

  /** Reads them again, when somebody looks; while it does, more wishes are one. */
  async refresh() {
    if (!this.#visible) return;
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    while (this.#again) {
      this.#again = false;
      try {
        const { runs } = await this.#api.runs({ limit: SHOWN });
        this.#list.replaceChildren(...(runs.length > 0 ? runs.map((run) => this.#item(run)) : [h('li', { class: 'empty' }, 'Nothing was asked in the last 24 hours.')]));
      } catch (error) {
        this.#tell('trouble', error);
      }
    }
    this.#reading = false;
  }

  #item({ run, session, state, started_at: at }) {
    const when = new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
    const open = h('button', { type: 'button', class: 'source', onclick: () => this.#tell('chosen', session) }, h('span', { class: `dot ${state}` }), h('span', {}, `${when} · ${WORDS[state] ?? state}`));
    const stop = OVER.has(state) ? null : h('button', { type: 'button', class: 'quiet', onclick: () => this.#stop(run) }, 'Stop');
    return h('li', {}, open, stop, h('p', { class: 'place' }, run));
  }

  async #stop(run) {
    try {
      await this.#api.cancel(run);
    } catch (error) {
      this.#tell('trouble', error);
    }
    await this.refresh();
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
