// The band above the conversation that says how the connection is. Silence means that all is well.

// Only a break that lasts is worth a band: most are over before it could be read.
const PATIENCE_MS = 600;

const LABELS = { "": "", retry: "Try now", reload: "Load again", "sign-in": "Sign in" };

/** Shows the `state` events of a Connection. */
export class Band {
  #band;
  #status;
  #onRetry;
  #timer = 0;
  #spoken = "";

  /**
   * @param {HTMLElement} band
   * @param status  the Status
   * @param {() => void} onRetry  the reader wants the next try now
   */
  constructor(band, status, onRetry) {
    this.#band = band;
    this.#status = status;
    this.#onRetry = onRetry;
    band.querySelector("[data-connection-action]").addEventListener("click", (event) => {
      // Signed out, the page leads to the sign-in by itself, and from there back here.
      if (event.currentTarget.dataset.does === "retry") this.#onRetry();
      else location.reload();
    });
  }

  show({ state, seconds, message }) {
    clearInterval(this.#timer);
    if (state === "open") this.#open();
    else if (state === "connecting" || seconds * 1000 < PATIENCE_MS) this.#timer = setTimeout(() => this.#say("Connecting…"), PATIENCE_MS);
    else if (state === "waiting") this.#count("Reconnecting", "Your text is kept.", seconds);
    else if (state === "offline") this.#say("Offline: your message is kept, and sent when you are back online.", "retry");
    else if (state === "blocked")
      this.#say("Your network blocks websockets, so messages cannot be sent from here. What was said can be read; ask whoever runs the network or proxy to let them through.", "retry");
    else if (state === "outdated") this.#say("The site was updated. Your text is kept; load the page again to go on.", "reload");
    else if (state === "signed-out") this.#say("You were signed out. Your draft is kept on this device.", "sign-in", "error");
    else this.#say(message || "You may no longer use this site with this account.", "reload", "error");
  }

  /** Something about the conversation itself, which stays until it is said otherwise; "" takes it away. */
  notice(words) {
    clearInterval(this.#timer);
    this.#say(words);
    this.#band.hidden = words === "";
  }

  #open() {
    if (this.#spoken) this.#status.say("Connected again.");
    this.#spoken = "";
    this.#band.hidden = true;
  }

  #count(what, kept, seconds) {
    const until = performance.now() + seconds * 1000;
    const show = () => {
      const left = Math.ceil((until - performance.now()) / 1000);
      this.#say(left > 0 ? `${what} in ${left} s. ${kept}` : `${what}… ${kept}`, "retry", "", what);
    };
    show();
    this.#timer = setInterval(show, 1000);
  }

  #say(words, does = "", tone = "", spoken = words) {
    this.#band.hidden = false;
    this.#band.dataset.tone = tone;
    this.#band.querySelector("[data-connection-text]").textContent = words;
    const button = this.#band.querySelector("[data-connection-action]");
    button.hidden = does === "";
    button.dataset.does = does;
    button.textContent = LABELS[does];
    if (spoken !== this.#spoken) this.#status.say(words);
    this.#spoken = spoken;
  }
}
