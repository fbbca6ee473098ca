// Actions on their way to the server: kept until it says that they are stored, or why they are not.

/**
 * @typedef {object} Entry
 * @property {string} id  the client id: sent again, it never acts twice
 * @property {object} frame  the frame to send, without client_id
 * @property {object[]} files  those that go with a message, as the site described them
 * @property {number} at  when it was made, in milliseconds; orders the entries
 * @property {boolean} sent  it left this device at least once, so the server may have it
 * @property {string|null} refused  why the server refused it; null while it is on its way
 */

/**
 * Messages (`turn.start`) are also kept on the shelf, one key each, so that neither a reload nor another tab
 * writing at the same time loses one. Other actions live as long as the page.
 */
export class Outbox {
  #shelf;
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  #sent = new Set();

  constructor(shelf) {
    this.#shelf = shelf;
    for (const entry of shelf.all("outbox:")) this.#entries.set(entry.id, entry);
  }

  /** @returns {Entry[]} oldest first */
  get entries() {
    return [...this.#entries.values()].sort((a, b) => a.at - b.at);
  }

  get(id) {
    return this.#entries.get(id);
  }

  /** Keep a new action. */
  add(id, frame, files = []) {
    const entry = { id, frame, files, at: Date.now(), sent: false, refused: null };
    this.#entries.set(id, entry);
    this.#keep(entry);
    return entry;
  }

  /** What is to be sent now. `again`: also what was sent before, because the link is a new one. */
  due(again) {
    return this.entries.filter((entry) => entry.refused === null && (again || !this.#sent.has(entry.id)));
  }

  /** It went out on the present link. */
  markSent(id) {
    this.#sent.add(id);
    this.#change(id, { sent: true });
  }

  /** The server has it, or the person took it back: forget it. */
  settle(id) {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    this.#sent.delete(id);
    this.#shelf.remove(`outbox:${id}`);
    return entry;
  }

  /** The server refused it, for the reason given in words. */
  refuse(id, reason) {
    return this.#change(id, { refused: reason });
  }

  /** Send it once more, under the same id. */
  retry(id) {
    this.#sent.delete(id);
    return this.#change(id, { refused: null });
  }

  /** Ids which another tab has settled. What this tab sent itself stays: its own answer is coming. */
  goneElsewhere() {
    const kept = new Set(this.#shelf.all("outbox:").map((entry) => entry.id));
    const gone = [...this.#entries.values()].filter(
      (entry) => entry.frame.type === "turn.start" && !kept.has(entry.id) && !this.#sent.has(entry.id),
    );
    for (const entry of gone) this.#entries.delete(entry.id);
    return gone.map((entry) => entry.id);
  }

  #change(id, values) {
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    Object.assign(entry, values);
    this.#keep(entry);
    return entry;
  }

  #keep(entry) {
    if (entry.frame.type === "turn.start") this.#shelf.set(`outbox:${entry.id}`, entry);
  }
}
