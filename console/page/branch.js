/**
 * The turns of a branch, out of its messages in their order: a question, the texts that steered its run, and the answer. An
 * answer that was asked for again has another run than its question; one that is still being written has no message yet.
 *
 * @param {object[]} messages @param {string | null} active the run that is not over
 * @returns {Array<{run: string, questions: object[], answer?: object}>}
 */
export function turnsOf(messages, active) {
  const turns = [];
  for (const message of messages) {
    const last = turns.at(-1);
    if (message.role === 'user') {
      if (last && !last.answer && last.questions[0]?.run === message.run) last.questions.push(message);
      else turns.push({ run: message.run, questions: [message] });
    } else if (last && !last.answer) {
      Object.assign(last, { run: message.run, answer: message });
    } else {
      turns.push({ run: message.run, questions: [], answer: message });
    }
  }
  if (active && !turns.some((turn) => turn.run === active)) {
    const last = turns.at(-1);
    if (last && !last.answer) last.run = active;
    else turns.push({ run: active, questions: [] });
  }
  return turns;
}
