import { h } from './dom.js';

/** A talk by voice: who speaks, what was understood so far, and how loud the microphone is. */
export class VoicePanel extends EventTarget {
  #api;
  #parts;
  #conversation;
  #call;
  #agent; // the paragraph that the answer under way is written into
  #tokens = [];
  #mine; // that of the turn that is being said
  #spoken = new Set(); // turns that have a final transcript

  /** @param {import('./client/index.js').Audio} api @param {Record<string, HTMLElement>} parts @param {() => string | undefined} conversation */
  constructor(api, parts, conversation) {
    super();
    this.#api = api;
    this.#parts = parts;
    this.#conversation = conversation;
    parts.call.addEventListener('click', () => (this.#call ? this.hangUp() : this.#begin()));
    parts.mute.addEventListener('click', () => this.#mute());
  }

  /** The talk that goes on, for the state of the line. */
  get call() {
    return this.#call;
  }

  hangUp() {
    this.#call?.close();
  }

  async #begin() {
    const { call, state, said } = this.#parts;
    call.disabled = true;
    state.textContent = 'Asking for the microphone';
    try {
      const session = await this.#api.call({ conversation: this.#conversation() });
      this.#call = session;
      said.replaceChildren();
      this.#listen(session);
      this.#meter(session);
      this.#line();
    } catch (error) {
      state.textContent = error.name === 'NotAllowedError' ? 'The microphone was not allowed.' : `No talk: ${error.message}`;
    } finally {
      call.disabled = false;
    }
  }

  #listen(session) {
    const on = (type, take) => session.addEventListener(type, ({ detail }) => session === this.#call && take(detail ?? {}));
    const state = (text) => (this.#parts.state.textContent = text);
    on('stream', () => this.#line());
    on('session.created', ({ stt, tts }) => (this.#parts.engines.textContent = engines(stt, tts)));
    on('user.speech_started', () => state('You speak'));
    on('user.speech_stopped', () => state('Understanding'));
    on('transcript.partial', ({ turn, text }) => this.#write(turn, text, true));
    on('transcript.final', ({ turn, text }) => this.#write(turn, text, false));
    on('transcript.failed', ({ turn }) => this.#write(turn, 'not understood', false));
    on('agent.started', ({ conversation }) => {
      this.#agent = this.#add('agent', 'Agent', '');
      this.#tokens = [];
      state('Thinking');
      if (conversation) this.dispatchEvent(new CustomEvent('conversation', { detail: conversation }));
    });
    // By their number: after a break they begin again at the first.
    on('agent.token', ({ i, text }) => {
      this.#tokens[i] = text;
      if (this.#agent) this.#agent.textContent = this.#tokens.join('');
    });
    on('agent.done', ({ text }) => this.#agent && (this.#agent.textContent = text));
    on('speech.begin', () => state('Speaking; speak to interrupt'));
    on('speech.pause', () => state('Holding still: do you speak?'));
    on('speech.resume', () => state('Speaking; speak to interrupt'));
    on('speech.end', () => state('Listening'));
    on('speech.stop', (stop) => this.#stopped(stop));
    on('audio.dropped', ({ from_ms: from, to_ms: to, reason }) => this.#add('told', '', `${to - from} ms of sound were lost (${reason}).`));
    on('error', ({ message, fatal }) => fatal && this.#add('told', '', message));
  }

  #stopped({ reason, spoken_text: spoken, unspoken_text: unspoken }) {
    if (reason !== 'barge_in') return;
    this.#parts.state.textContent = 'You interrupted';
    // What was heard stands, and what was not is struck out, as the conversation has it.
    if (this.#agent && unspoken) this.#agent.replaceChildren(spoken, h('del', {}, unspoken));
    this.#agent = undefined;
  }

  #write(turn, text, partial) {
    if (this.#spoken.has(turn)) return; // a partial that was overtaken
    if (this.#mine?.dataset.turn !== String(turn)) {
      this.#mine = this.#add('me', 'You', '');
      this.#mine.dataset.turn = String(turn);
    }
    this.#mine.textContent = text;
    this.#mine.classList.toggle('partial', partial);
    if (!partial) this.#spoken.add(turn);
  }

  #add(who, name, text) {
    const words = h('span', { class: 'words' }, text);
    const { said } = this.#parts;
    const near = said.scrollHeight - said.scrollTop - said.clientHeight < 40;
    said.append(h('li', { class: who }, name ? h('span', { class: 'who' }, name) : null, words));
    if (near) said.scrollTop = said.scrollHeight;
    return words;
  }

  /** The line of the talk, and with it the buttons. */
  #line() {
    const { call, mute, state, engines: names } = this.#parts;
    const { state: line, error } = this.#call?.stream ?? { state: 'closed' };
    const over = line === 'closed' || line === 'failed';
    const words = { connecting: 'Calling', open: 'Listening', waiting: 'Cut; what you say is kept', closed: 'Not in a talk', failed: `Ended: ${error?.message ?? ''}` };
    state.textContent = words[line];
    if (over) {
      this.#call = undefined;
      this.#spoken.clear();
      this.#mine = this.#agent = undefined;
      mute.setAttribute('aria-pressed', 'false');
      names.textContent = '';
    }
    call.textContent = over ? 'Talk' : 'Hang up';
    mute.disabled = over;
    this.dispatchEvent(new Event('line'));
  }

  #mute() {
    const muted = !this.#call.muted;
    this.#call.mute(muted);
    this.#parts.mute.setAttribute('aria-pressed', String(muted));
    this.#parts.state.textContent = muted ? 'Muted' : 'Listening';
  }

  /** Drawn with each picture while the talk goes on; loudness is heard by its logarithm. */
  #meter(session) {
    const { level } = this.#parts;
    const draw = () => {
      const decibels = 20 * Math.log10(Math.max(session.level, 1e-4));
      level.value = session === this.#call ? Math.max(0, (decibels + 60) / 60) : 0;
      if (session === this.#call) requestAnimationFrame(draw);
    };
    draw();
  }
}

function engines(stt, tts) {
  const name = (engine, does) => (engine ? `${engine.engine} ${does}${engine.demo ? ' (a demonstration)' : ''}` : `nobody ${does}`);
  return `${name(stt, 'listens')}, ${name(tts, 'speaks')}`;
}
