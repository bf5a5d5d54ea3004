/** An answer that is not a success: problem+json (RFC 9457). Programs go by `code`, people read `message`. */
export class Problem extends Error {
  /** @param {number} status @param {Record<string, unknown>} body */
  constructor(status, body) {
    super(String(body.detail ?? body.title ?? `The server answered ${status}.`));
    this.name = 'Problem';
    this.status = status;
    this.code = String(body.code ?? 'unknown');
    this.body = body;
    this.retryAfterMs = undefined;
  }

  /** Whether the same request may go well a little later. */
  get passing() {
    return this.status === 408 || this.status === 429 || this.status === 500 || (this.status >= 502 && this.status <= 504);
  }
}

/** @param {Response} response one that is not ok */
export async function problemOf(response) {
  let body = {};
  try {
    const read = await response.json();
    if (read !== null && typeof read === 'object') body = read;
  } catch {
    // A proxy's own page, or nothing at all: the status has to do.
  }
  const problem = new Problem(response.status, body);
  const after = Number(response.headers.get('Retry-After'));
  if (response.headers.has('Retry-After') && Number.isFinite(after)) problem.retryAfterMs = after * 1000;
  return problem;
}
