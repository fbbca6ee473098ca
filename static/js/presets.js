// Presets in the dialog of the settings: choose one and fill it in, keep what stands there as one, rename, delete.

import { PresetNaming } from "./preset_naming.js";
import { renewStart } from "./preset_start.js";
import { effectOf } from "./preset_words.js";
import { get, post, SignedOut } from "./post.js";

const FILLED = "Filled in. Save keeps it for this conversation; Cancel leaves everything as it was.";
const DELETE = "Delete…";
const DELETE_FOR_GOOD = "Delete for good";

/** Emits `signed-out`. Nothing but presets is changed here: what is filled in waits for Save. */
export class PresetPanel extends EventTarget {
  #panel;
  #options;
  #naming;
  /** @type {import("./preset_words.js").Contents | null} of the one chosen */
  #contents = null;
  #asked = 0;

  /**
   * @param {HTMLElement} panel
   * @param {HTMLFormElement} form  of the panel's own boxes
   * @param options  the Options
   */
  constructor(panel, form, options) {
    super();
    this.#panel = panel;
    this.#options = options;
    this.#naming = new PresetNaming(this.#part, form);
    this.#naming.addEventListener("named", ({ detail }) => (detail.why === "rename" ? this.#rename(detail) : this.#keep(detail)));
    this.#naming.addEventListener("answered", () => this.#list.focus());
    this.#list.addEventListener("change", () => this.#choose());
    panel.addEventListener("click", ({ target }) => this.#pressed(target.closest("[data-preset-do]")));
    panel.closest("dialog").addEventListener("close", () => this.#reset());
  }

  #pressed(button) {
    const name = this.#own ? this.#chosen.text : "";
    const verbs = {
      apply: () => this.#apply(),
      keep: () => this.#naming.ask("keep", name, this.#options.model),
      rename: () => this.#naming.ask("rename", name, ""),
      delete: () => this.#delete(button),
      cancel: () => this.#naming.close(),
    };
    verbs[button?.dataset.presetDo]?.();
  }

  async #choose() {
    this.#settle();
    if (!this.#list.value) return this.#say([]);
    const mine = this.#asked;
    const text = await this.#try(() => get(this.#address));
    if (text === null || mine !== this.#asked) return undefined;
    this.#contents = JSON.parse(text);
    this.#part("preset-do=apply").disabled = false;
    return this.#say(effectOf(this.#options.form, this.#options.model, this.#contents));
  }

  #apply() {
    this.#options.fill(this.#contents);
    this.#say([FILLED, ...this.#contents.notes]);
  }

  async #keep({ name, prompt, model, replace }) {
    const fields = {
      ...this.#options.boxes,
      ...(prompt ? {} : { system_prompt: "" }),
      preset_model: model ? this.#options.model : "",
      preset_name: name,
      replace,
    };
    await this.#change(() => post(this.#panel.dataset.url, fields), "Saved as a preset.");
  }

  async #rename({ name }) {
    await this.#change(() => post(`${this.#address}/rename`, { preset_name: name }), "Renamed.");
  }

  async #delete(button) {
    if (button.textContent === DELETE) {
      button.textContent = DELETE_FOR_GOOD;
      this.#say([`Delete the preset “${this.#chosen.text}” for good? Conversations keep what it filled in.`]);
    } else await this.#change(() => post(`${this.#address}/delete`), "Deleted.");
  }

  async #change(send, done) {
    const answer = await this.#try(send);
    if (!answer) return;
    const options = await answer.text();
    this.#list.innerHTML = options;
    renewStart(options);
    this.#naming.close();
    await this.#choose();
    this.#say([done]);
  }

  /** What `action` resolves to; null when it was refused, which is said then. */
  async #try(action) {
    try {
      return await action();
    } catch (error) {
      if (error instanceof SignedOut) this.dispatchEvent(new CustomEvent("signed-out"));
      this.#naming.replacing(error.taken === true);
      this.#say([error.message || "You were signed out. Nothing was changed."], true);
      return null;
    }
  }

  /** Nothing is chosen, or something else: what belonged to the one before is gone. */
  #settle() {
    this.#asked += 1;
    this.#contents = null;
    this.#part("preset-do=apply").disabled = true;
    this.#part("preset-own").hidden = !this.#own;
    this.#part("preset-do=delete").textContent = DELETE;
  }

  #reset() {
    this.#list.value = "";
    this.#naming.close();
    this.#settle();
    this.#say([]);
  }

  #say(sentences, wrong = false) {
    const place = this.#part("preset-says");
    place.classList.toggle("wrong", wrong);
    place.textContent = sentences.join(" ") || place.dataset.presetSays;
  }

  get #list() {
    return this.#part("preset-list");
  }

  get #chosen() {
    return this.#list.selectedOptions[0];
  }

  get #own() {
    return this.#chosen?.dataset.own !== undefined;
  }

  get #address() {
    return `${this.#panel.dataset.url}/${this.#list.value}`;
  }

  #part = (name) => this.#panel.querySelector(`[data-${name}]`);
}
