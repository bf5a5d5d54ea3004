import { END } from './frame.js';

/** What the loudspeaker is to do when the server says this. */
const ORDERS = {
  'session.created': () => ({ type: 'reset' }),
  'session.resumed': ({ speech }) => speech && { type: 'begin', speech: speech.id, fromMs: speech.from_ms },
  'speech.begin': ({ speech }) => ({ type: 'begin', speech }),
  'speech.pause': () => ({ type: 'pause' }),
  'speech.resume': () => ({ type: 'resume' }),
  'speech.stop': ({ speech }) => ({ type: 'stop', speech }),
  'speech.end': ({ speech }) => ({ type: 'end', speech }),
};

/** @param {object} message of the server @returns {object | undefined} an order to the player */
export function order(message) {
  return ORDERS[message.type]?.(message) ?? undefined;
}

/** @param {ReturnType<typeof import('./frame.js').decode>} frame @returns {object[]} orders to the player */
export function ordersOf(frame) {
  if (!frame) return [];
  const audio = { type: 'audio', speech: frame.speech, at: frame.pts, pcm: frame.pcm };
  return frame.flags & END ? [audio, { type: 'end', speech: frame.speech }] : [audio];
}
