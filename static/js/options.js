// The model, the instructions and the parameters of a conversation: saved at once, or kept for the first
// message of a new one.

import { boxesOf, fillBoxes } from "./boxes.js";
import { post, Refused, SignedOut } from "./post.js";

/** Emits `signed-out`, `trouble` (detail: words), `kept` (it was saved), `proposed` (what model Save will choose). */
export class Options extends EventTarget {
  #select;
  #form;
  #address;
  #check;
  #model;
  #saved;
  #proposed = "";
  #parameters = null;

  /**
   * @param {HTMLSelectElement} select  the model
   * @param {HTMLFormElement} form  the instructions and the parameters, in their dialog
   * @param {string} address  of the conversation, or "" for a new chat
   * @param {string} check  where the parameters of a new chat are checked
   */
  constructor(select, form, address, check) {
    super();
    this.#select = select;
    this.#form = form;
    this.#address = address;
    this.#check = check;
    this.#model = select.value;
    this.#saved = boxesOf(this.#form);
    select.addEventListener("change", () => this.#changeModel());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#changeInstructions();
    });
    form.closest("dialog").addEventListener("close", () => this.#restore());
  }

  get model() {
    return this.#select.value;
  }

  get systemPrompt() {
    return this.#saved.system_prompt;
  }

  get responseFormat() {
    return this.#saved.response_format;
  }

  /** Of a new chat, as its first message carries them; null when none were set. */
  get parameters() {
    return this.#parameters;
  }

  get form() {
    return this.#form;
  }

  /** The boxes as they stand, by name. */
  get boxes() {
    return boxesOf(this.#form);
  }

  /**
   * Put this into the boxes; nothing is saved. An empty model or system prompt leaves what is there.
   * @param {{model: string, system_prompt: string, boxes: Record<string, string>}} contents
   */
  fill({ model, system_prompt, boxes }) {
    if (model) this.propose(model);
    fillBoxes(this.#form, { ...boxes, ...(system_prompt && { system_prompt }) }, "tool:");
    this.#form.querySelector("details").open = true;
  }

  /** The model that Save will choose. */
  get proposed() {
    return this.#proposed || this.model;
  }

  /** From Save on it is to be this model. */
  propose(model) {
    this.#proposed = model;
    const words = this.proposed === this.#model ? "" : `From Save on: ${model}`;
    this.#form.querySelector("[data-proposed]").textContent = words;
    this.#emit("proposed");
  }

  /** Save the boxes as they stand. Resolves to why it was not saved, or null. */
  async keep() {
    const typed = boxesOf(this.#form);
    const model = this.proposed;
    const refusal = await this.#save({ ...typed, model });
    if (refusal !== null) return refusal;
    this.#saved = { ...typed, system_prompt: typed.system_prompt.trim() };
    this.model = model;
    this.propose("");
    this.#emit("kept");
    return null;
  }

  set address(value) {
    this.#address = value;
  }

  /** Another tab or device chose another model. */
  set model(value) {
    this.#select.value = this.#model = value;
  }

  async #changeModel() {
    const refusal = await this.#save({ model: this.#select.value, system_prompt: this.#saved.system_prompt });
    if (refusal === null) this.#model = this.#select.value;
    else {
      this.#select.value = this.#model;
      this.#emit("trouble", refusal);
    }
  }

  async #changeInstructions() {
    const refusal = await this.keep();
    const line = this.#form.querySelector("[data-wrong]");
    line.hidden = refusal === null;
    line.textContent = refusal ?? "";
    if (refusal === null) this.#form.closest("dialog").close();
  }

  /** Resolves to why it was not saved, or null. */
  async #save(fields) {
    try {
      if (this.#address) await post(`${this.#address}/settings`, fields);
      else if (fields.with_parameters) this.#parameters = await (await post(this.#check, fields)).json();
      return null;
    } catch (error) {
      if (error instanceof SignedOut) this.#emit("signed-out");
      else if (!(error instanceof Refused)) throw error;
      return error.message || "You were signed out, so it was not saved.";
    }
  }

  // What was typed but not saved is gone when the dialog closes.
  #restore() {
    this.propose("");
    fillBoxes(this.#form, this.#saved);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
