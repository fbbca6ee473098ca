// The one polite status region of the page, for those who hear it rather than see it.

const SENTENCES = {
  complete: "Reply complete.",
  truncated: "The reply reached its length limit. You can continue it.",
  filtered: "The reply was cut by a content filter.",
  stopped: "Reply stopped.",
  interrupted: "The reply was interrupted. What arrived is kept; you can continue it.",
};

const DECLINED = "The model declined to answer. Its words are in place of a reply.";

export class Status {
  #region;

  constructor(region) {
    this.#region = region;
  }

  /** Say `words`. The same words twice are said twice: the region is emptied between. */
  say(words) {
    this.#region.textContent = "";
    requestAnimationFrame(() => (this.#region.textContent = words));
  }

  /** A reply began. */
  began() {
    this.say("The reply has begun.");
  }

  /** A reply ended, as its `generation.end` frame says. */
  ended(frame) {
    if (frame.declined && frame.state === "complete") this.say(DECLINED);
    else this.say(frame.error ? `The reply failed. ${frame.error.message}` : (SENTENCES[frame.state] ?? "The reply failed."));
  }
}
