// The small form of a preset's name: for a new one with what it is to keep, or for another name.

/** Emits `named` (detail: {why, name, prompt, model, replace}) and `answered` when it is closed. */
export class PresetNaming extends EventTarget {
  #part;
  #why = "";

  /**
   * @param {(name: string) => HTMLElement} part  of the panel
   * @param {HTMLFormElement} form  that its boxes belong to
   */
  constructor(part, form) {
    super();
    this.#part = part;
    this.#name.addEventListener("input", () => this.replacing(false));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#emit("named", {
        why: this.#why,
        name: this.#name.value,
        prompt: this.#part("preset-with-prompt").checked,
        model: this.#part("preset-with-model").checked,
        replace: this.#part("preset-confirm").dataset.replace,
      });
    });
  }

  /** Ask for the name. `why`: keep, rename. */
  ask(why, name, model) {
    this.#why = why;
    const renames = why === "rename";
    this.#part("preset-naming").hidden = false;
    this.#part("preset-with").hidden = renames;
    this.#part("preset-name-label").textContent = renames ? "New name" : "Name of the preset";
    this.#part("preset-model").textContent = model;
    this.#name.value = name;
    this.#expanded();
    this.replacing(false);
    this.#name.select();
  }

  /** The name is taken: is the next press to replace what has it? Another name asks anew. */
  replacing(yes) {
    const button = this.#part("preset-confirm");
    const replaces = yes && this.#why === "keep";
    button.dataset.replace = replaces ? "yes" : "";
    button.textContent = replaces ? "Replace it" : this.#why === "rename" ? "Rename" : "Save preset";
  }

  close() {
    const asked = this.#why;
    this.#why = "";
    this.#part("preset-naming").hidden = true;
    this.#expanded();
    if (asked) this.#emit("answered");
  }

  #expanded() {
    for (const verb of ["keep", "rename"]) this.#part(`preset-do=${verb}`).setAttribute("aria-expanded", String(verb === this.#why));
  }

  get #name() {
    return this.#part("preset-name");
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
