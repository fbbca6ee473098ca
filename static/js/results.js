// The results of a replay that runs: asked for again and again until it has ended.

import { morph } from "./morph.js";
import { get, SignedOut } from "./post.js";

const PAUSE_MS = 700;
const HIDDEN_MS = 5_000;
const TROUBLE_MS = 5_000;

export class Results {
  #section;
  #status;
  #signedOut;

  /**
   * @param {HTMLElement} section  as the server made it
   * @param status  the Status
   * @param {() => void} signedOut  the session ended
   */
  constructor(section, status, signedOut) {
    this.#section = section;
    this.#status = status;
    this.#signedOut = signedOut;
  }

  /** Until it has ended. */
  async follow() {
    while (this.#section.dataset.running) {
      await this.#sleep(document.hidden ? HIDDEN_MS : PAUSE_MS);
      try {
        await this.#look();
      } catch (error) {
        if (error instanceof SignedOut) return this.#signedOut();
        await this.#sleep(TROUBLE_MS); // The page shows what it knew; the replay goes on without it.
      }
    }
  }

  async #look() {
    const template = document.createElement("template");
    template.innerHTML = await get(this.#section.dataset.resultsUrl);
    const cancelling = document.activeElement.closest("[data-cancel]");
    morph(this.#section, template.content.firstElementChild, (part) => part.matches("[data-compare]"));
    if (this.#section.dataset.running) return;
    if (cancelling) this.#section.focus({ preventScroll: true }); // The button is gone.
    const said = ["[data-state]", "[data-found]"].map((part) => this.#section.querySelector(part).textContent);
    this.#status.say(said.join(". "));
  }

  /** A hidden page waits longer; shown again it looks at once. */
  #sleep(ms) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        document.removeEventListener("visibilitychange", shown);
        resolve();
      };
      const shown = () => !document.hidden && done();
      const timer = setTimeout(done, ms);
      document.addEventListener("visibilitychange", shown);
    });
  }
}
