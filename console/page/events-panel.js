import { h } from './dom.js';

/** How many events are kept on the page; the feed has the rest. */
const SHOWN = 200;

/** A feed as it happens, through a filter. It is read while somebody can see it, and goes on where it was. */
export class EventsPanel {
  #api;
  #form;
  #list;
  #state;
  #feed;
  #lastId;
  #visible = false;
  #changed;

  /** @param {() => void} changed the line */
  constructor(api, { form, list, state }, changed) {
    this.#api = api;
    this.#form = form;
    this.#list = list;
    this.#state = state;
    this.#changed = changed;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#lastId = undefined;
      this.#list.replaceChildren();
      this.#watch();
    });
  }

  /** The stream that is read, if any, for the state of the line. */
  get feed() {
    return this.#feed;
  }

  visible(now) {
    if (now === this.#visible) return;
    this.#visible = now;
    if (now) {
      this.#watch();
    } else {
      this.#lastId = this.#feed?.stream.lastId;
      this.#feed?.close();
      this.#feed = undefined;
      this.#changed();
    }
  }

  async #watch() {
    this.#feed?.close();
    const value = (name) => this.#form.querySelector(`#filter-${name}`).value.trim() || undefined;
    const feed = this.#api.subscribe({ feed: value('feed'), type: value('type')?.split(/[\s,]+/), subject: value('subject')?.split(/[\s,]+/), from: value('from'), lastId: this.#lastId });
    this.#feed = feed;
    const show = () => {
      if (feed !== this.#feed) return;
      this.#state.textContent = saying(feed.stream);
      this.#changed();
    };
    feed.addEventListener('stream', show);
    feed.addEventListener('gap', ({ detail }) => this.#add(h('li', { class: 'told' }, `${detail.lost} events are no longer kept.`)));
    feed.addEventListener('reset', () => this.#add(h('li', { class: 'told' }, 'This feed was begun anew.')));
    try {
      for await (const { id, event } of feed) {
        if (feed !== this.#feed) return;
        this.#add(row(id, event));
      }
    } catch (error) {
      if (feed !== this.#feed) return;
      // What cannot be read is no line: it is said here, and the lamp speaks of the others.
      this.#state.textContent = error.message;
      this.#feed = undefined;
      this.#changed();
    }
  }

  #add(item) {
    this.#list.prepend(item);
    while (this.#list.children.length > SHOWN) this.#list.lastChild.remove();
  }
}

function row(id, event) {
  const when = new Date(Number(id.split('-')[1])).toLocaleTimeString();
  return h('li', {},
    h('details', {},
      h('summary', {}, h('span', { class: 'seq' }, id.split('-')[0]), h('span', { class: 'type' }, event.type.split(/(?<=\.)/).flatMap((part) => [part, h('wbr')])), h('span', { class: 'subject' }, event.subject ?? ''), h('time', {}, when)),
      h('pre', { tabIndex: 0 }, JSON.stringify(event, null, 2)),
    ),
  );
}

function saying({ state, error }) {
  return { connecting: 'Connecting.', open: 'Watching: what happens now comes first.', waiting: `Cut: ${error?.message ?? ''} It comes back by itself.`, closed: 'Not watching.', failed: `Ended: ${error?.message ?? ''}` }[state];
}
