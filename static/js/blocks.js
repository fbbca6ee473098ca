// The blocks of a reply: their safe HTML as the server sent it, and the elements that show them.

import { morphChildren } from "./morph.js";
import { applyPatch } from "./patch.js";

/** Each top-level block is one `.block` in the prose element; a block which did not change is not touched. */
export class Blocks {
  #prose;
  /** @type {string[]} */
  #html = [];

  constructor(prose) {
    this.#prose = prose;
  }

  get joined() {
    return this.#html.join("");
  }

  get empty() {
    return this.#html.length === 0;
  }

  /** Show exactly these. */
  replace(html) {
    this.#html = [...html];
    this.#html.forEach((_, index) => this.#render(index));
    this.#trim();
  }

  /** Apply one delta; without `count` the list keeps its length. Throws RangeError when it does not fit. */
  patch(count = this.#html.length, splices = []) {
    for (const index of [...applyPatch(this.#html, count, splices)].sort((a, b) => a - b)) this.#render(index);
    this.#trim();
  }

  #render(index) {
    let element = this.#prose.children[index];
    if (!element) {
      element = document.createElement("div");
      element.className = "block";
      element.dir = "auto";
      this.#prose.append(element);
    }
    morphChildren(element, parse(this.#html[index]));
  }

  #trim() {
    while (this.#prose.children.length > this.#html.length) this.#prose.lastElementChild.remove();
  }
}

/** The nodes of a frame's HTML. The server has sanitised it; nothing else may be given to this function. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
