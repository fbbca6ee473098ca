// Ids made in the browser, and hashes of what is shown.

/** A fresh client id. `crypto.randomUUID` is missing on plain http, so this makes its own: 128 random bits. */
export function clientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 of `text` in UTF-8 as hex, or null where the browser offers none (plain http). */
export async function sha256(text) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
