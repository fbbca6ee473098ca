// Changing messages of one's own: opens their editors, and sends what is saved in them.

import { Editor } from "./editor.js";

/** Editors stay open until the server has the changed message. */
export class Editing {
  #log;
  #turns;
  #make;
  /** @type {Map<string, Editor>} by client id */
  #editors = new Map();

  /**
   * @param {HTMLElement} log
   * @param turns  the Turns
   * @param {(article: HTMLElement) => Editor} make  opens one
   */
  constructor(log, turns, make) {
    this.#log = log;
    this.#turns = turns;
    this.#make = make;
    turns.addEventListener("settled", ({ detail }) => this.#settled(detail.entry.id));
    turns.addEventListener("refused", ({ detail }) => this.#editors.get(detail.id)?.wrong(detail.refused));
  }

  /** @param {HTMLElement} article  of one's own message, or of a reply to it */
  edit(article) {
    const own = article.dataset.role === "user" ? article : this.#asked(article);
    if (!own || own.querySelector(".editor")) return; // Its message is on a page that is not loaded.
    const editor = this.#make(own);
    let id = null;
    editor.addEventListener("save", ({ detail }) => {
      id = this.#turns.act({ type: "turn.edit", message: own.dataset.message, ...detail });
      this.#editors.set(id, editor);
      editor.sending();
    });
    editor.addEventListener("cancel", () => {
      if (this.#turns.withdraw(id)) editor.discard();
    });
  }

  /** The message that a reply answers. */
  #asked(reply) {
    return this.#log.querySelector(`article[data-message="${CSS.escape(reply.dataset.parent)}"]`);
  }

  #settled(id) {
    if (this.#editors.has(id)) this.#log.focus({ preventScroll: true }); // The edited message gives way to its sibling.
    this.#editors.get(id)?.close();
    this.#editors.delete(id);
  }
}
