// Wiring of files: the button, dropping them anywhere on the conversation, pasting; the wait for them; the viewer.

import { Viewer } from "./viewer.js";

const WAITS = "Files are still on their way. Your message goes as soon as they are there.";

/**
 * A tray and the form it stands in: its button, and what is dropped or pasted there.
 * @param {HTMLFormElement} form
 * @param tray  the Tray
 * @param {{focus: () => void, hint: (words: string, tone: string) => void}} box
 * @param {(words: string) => void} say  to those who hear the page
 */
export function wireTray(form, tray, box, say) {
  const input = form.querySelector("[data-attach-input]");
  form.querySelector("[data-attach]").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    tray.add(input.files);
    input.value = "";
    box.focus();
  });
  form.addEventListener("files", ({ detail }) => tray.add(detail));
  tray.addEventListener("said", ({ detail }) => {
    say(detail);
    if (detail.includes("left out")) box.hint(detail, "wrong");
  });
}

/**
 * @param {object} parts  composer, tray, status
 * @param {(name: string) => HTMLElement} one  the element with this name in its data
 * @param {HTMLElement} log  the conversation
 */
export function wireFiles({ composer, tray, status }, one, log) {
  wireTray(one("composer"), tray, composer, (words) => status.say(words));
  // An editor takes what is given to it until it is sent; all else is for the next message.
  const taker = (event) => event.target.closest?.("[data-takes-files]:not(:has([data-attach]:disabled))") ?? one("composer");
  const give = (event, files) => taker(event).dispatchEvent(new CustomEvent("files", { detail: files }));
  wireDropping(log.parentElement, one("drop"), taker, (event) => {
    give(event, event.dataTransfer.files);
    taker(event).querySelector("textarea").focus();
  });
  addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData ?? { files: [], types: [] };
    // Tables and formatted texts come with a picture of themselves: then the text is what is meant.
    if (!files.length || types.includes("text/plain") || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    give(event, files);
  });
  new Viewer(document.getElementById("viewer"), log);
}

/**
 * @param {HTMLElement} main  where files can be dropped
 * @param {HTMLElement} target  shown while files are over it
 * @param {(event: DragEvent) => HTMLElement} taker  who takes them there, with the words for it in its data
 * @param {(event: DragEvent) => void} drop
 */
function wireDropping(main, target, taker, drop) {
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0; // entering a child is told before leaving its parent
  const show = (change) => {
    depth = Math.max(0, depth + change);
    target.hidden = depth === 0;
  };
  main.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    target.firstElementChild.textContent = taker(event).dataset.takesFiles;
    show(1);
  });
  main.addEventListener("dragleave", (event) => carriesFiles(event) && show(-1));
  // Beside the conversation too: a file dropped there would take the page's place.
  addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    show(-depth);
    if (main.contains(event.target)) drop(event);
  });
}

/** Holds a message back until its files are there. */
export class FileGate {
  #composer;
  #tray;
  #waiting = false;

  constructor(composer, tray) {
    this.#composer = composer;
    this.#tray = tray;
    composer.mayBeEmpty = () => tray.count > 0;
    composer.addEventListener("typed", () => this.#waiting && this.#forget());
    tray.addEventListener("changed", () => this.#waiting && !tray.busy && this.#go());
  }

  /** Is this message to wait? Then it is said why. */
  holds() {
    const { failed } = this.#tray;
    if (failed !== undefined) {
      this.#composer.hint(`“${failed}” is not attached. Remove it or try again; nothing was sent.`, "wrong", `Not sent: ${failed} is not attached.`);
    } else if (this.#tray.busy) {
      this.#waiting = true;
      this.#composer.hint(WAITS, "", WAITS);
    }
    return failed !== undefined || this.#tray.busy;
  }

  #go() {
    this.#forget();
    this.#composer.submit();
  }

  // Somebody who goes on writing has changed their mind: half a sentence is not to be sent.
  #forget() {
    this.#waiting = false;
    this.#composer.hint("");
  }
}
