// The conversation on the page: asks to watch it, and gives each frame about it to whoever it concerns.

/**
 * Emits `shown` (detail: the conversation frame) when the transcript is up to date, `moved` when a reply began,
 * went on or ended, `tools` (detail: its reply and the frame) when its tool calls did, `gone` when the conversation is no
 * longer there, `back` when it is there again after all.
 */
export class Watch extends EventTarget {
  #send;
  #transcript;
  #replies;
  #pager;
  #status;
  #revision;
  #asked = false;
  #gone = false;
  #announced = new Set();
  #told = new Set();

  /** @param {{conversation: string, revision: number}} page  what the page was made from; "" for a new chat */
  constructor({ conversation, revision }, { send, transcript, replies, pager, status }) {
    super();
    this.conversation = conversation;
    this.#revision = revision;
    this.#send = send;
    this.#transcript = transcript;
    this.#replies = replies;
    this.#pager = pager;
    this.#status = status;
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
    running.filter(hasEnded).forEach((article) => this.#tellEnd(article.dataset.generation, endOf(article)));
    this.#revision = frame.revision;
    // Above what the frame covers the reader may have paged further up already.
    if ((frame.path[0] ?? null) === this.#transcript.first) this.#pager.older = frame.older;
    this.#emit("shown", frame);
  }

  #page(frame) {
    if (frame.conversation !== this.conversation || frame.before !== this.#transcript.first) return;
    this.#transcript.prepend(frame.messages);
    this.#pager.older = frame.older;
  }

  #snapshot(frame) {
    const article = this.#transcript.find(frame.message);
    if (!article) return;
    article.dataset.generation = frame.generation;
    this.#replies.at(article).snapshot(frame);
    if (frame.cursor > 0) this.#announced.add(frame.generation);
  }

  #delta(frame) {
    const reply = this.#replies.get(frame.generation);
    if (!reply || this.#asked) return; // A snapshot is on its way.
    if (!reply.delta(frame)) this.open();
    else if (!this.#announced.has(frame.generation)) {
      this.#announced.add(frame.generation);
      this.#status.began();
    }
  }

  async #end(frame) {
    const article = this.#transcript.find(frame.message);
    if (article) this.#tellEnd(frame.generation, { ...frame, declined: declines(article) });
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

  // A reply may end before it is watched: then only the conversation frame tells. Both may come, so say it once.
  #tellEnd(generation, end) {
    if (!this.#told.has(generation)) this.#status.ended(end);
    this.#told.add(generation);
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

const hasEnded = (article) => article.isConnected && !["queued", "running"].includes(article.dataset.state);

function endOf(article) {
  const message = article.querySelector('.card[data-tone="error"] p')?.textContent;
  return { state: article.dataset.state, error: message && { message }, declined: declines(article) };
}

const declines = (article) => article.querySelector('[data-part="refusal"]')?.hidden === false;
