// Copying text, also where the browser offers no clipboard to scripts (plain http).

const SHOWN_MS = 2_000;

/** Copy `text`. Resolves to whether it worked. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Copy `text`, and let `button` say for a moment how it went. */
export async function copyFrom(button, text) {
  const label = (button.dataset.label ??= button.textContent);
  button.textContent = (await copyText(text)) ? "Copied" : "Not copied";
  setTimeout(() => (button.textContent = label), SHOWN_MS);
}

function copyBySelection(text) {
  const focused = document.activeElement;
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "visually-hidden";
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  focused?.focus({ preventScroll: true });
  return done;
}
