// What goes up to the model with the next message: a line below the message box, and the list behind it.

import { post, Refused, SignedOut } from "./post.js";

const IDLE_MS = 900;
const TITLE = "What goes up with the next message";

/** Asks the site once nothing has changed for a moment, never while somebody is typing. */
export class Context {
  #line;
  #dialog;
  #url;
  #fields;
  #timer;
  #asked = 0;
  #gone = false;

  /**
   * @param {HTMLButtonElement} line  opens the list; hidden while there is nothing to say
   * @param {HTMLDialogElement} dialog
   * @param {string} url
   * @param {() => {conversation: string, text: string, attachments: string, model: string, system_prompt: string, parameters: string}} fields
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
    if (!this.#gone) this.#timer = setTimeout(() => this.#look(), IDLE_MS);
  }

  /** Whether the conversation is no longer there: then nothing goes up, and nothing is asked. */
  set gone(gone) {
    this.#gone = gone;
    if (gone) {
      this.#asked++;
      this.#line.hidden = true;
    }
    this.changed();
  }

  async #look() {
    const mine = ++this.#asked;
    const fields = this.#fields();
    const html = fields.conversation || fields.text.trim() || fields.attachments ? await this.#estimate(fields) : "";
    if (mine !== this.#asked) return; // A newer question was asked meanwhile.
    this.#line.innerHTML = html;
    this.#line.hidden = html === "";
  }

  /** The line, or nothing: whoever is signed out, or offline, is told so by what they do next. */
  async #estimate(fields) {
    try {
      return await (await post(this.#url, fields)).text();
    } catch (error) {
      if (error instanceof Refused || error instanceof SignedOut) return "";
      throw error;
    }
  }

  #open() {
    return showContextList(this.#dialog, this.#url, this.#fields(), TITLE);
  }
}

/** Open the list of what goes up, as the site answers `fields`. */
export async function showContextList(dialog, url, fields, title) {
  const place = dialog.querySelector("[data-context-list]");
  dialog.querySelector("h2").textContent = title;
  place.textContent = "Loading…";
  dialog.showModal();
  try {
    place.innerHTML = await (await post(url, { ...fields, list: "yes" })).text();
  } catch (error) {
    if (!(error instanceof Refused || error instanceof SignedOut)) throw error;
    place.textContent = error.message || "You were signed out. Sign in again to see it.";
  }
}

/**
 * @param {object} parts  composer, tray, watch, options, turns
 * @param {HTMLSelectElement} select  the model
 * @param {HTMLDialogElement} settings  whose text goes up too
 * @param {{line: HTMLButtonElement, dialog: HTMLDialogElement, url: string}} where
 */
export function wireContext({ composer, tray, watch, options, turns }, select, settings, { line, dialog, url }) {
  const context = new Context(line, dialog, url, () => ({
    conversation: watch.conversation,
    text: composer.text,
    attachments: tray.files.map((file) => file.id).join(" "),
    model: options.model,
    system_prompt: options.systemPrompt,
    parameters: watch.conversation ? "" : JSON.stringify(options.parameters ?? {}),
  }));
  const changed = () => context.changed();
  composer.addEventListener("typed", changed);
  composer.addEventListener("send", changed);
  tray.addEventListener("changed", changed);
  turns.addEventListener("taken-back", changed);
  watch.addEventListener("shown", changed);
  watch.addEventListener("moved", changed);
  watch.addEventListener("gone", () => (context.gone = true));
  watch.addEventListener("back", () => (context.gone = false));
  select.addEventListener("change", changed);
  settings.addEventListener("close", changed);
  options.addEventListener("kept", changed);
  changed();
}
