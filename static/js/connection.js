// The websocket to the site, kept open, and honest about it when it is not.

// States, as given in the `state` event: connecting; open; waiting (`seconds` until the next try); offline
// (this device says it has no network; tries go on); blocked (the site answers, websockets do not); and four
// which end it: signed-out, refused, outdated, closed (`message` says why).

import { retryDelay } from "./backoff.js";

const PONG_MS = 10_000;
const PROBE_PONG_MS = 3_000;
const OPENING_MS = 10_000;
const BUSY_MS = 15_000;
const TRIES_BEFORE_PROBE = 3;
const FINAL = { 4400: "outdated", 4401: "signed-out", 4403: "refused" };

/** Emits `frame` (detail: the frame) and `state` (detail: {state, seconds, message}). */
export class Connection extends EventTarget {
  #url;
  #probe;
  #socket = null;
  #welcome = null;
  #doubted = false;
  #ended = false;
  #failures = 0;
  #pingMs = 30_000;
  #farewell = null;
  #timers = { retry: 0, quiet: 0 };

  /**
   * @param {string} url
   * @param {() => Promise<"signed-out" | "reachable" | "unreachable">} probe  asks the site over plain HTTP
   */
  constructor(url, probe) {
    super();
    this.#url = url;
    this.#probe = probe;
  }

  /** Connect now, unless connected, connecting or ended for good. */
  connect() {
    if (this.#ended || this.#socket) return;
    clearTimeout(this.#timers.retry);
    this.#farewell = null;
    this.#say("connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onmessage = (event) => this.#received(JSON.parse(event.data));
    socket.onclose = (event) => this.#closed(event.code);
    this.#expect(OPENING_MS, () => this.#drop());
  }

  /** Send a frame. False when there is no open link: nothing was sent then. */
  send(frame) {
    if (!this.#welcome || this.#doubted) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** The page was hidden, asleep or offline: is the link still there? */
  check() {
    if (this.#welcome) {
      if (!navigator.onLine) this.#doubt();
      this.#ping(PROBE_PONG_MS);
    } else if (!this.#socket) this.connect();
  }

  #received(frame) {
    if (frame.type === "welcome") {
      this.#welcome = frame;
      this.#failures = 0;
      this.#pingMs = frame.ping_seconds * 1000;
      this.#say("open");
    } else if (this.#doubted) {
      this.#trust();
    }
    if (frame.type === "closing") this.#farewell = frame;
    this.#expect(this.#pingMs, () => this.#ping(PONG_MS));
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  // The browser says that there is no network. A site on this very machine may be reachable all the same; but
  // until it proves to be, the link counts as broken, so that nothing is sent into the void.
  #doubt() {
    this.#doubted = true;
    this.#say("offline");
  }

  #trust() {
    this.#doubted = false;
    this.#say("open");
    this.dispatchEvent(new CustomEvent("frame", { detail: this.#welcome }));
  }

  #ping(patience) {
    this.#socket.send(JSON.stringify({ type: "ping" }));
    this.#expect(patience, () => this.#drop());
  }

  #expect(ms, otherwise) {
    clearTimeout(this.#timers.quiet);
    this.#timers.quiet = setTimeout(otherwise, ms);
  }

  // A half-open link never reports its end; so it is left behind at once and its events are ignored.
  #drop() {
    const socket = this.#socket;
    socket.onmessage = socket.onclose = null;
    socket.close();
    this.#closed(1006);
  }

  #closed(code) {
    clearTimeout(this.#timers.quiet);
    const farewell = this.#farewell;
    this.#socket = null;
    this.#welcome = null;
    this.#doubted = false;
    this.#failures += 1;
    if (code in FINAL || farewell?.reconnect === false) {
      this.#end(FINAL[code] ?? FINAL[farewell.code] ?? "closed", farewell?.message);
      return;
    }
    const busy = code === 4429 || farewell?.code === 4429;
    const delay = retryDelay(this.#failures) + (busy ? BUSY_MS : 0);
    this.#timers.retry = setTimeout(() => this.connect(), delay);
    this.#say(navigator.onLine ? "waiting" : "offline", delay / 1000);
    if (this.#failures >= TRIES_BEFORE_PROBE && navigator.onLine) this.#explain(delay / 1000);
  }

  async #explain(seconds) {
    const answer = await this.#probe();
    if (this.#socket || this.#ended) return;
    if (answer === "signed-out") this.#end("signed-out");
    else if (answer === "reachable") this.#say("blocked", seconds);
  }

  #end(state, message) {
    this.#ended = true;
    clearTimeout(this.#timers.retry);
    this.#say(state, undefined, message);
  }

  #say(state, seconds, message) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, seconds, message } }));
  }
}
