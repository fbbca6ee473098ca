// What goes up to the model if a message is edited, or a reply asked for again: looked at before it is done.

import { showContextList } from "./context.js";

const TITLES = {
  edit: "What goes up with the changed message",
  again: "What goes up for another reply",
};

/**
 * @param {HTMLElement} log  whose editors have a button for it
 * @param {HTMLElement} menu  of the models for another reply; its data say which
 * @param {HTMLDialogElement} dialog
 * @param {() => string} address  of the conversation on the page
 */
export function wireContextAgain(log, menu, dialog, address) {
  const show = (message, fields, title) => showContextList(dialog, `${address()}/messages/${message}/context`, fields, title);

  log.addEventListener("click", ({ target }) => {
    if (!target.matches("[data-preview]")) return;
    const article = target.closest("article");
    const attachments = [...article.querySelectorAll(".editor [data-file]")].map((file) => file.dataset.file).join(" ");
    show(article.dataset.message, { text: article.querySelector(".editor textarea").value, attachments }, TITLES.edit);
  });
  menu.addEventListener("click", ({ target }) => {
    if (!target.matches("[data-preview]")) return;
    menu.hidePopover();
    show(menu.dataset.subject, {}, TITLES.again);
  });
}
