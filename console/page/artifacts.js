import { drawn, h } from './dom.js';

/** What stands beside an answer. Whatever it is, it is shown as text. */
export class Artifacts {
  #panel;
  #run;

  constructor(panel) {
    this.#panel = panel;
    this.#empty();
  }

  /** Of this run from now on. */
  follow(run) {
    this.#run = run;
    const draw = drawn(() => run === this.#run && this.#show(run.artifacts));
    run.addEventListener('artifact', draw);
    run.addEventListener('reset', draw);
    draw();
  }

  clear() {
    this.#run = undefined;
    this.#empty();
  }

  /** Shows the passage that a citation is from. */
  point({ source, quote }) {
    this.#panel.querySelectorAll('.pointed').forEach((old) => old.classList.remove('pointed'));
    const passages = [...this.#panel.querySelectorAll('[data-source]')];
    const file = String(source).split('#')[0];
    const found = passages.find((p) => quote && p.textContent.includes(quote.slice(0, 60))) ?? passages.find((p) => p.dataset.source === file);
    found?.classList.add('pointed');
    found?.scrollIntoView({ block: 'nearest' });
  }

  #empty() {
    this.#panel.replaceChildren(h('p', { class: 'empty' }, 'What an answer rests on, and what tools bring, is shown here.'));
  }

  #show(artifacts) {
    if (artifacts.size === 0) return this.#empty();
    this.#panel.replaceChildren(...[...artifacts.values()].map(section));
  }
}

function section({ title, kind, state, content, url }) {
  const open = url && /^https?:\/\//.test(url) ? h('p', {}, h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, url)) : null;
  return h('section', { class: 'artifact' }, h('h2', {}, title ?? kind, state === 'partial' ? h('span', { class: 'small' }, ' being written') : null), open, body(kind, content));
}

function body(kind, content) {
  if (content === undefined) return null;
  if (kind === 'passages' && Array.isArray(content)) return h('ol', { class: 'passages' }, content.map(passage));
  return h('pre', { tabIndex: 0 }, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
}

function passage({ source, heading, title, line, text }) {
  return h('li', { 'data-source': source }, h('h3', {}, heading ?? title ?? source), h('p', {}, text), h('p', { class: 'place' }, line ? `${source}, line ${line}` : source));
}
