// The images of a message, each at its full size.

/** A dialog over the page; the arrows walk through the images of the same message. */
export class Viewer {
  #dialog;
  #links = [];
  #at = 0;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {HTMLElement} log  whose links to images open it
   */
  constructor(dialog, log) {
    this.#dialog = dialog;
    log.addEventListener("click", (event) => {
      const link = event.target.closest("[data-view]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#open(link);
    });
    dialog.addEventListener("click", ({ target }) => {
      const step = target.closest("[data-viewer-step]");
      if (step) this.#step(Number(step.dataset.viewerStep));
      else if (target.matches("dialog, figure")) dialog.close();
    });
    dialog.addEventListener("keydown", ({ key }) => {
      if (key === "ArrowLeft" || key === "ArrowRight") this.#step(key === "ArrowLeft" ? -1 : 1);
    });
    dialog.addEventListener("close", () => this.#image.removeAttribute("src"));
    this.#image.addEventListener("error", () => this.#image.hasAttribute("src") && this.#trouble(true));
    this.#image.addEventListener("load", () => this.#trouble(false));
  }

  #open(link) {
    this.#links = [...link.closest(".attached").querySelectorAll("[data-view]")];
    this.#at = this.#links.indexOf(link);
    for (const button of this.#dialog.querySelectorAll("[data-viewer-step]")) button.hidden = this.#links.length < 2;
    this.#show();
    this.#dialog.showModal();
  }

  #step(by) {
    if (this.#links.length < 2) return;
    this.#at = (this.#at + by + this.#links.length) % this.#links.length;
    this.#show();
  }

  #show() {
    const link = this.#links[this.#at];
    const picture = link.querySelector("img");
    const place = this.#links.length > 1 ? `${this.#at + 1} of ${this.#links.length}, ` : "";
    this.#trouble(false);
    for (const side of ["width", "height"]) this.#image.setAttribute(side, picture.getAttribute(side));
    this.#image.alt = picture.alt;
    this.#image.src = link.href;
    this.#part("name").textContent = picture.alt;
    this.#part("about").textContent = `${place}${link.dataset.about}`;
    const download = this.#part("download");
    download.href = link.href;
    download.download = picture.alt;
  }

  #trouble(there) {
    this.#part("trouble").hidden = !there;
    this.#image.hidden = there;
  }

  get #image() {
    return this.#part("image");
  }

  #part(name) {
    return this.#dialog.querySelector(`[data-viewer-${name}]`);
  }
}
