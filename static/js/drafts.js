// What is typed and attached, and not sent: on this device at once, on the site after a pause.

import { SignedOut } from "./post.js";

const IDLE_MS = 800;
const KEEPALIVE_BYTES = 60_000;

/** The draft of one conversation. The key is the conversation's id, or "" for a new chat. */
export class Drafts {
  #shelf;
  #save;
  #key;
  #onSignedOut;
  #timer = 0;
  #pending = null;
  /** The files that go with the text, as the site described them. */
  files = () => [];

  /**
   * @param shelf  the Shelf
   * @param {string} conversation  id, or "" for a new chat
   * @param {(fields: object, options: object) => Promise<unknown>} save  keeps a draft on the site
   * @param {() => void} onSignedOut
   */
  constructor(shelf, conversation, save, onSignedOut) {
    this.#shelf = shelf;
    this.#key = conversation;
    this.#save = save;
    this.#onSignedOut = onSignedOut;
  }

  /**
   * The newest draft. What the site has not confirmed is newer than what it sent; no clock is asked, as
   * clocks differ between devices.
   * @param {{text: string, files: object[]}} stored  the site's
   */
  newest(stored) {
    const local = this.#shelf.get(place(this.#key));
    return local && !local.saved ? { text: local.text, files: local.files ?? [] } : stored;
  }

  /** The text changed, or its files. */
  changed(text) {
    this.#pending = { text, files: this.files() };
    this.#shelf.set(place(this.#key), { ...this.#pending, saved: false });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), IDLE_MS);
  }

  /** Save what is pending now. `leaving`: the page is going away. */
  async flush({ leaving = false } = {}) {
    clearTimeout(this.#timer);
    const draft = this.#pending;
    if (draft === null) return;
    // A request that outlives its page has a small limit; a longer draft stays on this device.
    const keepalive = leaving && new Blob([draft.text]).size < KEEPALIVE_BYTES;
    if (leaving && !keepalive) return;
    this.#pending = null;
    const key = this.#key;
    try {
      const attachments = draft.files.map((file) => file.id).join(" ");
      await this.#save({ conversation: key, text: draft.text, attachments }, { keepalive });
      if (this.#pending === null) this.#confirmed(key, draft);
    } catch (error) {
      this.#pending ??= draft;
      if (error instanceof SignedOut) this.#onSignedOut();
    }
  }

  /** The new chat has become a conversation. */
  moveTo(conversation) {
    this.flush();
    this.#key = conversation;
  }

  #confirmed(key, draft) {
    if (draft.text === "" && !draft.files.length) this.#shelf.remove(place(key));
    else this.#shelf.set(place(key), { ...draft, saved: true });
  }
}

const place = (conversation) => `draft:${conversation || "new"}`;
