// One file on its way to the site.

const UNREACHABLE = "The site cannot be reached.";
const TOO_LARGE = "It is larger than the site takes.";
const TROUBLE = "The site could not take it.";

/** The message is fit to show. `again`: another try may have another end. */
export class NotTaken extends Error {
  constructor(words, again) {
    super(words);
    this.again = again;
  }
}

/**
 * POST a file as it is, its name in the header Content-Disposition.
 * Resolves to what the site says of it; rejects with NotTaken.
 * XMLHttpRequest, as fetch tells nothing of what has been sent.
 * @param {string} url
 * @param {File} file
 * @param {{progress: (share: number) => void, signal: AbortSignal}} how
 */
export function upload(url, file, { progress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (words, again = true) => reject(new NotTaken(words, again));
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", document.body.dataset.csrf);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Content-Disposition", `attachment; filename*=UTF-8''${encoded(file.name)}`);
    request.upload.addEventListener("progress", ({ loaded, total }) => total && progress(loaded / total));
    request.addEventListener("error", () => fail(UNREACHABLE));
    request.addEventListener("abort", () => fail(""));
    request.addEventListener("load", () => {
      const { status, responseText } = request;
      const says = request.getResponseHeader("Content-Type")?.startsWith("text/plain") && responseText.trim().slice(0, 300);
      if (status === 201) resolve(JSON.parse(responseText));
      else if (status === 413) fail(TOO_LARGE, false);
      else if (status === 200 || status === 401) fail("You were signed out. Sign in again, then try again.");
      else fail(says || TROUBLE, status !== 400);
    });
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function encoded(name) {
  const whole = name.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "");
  return encodeURIComponent(whole).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
