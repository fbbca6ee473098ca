// Sending: each action goes through the outbox, and a message is on the page before it is on the server.

import { clientId } from "./ids.js";

/**
 * What a message on its way shows, by how it stands.
 * Emits `settled` (detail: {entry, accepted}) once the server has stored an action, `taken-back` (detail: {text, files}) when the
 * reader takes a message back into the composer, `refused` (detail: entry) for actions that show no message.
 */
export class Turns extends EventTarget {
  #outbox;
  #pending;
  #send;
  #online = false;

  /**
   * @param outbox  the Outbox
   * @param pending  the PendingMessages: how messages on their way are shown
   * @param {(frame: object) => boolean} send
   */
  constructor(outbox, pending, send) {
    super();
    this.#outbox = outbox;
    this.#pending = pending;
    this.#send = send;
  }

  /** Is a message of `conversation` on its way? */
  sending(conversation) {
    return this.#messages(conversation).some((entry) => entry.refused === null);
  }

  /** Show what was on its way to `conversation` when the page was left. */
  restore(conversation) {
    for (const entry of this.#messages(conversation)) this.#pending.show(entry, this.#online);
  }

  /** Send a message, with files that the site has. It is kept until the server has it. */
  message(fields, files = []) {
    const attachments = files.length ? files.map((file) => file.id) : null;
    const entry = this.#outbox.add(clientId(), { type: "turn.start", ...fields, attachments }, files);
    this.#pending.show(entry, this.#online);
    this.#flush(false);
  }

  /** Any other turn: edit, regenerate, continue. */
  act(frame) {
    const entry = this.#outbox.add(clientId(), frame);
    this.#flush(false);
    return entry.id;
  }

  /** The link came up, or went away. */
  set online(value) {
    this.#online = value;
    for (const entry of this.#outbox.entries) this.#pending.update(entry, value);
    if (value) this.#flush(true);
  }

  /** The frame `turn.accepted`. */
  accepted(frame) {
    const entry = this.#outbox.settle(frame.client_id);
    if (entry) this.#emit("settled", { entry, accepted: frame });
  }

  /** An `error` frame. Answers whether it was about one of ours. */
  refused(frame) {
    const id = frame.client_id ?? frame.ref;
    if (!this.#outbox.get(id)) return false;
    if (frame.code === "restarting") return true; // The link ends soon; on the next one it is sent again.
    const entry = this.#outbox.refuse(id, frame.message);
    if (this.#pending.update(entry, this.#online)) return true;
    if (entry.frame.type !== "turn.start") this.#outbox.settle(id);
    else if (frame.code === "not_found") entry.frame.conversation = entry.frame.parent = null;
    this.#emit("refused", entry);
    return true;
  }

  /** A button of a message on its way was pressed. */
  press(action, id) {
    if (action === "retry") {
      this.#pending.update(this.#outbox.retry(id), this.#online);
      this.#flush(false);
    } else {
      const entry = this.#outbox.settle(id);
      this.#pending.remove(id);
      if (entry) this.#emit("taken-back", { text: entry.frame.text, files: entry.files ?? [] });
    }
  }

  /** Another tab changed what is kept on this device. */
  syncWithOtherTabs() {
    for (const id of this.#outbox.goneElsewhere()) this.#pending.remove(id);
  }

  #messages(conversation) {
    return this.#outbox.entries.filter(
      ({ frame }) => frame.type === "turn.start" && (frame.conversation ?? "") === (conversation ?? ""),
    );
  }

  #flush(again) {
    for (const entry of this.#outbox.due(again)) {
      const sent = this.#send({ ...entry.frame, client_id: entry.id, ref: entry.id });
      if (sent) this.#outbox.markSent(entry.id);
    }
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
