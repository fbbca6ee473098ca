// Short notices at the foot of the page: the one with Undo, and troubles of small actions.

const UNDO_MS = 10_000;
const TROUBLE_MS = 8_000;
const KEPT = "chatsite:undo";

/** Undo outlives the page that offered it, as deleting the open conversation leads to a new chat. */
export class Toasts {
  #place;
  #blank;
  #status;

  /**
   * @param {HTMLElement} place
   * @param {() => HTMLElement} blank  a fresh toast with an Undo button
   * @param status  the Status
   */
  constructor(place, blank, status) {
    this.#place = place;
    this.#blank = blank;
    this.#status = status;
  }

  /** Offer to undo `words`. The time stops while the pointer or the focus is on it. */
  undo(words, onUndo, ms = UNDO_MS) {
    const toast = this.#show(words);
    const button = toast.querySelector("[data-undo]");
    button.addEventListener("click", () => {
      toast.remove();
      onUndo();
    });
    this.#leaveAfter(toast, ms);
    this.#status.say(`${words}. Undo is at the end of the page for ${Math.round(ms / 1000)} seconds.`);
  }

  /** Say what went wrong: once, however often it does while that is still to be read. */
  trouble(words) {
    if ([...this.#place.children].some((toast) => toast.textContent.trim() === words)) return;
    const toast = this.#show(words);
    toast.querySelector("[data-undo]").remove();
    this.#leaveAfter(toast, TROUBLE_MS);
    this.#status.say(words);
  }

  #show(words) {
    const toast = this.#blank();
    toast.querySelector("span").textContent = words;
    this.#place.append(toast);
    return toast;
  }

  #leaveAfter(toast, ms) {
    let timer = 0;
    const start = () => (timer = setTimeout(() => toast.remove(), ms));
    for (const hold of ["pointerenter", "focusin"]) toast.addEventListener(hold, () => clearTimeout(timer));
    for (const resume of ["pointerleave", "focusout"]) toast.addEventListener(resume, start);
    start();
  }
}

/** Keep an Undo for the page that comes next. Both pages run on the same clock. */
export function keepUndo(undo) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ ...undo, until: Date.now() + UNDO_MS }));
  } catch {
    // Without storage Undo ends with the page; the conversation can still be restored by an admin.
  }
}

/** The Undo kept by the page before, with the time it has left, or null. */
export function keptUndo() {
  try {
    const undo = JSON.parse(sessionStorage.getItem(KEPT));
    sessionStorage.removeItem(KEPT);
    const left = (undo?.until ?? 0) - Date.now();
    return left > 0 ? { ...undo, left: Math.min(left, UNDO_MS) } : null;
  } catch {
    return null;
  }
}
