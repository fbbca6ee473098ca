// What a reply that shows nothing new is waiting for, said in words and with the true number of seconds.

/** Owns the text of one `[data-part="waiting"]` element, and the clock that counts in it. */
export class Waiting {
  #element;
  #timer = 0;

  /** @param {() => Element | null} element  looked up each time: the server's markup may replace it */
  constructor(element) {
    this.#element = element;
  }

  /** Others are before it. */
  turn() {
    this.#say(() => "Waiting for its turn: other replies are being written first.");
  }

  /** The first word has not come. `seconds`: how long it has waited so far. */
  model(name, seconds) {
    const since = performance.now() - seconds * 1000;
    this.#say(() => `Waiting for ${name || "the model"}… ${Math.max(0, Math.floor((performance.now() - since) / 1000))} s`);
  }

  /** Tools are running, or wait for the person's word: `message` says which. */
  tools(message, seconds) {
    const since = performance.now() - seconds * 1000;
    this.#say(() => `${message}… ${Math.max(0, Math.floor((performance.now() - since) / 1000))} s`);
  }

  /** The model's host asked to wait: the next try comes in `seconds`. */
  retry(message, seconds) {
    const until = performance.now() + seconds * 1000;
    const reason = message || "The model's host asked to wait.";
    this.#say(() => {
      const left = Math.ceil((until - performance.now()) / 1000);
      return left > 0 ? `${reason} Next try in ${left} s.` : `${reason} Trying again now…`;
    });
  }

  /** The reader pressed Stop, and the server has not confirmed it yet. */
  stopping() {
    this.#say(() => "Stopping…");
  }

  clear() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#element()?.replaceChildren();
  }

  #say(words) {
    clearInterval(this.#timer);
    const show = () => {
      const element = this.#element();
      if (element) element.textContent = words();
    };
    show();
    this.#timer = setInterval(show, 1000);
  }
}
