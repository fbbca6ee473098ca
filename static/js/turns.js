// Sending: each action goes through the outbox, and a message is on the page before it is on the server.

import { fits } from "./frame_size.js";
import { clientId } from "./ids.js";

const TOO_LARGE =
  "It is too large on its way, as control characters and the settings that go with it count too. Shorten it, or send it in parts.";

/**
 * What a message on its way shows, by how it stands.
 * Emits `settled` (detail: {entry, accepted}) once the server has stored an action, `taken-back` (detail: {text, files}) when
 * words come back into the composer, `refused` (detail: entry) for actions that show no message.
 */
export class Turns extends EventTarget {
  #outbox;
  #pending;
  #send;
  #frameBytes;
  #online = false;

  /**
   * @param outbox  the Outbox
   * @param pending  the PendingMessages: how messages on their way are shown
   * @param {(frame: object) => boolean} send
   * @param {number} frameBytes  the longest frame that the site takes
   */
  constructor(outbox, pending, send, frameBytes) {
    super();
    this.#outbox = outbox;
    this.#pending = pending;
    this.#send = send;
    this.#frameBytes = frameBytes;
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

  /** Take an action back that has not left this device. False when the server may have it; an action that ended is none. */
  withdraw(id) {
    if (this.#outbox.get(id)?.sent) return false;
    this.#outbox.settle(id);
    return true;
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
      if (entry) this.takeBack(entry.frame.text, entry.files ?? []);
    }
  }

  /** These words go back to the composer, with files that no message has. */
  takeBack(text, files) {
    this.#emit("taken-back", { text, files });
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
      const frame = { ...entry.frame, client_id: entry.id, ref: entry.id };
      if (!fits(frame, this.#frameBytes)) this.#tooLarge(entry.id);
      else if (this.#send(frame)) this.#outbox.markSent(entry.id);
    }
  }

  // As if the server had refused it; told to those who are only now given its id a moment later.
  #tooLarge(id) {
    this.#pending.update(this.#outbox.refuse(id, TOO_LARGE), this.#online);
    queueMicrotask(() => this.refused({ client_id: id, code: "too_large", message: TOO_LARGE }));
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
