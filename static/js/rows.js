// Wiring of the list of conversations: rename, delete, and Undo on this page or on the next.

import { post } from "./post.js";
import { RowMenu } from "./row_menu.js";
import { keepUndo, keptUndo } from "./toasts.js";

/**
 * @param {HTMLElement} rows
 * @param {HTMLElement} menu
 * @param {{toasts: object, current: () => string, renamed: (title: string) => void, signedOut: () => void}} page
 */
export function wireRows(rows, menu, { toasts, current, renamed, signedOut }) {
  const restore = async (address) => {
    try {
      await post(`${address}/restore`);
      return true;
    } catch (error) {
      toasts.trouble(error.message || "You were signed out, so it was not restored.");
      return false;
    }
  };

  const actions = new RowMenu(rows, menu);
  actions.addEventListener("signed-out", signedOut);
  actions.addEventListener("trouble", ({ detail }) => toasts.trouble(detail));
  actions.addEventListener("renamed", ({ detail }) => detail.conversation === current() && renamed(detail.title));
  actions.addEventListener("deleted", ({ detail: row }) => {
    const { address, conversation } = row.dataset;
    const words = `Deleted “${row.querySelector("a span").textContent}”`;
    if (conversation === current()) {
      keepUndo({ address, words });
      location.assign(document.body.dataset.newUrl);
    } else {
      toasts.undo(words, async () => (await restore(address)) && row.toggleAttribute("hidden", false));
    }
  });

  const kept = keptUndo();
  if (kept) toasts.undo(kept.words, async () => (await restore(kept.address)) && location.assign(kept.address), kept.left);
}
