/** How near to the end a reader is who wants to see what comes. */
const NEAR_PX = 40;

/**
 * Follows text that grows, as long as the reader is at its end. Who has scrolled away is left alone until he comes back,
 * or presses the button that says there is more.
 */
export class Follower {
  #scroll;
  #button;
  #following = true;
  #height = 0;

  constructor(scroll, content, button) {
    this.#scroll = scroll;
    this.#button = button;
    scroll.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    // A wheel upwards is a wish at once; by the position alone the next token would pull the reader back.
    scroll.addEventListener('wheel', (event) => event.deltaY < 0 && this.#leave(), { passive: true });
    button.addEventListener('click', () => this.toEnd());
    new ResizeObserver(() => this.#grown()).observe(content);
  }

  toEnd() {
    this.#following = true;
    this.#button.hidden = true;
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }

  #grown() {
    if (this.#following) this.#scroll.scrollTop = this.#scroll.scrollHeight;
    else if (this.#scroll.scrollHeight > this.#height + 8) this.#button.hidden = false;
    this.#height = Math.max(this.#height, this.#scroll.scrollHeight);
  }

  #leave() {
    if (this.#scroll.scrollHeight - this.#scroll.clientHeight < 2) return; // nowhere to go
    this.#following = false;
    this.#height = this.#scroll.scrollHeight;
  }

  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroll;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (near) {
      this.#following = true;
      this.#button.hidden = true;
    } else if (this.#following) {
      this.#leave();
    }
  }
}
