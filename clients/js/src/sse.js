/**
 * Server-sent events out of bytes that were cut anywhere. It knows no socket and no clock, and looks at each byte once: a
 * line that comes in many chunks is put together when it is whole, and not again for every chunk.
 */
export class SseDecoder {
  #text = new TextDecoder(); // takes the byte order mark away, and waits for the rest of a character
  #line = [];
  #afterCr = false;
  #event = '';
  #data = [];
  #id;

  /** The id of the last event, or of an `id:` line without one: where to go on. */
  lastId;

  /**
   * What the chunk completes, in its order.
   *
   * @param {Uint8Array} chunk
   * @returns {Array<{type: 'event', event: string, data: string, id?: string} | {type: 'retry', millis: number} | {type: 'comment', text: string}>}
   */
  feed(chunk) {
    const out = [];
    const text = this.#text.decode(chunk, { stream: true });
    let start = 0;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c !== 10 && c !== 13) {
        this.#afterCr = false;
        continue;
      }
      if (c === 10 && this.#afterCr) {
        this.#afterCr = false; // the second half of CR LF
        start = i + 1;
        continue;
      }
      this.#afterCr = c === 13;
      this.#line.push(text.slice(start, i));
      start = i + 1;
      this.#take(this.#line.length === 1 ? this.#line[0] : this.#line.join(''), out);
      this.#line.length = 0;
    }
    if (start < text.length) this.#line.push(text.slice(start));
    return out;
  }

  #take(line, out) {
    if (line === '') {
      this.#dispatch(out);
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) {
      out.push({ type: 'comment', text: line.slice(1).trim() });
      return;
    }
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1);
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) out.push({ type: 'retry', millis: Number(value) });
  }

  #dispatch(out) {
    const id = this.#id;
    if (id !== undefined) this.lastId = id;
    if (this.#data.length > 0) {
      const event = { type: 'event', event: this.#event || 'message', data: this.#data.join('\n') };
      if (id !== undefined) event.id = id; // notices of the server have none, and move nobody's place
      out.push(event);
    }
    this.#event = '';
    this.#data = [];
    this.#id = undefined;
  }
}
