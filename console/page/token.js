import { byId } from './dom.js';

const KEPT = 'millrace.token';

/**
 * The token of this tab. It comes in the fragment of the address, which no browser sends and no proxy logs, and is taken
 * out of it at once; or from another tab of this address; or from the person. It is kept in `sessionStorage`, which no
 * other origin reads, other ports of this machine among them (a cookie would go to all of them), and never on the disk.
 */
export class TokenKeeper {
  #token = sessionStorage.getItem(KEPT) ?? undefined;
  #asked;
  #tabs = 'BroadcastChannel' in window ? new BroadcastChannel('millrace.token') : undefined;

  constructor() {
    this.#tabs?.addEventListener('message', ({ data }) => {
      if (data?.want && this.#token && !ended(this.#token)) this.#tabs.postMessage({ token: this.#token });
      if (typeof data?.token === 'string' && !ended(data.token)) this.#offered(data.token);
    });
    byId('token-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#entered(byId('token').value.trim());
    });
    addEventListener('hashchange', () => this.#ofFragment());
    this.#ofFragment();
  }

  #ofFragment() {
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (!token) return;
    history.replaceState(null, '', location.pathname + location.search);
    this.#offered(token);
  }

  /** For the client: the token, or after the end of one the next. */
  get = async ({ renew = false } = {}) => {
    const token = this.#token;
    if (token && !renew && !ended(token)) return token;
    return this.#ask(token ? 'Your token has ended, or is about to. Paste a new one, and everything goes on where it was.' : undefined);
  };

  /** The name in the token; it is shown and never trusted. */
  get subject() {
    return this.#token && payload(this.#token).sub;
  }

  #ask(why) {
    if (!this.#asked) {
      let answer;
      this.#asked = { promise: new Promise((resolve) => (answer = resolve)), old: this.#token };
      this.#asked.answer = answer;
      this.#tabs?.postMessage({ want: true });
      // The other tabs first: most of the time one of them knows.
      this.#asked.timer = setTimeout(() => {
        if (why) byId('token-why').textContent = why;
        byId('token-dialog').showModal();
      }, this.#tabs ? 150 : 0);
    }
    return this.#asked.promise;
  }

  #entered(token) {
    const wrong = payload(token).exp === undefined ? 'This is no token: it has three parts with dots between.' : ended(token) ? 'This token has ended already.' : '';
    byId('token-wrong').textContent = wrong;
    if (wrong) return;
    byId('token').value = '';
    this.#offered(token);
    this.#tabs?.postMessage({ token });
  }

  #offered(token) {
    if (this.#asked?.old === token) return; // the one that has just been refused
    this.#token = token;
    sessionStorage.setItem(KEPT, token);
    if (!this.#asked) return;
    clearTimeout(this.#asked.timer);
    byId('token-dialog').close();
    this.#asked.answer(token);
    this.#asked = undefined;
  }
}

function payload(token) {
  try {
    const part = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (c) => c.charCodeAt(0))));
  } catch {
    return {};
  }
}

function ended(token) {
  return (payload(token).exp ?? 0) * 1000 <= Date.now();
}
