// The list of conversations, kept up to date by frames, and longer on scrolling.

import { parse } from "./blocks.js";
import { get } from "./post.js";

const NEWEST = "Today";

/** Rows in groups by day. A removed row is only hidden, so that Undo finds its place again. */
export class Sidebar {
  #rows;
  #current;
  #more;

  /**
   * @param {HTMLElement} rows
   * @param {string} current  the conversation on the page, or ""
   */
  constructor(rows, current) {
    this.#rows = rows;
    this.current = current;
    this.#more = new IntersectionObserver(
      (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => this.#load(entry.target)),
      { root: rows, rootMargin: "300px" },
    );
    rows.addEventListener("click", (event) => {
      if (!event.target.matches("[data-more-rows]")) return;
      event.preventDefault();
      this.#load(event.target);
    });
    this.#watch();
  }

  /** The conversation on the page has become another one: a new chat got its id. */
  set current(conversation) {
    this.#current = conversation;
    for (const link of this.#rows.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
    this.#mark();
  }

  /** The frame `conversation.listed`. One with a running reply is the newest; others keep their place. */
  listed(frame) {
    const fresh = parse(frame.html).querySelector("li");
    const old = this.find(frame.conversation);
    if (old && !frame.running) old.replaceWith(fresh);
    else {
      old?.remove();
      this.#newest().prepend(fresh);
    }
    this.#mark();
  }

  /** Some row says that a reply is being written. */
  get running() {
    return this.#rows.querySelector("[data-running]") !== null;
  }

  /** Read the list anew: frames that told of changes may have been missed. Not while a row is being renamed. */
  async renew(url) {
    if (this.#rows.querySelector(".rename")) return;
    try {
      const fresh = parse(await get(url));
      const { scrollTop } = this.#rows;
      const focused = document.activeElement?.closest("[data-conversation]")?.dataset.conversation;
      for (const old of this.#rows.querySelectorAll(":scope > [data-group], :scope > [data-more-rows]")) old.remove();
      this.#rows.append(fresh);
      this.#rows.scrollTop = scrollTop;
      this.#mark();
      this.#watch();
      if (focused) this.find(focused)?.querySelector("a").focus({ preventScroll: true });
    } catch {
      // The band says what is wrong with the site; the next connection tries again.
    }
  }

  /** The frame `conversation.removed`. */
  removed(conversation) {
    this.find(conversation)?.toggleAttribute("hidden", true);
  }

  find(conversation) {
    return this.#rows.querySelector(`[data-conversation="${CSS.escape(conversation)}"]`);
  }

  #mark() {
    if (this.#current) this.find(this.#current)?.querySelector("a").setAttribute("aria-current", "page");
  }

  #newest() {
    const first = this.#rows.querySelector("[data-group]");
    if (first?.dataset.group === NEWEST) return first.querySelector("ul");
    const group = document.createElement("section");
    group.dataset.group = NEWEST;
    const heading = document.createElement("h2");
    heading.textContent = NEWEST;
    group.append(heading, document.createElement("ul"));
    if (first) first.before(group);
    else this.#rows.append(group);
    return group.querySelector("ul");
  }

  #watch() {
    const link = this.#rows.querySelector("[data-more-rows]");
    if (link) this.#more.observe(link);
  }

  async #load(link) {
    if (link.ariaBusy === "true") return;
    link.ariaBusy = "true";
    this.#more.unobserve(link);
    try {
      this.#add(link, parse(await get(link.href)));
    } catch {
      link.ariaBusy = "false"; // The link stays, to be pressed again; the band says what is wrong with the site.
    }
  }

  // The first new group may go on where the last one shown ended.
  #add(link, fragment) {
    for (const row of [...fragment.querySelectorAll("[data-conversation]")]) {
      if (this.find(row.dataset.conversation)) row.remove();
    }
    for (const group of [...fragment.querySelectorAll("[data-group]")]) {
      const known = this.#rows.querySelector(`[data-group="${CSS.escape(group.dataset.group)}"] ul`);
      if (known) {
        known.append(...group.querySelector("ul").children);
        group.remove();
      }
    }
    link.replaceWith(fragment);
    this.#mark();
    this.#watch();
  }
}
