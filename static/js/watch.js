// The conversation on the page: asks to watch it, and gives each frame about it to whoever it concerns.

import { Announcements } from "./announcements.js";

/**
 * Emits `shown` (detail: the conversation frame) when the transcript is up to date, `moved` when a reply began,
 * went on or ended, `tools` (detail: its reply and the frame) when its tool calls did, `gone` when the conversation is no
 * longer there, `back` when it is there again after all, `paged` when older messages came, or will not come.
 */
export class Watch extends EventTarget {
  #send;
  #transcript;
  #replies;
  #pager;
  #announcements;
  #revision;
  #asked = false;
  #gone = false;

  /** @param {{conversation: string, revision: number}} page  what the page was made from; "" for a new chat */
  constructor({ conversation, revision }, { send, transcript, replies, pager, status }) {
    super();
    this.conversation = conversation;
    this.#revision = revision;
    this.#send = send;
    this.#transcript = transcript;
    this.#replies = replies;
    this.#pager = pager;
    this.#announcements = new Announcements(status);
  }

  /** The link is up, or something did not fit: ask for what changed since `revision`. */
  open(revision = this.#revision) {
    if (this.conversation) this.#asked = this.#send({ type: "open", conversation: this.conversation, revision, ref: "open" });
  }

  /** The link broke. */
  pause() {
    this.#asked = false;
    this.#replies.pause();
    this.#pager.reset();
    this.#emit("paged");
  }

  /** The new chat has been stored as `conversation`. */
  become(conversation) {
    this.conversation = conversation;
    this.#revision = 0;
    this.open();
  }

  /** Ask for the messages before the first one shown. */
  older() {
    const before = this.#transcript.first;
    return Boolean(before) && this.#send({ type: "page", conversation: this.conversation, before, ref: "page" });
  }

  /** Any frame; those about other conversations are left alone. */
  handle(frame) {
    const handlers = {
      conversation: () => this.#show(frame),
      page: () => this.#page(frame),
      "generation.snapshot": () => this.#snapshot(frame),
      "generation.delta": () => this.#delta(frame),
      "generation.state": () => this.#replyOf(frame)?.state(frame),
      "generation.tools": () => this.#emit("tools", { reply: this.#replyOf(frame), frame }),
      "generation.end": () => this.#end(frame),
      "conversation.removed": () => this.#there(frame, false),
      "conversation.listed": () => this.#there(frame, true),
    };
    handlers[frame.type]?.();
    if (frame.type.startsWith("generation.")) this.#emit("moved");
  }

  #show(frame) {
    if (frame.conversation !== this.conversation) return;
    this.#asked = false;
    const { running } = this.#transcript;
    if (!this.#transcript.show(frame)) {
      this.open(0);
      return;
    }
    // A reply may end before it is watched: then only this frame tells.
    running.forEach((article) => this.#announcements.shown(article));
    this.#revision = frame.revision;
    // Above what the frame covers the reader may have paged further up already.
    if ((frame.path[0] ?? null) === this.#transcript.first) this.#pager.older = frame.older;
    this.#emit("shown", frame);
  }

  #page(frame) {
    if (frame.conversation !== this.conversation || frame.before !== this.#transcript.first) return;
    this.#transcript.prepend(frame.messages);
    this.#pager.older = frame.older;
    this.#emit("paged");
  }

  #snapshot(frame) {
    const article = this.#transcript.find(frame.message);
    if (!article) return;
    article.dataset.generation = frame.generation;
    this.#replies.at(article).snapshot(frame);
    if (frame.cursor > 0) this.#announcements.began(frame.generation, { silently: true });
  }

  #delta(frame) {
    const reply = this.#replies.get(frame.generation);
    if (!reply || this.#asked) return; // A snapshot is on its way.
    if (!reply.delta(frame)) this.open();
    else this.#announcements.began(frame.generation);
  }

  async #end(frame) {
    const article = this.#transcript.find(frame.message);
    if (article) this.#announcements.ended(frame, article);
    const reply = this.#replies.get(frame.generation);
    if (!reply) return;
    this.#replies.forget(frame.generation);
    if (!(await reply.end(frame))) this.open(0);
    this.#emit("moved");
  }

  #there(frame, there) {
    if (frame.conversation !== this.conversation || there !== this.#gone) return;
    this.#gone = !there;
    if (there) this.open();
    this.#emit(there ? "back" : "gone");
  }

  #replyOf(frame) {
    const known = this.#replies.get(frame.generation);
    if (known) return known;
    const article = document.querySelector(`article[data-generation="${CSS.escape(frame.generation)}"]`);
    return article ? this.#replies.at(article) : undefined;
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
