// The one owner of the transcript's scroll position.

// A reader at the end stays at the end while text arrives; a reader elsewhere is never moved. Only the
// reader's own upward scrolling leaves the end: growth alone must not, though it too changes the distance.

const NEAR_PX = 48;

export class Scroll {
  #log;
  #jump;
  #stuck = true;
  #top = 0;

  /**
   * @param {HTMLElement} log  the element that scrolls
   * @param {HTMLElement} inner  what grows in it
   * @param {HTMLElement} jump  the button that leads back to the end
   */
  constructor(log, inner, jump) {
    this.#log = log;
    this.#jump = jump;
    log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    jump.addEventListener("click", () => {
      this.toEnd();
      log.focus({ preventScroll: true });
    });
    const grown = new ResizeObserver(() => this.#settle());
    grown.observe(inner);
    grown.observe(log);
  }

  /** Go to the end and stay there. */
  toEnd() {
    this.#stuck = true;
    this.#settle();
  }

  /**
   * Change the transcript without moving what is being read: the first message in view stays where it is.
   * @param {() => void} change
   */
  keep(change) {
    const anchor = this.#stuck ? null : this.#firstInView();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (anchor?.isConnected) this.#log.scrollTop += anchor.getBoundingClientRect().top - before;
    this.#settle();
  }

  #firstInView() {
    const top = this.#log.getBoundingClientRect().top;
    const messages = this.#log.querySelectorAll("[data-message]");
    return [...messages].find((message) => message.getBoundingClientRect().bottom > top);
  }

  #scrolled() {
    const top = this.#log.scrollTop;
    if (this.#distance() <= NEAR_PX) this.#stuck = true;
    else if (top < this.#top) this.#stuck = false;
    this.#top = top;
    this.#show();
  }

  #settle() {
    if (this.#stuck) this.#log.scrollTop = this.#log.scrollHeight;
    this.#top = this.#log.scrollTop;
    this.#show();
  }

  #show() {
    this.#jump.hidden = this.#stuck || this.#distance() <= NEAR_PX;
  }

  #distance() {
    return this.#log.scrollHeight - this.#log.clientHeight - this.#log.scrollTop;
  }
}
