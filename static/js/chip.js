// One file in the message box: its picture, its name, how far it is, and what went wrong.

import { aboutWords, sizeWords } from "./files.js";

/** Owns one chip's markup. Knows nothing of how files get to the site. */
export class Chip {
  /**
   * @param {HTMLElement} element  a fresh blank chip
   * @param {string} name
   * @param {{remove: () => void, retry: () => void}} on
   */
  constructor(element, name, { remove, retry }) {
    this.element = element;
    this.#part(".chip-name").textContent = name;
    this.#part(".chip-name").title = name;
    this.#part("progress").setAttribute("aria-label", `Uploading ${name}`);
    this.#part("[data-chip-remove]").setAttribute("aria-label", `Remove ${name}`);
    this.#part("[data-chip-retry]").setAttribute("aria-label", `Try again to attach ${name}`);
    this.#part("[data-chip-remove]").addEventListener("click", remove);
    this.#part("[data-chip-retry]").addEventListener("click", retry);
  }

  /** It is on its way. @param {number} size  in bytes @param {number} share  of it that has been sent */
  uploading(size, share) {
    this.#state("uploading", share < 1 ? `${Math.floor(share * 100)} % of ${sizeWords(size)}` : "Being checked…");
    this.#part("progress").value = share;
  }

  /** The site has it. @param {import("./files.js").Described} file */
  ready(file) {
    this.#state("ready", aboutWords(file));
    this.element.dataset.file = file.id;
    this.#part(".chip-name").textContent = file.name;
    if (!file.thumbnail) return;
    const picture = this.#part("img");
    picture.src = file.thumbnail;
    picture.hidden = false;
    this.#part(".chip-picture .icon").classList.add("covered");
  }

  /** The site does not have it. @param {string} words  why @param {boolean} again  may it be tried again? */
  failed(words, again) {
    this.#state("failed", words);
    this.#part("[data-chip-retry]").hidden = !again;
  }

  #state(state, words) {
    this.element.dataset.state = state;
    this.#part(".chip-says").textContent = words;
    this.#part("progress").hidden = state !== "uploading";
    this.#part("[data-chip-retry]").hidden = true;
  }

  #part(selector) {
    return this.element.querySelector(selector);
  }
}
