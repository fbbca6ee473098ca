// Changing a message of one's own in place: its words and its files.

import { FileGate, wireTray } from "./attaching.js";
import { filesOf } from "./files.js";
import { Tray } from "./tray.js";

/**
 * The editor inside one article. `data-own` keeps it while the article is brought up to date.
 * Emits `typed`, `save` (detail: {text, attachments}, the ids of all its files), `cancel` when it has been closed.
 */
export class Editor extends EventTarget {
  #form;
  #article;
  #tray;
  #say;
  #line;
  #before;
  /** May the message have no text, because something else is in it? */
  mayBeEmpty = () => false;

  /**
   * @param {HTMLElement} article
   * @param {(name: string) => HTMLElement} blank  fresh markup
   * @param {number} limit  the longest text, in UTF-16 units, the box accepts
   * @param {(words: string) => void} say  to those who hear the page
   */
  constructor(article, blank, limit, say) {
    super();
    this.#article = article;
    this.#form = blank("editor");
    this.#say = say;
    this.#line = this.#part("hint").textContent;
    this.#box.value = this.#before = article.querySelector(".words-text").textContent;
    this.#box.maxLength = limit;
    this.#tray = new Tray(this.#part("tray"), () => blank("chip"));
    this.#tray.restore(filesOf(article), { sent: true });
    wireTray(this.#form, this.#tray, this, say);
    const gate = new FileGate(this, this.#tray);
    this.#box.addEventListener("input", () => this.#emit("typed"));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.addEventListener("ready", ({ detail }) => gate.holds() || this.#emit("save", detail));
    this.#part("cancel").addEventListener("click", () => this.#cancel());
    this.#form.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) {
        event.stopPropagation();
        this.#cancel();
      }
    });
    article.prepend(this.#form);
    this.focus();
  }

  focus() {
    this.#box.focus();
  }

  /** As if its button had been pressed. */
  submit() {
    const text = this.#box.value.trim();
    if (!this.#form.isConnected) return; // It was cancelled while its files were on their way.
    if (text || this.mayBeEmpty()) this.#emit("ready", { text, attachments: this.#tray.files.map(({ id }) => id) });
  }

  /** Say something beside the buttons; "" is the usual line. `spoken` is its short form for those who hear the page. */
  hint(words, tone = "", spoken = "") {
    this.#part("hint").textContent = words || this.#line;
    this.#part("hint").className = tone === "wrong" ? "wrong" : "";
    if (spoken) this.#say(spoken);
  }

  /** Why it was not sent. Words and files stay. */
  wrong(words) {
    this.hint(words, "wrong");
    this.#hold(false);
  }

  /** It is on its way. */
  sending() {
    this.hint("Sending…");
    this.#hold(true);
  }

  close() {
    this.#form.remove();
  }

  /** Is its message still on the page? */
  get shown() {
    return this.#form.isConnected;
  }

  /** What was written and attached here, and would be lost with it: {text, files}, or null. */
  get work() {
    const [{ value }, files] = [this.#box, this.#tray.unsent];
    return value.trim() === this.#before.trim() && !files.length ? null : { text: value, files };
  }

  /** Its new files will not be sent by anybody. */
  discard() {
    this.#tray.discard();
  }

  #hold(held) {
    this.#form.querySelector(".primary").disabled = this.#part("attach").disabled = held;
    this.#box.readOnly = this.#part("tray").inert = held;
  }

  #cancel() {
    this.close();
    this.#emit("cancel");
    (this.#article.querySelector('[data-action="edit"]') ?? this.#article).focus({ preventScroll: true });
  }

  get #box() {
    return this.#form.querySelector("textarea");
  }

  #part(name) {
    return this.#form.querySelector(`[data-${name}]`);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
