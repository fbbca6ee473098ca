// The settings of the conversation as they are now: another tab or device may change them.

import { get, Refused, SignedOut } from "./post.js";

const MEANWHILE = "These settings were changed elsewhere meanwhile. Cancel shows them; Save replaces them.";

/**
 * @param watch  the Watch, whose frames say when they changed
 * @param options  the Options
 * @param {HTMLDialogElement} dialog
 * @param {(id: string) => string} address  of a conversation
 */
export function wireSettings(watch, options, dialog, address) {
  let { mark } = options.form.dataset;

  const renew = async () => {
    const now = JSON.parse(await get(`${address(watch.conversation)}/instructions`));
    mark = now.mark;
    if (options.renew(now.boxes)) return;
    const line = dialog.querySelector("[data-wrong]");
    line.textContent = MEANWHILE;
    line.hidden = false;
  };

  watch.addEventListener("shown", ({ detail: { instructions } }) => {
    if (!instructions || instructions === mark) return;
    // What cannot be read now is read with the next change, or when the page is loaded again.
    renew().catch((error) => {
      if (!(error instanceof Refused || error instanceof SignedOut)) throw error;
    });
  });
}
