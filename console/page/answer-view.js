import { drawn, h } from './dom.js';
import { Prose } from './prose.js';
import { requestForm } from './request-form.js';

const OVER = new Set(['completed', 'cancelled', 'timeout', 'failed']);

/** One answer on the page: where it is, its text, where it comes from, what it asks for, and how it ended. */
export class AnswerView {
  #prose = new Prose((citation) => this.#toSource(citation));
  #progress = h('p', { class: 'progress' });
  #thoughts = h('details', { class: 'thoughts', hidden: true }, h('summary', {}, 'Thoughts'), h('div', { class: 'thought' }));
  #steered = h('ul', { class: 'steered' });
  #warnings = h('ul', { class: 'warnings' });
  #requests = h('div', { class: 'requests' });
  #sources = h('ol', { class: 'sources', 'aria-label': 'Sources' });
  #forms = new Map();
  #listed = 0;
  #api;

  element = h('article', { class: 'answer', 'aria-label': 'Answer' }, this.#progress, this.#thoughts, this.#prose.element, this.#requests, this.#steered, this.#warnings, this.#sources);

  /** @param {{input: (request: object) => Promise<unknown>}} api */
  constructor(api) {
    this.#api = api;
  }

  /** Shows a run as it goes on. @param {import('./client/index.js').Run} run */
  follow(run) {
    const draw = drawn(() => this.show(run.message, run.stream));
    run.addEventListener('message', draw);
    run.addEventListener('stream', draw);
    draw();
  }

  show(message, stream) {
    const over = OVER.has(message.state);
    this.element.dataset.state = message.state;
    this.element.setAttribute('aria-busy', String(!over));
    this.#prose.show(message.text, message.citations ?? [], over);
    this.#showProgress(message, stream, over);
    this.#showThoughts(message);
    this.#showRequests(message);
    this.#showList(this.#steered, (message.steps ?? []).filter((s) => s.step === 'steered' && s.text && !s.request).map((s) => `You added: ${s.text}`));
    const warnings = (message.warnings ?? []).filter((w) => w.code !== 'token_expiring').map((w) => w.message);
    this.#showList(this.#warnings, message.error ? [...warnings, message.error.message] : warnings);
    this.#showSources(message.citations ?? []);
  }

  #showProgress(message, stream, over) {
    const text = over ? ending(message) : stream?.state === 'failed' ? `The stream has ended: ${stream.error?.message}` : doing(message);
    if (this.#progress.textContent !== text) this.#progress.textContent = text;
    this.#progress.classList.toggle('active', !over && stream !== undefined && stream.state !== 'failed');
  }

  #showThoughts({ reasoning }) {
    const text = [...(reasoning ?? new Map()).values()].join('\n\n');
    this.#thoughts.hidden = text === '';
    const shown = this.#thoughts.lastElementChild;
    if (shown.textContent !== text) shown.textContent = text;
  }

  #showRequests({ requests }) {
    for (const [id, form] of this.#forms) {
      if (requests?.has(id)) continue;
      form.remove();
      this.#forms.delete(id);
    }
    for (const [id, request] of requests ?? []) {
      if (this.#forms.has(id)) continue;
      const form = requestForm(request, (answer) => this.#api.input({ request: id, ...answer }));
      this.#forms.set(id, form);
      this.#requests.append(form);
    }
  }

  #showList(list, texts) {
    while (list.children.length > texts.length) list.lastChild.remove();
    texts.forEach((text, i) => {
      if (i === list.children.length) list.append(h('li', {}, text));
      else if (list.children[i].textContent !== text) list.children[i].textContent = text;
    });
  }

  /** Each source once, with a link for each place that rests on it. */
  #showSources(citations) {
    if (this.#listed === citations.length) return;
    this.#listed = citations.length;
    const byNumber = new Map();
    for (const citation of citations) byNumber.set(citation.n, [...(byNumber.get(citation.n) ?? []), citation]);
    this.#sources.replaceChildren(
      ...[...byNumber.values()].map((places) => {
        const [first] = places;
        const toText = () => this.#prose.point(first);
        return h('li', { 'data-n': String(first.n), tabIndex: -1 },
          h('button', { type: 'button', class: 'source', onclick: toText, title: first.quote ?? '' }, h('span', { class: 'n' }, String(first.n)), h('span', {}, first.title)),
          link(first),
        );
      }),
    );
  }

  #toSource(citation) {
    this.#prose.element.querySelectorAll('.pointed').forEach((old) => old.classList.remove('pointed'));
    const source = this.#sources.querySelector(`[data-n="${Number(citation.n)}"]`);
    source?.scrollIntoView({ block: 'nearest' });
    source?.querySelector('button')?.focus({ preventScroll: true });
    this.element.dispatchEvent(new CustomEvent('cited', { bubbles: true, detail: citation }));
  }
}

/** Only addresses of the web become links; a document of the folder has none. */
function link({ url, source }) {
  if (url && /^https?:\/\//.test(url)) return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, source ?? url);
  return h('span', { class: 'place' }, source ?? '');
}

function doing({ step, state }) {
  if (state === 'waiting_for_input') return 'Waiting for you';
  switch (step?.step) {
    case undefined: return 'Asking';
    case 'started': return 'Started';
    case 'queued': return 'Waiting for the answer before it';
    case 'running_tool': return `Calling ${step.tool}`;
    case 'tool_result': return `${step.tool} ${step.ok === false ? 'failed' : 'answered'}${step.took_ms === undefined ? '' : ` in ${step.took_ms} ms`}`;
    case 'generating': return 'Writing';
    case 'steered': return 'Heard you';
    case 'completed': return 'Ending';
    default: return step.label ?? step.step;
  }
}

function ending({ done, state, whole }) {
  const word = { completed: 'Answered', cancelled: 'Stopped', timeout: 'Out of time', failed: 'Failed' }[state];
  if (!done) return word;
  const parts = [`${word} in ${(done.latency_ms / 1000).toFixed(1)} s`];
  if (done.ttft_ms !== undefined) parts.push(`first word ${done.ttft_ms} ms`);
  if (whole !== undefined) parts.push(whole ? 'checked' : 'not the whole text');
  return parts.join(' · ');
}
