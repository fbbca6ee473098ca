// What this device keeps for one person: localStorage with the person's id in every key.

/** Storage that says when it fails instead of throwing; another person in this browser never reads it. */
export class Shelf {
  #prefix;
  #storage;
  #onTrouble;

  /**
   * @param {string} person  opaque id of who is signed in
   * @param {() => void} onTrouble  called once, when storage turns out to be full or blocked
   */
  constructor(person, onTrouble, storage = () => globalThis.localStorage) {
    this.#prefix = `chatsite:${person}:`;
    this.#storage = storage;
    this.#onTrouble = onTrouble;
  }

  /** The value under `key`, or null. */
  get(key) {
    try {
      return JSON.parse(this.#storage().getItem(this.#prefix + key));
    } catch {
      return null; // Blocked, or not ours to read: as if nothing were there.
    }
  }

  /** Keep `value`. False when it could not be kept. */
  set(key, value) {
    try {
      this.#storage().setItem(this.#prefix + key, JSON.stringify(value));
      return true;
    } catch {
      this.#trouble();
      return false;
    }
  }

  remove(key) {
    try {
      this.#storage().removeItem(this.#prefix + key);
    } catch {
      // Blocked storage holds nothing to remove.
    }
  }

  /** The values of all keys beginning with `start`. */
  all(start) {
    let keys = [];
    try {
      keys = Object.keys(this.#storage()).filter((key) => key.startsWith(this.#prefix + start));
    } catch {
      return [];
    }
    return keys.map((key) => this.get(key.slice(this.#prefix.length))).filter((value) => value !== null);
  }

  /** Is `storageKey`, of a storage event, one of ours that begins with `start`? */
  owns(storageKey, start) {
    return Boolean(storageKey?.startsWith(this.#prefix + start));
  }

  #trouble() {
    this.#onTrouble?.();
    this.#onTrouble = null;
  }
}
