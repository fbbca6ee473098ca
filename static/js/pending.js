// Messages on their way, as the page shows them: in place at once, with how they stand below.

import { fileElement } from "./files.js";

/** Makes articles from the page's own blank ones, so that they are the same markup as the server's. */
export class PendingMessages {
  #transcript;
  #blank;

  /**
   * @param transcript  the Transcript
   * @param {(name: string) => HTMLElement} blank  a fresh empty article or file
   */
  constructor(transcript, blank) {
    this.#transcript = transcript;
    this.#blank = blank;
  }

  /** Show a message of the outbox at the end. */
  show(entry, online) {
    const article = this.#blank("user");
    article.dataset.clientId = entry.id;
    article.querySelector(".words-text").textContent = entry.frame.text;
    const files = (entry.files ?? []).map((file) => fileElement(this.#blank, file));
    article.querySelector('[data-part="attached"]').replaceChildren(...files);
    describe(article, entry, online);
    this.#transcript.append(article);
  }

  /** Say how it stands. False when it is not on this page. */
  update(entry, online) {
    const article = this.#find(entry.id);
    if (article) describe(article, entry, online);
    return Boolean(article);
  }

  remove(id) {
    this.#find(id)?.remove();
  }

  /** The server has it: the article gets its ids, and an empty reply follows it. */
  accept(frame, model) {
    const article = this.#find(frame.client_id);
    if (article && frame.message) {
      article.dataset.message = frame.message;
      delete article.dataset.sending;
      article.querySelector('[data-part="sending"]').replaceChildren();
    }
    if (!article || this.#transcript.find(frame.reply)) return;
    const reply = this.#blank("assistant");
    Object.assign(reply.dataset, { message: frame.reply, generation: frame.generation, state: "queued", model });
    reply.querySelector('[data-part="waiting"]').textContent = `Waiting for ${model}…`;
    this.#transcript.append(reply);
  }

  #find(id) {
    return document.querySelector(`[data-sending][data-client-id="${CSS.escape(id)}"]`);
  }
}

function describe(article, entry, online) {
  const line = article.querySelector('[data-part="sending"]');
  if (entry.refused !== null) {
    article.dataset.sending = "refused";
    line.replaceChildren(`Not sent: ${entry.refused}`, button("retry", "Try again"), button("take-back", "Edit"));
  } else if (online) {
    article.dataset.sending = "sending";
    line.replaceChildren("Sending…");
  } else if (entry.sent) {
    // Taking it back could double it: the server may have stored it, and only its answer was lost.
    article.dataset.sending = "offline";
    line.replaceChildren("Sent, not confirmed yet: this will be checked when you are back online.");
  } else {
    article.dataset.sending = "offline";
    line.replaceChildren("Will be sent when you are back online.", button("take-back", "Cancel"));
  }
}

function button(action, label) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button";
  element.dataset.pending = action;
  element.textContent = label;
  return element;
}
