// Wiring of files: the button, dropping them anywhere on the conversation, pasting; the wait for them; the viewer.

import { Viewer } from "./viewer.js";

const WAITS = "Files are still on their way. Your message goes as soon as they are there.";

/**
 * @param {object} parts  composer, tray, status
 * @param {(name: string) => HTMLElement} one  the element with this name in its data
 * @param {HTMLElement} log  the conversation
 */
export function wireFiles({ composer, tray, status }, one, log) {
  const input = one("attach-input");
  one("attach").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    tray.add(input.files);
    input.value = "";
    composer.focus();
  });
  wireDropping(log.parentElement, one("drop"), (files) => {
    tray.add(files);
    composer.focus();
  });
  addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData ?? { files: [], types: [] };
    // Tables and formatted texts come with a picture of themselves: then the text is what is meant.
    if (!files.length || types.includes("text/plain") || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    tray.add(files);
  });
  new Viewer(document.getElementById("viewer"), log);
  tray.addEventListener("said", ({ detail }) => {
    status.say(detail);
    if (detail.includes("left out")) composer.hint(detail, "wrong");
  });
}

/**
 * @param {HTMLElement} main  where files can be dropped
 * @param {HTMLElement} target  shown while files are over it
 * @param {(files: FileList) => void} add
 */
function wireDropping(main, target, add) {
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0; // entering a child is told before leaving its parent
  const show = (change) => {
    depth = Math.max(0, depth + change);
    target.hidden = depth === 0;
  };
  main.addEventListener("dragenter", (event) => carriesFiles(event) && show(1));
  main.addEventListener("dragleave", (event) => carriesFiles(event) && show(-1));
  // Beside the conversation too: a file dropped there would take the page's place.
  addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    show(-depth);
    if (main.contains(event.target)) add(event.dataTransfer.files);
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
      this.#composer.hint(WAITS, "waits", WAITS);
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
