// The server that these tests use is started by the system tests, which say where it is.
const { MILLRACE_URL, MILLRACE_TOKEN } = process.env;
if (!MILLRACE_URL || !MILLRACE_TOKEN) {
  throw new Error('set MILLRACE_URL to a running server and MILLRACE_TOKEN to a token with every scope');
}

export const url = MILLRACE_URL;
export const token = MILLRACE_TOKEN;
/** A question with a long answer. */
export const question = process.env.MILLRACE_QUESTION ?? 'How do I resume a stream?';
