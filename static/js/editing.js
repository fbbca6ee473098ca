// Changing messages of one's own: opens their editors, and sends what is saved in them.

const GONE = "The message you were changing is no longer shown here. What you wrote is in the message box.";
const AWAY = "Your message is on an earlier page, which cannot be loaded now. Try again when this page is connected.";

/** Editors stay open until the server has the changed message. */
export class Editing {
  #log;
  #parts;
  #make;
  /** @type {Map<string, import("./editor.js").Editor>} by client id */
  #editors = new Map();
  /** @type {Set<import("./editor.js").Editor>} those that nobody has sent */
  #open = new Set();

  /**
   * @param {HTMLElement} log
   * @param {object} parts  turns, watch, transcript, toasts
   * @param {(article: HTMLElement) => import("./editor.js").Editor} make  opens one
   */
  constructor(log, parts, make) {
    this.#log = log;
    this.#parts = parts;
    this.#make = make;
    const { turns, watch } = parts;
    turns.addEventListener("settled", ({ detail }) => this.#settled(detail.entry.id));
    turns.addEventListener("refused", ({ detail }) => this.#refused(detail));
    watch.addEventListener("shown", () => this.#rescue());
  }

  /** @param {HTMLElement} article  of one's own message, or of a reply to it */
  async edit(article) {
    const own = article.dataset.role === "user" ? article : await this.#asked(article);
    if (!own) this.#parts.toasts.trouble(AWAY);
    else if (!own.querySelector(".editor")) this.#begin(own);
  }

  #begin(article) {
    const { turns } = this.#parts;
    const editor = this.#make(article);
    this.#open.add(editor);
    let id = null;
    editor.addEventListener("save", ({ detail }) => {
      id = turns.act({ type: "turn.edit", message: article.dataset.message, ...detail });
      this.#editors.set(id, editor);
      this.#open.delete(editor);
      editor.sending();
    });
    editor.addEventListener("cancel", () => {
      this.#open.delete(editor);
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

  #refused({ id, refused }) {
    const editor = this.#editors.get(id);
    if (!editor) return;
    this.#editors.delete(id);
    this.#open.add(editor);
    editor.wrong(refused);
    this.#rescue();
  }

  // Another branch was chosen, here or elsewhere, and took the editor with its message: not so what was written in it.
  #rescue() {
    const { turns, toasts } = this.#parts;
    for (const editor of [...this.#open].filter(({ shown }) => !shown)) {
      this.#open.delete(editor);
      const { work } = editor;
      if (!work) continue;
      turns.takeBack(work.text, work.files);
      toasts.trouble(GONE);
    }
  }

  #settled(id) {
    if (this.#editors.has(id)) this.#log.focus({ preventScroll: true }); // The edited message gives way to its sibling.
    this.#editors.get(id)?.close();
    this.#editors.delete(id);
  }
}
