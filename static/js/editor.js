// Changing a message of one's own in place.

import { EditedFiles } from "./edited_files.js";

/** The editor inside one article. `data-own` keeps it while the article is brought up to date. */
export class Editor {
  #form;
  #article;
  #files;

  /**
   * @param {HTMLElement} article
   * @param {number} limit  the longest text, in UTF-16 units, the box accepts
   * @param {(text: string, attachments: string[] | null) => void} save  with the ids of the files that stay
   */
  constructor(article, limit, save) {
    this.#article = article;
    this.#form = build(article.querySelector(".words-text").textContent, limit);
    this.#files = new EditedFiles(article);
    this.#form.prepend(this.#files.element);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#box.value.trim();
      if (text || this.#files.ids?.length) save(text, this.#files.ids);
    });
    this.#form.querySelector("[data-cancel]").addEventListener("click", () => this.#cancel());
    this.#form.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) {
        event.stopPropagation();
        this.#cancel();
      }
    });
    article.prepend(this.#form);
    this.#box.focus();
  }

  get #box() {
    return this.#form.querySelector("textarea");
  }

  /** Why it was not sent. The text stays. */
  wrong(words) {
    const line = this.#form.querySelector("p");
    line.textContent = words;
    line.className = "wrong";
    this.#form.querySelector(".primary").disabled = false;
  }

  /** It is on its way. */
  sending(words) {
    this.#form.querySelector("p").textContent = words;
    this.#form.querySelector(".primary").disabled = true;
  }

  close() {
    this.#form.remove();
  }

  #cancel() {
    this.close();
    (this.#article.querySelector('[data-action="edit"]') ?? this.#article).focus({ preventScroll: true });
  }
}

function build(text, limit) {
  const form = document.createElement("form");
  form.className = "editor";
  form.dataset.own = "";
  const box = document.createElement("textarea");
  box.setAttribute("aria-label", "Edit your words");
  box.maxLength = limit;
  box.value = text;
  const row = document.createElement("div");
  const line = document.createElement("p");
  line.textContent = "The message as it was is kept beside this one.";
  const preview = button("What goes up", "quiet", "button");
  preview.dataset.preview = "";
  preview.ariaHasPopup = "dialog";
  const cancel = button("Cancel", "quiet", "button");
  cancel.dataset.cancel = "";
  row.append(line, preview, cancel, button("Save & send", "primary", "submit"));
  form.append(box, row);
  return form;
}

function button(label, className, type) {
  const element = document.createElement("button");
  element.type = type;
  element.className = className;
  element.textContent = label;
  return element;
}
