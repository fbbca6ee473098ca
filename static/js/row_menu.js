// Renaming and deleting a conversation from its row.

import { openMenu } from "./menus.js";
import { post, Refused, SignedOut } from "./post.js";

/** Emits `deleted` (detail: the row), `renamed` (detail: {conversation, title}), `signed-out`, and `trouble` (detail: words). */
export class RowMenu extends EventTarget {
  #menu;
  #row = null;

  /**
   * @param {HTMLElement} rows  the list
   * @param {HTMLElement} menu  the popover all rows share
   */
  constructor(rows, menu) {
    super();
    this.#menu = menu;
    rows.addEventListener("click", (event) => {
      const button = event.target.closest("[data-row-menu]");
      if (!button) return;
      this.#row = button.closest("[data-conversation]");
      openMenu(menu, button);
    });
    menu.addEventListener("click", (event) => {
      const action = event.target.closest("[data-row-action]")?.dataset.rowAction;
      if (!action) return;
      menu.hidePopover();
      if (action === "rename") this.#rename(this.#row);
      else this.#delete(this.#row);
    });
  }

  #rename(row) {
    const link = row.querySelector("a");
    const title = link.querySelector("span");
    const box = document.createElement("input");
    box.className = "input rename";
    box.setAttribute("aria-label", "Title");
    box.dir = "auto";
    box.maxLength = 200;
    box.value = title.textContent;
    let done = false;
    const close = (save) => {
      if (done) return;
      done = true;
      const text = box.value.trim();
      const focused = document.activeElement === box;
      box.remove();
      if (focused) link.focus();
      if (save && text && text !== title.textContent) this.#saveTitle(row, title, text);
    };
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Enter") close(true);
      if (event.key === "Escape") close(false);
    });
    box.addEventListener("blur", () => close(true));
    row.prepend(box);
    box.select();
  }

  async #saveTitle(row, title, text) {
    const old = title.textContent;
    title.textContent = text;
    const saved = await this.#try(() => post(`${row.dataset.address}/rename`, { title: text }));
    if (saved) this.#emit("renamed", { conversation: row.dataset.conversation, title: text });
    else title.textContent = old;
  }

  async #delete(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.hidden = true;
    if (await this.#try(() => post(`${row.dataset.address}/delete`))) this.#emit("deleted", row);
    else row.hidden = false;
    if (row.hidden) next?.querySelector("a")?.focus();
  }

  async #try(action) {
    try {
      await action();
      return true;
    } catch (error) {
      if (error instanceof SignedOut) this.#emit("signed-out");
      else if (error instanceof Refused) this.#emit("trouble", error.message);
      else throw error;
      return false;
    }
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
