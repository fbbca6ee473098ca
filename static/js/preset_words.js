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
 * Sentences: what is filled in, what that replaces, what is emptied, which tools go on and off, and the preset's notes.
 * @param {HTMLFormElement} form
 * @param {string} model  the one chosen now
 * @param {Contents} contents
 */
export function effectOf(form, model, contents) {
  const all = [...changesOf(form, contents)];
  const changes = all.filter(({ tool }) => !tool);
  const filled = changes.filter(({ to }) => to).map(({ label, text, to }) => (text ? label : `${label} ${to}`));
  if (contents.model && contents.model !== model) filled.unshift(`Model ${contents.model}`);
  const told = (words, chosen) => chosen.length > 0 && `${words}: ${chosen.map(({ label }) => label).join(", ")}.`;
  const sentences = [
    filled.length > 0 && `Fills in: ${filled.join(", ")}.`,
    told("Replaces what is there for", changes.filter(({ from, to }) => from && to)),
    told("Empties", changes.filter(({ to }) => !to)),
    told("Switches on", all.filter(({ tool, to }) => tool && to)),
    told("Switches off", all.filter(({ tool, to }) => tool && !to)),
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
      const kind = { text: box.tagName === "TEXTAREA", tool: box.type === "checkbox" };
      yield { label: box.labels[0].textContent.trim(), ...kind, from: shown(box, now), to: shown(box, value) };
    }
  }
}

/** A value as the reader sees it: of a choice, its words. Nothing for a choice that sends nothing. */
function shown(box, value) {
  if (value === "" || box.tagName !== "SELECT") return value;
  return [...box.options].find((option) => option.value === value)?.text ?? value;
}
