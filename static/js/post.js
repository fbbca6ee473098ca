// Small requests to the site over HTTP: forms without a page.

/** The session ended: the site wants a sign-in first. */
export class SignedOut extends Error {}

/** The site refused what was sent; the message is its own sentence, fit to show. `taken`: the name is in use. */
export class Refused extends Error {
  constructor(message, taken = false) {
    super(message);
    this.taken = taken;
  }
}

const UNREACHABLE = "The site cannot be reached. Nothing was changed; try again in a moment.";
const OLD_PAGE = "This page belongs to an earlier sign-in. Load it again, then try once more.";
const TROUBLE = "The site could not do it. Nothing was changed; try again in a moment.";

/**
 * POST `fields` as a form.
 * @param {string} url
 * @param {Record<string, string>} fields
 * @param {{keepalive?: boolean}} options  keepalive: goes out even while the page is being left
 * @throws {SignedOut | Refused}
 */
export function post(url, fields = {}, { keepalive = false } = {}) {
  const headers = { "X-CSRFToken": document.body.dataset.csrf };
  return ask(url, { method: "POST", headers, body: new URLSearchParams(fields), keepalive });
}

/** GET a piece of a page, as text. Throws SignedOut or Refused. */
export async function get(url) {
  return (await ask(url, { method: "GET" })).text();
}

/** What plain HTTP says about the site, for a link that does not come up. */
export async function probe(url) {
  try {
    await get(url);
    return "reachable";
  } catch (error) {
    return error instanceof SignedOut ? "signed-out" : "unreachable";
  }
}

async function ask(url, init) {
  let response;
  try {
    response = await fetch(url, { ...init, redirect: "manual", credentials: "same-origin" });
  } catch {
    throw new Refused(UNREACHABLE);
  }
  if (response.type === "opaqueredirect" || response.status === 401) throw new SignedOut();
  if (response.ok) return response;
  if (response.status === 403) throw new Refused(OLD_PAGE);
  const says = response.headers.get("Content-Type")?.startsWith("text/plain") && (await response.text()).trim().slice(0, 300);
  throw new Refused(says || TROUBLE, response.status === 409);
}
