// Two versions of one message, compared: which two is chosen in the dialog, and which to go on with.

import { get, SignedOut } from "./post.js";

export class Compare {
  #dialog;
  #place;
  #address;
  #signedOut;
  #asked = 0;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {() => string} address  of the conversation on the page
   * @param {(message: string) => void} choose  show the branch of a message
   * @param {() => void} signedOut  the session ended
   */
  constructor(dialog, address, choose, signedOut) {
    this.#dialog = dialog;
    this.#place = dialog.querySelector("[data-compare-body]");
    this.#address = address;
    this.#signedOut = signedOut;
    this.#place.addEventListener("change", ({ target }) => this.#changed(target.name));
    this.#place.addEventListener("click", ({ target }) => {
      const message = target.closest("[data-compare-choose]")?.dataset.compareChoose;
      if (!message) return;
      this.#dialog.close();
      choose(message);
    });
  }

  /** Open the dialog with a message and the version beside it. */
  show(message) {
    this.#place.textContent = "Loading…";
    this.#dialog.showModal();
    return this.#load(message);
  }

  async #changed(name) {
    const [left, right] = ["left", "right"].map((side) => this.#place.querySelector(`[name="${side}"]`).value);
    await this.#load(left, `?with=${right}`);
    this.#place.querySelector(`[name="${name}"]`)?.focus();
  }

  async #load(message, query = "") {
    const asked = (this.#asked += 1);
    try {
      const html = await get(`${this.#address()}/messages/${message}/compare${query}`);
      if (asked === this.#asked) this.#place.innerHTML = html; // A later choice may be answered sooner.
    } catch (error) {
      if (error instanceof SignedOut) {
        this.#dialog.close();
        this.#signedOut();
      } else this.#place.textContent = error.message;
    }
  }
}
