import { AnswerView } from './answer-view.js';
import { h } from './dom.js';

/** A question and its answer, and what can be done with them once they stand in the conversation. */
export class Turn {
  #act;
  #questions = h('div', { class: 'questions' });
  #asked = h('div', { class: 'acts', role: 'group', 'aria-label': 'Question' });
  #answered = h('div', { class: 'acts', role: 'group', 'aria-label': 'Answer' });
  #drawn = '';

  element;
  view;
  /** Its text. */
  question = '';
  /** The live stream of the answer; undefined for one that is only read. */
  stream;

  /**
   * @param {{input: (run: string, input: object) => Promise<unknown>, edit: (turn: Turn, message: object, text: string) => void,
   *   again: (turn: Turn, message: object) => void, choose: (message: string) => void, found: (turn: Turn) => void}} act
   */
  constructor(act) {
    this.#act = act;
    this.view = new AnswerView({ input: (input) => act.input(this.run, input) });
    this.element = h('section', { class: 'turn' }, this.#questions, this.#asked, this.view.element, this.#answered);
  }

  /** As it was given by the server, or as soon as it is known of a stream. */
  get run() {
    return this.stream?.id ?? this.kept?.run;
  }

  get over() {
    return this.stream === undefined || Boolean(this.stream.message.done) || this.stream.stream.state === 'failed';
  }

  ask(text) {
    this.question = text;
    this.#questions.replaceChildren(h('div', { class: 'question' }, h('p', {}, text)));
  }

  follow(stream) {
    this.stream = stream;
    this.view.follow(stream);
  }

  /** What the conversation has of this turn. @param {object[]} questions @param {object | undefined} answer */
  stands(questions, answer) {
    const drawn = JSON.stringify([questions.map(({ id, text, siblings }) => [id, text, siblings]), answer?.id, answer?.siblings]);
    if (drawn === this.#drawn) return; // whoever is about to press a button finds it where it was
    this.#drawn = drawn;
    const [first, ...steered] = questions;
    if (first) this.ask(first.text);
    if (answer) this.kept = { run: answer.run };
    const edit = first && h('button', { type: 'button', onclick: () => this.#edit(first) }, 'Edit');
    this.#asked.replaceChildren(...[first && this.#siblings(first), edit].filter(Boolean));
    if (!answer) return;
    const again = h('button', { type: 'button', onclick: () => this.#act.again(this, answer) }, 'Answer again');
    const found = !this.stream && h('button', { type: 'button', onclick: () => this.#act.found(this) }, 'What was found');
    this.#answered.replaceChildren(...[this.#siblings(answer), again, found].filter(Boolean));
    if (!this.stream) this.view.show({ state: answer.status ?? 'completed', text: answer.text, citations: answer.citations ?? [], steps: steered.map(({ text }) => ({ step: 'steered', text })) });
  }

  /** "2 of 3", with a way to each side. */
  #siblings({ id, siblings = [], role }) {
    if (siblings.length < 2) return undefined;
    const at = siblings.indexOf(id);
    const step = (by, name, sign) =>
      h('button', { type: 'button', 'aria-label': `${name} ${role === 'user' ? 'question' : 'answer'}`, disabled: !siblings[at + by], onclick: () => this.#act.choose(siblings[at + by]) }, sign);
    return h('span', { class: 'siblings' }, step(-1, 'Earlier', '‹'), `${at + 1} of ${siblings.length}`, step(1, 'Later', '›'));
  }

  #edit(message) {
    const text = h('textarea', { value: message.text, rows: 3, 'aria-label': 'The question' });
    const leave = () => {
      form.replaceWith(this.#questions);
      this.#asked.hidden = false;
    };
    const send = () => {
      leave();
      const changed = text.value.trim();
      if (changed && changed !== message.text) this.#act.edit(this, message, changed);
    };
    text.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') leave();
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    });
    const form = h('div', { class: 'editing' }, text, h('div', { class: 'choices' },
      h('button', { type: 'button', class: 'primary', onclick: send }, 'Ask instead'),
      h('button', { type: 'button', class: 'quiet', onclick: leave }, 'Leave it')));
    this.#questions.replaceWith(form);
    this.#asked.hidden = true;
    text.focus();
  }
}
