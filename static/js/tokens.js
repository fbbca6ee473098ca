// The tokens of one reply with their probabilities: pointing at one, or moving to it, tells about it.

import { get, SignedOut } from "./post.js";

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 50, PageUp: -50 };
const SVG = "http://www.w3.org/2000/svg";

export class Tokens {
  #dialog;
  #place;
  #address;
  #signedOut;
  /** @type {[number, [string, number][]][]}  of each token its logarithm, and the alternatives with theirs */
  #numbers = [];
  /** @type {Map<Element, number>} */
  #places = new Map();
  #current = 0;
  #pointer = "";

  /**
   * @param {HTMLDialogElement} dialog
   * @param {() => string} address  of the conversation on the page
   * @param {() => void} signedOut  the session ended
   */
  constructor(dialog, address, signedOut) {
    this.#dialog = dialog;
    this.#place = dialog.querySelector("[data-tokens-body]");
    this.#address = address;
    this.#signedOut = signedOut;
    this.#place.addEventListener("pointerover", (event) => this.#pointed(event));
    this.#place.addEventListener("click", ({ target }) => this.#pressed(target));
    this.#place.addEventListener("keydown", (event) => this.#moved(event));
  }

  async show(message) {
    this.#place.textContent = "Loading…";
    this.#dialog.showModal();
    try {
      this.#place.innerHTML = await get(`${this.#address()}/messages/${message}/tokens`);
      this.#numbers = JSON.parse(this.#place.querySelector("#token-numbers").textContent);
      this.#places = new Map([...this.#tokens].map((token, number) => [token, number]));
      this.#current = 0;
      this.#tokens[0].tabIndex = 0;
    } catch (error) {
      if (error instanceof SignedOut) {
        this.#dialog.close();
        this.#signedOut();
      } else this.#place.textContent = error.message;
    }
  }

  get #tokens() {
    return this.#place.querySelector("[data-tokens]").children;
  }

  #numberOf(target) {
    return this.#places.get(target.closest("[data-tokens] > .token")) ?? -1;
  }

  // When the list scrolls under a pointer that rests, the browser says that it points at something else.
  #pointed({ target, clientX, clientY }) {
    const at = `${clientX} ${clientY}`;
    if (at !== this.#pointer) this.#tell(this.#numberOf(target));
    this.#pointer = at;
  }

  #pressed(target) {
    const go = target.closest("[data-token-go]");
    const number = go ? Number(go.dataset.tokenGo) : this.#numberOf(target);
    if (number >= 0) this.#go(number);
  }

  #moved(event) {
    if (!event.target.closest("[data-tokens]")) return;
    const last = this.#numbers.length - 1;
    const ends = { Home: 0, End: last };
    const number = ends[event.key] ?? this.#current + (STEPS[event.key] ?? Number.NaN);
    if (Number.isNaN(number)) return;
    event.preventDefault();
    this.#go(Math.min(last, Math.max(0, number)));
  }

  #go(number) {
    const tokens = this.#tokens;
    tokens[this.#current].removeAttribute("tabindex");
    tokens[this.#current].removeAttribute("aria-selected");
    this.#current = number;
    tokens[number].tabIndex = 0;
    tokens[number].ariaSelected = "true";
    tokens[number].focus();
    this.#tell(number);
  }

  #tell(number) {
    if (number < 0) return;
    const [log, top] = this.#numbers[number];
    const title = document.createElement("p");
    title.append(shown(this.#tokens[number].textContent), ` ${percent(log)}`);
    const list = document.createElement("ul");
    list.append(...top.map(([name, other]) => alternative(name, other)));
    this.#place.querySelector("[data-token-told]").replaceChildren(title, ...(top.length ? [list] : []));
  }
}

function alternative(name, log) {
  const row = document.createElement("li");
  const bar = document.createElementNS(SVG, "svg");
  bar.setAttribute("viewBox", "0 0 100 1");
  bar.setAttribute("preserveAspectRatio", "none");
  bar.setAttribute("aria-hidden", "true");
  const filled = document.createElementNS(SVG, "rect");
  filled.setAttribute("width", String(Math.max(0.5, 100 * Math.exp(log))));
  filled.setAttribute("height", "1");
  bar.append(filled);
  row.append(shown(name), bar, percent(log));
  return row;
}

function shown(text) {
  const code = document.createElement("code");
  code.textContent = text.replaceAll("↵\n", "↵");
  return code;
}

function percent(log) {
  const value = 100 * Math.exp(log);
  return value > 0 && value < 0.01 ? "less than 0.01 %" : `${value.toFixed(value < 1 ? 2 : 1)} %`;
}
