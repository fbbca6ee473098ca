// JSON mode needs the word JSON somewhere in the conversation; the message is the reader's, so they are asked.

const WORD = /json/i;

/** Offers to add the word before a message is sent that lacks it. */
export class WordGuard {
  #offer;
  #needed;
  #said;

  /**
   * @param {HTMLElement} offer  the question, with its two buttons
   * @param {() => boolean} needed  does the response format need the word?
   * @param {() => string[]} said  what else goes to the model
   * @param {(addition: string) => void} send  send what is in the box, with this at its end
   */
  constructor(offer, needed, said, send) {
    this.#offer = offer;
    this.#needed = needed;
    this.#said = said;
    offer.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-addition]");
      if (!button) return;
      this.drop();
      send(button.dataset.addition);
    });
  }

  /** Is this message to wait, because the reader is asked first? */
  holds(text) {
    const held = this.#needed() && ![text, ...this.#said()].some((words) => WORD.test(words));
    this.#offer.hidden = !held;
    if (held) this.#offer.querySelector("button").focus();
    return held;
  }

  /** The question is out of date. */
  drop() {
    this.#offer.hidden = true;
  }
}
