// What is known of one reply, asked for when somebody wants to see it.

import { get, SignedOut } from "./post.js";

export class Details {
  #dialog;
  #address;
  #signedOut;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {() => string} address  of the conversation on the page
   * @param {() => void} signedOut  the session ended
   */
  constructor(dialog, address, signedOut) {
    this.#dialog = dialog;
    this.#address = address;
    this.#signedOut = signedOut;
  }

  async show(message) {
    const place = this.#dialog.querySelector("[data-details-body]");
    place.textContent = "Loading…";
    this.#dialog.showModal();
    try {
      place.innerHTML = await get(`${this.#address()}/messages/${message}/details`);
    } catch (error) {
      if (error instanceof SignedOut) {
        this.#dialog.close();
        this.#signedOut();
      } else place.textContent = error.message;
    }
  }
}
