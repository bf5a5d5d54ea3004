import { place } from './text.js';

/**
 * What the events of a run add up to: a message, and the artifacts beside it. It knows nothing of the line they came over.
 * Taking an event twice, or again from the start after a reset, ends in the same state.
 */
export class Answer {
  /** @type {import('./index.d.ts').Message} */
  message = empty();
  /** By their id, in the order of their first revision. @type {Map<string, import('./index.d.ts').Artifact>} */
  artifacts = new Map();

  /**
   * @param {string} type of one event
   * @param {any} data
   * @returns {'message' | 'artifact'} which of the two states it belongs to
   */
  take(type, data) {
    if (type === 'artifact') {
      const known = this.artifacts.get(data.id);
      if (!known || known.rev <= data.rev) this.artifacts.set(data.id, { ...data, state: data.final ? 'final' : 'partial' });
      return 'artifact';
    }
    const taking = TAKING[type];
    if (taking) taking(this.message, data);
    return 'message';
  }

  /** The stream begins again: what there was is not true any more. */
  clear() {
    const { run, session } = this.message;
    this.message = { ...empty(), run, session };
    this.artifacts.clear();
  }
}

function empty() {
  return {
    state: 'pending',
    text: '',
    reasoning: new Map(),
    citations: [],
    steps: [],
    tools: new Map(),
    requests: new Map(),
    warnings: [],
    lost: 0,
  };
}

const TAKING = {
  status(message, data) {
    message.steps.push(data);
    message.step = data;
    if (data.step === 'started') {
      Object.assign(message, { run: data.run, session: data.session, id: data.message });
    } else if (data.step === 'running_tool') {
      message.tools.set(data.call, data);
    } else if (data.step === 'tool_result') {
      message.tools.set(data.call, { ...message.tools.get(data.call), ...data });
    } else if (data.step === 'input_required') {
      message.requests.set(data.request, data);
    } else if (data.step === 'steered' && data.request) {
      message.requests.delete(data.request);
    } else if (data.step === 'generating' || data.step === 'completed') {
      message.requests.clear(); // one that expired is not told by name
    }
    message.state = message.requests.size > 0 ? 'waiting_for_input' : message.text ? 'writing' : 'pending';
  },
  token(message, data) {
    if (data.channel === 'reasoning') {
      const part = String(data.part ?? '0');
      message.reasoning.set(part, place(message.reasoning.get(part) ?? '', data.text, data.at));
    } else {
      message.lost += Math.max(0, data.at - message.text.length);
      message.text = place(message.text, data.text, data.at);
      message.state = 'writing';
    }
  },
  citation(message, data) {
    const same = message.citations.findIndex((c) => c.n === data.n && c.start === data.start && c.end === data.end);
    if (same < 0) message.citations.push(data);
    else message.citations[same] = data;
  },
  warning(message, data) {
    if (!message.warnings.some((w) => w.code === data.code && w.message === data.message)) message.warnings.push(data);
  },
  error(message, data) {
    message.error = data;
  },
  done(message, data) {
    message.done = data;
    message.state = data.status;
    message.requests.clear();
  },
};
