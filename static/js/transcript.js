// The messages on the page, kept equal to what the server says the conversation shows.

import { parse } from "./blocks.js";
import { foldLong } from "./fold.js";
import { morph } from "./morph.js";
import { isBeside, unit } from "./together.js";

const LIVE_PARTS = '[data-part="prose"], [data-part="waiting"], [data-part="reasoning"], [data-part="tools"]';

/** Articles in order, by the id of their message. What is not sent yet (`data-sending`) stays at the end. */
export class Transcript {
  #inner;
  #scroll;
  #replies;
  #together;

  /**
   * @param {HTMLElement} inner  the element that holds the articles
   * @param scroll  the Scroll
   * @param replies  the Replies: which articles are being written right now
   * @param together  the Together: replies side by side
   */
  constructor(inner, scroll, replies, together) {
    this.#inner = inner;
    this.#scroll = scroll;
    this.#replies = replies;
    this.#together = together;
    this.#articles().forEach(foldLong);
  }

  /** The article of a message, if it is shown. */
  find(message) {
    return this.#inner.querySelector(`[data-message="${CSS.escape(message)}"]`);
  }

  /** The first and the last stored message of the branch on the page, or null. */
  get first() {
    return this.#stored()[0]?.dataset.message ?? null;
  }

  get last() {
    return this.#stored().findLast((element) => !isBeside(element))?.dataset.message ?? null;
  }

  /** The articles whose reply has not ended, as far as the page knows. */
  get running() {
    return this.#stored().filter(({ dataset }) => ["queued", "running"].includes(dataset.state));
  }

  /** Show what a `conversation` frame says. False when a message is missing: ask for it whole. */
  show(frame) {
    const fresh = new Map(frame.messages.map((message) => [message.id, article(message.html)]));
    const beside = frame.beside ?? [];
    const shown = [...frame.path, ...beside];
    if (shown.some((id) => !fresh.has(id) && !this.find(id))) return false;
    const refocus = this.#focusedAction();
    this.#scroll.keep(() => {
      const start = frame.path.length ? this.find(frame.path[0]) : null;
      this.#removeExcept(new Set(shown), start);
      this.#together.part(beside.length ? frame.path.at(-1) : null);
      let place = start ? unit(start).previousElementSibling : this.#head();
      for (const id of frame.path) place = this.#put(id, fresh.get(id), place);
      const others = beside.map((id) => this.#updated(id, fresh.get(id)));
      if (others.length) this.#together.arrange(this.find(frame.path.at(-1)), others);
    });
    refocus();
    return true;
  }

  /** Put older messages above. */
  prepend(messages) {
    this.#scroll.keep(() => {
      const fresh = messages.filter((message) => !this.find(message.id)).map((message) => article(message.html));
      this.#head().after(...fresh);
      fresh.forEach(foldLong);
    });
  }

  /** Add an article at the end, and go there: it is the reader's own doing. */
  append(element) {
    this.#inner.append(element);
    foldLong(element);
    this.#scroll.toEnd();
  }

  #put(id, fresh, place) {
    const element = this.#updated(id, fresh);
    const whole = unit(element);
    if (place.nextElementSibling !== whole) place.after(whole);
    if (fresh) foldLong(element);
    return whole;
  }

  #updated(id, fresh) {
    const element = this.find(id) ?? this.#sending(fresh?.dataset.clientId);
    if (element && fresh) {
      const live = this.#replies.writes(element) && ["queued", "running"].includes(fresh.dataset.state);
      morph(element, fresh, (old) => live && old.matches(LIVE_PARTS));
    }
    return element ?? fresh;
  }

  // Another version of a message takes the place of the one whose button was pressed: the focus goes to the
  // same button of the new one, or to the message.
  #focusedAction() {
    const button = document.activeElement?.closest("[data-action]");
    const index = this.#articles().indexOf(button?.closest("article"));
    return () => {
      if (index < 0 || button.isConnected) return;
      const article = this.#articles()[index] ?? this.#articles().at(-1);
      article?.querySelector(`[data-action="${button.dataset.action}"]:not(:disabled)`)?.focus({ preventScroll: true });
      if (!article?.contains(document.activeElement)) article?.focus({ preventScroll: true });
    };
  }

  // From `start` on (everywhere, without one) only what the path names stays.
  #removeExcept(ids, start) {
    let below = start === null;
    for (const element of this.#stored()) {
      below ||= element === start;
      if (below && !ids.has(element.dataset.message)) element.remove();
    }
  }

  // What precedes the first message: the row of the pager, the greeting.
  #head() {
    return [...this.#inner.children].filter((child) => child.localName !== "article").at(-1);
  }

  #sending(clientId) {
    return clientId ? this.#inner.querySelector(`[data-sending][data-client-id="${CSS.escape(clientId)}"]`) : null;
  }

  #articles() {
    return [...this.#inner.querySelectorAll(":scope > article, [data-columns] > article")];
  }

  #stored() {
    return this.#articles().filter((element) => element.dataset.message);
  }
}

function article(html) {
  return parse(html).querySelector("article");
}
