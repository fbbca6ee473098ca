// What a preset would change of the boxes as they stand, in words.

/**
 * @typedef {object} Contents  what the site says of a preset
 * @property {string} name
 * @property {string} model  "" leaves the one chosen
 * @property {string} system_prompt  "" leaves the one there is
 * @property {Record<string, string>} boxes  of the panel, as typed
 * @property {string[]} notes  what of it does not hold any more
 */

/**
 * Sentences: what is filled in, what that replaces, what is emptied, and the preset's notes.
 * @param {HTMLFormElement} form
 * @param {string} model  the one chosen now
 * @param {Contents} contents
 */
export function effectOf(form, model, contents) {
  const changes = [...changesOf(form, contents)];
  const filled = changes.filter(({ to }) => to).map(({ label, text, to }) => (text ? label : `${label} ${to}`));
  if (contents.model && contents.model !== model) filled.unshift(`Model ${contents.model}`);
  const replaced = changes.filter(({ from, to }) => from && to).map(({ label }) => label);
  const emptied = changes.filter(({ to }) => !to).map(({ label }) => label);
  const sentences = [
    filled.length > 0 && `Fills in: ${filled.join(", ")}.`,
    replaced.length > 0 && `Replaces what is there for: ${replaced.join(", ")}.`,
    emptied.length > 0 && `Empties: ${emptied.join(", ")}.`,
  ].filter(Boolean);
  return [...(sentences.length > 0 ? sentences : ["All of it is filled in already."]), ...contents.notes];
}

function* changesOf(form, { boxes, system_prompt }) {
  const unticked = Object.fromEntries([...form.elements].filter(({ name }) => name.startsWith("tool:")).map(({ name }) => [name, ""]));
  const wanted = { ...(system_prompt && { system_prompt }), ...unticked, ...boxes };
  const schema = wanted.response_format === "json_schema";
  for (const [name, value] of Object.entries(wanted)) {
    const box = form.elements[name];
    const matters = schema || !name.startsWith("schema");
    const now = box?.type === "checkbox" && !box.checked ? "" : box?.value;
    if (box && matters && now !== value) {
      yield { label: box.labels[0].textContent.trim(), text: box.tagName === "TEXTAREA", from: shown(box, now), to: shown(box, value) };
    }
  }
}

/** A value as the reader sees it: of a choice, its words. Nothing for a choice that sends nothing. */
function shown(box, value) {
  if (box.type === "checkbox") return value && "on";
  if (value === "" || box.tagName !== "SELECT") return value;
  return [...box.options].find((option) => option.value === value)?.text ?? value;
}
