// One message that waits for the reply to end. It goes then, once, if all is as it was when the person asked for it;
// else it stays in the message box, and why is said there.

const SAYS = "Will be sent when this reply ends.";
const MOVED = "the conversation has changed";
const REASONS = {
  truncated: "the reply was cut",
  filtered: "the reply was cut",
  stopped: "the reply was stopped",
  failed: "the reply failed",
  interrupted: "the reply broke off",
};
const OTHERWISE = "the reply did not end as usual";

/** The text is in the message box, and a draft, all the while: nothing but this page knows that it is to be sent. */
export class NextMessage {
  #line;
  #parts;
  #send;
  /** @type {{text: string, last: string, replies: Set<string>} | null} the text, and what the page showed */
  #waiting = null;

  /**
   * @param {HTMLElement} line  says that it waits, with a button to take that back
   * @param {object} parts  composer, tray, transcript, turns, watch, status
   * @param {(text: string) => void} send  what is in the message box
   */
  constructor(line, parts, send) {
    this.#line = line;
    this.#parts = parts;
    this.#send = send;
    const { composer, tray, watch } = parts;
    line.querySelector("button").addEventListener("click", () => {
      this.drop();
      composer.focus();
    });
    // Who goes on writing has changed their mind: half a sentence is not to be sent.
    composer.addEventListener("typed", () => this.drop());
    tray.addEventListener("changed", () => this.drop());
    for (const news of ["moved", "shown"]) watch.addEventListener(news, () => this.#look());
    watch.addEventListener("gone", () => this.drop(MOVED));
    addEventListener("pagehide", () => this.drop()); // A page that is come back to has been left.
  }

  /** Does one wait already? */
  get waits() {
    return this.#waiting !== null;
  }

  /** Is this message to wait? Then it is said. */
  holds(text) {
    const { transcript, status } = this.#parts;
    const replies = new Set(transcript.running.map(({ dataset }) => dataset.message));
    if (replies.size === 0) return false;
    this.#waiting = { text, last: transcript.last, replies };
    this.#line.hidden = false;
    status.say(SAYS);
    return true;
  }

  /** It is not to be sent any more; with a reason, this is said. */
  drop(reason = "") {
    if (!this.#waiting) return;
    this.#waiting = null;
    this.#line.hidden = true;
    if (reason) this.#parts.composer.hint(`Not sent, as ${reason}. Your message is kept here.`, "", `Your next message was not sent, as ${reason}.`);
  }

  #look() {
    if (!this.#waiting) return;
    const { composer, transcript, turns, watch } = this.#parts;
    const { text, last, replies } = this.#waiting;
    for (const { dataset } of transcript.running) replies.add(dataset.message);
    const articles = [...replies].map((id) => transcript.find(id));
    const moved = transcript.last !== last || articles.includes(null) || turns.sending(watch.conversation);
    if (moved || composer.text.trim() !== text) this.drop(MOVED);
    else if (articles.every(isStored)) this.#settle(text, articles.map(wrongWith).find(Boolean));
  }

  #settle(text, reason) {
    this.drop(reason);
    if (reason) return;
    this.#send(text);
    this.#parts.status.say("The reply is complete, and your next message was sent.");
  }
}

// Only the stored reply has a card, or can be asked for again; how it ended is said by nothing else.
const isStored = (article) => article.querySelector('[data-part="card"], [data-action="regenerate"]') !== null;

function wrongWith(article) {
  const card = article.querySelector('[data-part="card"]');
  return REASONS[article.dataset.state] ?? (card ? OTHERWISE : "");
}
