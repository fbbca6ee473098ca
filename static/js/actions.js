// The buttons of the messages: one listener for all of them, as messages come and go.

import { copyFrom } from "./clipboard.js";
import { unfold } from "./fold.js";
import { openMenu } from "./menus.js";
import { openSettingsAt } from "./page.js";

/** Turns presses into turns. */
export class Actions {
  #log;
  #turns;
  #send;
  #editing;
  #menu;
  #dialogs;
  #subject = null;

  /**
   * @param {HTMLElement} log
   * @param {HTMLElement} menu  the models to choose from
   * @param turns  the Turns
   * @param {(frame: object) => boolean} send
   * @param editing  the Editing
   * @param dialogs  details, compare, tokens: each is shown for a message
   */
  constructor(log, menu, turns, send, editing, dialogs) {
    this.#log = log;
    this.#turns = turns;
    this.#send = send;
    this.#editing = editing;
    this.#menu = menu;
    this.#dialogs = dialogs;
    log.addEventListener("click", (event) => this.#pressed(event.target));
    menu.addEventListener("click", (event) => this.#modelChosen(event.target));
  }

  #pressed(target) {
    const copy = target.closest("[data-copy-code]");
    if (copy) copyFrom(copy, copy.closest(".code").querySelector("pre").textContent);
    const pending = target.closest("[data-pending]");
    if (pending) this.#turns.press(pending.dataset.pending, pending.closest("article").dataset.clientId);
    const button = target.closest("[data-action]");
    if (button) this.#act(button, button.closest("article"));
  }

  #act(button, article) {
    const { message } = article.dataset;
    switch (button.dataset.action) {
      case "copy":
        copyFrom(button, article.querySelector(".words-text, .prose").innerText.trim());
        break;
      case "unfold":
        unfold(article);
        break;
      case "edit":
        this.#editing.edit(article);
        break;
      case "limit":
        openSettingsAt(button.dataset.box);
        break;
      case "choose":
        this.#send({ type: "branch.choose", message: button.dataset.target, ref: "choose" });
        break;
      case "regenerate":
        this.#turns.act({ type: "turn.regenerate", message });
        break;
      case "continue":
        this.#turns.act({ type: "turn.continue", message });
        break;
      case "details":
        this.#dialogs.details.show(message);
        break;
      case "compare":
        this.#dialogs.compare.show(message);
        break;
      case "tokens":
        this.#dialogs.tokens.show(message);
        break;
      case "models":
        this.#subject = this.#menu.dataset.subject = message;
        openMenu(this.#menu, button);
        break;
    }
  }

  #modelChosen(target) {
    const model = target.closest("[data-model-choice]")?.dataset.modelChoice;
    if (!model) return;
    this.#menu.hidePopover();
    this.#turns.act({ type: "turn.regenerate", message: this.#subject, model });
  }
}
