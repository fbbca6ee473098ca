// What is said aloud of replies: that each began, and how it ended, once each, from whatever frame tells it first.

export class Announcements {
  #status;
  #begun = new Set();
  #ended = new Set();

  /** @param status  the Status */
  constructor(status) {
    this.#status = status;
  }

  /** A reply has text. `silently`: it had some before this page watched it. */
  began(generation, { silently = false } = {}) {
    if (!this.#begun.has(generation) && !silently) this.#status.began();
    this.#begun.add(generation);
  }

  /** A `generation.end` frame came. @param {HTMLElement} article  of the reply */
  ended(frame, article) {
    this.#end(frame.generation, { ...frame, declined: declines(article) });
  }

  /** A reply that ran stands here now; if it has ended, only its article tells. */
  shown(article) {
    if (!article.isConnected || ["queued", "running"].includes(article.dataset.state)) return;
    const message = article.querySelector('.card[data-tone="error"] p')?.textContent;
    this.#end(article.dataset.generation, { state: article.dataset.state, error: message && { message }, declined: declines(article) });
  }

  #end(generation, end) {
    if (!this.#ended.has(generation)) this.#status.ended(end);
    this.#ended.add(generation);
  }
}

const declines = (article) => article.querySelector('[data-part="refusal"]')?.hidden === false;
