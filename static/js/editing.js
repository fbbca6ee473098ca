// Changing messages of one's own: opens their editors, and sends what is saved in them.

const AWAY = "Your message is on an earlier page, which cannot be loaded now. Try again when this page is connected.";

/** Editors stay open until the server has the changed message. */
export class Editing {
  #log;
  #parts;
  #make;
  /** @type {Map<string, import("./editor.js").Editor>} by client id */
  #editors = new Map();

  /**
   * @param {HTMLElement} log
   * @param {object} parts  turns, watch, transcript, toasts
   * @param {(article: HTMLElement) => import("./editor.js").Editor} make  opens one
   */
  constructor(log, parts, make) {
    this.#log = log;
    this.#parts = parts;
    this.#make = make;
    const { turns } = parts;
    turns.addEventListener("settled", ({ detail }) => this.#settled(detail.entry.id));
    turns.addEventListener("refused", ({ detail }) => this.#editors.get(detail.id)?.wrong(detail.refused));
  }

  /** @param {HTMLElement} article  of one's own message, or of a reply to it */
  async edit(article) {
    const own = article.dataset.role === "user" ? article : await this.#asked(article);
    if (!own) this.#parts.toasts.trouble(AWAY);
    else if (!own.querySelector(".editor")) this.#open(own);
  }

  #open(article) {
    const { turns } = this.#parts;
    const editor = this.#make(article);
    let id = null;
    editor.addEventListener("save", ({ detail }) => {
      id = turns.act({ type: "turn.edit", message: article.dataset.message, ...detail });
      this.#editors.set(id, editor);
      editor.sending();
    });
    editor.addEventListener("cancel", () => {
      if (turns.withdraw(id)) editor.discard();
    });
  }

  /** The message that a reply answers; it may stand on the page before the first one shown. Null when that does not come. */
  #asked({ dataset: { parent } }) {
    const { watch, transcript } = this.#parts;
    const find = () => transcript.find(parent);
    if (find() || !watch.older()) return Promise.resolve(find());
    return new Promise((resolve) => watch.addEventListener("paged", () => resolve(find()), { once: true }));
  }

  #settled(id) {
    if (this.#editors.has(id)) this.#log.focus({ preventScroll: true }); // The edited message gives way to its sibling.
    this.#editors.get(id)?.close();
    this.#editors.delete(id);
  }
}
