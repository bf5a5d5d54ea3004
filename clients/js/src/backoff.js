/** The longest time between two attempts, unless the server itself asks for a longer one. */
const CAP_MS = 30_000;

/**
 * How long to wait before coming back. Never less than the server said with `retry:`, twice that with each failure in a
 * row, and up to half of it again by chance: readers who lost one server together shall not come back together.
 *
 * @param {number} retryMs what the server said last
 * @param {number} failures in a row, from 1
 * @param {() => number} random from 0 up to 1
 */
export function delay(retryMs, failures, random = Math.random) {
  const base = Math.min(Math.max(CAP_MS, retryMs), retryMs * 2 ** Math.min(failures - 1, 20));
  return Math.round(base + (random() * base) / 2);
}
