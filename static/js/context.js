// What goes up to the model with the next message: a line below the message box, and the list behind it.

import { post, Refused, SignedOut } from "./post.js";

const IDLE_MS = 900;

/** Asks the site once nothing has changed for a moment, never while somebody is typing. */
export class Context {
  #line;
  #dialog;
  #url;
  #fields;
  #timer;
  #asked = 0;

  /**
   * @param {HTMLButtonElement} line  opens the list; hidden while there is nothing to say
   * @param {HTMLDialogElement} dialog
   * @param {string} url
   * @param {() => {conversation: string, text: string, model: string, system_prompt: string}} fields
   */
  constructor(line, dialog, url, fields) {
    this.#line = line;
    this.#dialog = dialog;
    this.#url = url;
    this.#fields = fields;
    line.addEventListener("click", () => this.#open());
  }

  /** Something that goes up is not what it was. */
  changed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), IDLE_MS);
  }

  async #look() {
    const fields = this.#fields();
    const empty = !fields.conversation && !fields.text.trim();
    const html = empty ? null : await this.#ask(fields);
    if (html === undefined) return;
    if (html !== null) this.#line.innerHTML = html;
    this.#line.hidden = html === null;
  }

  async #open() {
    const html = await this.#ask({ ...this.#fields(), list: "yes" });
    if (!html) return;
    this.#dialog.querySelector("[data-context-list]").innerHTML = html;
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** The site's answer; null when it has none to give, undefined when a newer question was asked meanwhile. */
  async #ask(fields) {
    const mine = ++this.#asked;
    let html = null;
    try {
      html = await (await post(this.#url, fields)).text();
    } catch (error) {
      // Whoever is signed out, or offline, is told so by what they do next; this is only an estimate.
      if (!(error instanceof Refused || error instanceof SignedOut)) throw error;
    }
    return mine === this.#asked ? html : undefined;
  }
}

/**
 * @param {object} parts  composer, watch, options, turns
 * @param {HTMLSelectElement} select  the model
 * @param {HTMLDialogElement} instructions  whose text goes up too
 * @param {{line: HTMLButtonElement, dialog: HTMLDialogElement, url: string}} where
 */
export function wireContext({ composer, watch, options, turns }, select, instructions, { line, dialog, url }) {
  const context = new Context(line, dialog, url, () => ({
    conversation: watch.conversation,
    text: composer.text,
    model: options.model,
    system_prompt: options.systemPrompt,
  }));
  const changed = () => context.changed();
  composer.addEventListener("typed", changed);
  composer.addEventListener("send", changed);
  turns.addEventListener("taken-back", changed);
  watch.addEventListener("shown", changed);
  watch.addEventListener("moved", changed);
  select.addEventListener("change", changed);
  instructions.addEventListener("close", changed);
  changed();
}
