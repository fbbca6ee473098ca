// Send and Stop take each other's place. A press that was meant for the one that was there before does nothing.

const REACTION_MS = 400;

/** Emits `stop`, and `doubted` when a press on Send was probably meant for Stop. */
export class Swap extends EventTarget {
  #send;
  #stop;
  #stopWent = -Infinity;

  constructor(send, stop) {
    super();
    this.#send = send;
    this.#stop = stop;
    // The second of a double press on Send falls on Stop, which has come there meanwhile.
    stop.addEventListener("click", (event) => event.detail > 1 || this.dispatchEvent(new Event("stop")));
    send.addEventListener("click", (event) => this.#check(event));
    send.disabled = false; // Until now a press would have left the page, and the text with it.
  }

  /** Whether Stop is there, and not Send. */
  set running(running) {
    if (!this.#stop.hidden && !running) this.#stopWent = performance.now();
    this.#stop.hidden = !running;
    this.#send.hidden = running;
  }

  get focused() {
    return [this.#send, this.#stop].includes(document.activeElement);
  }

  /** Something was typed since: whoever presses Send now means it. */
  sure() {
    this.#stopWent = -Infinity;
  }

  // A press by key has no `detail`, and does not miss.
  #check(event) {
    if (event.detail === 0 || performance.now() - this.#stopWent > REACTION_MS) return;
    event.preventDefault();
    this.dispatchEvent(new Event("doubted"));
  }
}
