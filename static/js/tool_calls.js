// The tool calls of replies: their timelines while they run, and the person's word to those that ask.

import { parse } from "./blocks.js";
import { copyFrom } from "./clipboard.js";
import { morphChildren } from "./morph.js";

const TICK_MS = 500;
const LANE = 1000; // how wide a lane is, in the units of its drawing
const SLIVER = 8; // the narrowest bar

/** One for the page. The server draws the timelines; between its frames only the clocks of what runs go on. */
export class ToolCalls {
  #log;
  #send;
  #status;
  #announced = new Set();
  #timer = 0;
  /** @type {WeakMap<Element, number>} when the first call of a round began, on this page's clock */
  #began = new WeakMap();

  /**
   * @param {HTMLElement} log
   * @param watch  the Watch
   * @param {(frame: object) => boolean} send
   * @param status  the Status
   */
  constructor(log, watch, send, status) {
    this.#log = log;
    this.#send = send;
    this.#status = status;
    log.addEventListener("click", ({ target }) => this.#pressed(target));
    watch.addEventListener("tools", ({ detail }) => this.#show(detail));
    this.#settle(log);
  }

  #show({ reply, frame }) {
    if (!reply || reply.stopped) return;
    const part = reply.article.querySelector('[data-part="tools"]');
    const decided = part.contains(document.activeElement) && document.activeElement.closest("[data-decide]")?.closest("[data-call]").dataset.call;
    morphChildren(part, parse(frame.html));
    if (decided && !frame.waiting.includes(decided)) part.querySelector(`[data-call="${CSS.escape(decided)}"] summary`)?.focus({ preventScroll: true });
    this.#settle(part);
    this.#announce(part, frame.waiting);
  }

  #pressed(target) {
    const button = target.closest("[data-decide]");
    if (button) this.#decide(button);
    const copy = target.closest("[data-copy-result]");
    if (copy) copyFrom(copy, copy.closest("p").nextElementSibling.textContent);
  }

  // The buttons come back with the next frame if the call should still wait.
  #decide(button) {
    const { call } = button.closest("[data-call]").dataset;
    if (!this.#send({ type: "tool.decide", call, decision: button.dataset.decide, ref: "decide" })) return;
    for (const each of button.parentElement.children) each.setAttribute("aria-disabled", "true");
  }

  #announce(part, waiting) {
    const fresh = waiting.filter((call) => !this.#announced.has(call));
    if (fresh.length === 0) return;
    fresh.forEach((call) => this.#announced.add(call));
    const title = part.querySelector(`[data-call="${CSS.escape(fresh[0])}"] .tool-title`).textContent;
    this.#status.say(`The model asks to use “${title}”. Approve or deny it in the reply.`);
  }

  // The timelines in `part` are as the server drew them just now.
  #settle(part) {
    for (const round of part.querySelectorAll(".tool-round")) this.#began.set(round, performance.now() - Number(round.dataset.now));
    if (this.#timer === 0 && this.#running.length > 0) this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  #tick() {
    const running = this.#running;
    for (const round of new Set(running.map((call) => call.closest(".tool-round")))) this.#draw(round);
    if (running.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  get #running() {
    return [...this.#log.querySelectorAll('.tool[data-state="running"]')];
  }

  #draw(round) {
    const now = performance.now() - (this.#began.get(round) ?? performance.now());
    for (const call of round.querySelectorAll(".tool")) {
      const { begins, ends } = call.dataset;
      if (begins === "") continue;
      const length = (ends === "" ? now : Number(ends)) - Number(begins);
      const bar = call.querySelector(".lane-bar");
      bar.setAttribute("x", String(Math.min(LANE - SLIVER, (LANE * Number(begins)) / now)));
      bar.setAttribute("width", String(Math.max(SLIVER, (LANE * length) / now)));
      call.querySelector("[data-duration]").textContent = `${(length / 1000).toFixed(1)} s`;
    }
  }
}
