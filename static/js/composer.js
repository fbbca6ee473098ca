// Where one writes: the text box, Send and Stop, and the hint that says what Enter will do.

import { countCharacters, sendsMessage, touches } from "./keys.js";
import { Swap } from "./swap.js";

const COUNT_FROM = 0.9;
// A text of this length fills the box's greatest height anyway; measuring it at each key would be felt.
const LONG = 10_000;
const ENDED = "The reply had just ended. Your message is kept here; press Send to send it.";

/** Emits `send` and `typed` (detail: the text), `stop`, and `hinted` (detail: what is to be said aloud). */
export class Composer extends EventTarget {
  #form;
  #box;
  #limit;
  #state = "idle";
  #swap;
  /** May the message have no text, because something else is in it? */
  mayBeEmpty = () => false;

  /**
   * @param {HTMLFormElement} form
   * @param {number} limit  the longest text, in code points
   */
  constructor(form, limit) {
    super();
    this.#form = form;
    this.#limit = limit;
    this.#box = form.querySelector("textarea");
    this.#box.addEventListener("input", () => this.#typed());
    this.#box.addEventListener("keydown", (event) => this.#pressed(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.#swap = new Swap(this.#part("send"), this.#part("stop"));
    this.#swap.addEventListener("stop", () => this.#emit("stop"));
    this.#swap.addEventListener("doubted", () => this.text.trim() && this.hint(ENDED, "", "Not sent: the reply had just ended."));
    this.#measure();
  }

  get text() {
    return this.#box.value;
  }

  set text(value) {
    this.#box.value = value;
    this.#measure();
  }

  /** Was something typed before this script ran? */
  get touched() {
    return this.#box.value !== this.#box.defaultValue;
  }

  set limit(value) {
    this.#limit = value;
    this.#measure();
  }

  /** "idle"; "sending", the message before is not stored yet; or "running", a reply is being written. */
  set state(value) {
    if (value === this.#state) return;
    const focused = this.#swap.focused;
    this.#state = value;
    this.#swap.running = value === "running";
    if (focused && !touches()) this.focus(); // The button that had it may be gone. A keyboard on the screen stays down.
    if (this.#part("hint").dataset.tone === "waits") this.hint("");
  }

  focus() {
    this.#box.focus();
    this.#box.setSelectionRange(this.#box.value.length, this.#box.value.length);
  }

  /**
   * Say something in the line below the text; `spoken` is its short form for those who hear the page.
   * Tones: "", "wrong", "waits" (gone when the wait ends).
   */
  hint(words, tone = "", spoken = "") {
    const hint = this.#part("hint");
    hint.textContent = words;
    hint.dataset.tone = tone;
    if (spoken) this.#emit("hinted", spoken);
  }

  #typed() {
    this.#swap.sure();
    this.#measure();
    if (this.#part("hint").dataset.tone !== "waits") this.hint("");
    this.#emit("typed", this.text);
  }

  #pressed(event) {
    if (event.key === "Escape" && !event.shiftKey && !event.isComposing && this.#state === "running") {
      event.preventDefault();
      this.#emit("stop");
    } else if (sendsMessage(event, touches())) {
      event.preventDefault();
      this.submit();
    }
  }

  /** As if Send had been pressed. */
  submit() {
    const text = this.text.trim();
    if (text === "" && !this.mayBeEmpty()) return;
    const over = this.#over(text);
    if (over > 0) {
      const excess = over === 1 ? "1 character" : `${over.toLocaleString("en")} characters`;
      this.hint(`Too long to send: shorten it by ${excess}. Nothing is lost.`, "wrong", `Not sent: ${excess} too long.`);
    } else if (this.#state === "sending") {
      this.hint("Your message before this one is still on its way. This one is kept here.", "waits", "Not sent: the one before is on its way.");
    } else {
      this.hint("");
      this.#emit("send", text);
    }
  }

  #over(text) {
    return text.length <= this.#limit ? 0 : Math.max(0, countCharacters(text) - this.#limit);
  }

  #measure() {
    const { value } = this.#box;
    const count = this.#part("count");
    count.hidden = value.length < this.#limit * COUNT_FROM;
    if (!count.hidden) {
      const length = countCharacters(value);
      count.textContent = `${length.toLocaleString("en")} / ${this.#limit.toLocaleString("en")}`;
      count.toggleAttribute("data-over", length > this.#limit);
    }
    this.#box.toggleAttribute("data-long", value.length > LONG);
    if (value.length <= LONG && !CSS.supports("field-sizing", "content")) this.#grow();
  }

  // For browsers whose text boxes do not grow by themselves; the greatest height is in the stylesheet.
  #grow() {
    this.#box.style.height = "auto";
    this.#box.style.height = `${this.#box.scrollHeight}px`;
  }

  #part(name) {
    return this.#form.querySelector(`[data-${name}]`);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
