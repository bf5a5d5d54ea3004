import { h } from './dom.js';

const PAGE = 30;

/** The list of conversations, the newest first. */
export class Sessions extends EventTarget {
  #api;
  #list;
  #more;
  #next = null;
  #items = new Map();
  #again = false;
  #loading = false;

  constructor(api, list, more) {
    super();
    this.#api = api;
    this.#list = list;
    this.#more = more;
    more.addEventListener('click', () => this.#load(this.#next));
  }

  /** Reads the newest again; while it does, more wishes are one. */
  async refresh() {
    this.#again = true;
    while (this.#again && !this.#loading) {
      this.#again = false;
      await this.#load();
    }
  }

  current(session) {
    for (const [id, item] of this.#items) {
      if (id === session) item.button.setAttribute('aria-current', 'page');
      else item.button.removeAttribute('aria-current');
    }
    this.selected = session;
  }

  async #load(before) {
    this.#loading = true;
    try {
      const { sessions, next } = await this.#api.sessions({ limit: PAGE, before });
      const older = before ? [...this.#items.values()] : [];
      const read = sessions.map((session) => this.#item(session));
      if (!before) this.#items.clear();
      read.forEach((item) => this.#items.set(item.session, item));
      this.#list.replaceChildren(...[...older, ...read].map((item) => item.element));
      this.#next = next;
      this.#more.hidden = !next;
      this.current(this.selected);
    } catch {
      // The line says what is wrong; the list stays as it was.
    } finally {
      this.#loading = false;
    }
  }

  #item({ session, title, created_at: at }) {
    const known = this.#items.get(session);
    if (known) {
      if (known.title.textContent !== title) known.title.textContent = title;
      return known;
    }
    const name = h('span', { class: 'title' }, title);
    const when = h('time', { dateTime: at }, ago(at));
    const button = h('button', { type: 'button', class: 'session', onclick: () => this.#chosen(session) }, name, when);
    const rename = h('button', { type: 'button', class: 'icon-button rename', 'aria-label': `Rename “${title}”`, onclick: () => this.#rename(session, button, name) }, '✎');
    const erase = h('button', { type: 'button', class: 'icon-button erase', 'aria-label': `Erase “${title}”`, onclick: () => this.#erase(session, erase) }, '×');
    return { session, title: name, button, element: h('li', {}, button, h('span', { class: 'deeds' }, rename, erase)) };
  }

  #rename(session, button, name) {
    const input = h('input', { class: 'renaming', value: name.textContent, maxLength: 200, 'aria-label': 'Title' });
    button.replaceWith(input);
    input.select();
    let left = false;
    const leave = () => {
      if (left) return; // taking it away blurs it
      left = true;
      input.replaceWith(button);
    };
    input.addEventListener('blur', leave);
    input.addEventListener('keydown', async (event) => {
      if (event.key === 'Escape') leave();
      if (event.key !== 'Enter' || event.isComposing) return;
      const title = input.value.trim();
      leave();
      button.focus();
      if (!title || title === name.textContent) return;
      await this.#api.rename(session, title).catch((error) => this.dispatchEvent(new CustomEvent('trouble', { detail: error })));
      await this.refresh();
    });
  }

  #chosen(session) {
    this.dispatchEvent(new CustomEvent('chosen', { detail: session }));
  }

  /** Twice, since it cannot be undone: the first press asks. */
  async #erase(session, button) {
    if (!button.classList.contains('sure')) {
      button.classList.add('sure');
      button.textContent = 'Erase?';
      button.addEventListener('blur', () => {
        button.classList.remove('sure');
        button.textContent = '×';
      }, { once: true });
      return;
    }
    try {
      await this.#api.erase(session);
    } catch (error) {
      if (error.status !== 404) {
        this.dispatchEvent(new CustomEvent('trouble', { detail: error }));
        return;
      }
    }
    if (session === this.selected) this.#chosen(undefined);
    await this.refresh();
  }
}

function ago(at) {
  const minutes = Math.floor((Date.now() - new Date(at).getTime()) / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  return minutes < 24 * 60 ? `${Math.floor(minutes / 60)} h` : new Date(at).toLocaleDateString();
}
