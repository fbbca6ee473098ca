// The files of a message that is being edited: each stays unless it is taken out.

/** `ids`: of those that stay, or null when the message never had any. */
export class EditedFiles {
  element = document.createElement("ul");
  #had;

  /** @param {HTMLElement} article  the message as it is shown */
  constructor(article) {
    const shown = [...article.querySelectorAll('[data-part="attached"] > [data-file]')];
    this.#had = shown.length > 0;
    this.element.className = "editor-files";
    this.element.setAttribute("aria-label", "Attached files");
    this.element.append(...shown.map((file) => this.#row(file)));
  }

  get ids() {
    return this.#had ? [...this.element.children].map((row) => row.dataset.file) : null;
  }

  #row(file) {
    const name = file.querySelector("img")?.alt ?? file.querySelector(".attached-name").textContent;
    const row = document.createElement("li");
    row.dataset.file = file.dataset.file;
    const words = document.createElement("span");
    words.dir = "auto";
    words.textContent = name;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "quiet", textContent: "Remove" });
    button.setAttribute("aria-label", `Remove ${name}`);
    button.addEventListener("click", () => this.#remove(row));
    row.append(words, button);
    return row;
  }

  #remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (next?.querySelector("button") ?? this.element.parentElement.querySelector("textarea")).focus();
  }
}
