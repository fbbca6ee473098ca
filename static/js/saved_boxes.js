// The boxes of the dialog of settings: as they are typed, and as they were saved.

import { approvalsSaved, changedApprovals, followApprovals, restoreApprovals } from "./approvals.js";
import { boxesOf, fillBoxes, sameBoxes } from "./boxes.js";

/** `saved`: by name. What is typed becomes that by `keep` alone. */
export class SavedBoxes {
  #form;

  /** @param {HTMLFormElement} form  in its dialog */
  constructor(form) {
    this.#form = form;
    this.saved = boxesOf(form);
  }

  get typed() {
    return boxesOf(this.#form);
  }

  /** What is to be saved: all boxes, and of the tools that need not ask those that were changed. */
  get toSave() {
    return { ...this.typed, ...changedApprovals(this.#form) };
  }

  /** It was saved: the boxes as they were typed then. */
  keep(typed) {
    this.saved = { ...typed, system_prompt: typed.system_prompt.trim() };
    approvalsSaved(this.#form);
  }

  /** They were changed elsewhere. False when something else is typed here, and not saved: it stays for now. */
  renew(values) {
    const { typed } = this;
    const stays = this.#form.closest("dialog").open && !sameBoxes(typed, this.saved) && !sameBoxes(typed, values);
    const told = stays && !sameBoxes(this.saved, values);
    followApprovals(this.#form, values);
    this.saved = values;
    if (!stays) this.#fillSaved();
    return !told;
  }

  /** What was typed and not saved is gone. */
  restore() {
    restoreApprovals(this.#form);
    this.#fillSaved();
  }

  // Read back, as a browser writes the ends of lines its own way.
  #fillSaved() {
    fillBoxes(this.#form, this.saved);
    this.saved = this.typed;
  }
}
