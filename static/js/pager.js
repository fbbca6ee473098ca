// Older messages: asked for when the reader comes near the top, or presses the button there.

export class Pager {
  #row;
  #ask;
  #busy = false;
  #near;

  /**
   * @param {HTMLElement} row  holds the button; hidden when there is nothing older
   * @param {HTMLElement} log  the element that scrolls
   * @param {() => boolean} ask  sends `page`; false when it could not be sent
   */
  constructor(row, log, ask) {
    this.#row = row;
    this.#ask = ask;
    row.querySelector("button").addEventListener("click", () => this.#more());
    this.#near = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && this.#more(), {
      root: log,
      rootMargin: "600px 0px 0px 0px",
    });
    this.#near.observe(row);
  }

  /** Are there older messages? Said by every `conversation` and `page` frame. */
  set older(value) {
    this.#busy = false;
    this.#row.hidden = !value;
    this.#near.unobserve(this.#row); // Observed anew it reports again, even if it never left the view.
    this.#near.observe(this.#row);
  }

  /** The link broke: what was asked for will not come. */
  reset() {
    this.#busy = false;
  }

  #more() {
    if (this.#busy || this.#row.hidden) return;
    this.#busy = this.#ask();
  }
}
