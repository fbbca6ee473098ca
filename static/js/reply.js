// One reply while it is being written: the frames of one generation, applied to one article.

import { Blocks } from "./blocks.js";
import { sha256 } from "./ids.js";
import { Waiting } from "./waiting.js";

const ACK_FRAMES = 4;
const ACK_MS = 250;

/** Every method that takes a frame answers whether it fitted; if not, the conversation must be opened again. */
export class Reply {
  #blocks;
  #send;
  #waiting;
  #seq = -1;
  #unacked = 0;
  #timer = 0;
  stopped = false;
  cursor = 0;

  /**
   * @param {HTMLElement} article
   * @param {(frame: object) => void} send
   */
  constructor(article, send) {
    this.article = article;
    this.generation = article.dataset.generation;
    this.#blocks = new Blocks(article.querySelector('[data-part="prose"]'));
    this.#waiting = new Waiting(() => article.querySelector('[data-part="waiting"]'));
    this.#send = send;
  }

  /** Has it been given a snapshot on this link? Then what it shows is newer than the page's markup. */
  get live() {
    return this.#seq >= 0;
  }

  /** The link is gone: the next snapshot starts a new count. */
  pause() {
    this.#seq = -1;
    this.#unacked = 0;
    clearTimeout(this.#timer);
    if (!this.stopped) this.#waiting.clear();
  }

  snapshot(frame) {
    this.#seq = frame.seq;
    this.article.dataset.state = frame.state;
    this.#count();
    if (this.stopped) return true;
    this.#blocks.replace(frame.blocks ?? []);
    this.#think(frame.reasoning ?? "");
    this.#decline(frame.refusal ?? "");
    this.#moved(frame.cursor);
    if (this.#empty) this.#waiting.model(this.article.dataset.model, 0);
    return true;
  }

  delta(frame) {
    if (!this.live || frame.seq > this.#seq + 1) return false;
    if (frame.seq <= this.#seq) return true;
    this.#seq = frame.seq;
    this.#count();
    if (this.stopped) return true;
    try {
      this.#blocks.patch(frame.blocks, frame.patch);
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
    if (frame.reasoning) this.#think(this.#reasoning + frame.reasoning);
    if (frame.refusal) this.#decline(this.#refusal.textContent + frame.refusal);
    this.article.dataset.state = "running";
    this.#moved(frame.cursor);
    return true;
  }

  /** What it waits for. */
  state(frame) {
    if (this.stopped) return;
    this.article.dataset.state = frame.state;
    if (frame.waiting === "turn") this.#waiting.turn();
    else if (frame.waiting === "model") this.#waiting.model(this.article.dataset.model, frame.seconds ?? 0);
    else if (["tools", "person"].includes(frame.waiting)) this.#waiting.tools(frame.message, frame.seconds ?? 0);
    else if (frame.waiting === "retry") this.#waiting.retry(frame.message, frame.seconds ?? 0);
    else this.#waiting.clear();
  }

  /** Freeze what is shown, and tell the server how far that was. May be repeated after the link broke. */
  stop() {
    this.stopped = true;
    this.article.dataset.stopping = "";
    this.#waiting.stopping();
    this.#send({ type: "turn.stop", generation: this.generation, cursor: this.cursor });
  }

  /** It is stored. Resolves to false when what is shown is not what was stored. */
  async end(frame) {
    clearTimeout(this.#timer);
    this.#waiting.clear();
    this.article.dataset.state = frame.state;
    delete this.article.dataset.stopping;
    if (this.stopped) return true; // The stored article follows, cut where the reader stopped it.
    const shown = this.live ? await sha256(this.#blocks.joined) : null;
    return shown === null || shown === frame.hash;
  }

  get #reasoning() {
    return this.article.querySelector('[data-part="reasoning"] > div').textContent;
  }

  #think(text) {
    const part = this.article.querySelector('[data-part="reasoning"]');
    part.hidden = text === "";
    part.querySelector("div").textContent = text;
  }

  // The model's own words for not answering, shown where the reply would be.
  #decline(text) {
    this.#refusal.hidden = text === "";
    this.#refusal.textContent = text;
  }

  get #refusal() {
    return this.article.querySelector('[data-part="refusal"]');
  }

  get #empty() {
    return this.#blocks.empty && this.#refusal.hidden;
  }

  #moved(cursor) {
    this.cursor = cursor;
    this.article.dataset.cursor = String(cursor);
    if (!this.#empty) this.#waiting.clear();
  }

  #count() {
    this.#unacked += 1;
    if (this.#unacked >= ACK_FRAMES) this.#acknowledge();
    else if (this.#unacked === 1) this.#timer = setTimeout(() => this.#acknowledge(), ACK_MS);
  }

  #acknowledge() {
    clearTimeout(this.#timer);
    this.#unacked = 0;
    if (this.live) this.#send({ type: "ack", generation: this.generation, seq: this.#seq });
  }
}
