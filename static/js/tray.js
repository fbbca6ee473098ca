// The files of the message that is being written: on their way, there, or refused.

import { Chip } from "./chip.js";
import { sizeWords } from "./files.js";
import { post } from "./post.js";
import { upload } from "./upload.js";

/**
 * Emits `changed` when files came, went, or got to the site, and `said` (detail: words) for those who hear the page.
 * An item is {chip, file, told, error, stop, sent}: `told` once the site has it, `error` when it does not take it, `sent` when
 * a message has it already.
 */
export class Tray extends EventTarget {
  #list;
  #blank;
  #items = [];

  /**
   * @param {HTMLElement} list  with the address and the limits in its data
   * @param {() => HTMLElement} blank  a fresh chip
   */
  constructor(list, blank) {
    super();
    this.#list = list;
    this.#blank = blank;
  }

  /** The files of the draft that the site keeps, as JSON. */
  get stored() {
    return this.#list.dataset.draft;
  }

  /** The files that are there, as the site described them. */
  get files() {
    return this.#items.flatMap((item) => item.told ?? []);
  }

  /** Those of them that no message has. */
  get unsent() {
    return this.#items.flatMap((item) => (item.sent ? [] : (item.told ?? [])));
  }

  get count() {
    return this.#items.length;
  }

  /** Is any still on its way? */
  get busy() {
    return this.#items.some((item) => !item.told && item.error === null);
  }

  /** The name of one that is not there and will not come by itself, or nothing. */
  get failed() {
    return this.#items.find((item) => item.error !== null)?.file.name;
  }

  /** Attach these, as many as a message may have. @param {Iterable<File>} files */
  add(files) {
    const all = [...files];
    const room = Math.max(0, Number(this.#list.dataset.most) - this.count);
    for (const file of all.slice(0, room)) this.#start(this.#item(file.name, { file }));
    if (all.length > room) this.#emit("said", `A message can have ${this.#list.dataset.most} files: ${all.length - room} left out.`);
    this.#emit("changed");
  }

  /** Show files that the site already has. `sent`: they are those of a message, which keeps them whatever becomes of them here. */
  restore(files, { sent = false } = {}) {
    const known = new Set(this.files.map((file) => file.id));
    for (const told of files.filter((file) => !known.has(file.id))) this.#item(told.name, { told, sent }).chip.ready(told);
    this.#emit("changed");
  }

  /** The message goes now: its files with it. */
  take() {
    const { files } = this;
    this.#items = [];
    this.#list.replaceChildren();
    this.#emit("changed");
    return files;
  }

  /** Nothing of this will be sent. */
  discard() {
    for (const item of this.#items) this.#drop(item);
    this.take();
  }

  #item(name, { file = null, told = null, sent = false }) {
    const item = { file: file ?? { name }, told, error: null, stop: null, sent };
    item.chip = new Chip(this.#blank(), name, { remove: () => this.#remove(item), retry: () => this.#start(item) });
    this.#items.push(item);
    this.#list.append(item.chip.element);
    return item;
  }

  async #start(item) {
    const { file, chip } = item;
    const most = Number(this.#list.dataset.bytes);
    if (file.size > most) {
      item.error = `Too large: ${sizeWords(file.size)} of at most ${sizeWords(most)}.`;
      chip.failed(item.error, false);
      this.#emit("said", `${file.name}: ${item.error}`);
      return;
    }
    item.error = null;
    item.stop = new AbortController();
    chip.uploading(file.size, 0);
    this.#emit("changed");
    try {
      item.told = await upload(this.#list.dataset.url, file, { progress: (share) => chip.uploading(file.size, share), signal: item.stop.signal });
      if (!this.#items.includes(item)) return;
      chip.ready(item.told);
      this.#emit("said", `${item.told.name} is attached.`);
    } catch (error) {
      if (!this.#items.includes(item)) return;
      item.error = error.message;
      chip.failed(item.error, error.again);
      this.#emit("said", `${file.name} was not attached. ${item.error}`);
    }
    this.#emit("changed");
  }

  #remove(item) {
    const place = this.#items.indexOf(item);
    this.#items.splice(place, 1);
    const next = (this.#items[place] ?? this.#items.at(-1))?.chip.element.querySelector("[data-chip-remove]");
    item.chip.element.remove();
    this.#drop(item);
    (next ?? this.#list.closest("form").querySelector("[data-attach]")).focus();
    this.#emit("said", `${item.told?.name ?? item.file.name} was removed.`);
    this.#emit("changed");
  }

  // What cannot be removed now is removed by the site itself, after a day.
  #drop(item) {
    item.stop?.abort();
    if (item.told && !item.sent) post(`${this.#list.dataset.url}/${item.told.id}/remove`).catch(() => {});
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
