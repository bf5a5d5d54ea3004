/** What stands where text was lost: one for each unit, so that every later offset still holds. */
const LOST = '\uFFFD';

/**
 * Puts a piece where it belongs. Offsets count UTF-16 units, as JavaScript's strings do; a piece that is there already,
 * whole or in part, changes nothing, so a repeated or merged token never doubles text.
 *
 * @param {string} text what there is
 * @param {string} piece
 * @param {number} at the offset of its first unit
 */
export function place(text, piece, at) {
  if (at === text.length) return text + piece;
  if (at > text.length) return text + LOST.repeat(at - text.length) + piece;
  return text.slice(0, at) + piece + text.slice(at + piece.length);
}

/** Whether a text is the one that the last word of its run describes; undefined where nothing can compute it. */
export async function matches(text, done) {
  if (typeof done.text_length === 'number' && done.text_length !== text.length) return false;
  const subtle = globalThis.crypto?.subtle; // absent in pages that came over plain HTTP from another machine
  if (!done.text_sha256 || !subtle) return undefined;
  const hash = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('') === done.text_sha256;
}
