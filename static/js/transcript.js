// The messages on the page, kept equal to what the server says the conversation shows.

import { parse } from "./blocks.js";
import { foldLong } from "./fold.js";
import { morph } from "./morph.js";

const LIVE_PARTS = '[data-part="prose"], [data-part="waiting"], [data-part="reasoning"], [data-part="tools"]';

/** Articles in order, by the id of their message. What is not sent yet (`data-sending`) stays at the end. */
export class Transcript {
  #inner;
  #scroll;
  #replies;

  /**
   * @param {HTMLElement} inner  the element that holds the articles
   * @param scroll  the Scroll
   * @param replies  the Replies: which articles are being written right now
   */
  constructor(inner, scroll, replies) {
    this.#inner = inner;
    this.#scroll = scroll;
    this.#replies = replies;
    this.#articles().forEach(foldLong);
  }

  /** The article of a message, if it is shown. */
  find(message) {
    return this.#inner.querySelector(`[data-message="${CSS.escape(message)}"]`);
  }

  /** The first and the last stored message on the page, or null. */
  get first() {
    return this.#stored()[0]?.dataset.message ?? null;
  }

  get last() {
    return this.#stored().at(-1)?.dataset.message ?? null;
  }

  /** The articles whose reply has not ended, as far as the page knows. */
  get running() {
    return this.#stored().filter(({ dataset }) => ["queued", "running"].includes(dataset.state));
  }

  /** Show what a `conversation` frame says. False when a message is missing: ask for it whole. */
  show(frame) {
    const fresh = new Map(frame.messages.map((message) => [message.id, article(message.html)]));
    if (frame.path.some((id) => !fresh.has(id) && !this.find(id))) return false;
    const refocus = this.#focusedAction();
    this.#scroll.keep(() => {
      const start = frame.path.length ? this.find(frame.path[0]) : null;
      this.#removeExcept(new Set(frame.path), start);
      let place = start ? start.previousElementSibling : this.#head();
      for (const id of frame.path) place = this.#put(id, fresh.get(id), place);
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
    let element = this.find(id) ?? this.#sending(fresh?.dataset.clientId);
    if (element && fresh) {
      const live = this.#replies.writes(element) && ["queued", "running"].includes(fresh.dataset.state);
      morph(element, fresh, (old) => live && old.matches(LIVE_PARTS));
    }
    element ??= fresh;
    if (place.nextElementSibling !== element) place.after(element);
    if (fresh) foldLong(element);
    return element;
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
    return [...this.#inner.querySelectorAll(":scope > article")];
  }

  #stored() {
    return this.#articles().filter((element) => element.dataset.message);
  }
}

function article(html) {
  return parse(html).querySelector("article");
}
