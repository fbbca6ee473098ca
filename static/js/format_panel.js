// The response format in the panel: examples of schemas, and the check of what is typed.

import { post, SignedOut } from "./post.js";

const FINE = "A valid JSON Schema.";

/** Checks a schema when asked to, and when its box is left. */
export class FormatPanel {
  #panel;
  #signedOut;
  #asked = 0;

  /**
   * @param {HTMLElement} panel
   * @param {() => void} signedOut
   */
  constructor(panel, signedOut) {
    this.#panel = panel;
    this.#signedOut = signedOut;
    panel.addEventListener("click", ({ target }) => {
      if (target.matches("[data-example]")) this.#take(target);
      if (target.matches("[data-check]")) this.#check();
    });
    panel.closest("dialog").addEventListener("close", () => this.#result.replaceChildren());
    panel.addEventListener("change", ({ target }) => target.name !== "response_format" && this.#check());
  }

  #take(example) {
    this.#box("schema").value = example.dataset.example;
    this.#box("schema_name").value = example.dataset.name;
    this.#check();
  }

  async #check() {
    const fields = Object.fromEntries(["schema_name", "schema_strict", "schema"].map((name) => [name, this.#box(name).value]));
    if (fields.schema === "") return;
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const { problem, notes } = await (await post(this.#panel.dataset.checkUrl, fields)).json();
      if (asked === this.#asked) this.#say(problem, notes);
    } catch (error) {
      if (error instanceof SignedOut) this.#signedOut();
      else this.#say(error.message, []);
    }
  }

  #say(problem, notes) {
    const lines = [problem || FINE, ...notes].map((words) => {
      const line = document.createElement("p");
      line.textContent = words;
      return line;
    });
    lines[0].classList.toggle("wrong", problem !== "");
    this.#result.replaceChildren(...lines);
  }

  get #result() {
    return this.#panel.querySelector("[data-check-result]");
  }

  #box(name) {
    return this.#panel.querySelector(`[name="${name}"]`);
  }
}
