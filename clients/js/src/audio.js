import { Devices } from './audio/devices.js';
import { AudioSession } from './audio/session.js';
import { Http } from './http.js';

/** The route `/api/audio` of a server, with the microphone and the loudspeaker of a browser. */
export function audio(options = {}) {
  return new Audio(options);
}

class Audio {
  #http;
  #options;

  constructor(options) {
    this.#http = new Http(options);
    this.#options = options;
  }

  /**
   * Asks for the microphone, and calls. To be done when a person has pressed something: no browser lets a page make
   * a sound before.
   */
  async call({ conversation, ...hello } = {}) {
    let session;
    let level = 0;
    const early = []; // said while the session was being made
    const devices = await Devices.open(
      (pcm, loudness) => {
        level = session?.muted ? 0 : loudness;
        if (session) session.heard(pcm);
        else early.push(pcm);
      },
      (report) => session?.played(report),
    );
    const at = new URL(`${this.#http.url || globalThis.location.origin}/api/audio`);
    at.protocol = at.protocol.replace('http', 'ws');
    session = new AudioSession({
      ...this.#options.connection,
      url: at.href,
      token: (renew) => this.#http.token(renew),
      play: (order) => devices.play(order),
      conversation,
      hello,
    });
    early.forEach((pcm) => session.heard(pcm));
    session.addEventListener('stream', () => (session.state === 'closed' || session.state === 'failed') && devices.close());
    Object.defineProperty(session, 'level', { get: () => level });
    return session;
  }
}
