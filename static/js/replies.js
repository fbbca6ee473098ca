// The replies being written in the conversation on the page.

import { Reply } from "./reply.js";

/** Hands each generation's frames to its Reply. Frames of branches that are not shown are left alone. */
export class Replies {
  /** @type {Map<string, Reply>} */
  #byGeneration = new Map();
  #send;

  /** @param {(frame: object) => boolean} send */
  constructor(send) {
    this.#send = send;
  }

  /** Is this article's text coming from deltas right now? */
  writes(article) {
    return Boolean(this.#byGeneration.get(article.dataset.generation)?.live);
  }

  /** The last reply on the page that has not ended. */
  current(inner) {
    return this.#running(inner).at(-1) ?? null;
  }

  /** Stop every reply on the page: there are several when they were asked for together. */
  stopAll(inner) {
    for (const reply of this.#running(inner)) reply.stop();
  }

  /** The Reply of `article`, made when it is the first time. */
  at(article) {
    const { generation } = article.dataset;
    let reply = this.#byGeneration.get(generation);
    if (reply?.article !== article) {
      reply = new Reply(article, this.#send);
      this.#byGeneration.set(generation, reply);
    }
    return reply;
  }

  #running(inner) {
    const running = inner.querySelectorAll('[data-state="queued"][data-generation], [data-state="running"][data-generation]');
    return [...running].map((article) => this.at(article));
  }

  get(generation) {
    return this.#byGeneration.get(generation);
  }

  forget(generation) {
    this.#byGeneration.delete(generation);
  }

  /** The link broke: snapshots will come on the next one. A Stop that may not have arrived is said again there. */
  pause() {
    for (const reply of this.#byGeneration.values()) reply.pause();
  }

  /** Say every unconfirmed Stop once more. */
  stopAgain() {
    for (const reply of this.#byGeneration.values()) if (reply.stopped) reply.stop();
  }
}
