// The model and the instructions of a conversation: saved at once, or kept for the first message of a new one.

import { post, Refused, SignedOut } from "./post.js";

/** Emits `signed-out` and `trouble` (detail: words). */
export class Options extends EventTarget {
  #select;
  #form;
  #address;
  #prompt;
  #model;

  /**
   * @param {HTMLSelectElement} select  the model
   * @param {HTMLFormElement} form  the instructions, in their dialog
   * @param {string} address  of the conversation, or "" for a new chat
   */
  constructor(select, form, address) {
    super();
    this.#select = select;
    this.#form = form;
    this.#address = address;
    this.#prompt = this.#box.value;
    this.#model = select.value;
    select.addEventListener("change", () => this.#changeModel());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#changePrompt();
    });
    form.closest("dialog").addEventListener("close", () => (this.#box.value = this.#prompt));
  }

  get model() {
    return this.#select.value;
  }

  get systemPrompt() {
    return this.#prompt;
  }

  set address(value) {
    this.#address = value;
  }

  /** Another tab or device chose another model. */
  set model(value) {
    this.#select.value = this.#model = value;
  }

  async #changeModel() {
    const refusal = await this.#save(this.#select.value, this.#prompt);
    if (refusal === null) this.#model = this.#select.value;
    else {
      this.#select.value = this.#model;
      this.#emit("trouble", refusal);
    }
  }

  async #changePrompt() {
    const text = this.#box.value.trim();
    const refusal = await this.#save(this.#model, text);
    const line = this.#form.querySelector("[data-wrong]");
    line.hidden = refusal === null;
    line.textContent = refusal ?? "";
    if (refusal !== null) return;
    this.#prompt = text;
    this.#form.closest("dialog").close();
  }

  /** Resolves to why it was not saved, or null. */
  async #save(model, systemPrompt) {
    if (!this.#address) return null;
    try {
      await post(`${this.#address}/settings`, { model, system_prompt: systemPrompt });
      return null;
    } catch (error) {
      if (error instanceof SignedOut) this.#emit("signed-out");
      else if (!(error instanceof Refused)) throw error;
      return error.message || "You were signed out, so it was not saved.";
    }
  }

  get #box() {
    return this.#form.querySelector("textarea");
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
