// The ticks by which a tool need not ask in this conversation. Whoever answers a question with “always” changes
// them too, in any tab: so only what was changed in the dialog is saved. What the site has is their default.

/** @param {string} name  of a box */
export const isApproval = (name) => name.startsWith("unasked:");

const ticksOf = (form) => [...form.elements].filter(({ name }) => isApproval(name));

/** Those that were changed here, by name: yes or no. @param {HTMLFormElement} form */
export function changedApprovals(form) {
  const changed = ticksOf(form).filter((tick) => tick.checked !== tick.defaultChecked);
  return Object.fromEntries(changed.map(({ name, checked }) => [name, checked ? "yes" : "no"]));
}

/**
 * They are so on the site now; what was changed here, and not saved, stays.
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} values  the boxes, as the site has them
 */
export function followApprovals(form, values) {
  for (const tick of ticksOf(form)) {
    const now = tick.name in values;
    const stands = tick.checked === tick.defaultChecked ? now : tick.checked;
    tick.defaultChecked = now;
    tick.checked = stands;
  }
}

/** They were saved as they stand. */
export function approvalsSaved(form) {
  for (const tick of ticksOf(form)) tick.defaultChecked = tick.checked;
}

/** They were not saved: back to what the site has. */
export function restoreApprovals(form) {
  for (const tick of ticksOf(form)) tick.checked = tick.defaultChecked;
}
