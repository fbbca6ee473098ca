// The model and the settings of a conversation: saved at once, or kept for the first
// message of a new one.

import { fillBoxes, openFilled } from "./boxes.js";
import { SavedBoxes } from "./saved_boxes.js";
import { saveSettings } from "./settings.js";

/** Emits `signed-out`, `trouble` (detail: words), `kept` (it was saved), `proposed` (what model Save will choose). */
export class Options extends EventTarget {
  #select;
  #form;
  #address;
  #check;
  #model;
  #boxes;
  #proposed = "";
  #parameters = null;

  /**
   * @param {HTMLSelectElement} select  the model
   * @param {HTMLFormElement} form  the settings, in their dialog
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
    this.#boxes = new SavedBoxes(form);
    select.addEventListener("change", () => this.#changeModel());
    form.addEventListener("submit", (event) => this.#changeSettings(event));
    form.closest("dialog").addEventListener("close", () => this.#restore());
  }

  get model() {
    return this.#select.value;
  }

  get systemPrompt() {
    return this.#boxes.saved.system_prompt;
  }

  get responseFormat() {
    return this.#boxes.saved.response_format;
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
    return this.#boxes.typed;
  }

  /**
   * Put this into the boxes; nothing is saved. An empty model or system prompt leaves what is there.
   * @param {{model: string, system_prompt: string, boxes: Record<string, string>}} contents
   */
  fill({ model, system_prompt, boxes }) {
    if (model) this.propose(model);
    fillBoxes(this.#form, { ...boxes, ...(system_prompt && { system_prompt }) });
    openFilled(this.#form);
  }

  /** The model that Save will choose. */
  get proposed() {
    return this.#proposed || this.model;
  }

  /** From Save on it is to be this model. */
  propose(model) {
    this.#proposed = model;
    this.#emit("proposed");
  }

  /** Save the boxes as they stand. Resolves to why it was not saved, or null. */
  async keep() {
    const { typed, toSave } = this.#boxes;
    const model = this.proposed;
    const refusal = await this.#save({ ...toSave, model });
    if (refusal !== null) return refusal;
    this.#boxes.keep(typed);
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

  /** The boxes were changed elsewhere. False when something else is typed here, and not saved: it stays for now. */
  renew(values) {
    return this.#boxes.renew(values);
  }

  async #changeModel() {
    const refusal = await this.#save({ model: this.#select.value });
    if (refusal === null) this.#model = this.#select.value;
    else {
      this.#select.value = this.#model;
      this.#emit("trouble", refusal);
    }
  }

  async #changeSettings(event) {
    event.preventDefault();
    const refusal = await this.keep();
    const line = this.#form.querySelector("[data-wrong]");
    line.hidden = refusal === null;
    line.textContent = refusal ?? "";
    if (refusal === null) this.#form.closest("dialog").close();
  }

  /** Resolves to why it was not saved, or null. */
  async #save(fields) {
    const { refusal, parameters, signedOut } = await saveSettings(this.#address, this.#check, fields);
    if (parameters) this.#parameters = parameters;
    if (signedOut) this.#emit("signed-out");
    return refusal;
  }

  // What was typed but not saved is gone when the dialog closes.
  #restore() {
    this.propose("");
    this.#form.querySelector("[data-wrong]").hidden = true;
    this.#boxes.restore();
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
