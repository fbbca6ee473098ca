// The boxes of a form, by name, as a form is sent: a tick that is not set has no value.

/** @param {HTMLFormElement} form */
export const boxesOf = (form) => Object.fromEntries(new FormData(form));

/**
 * Put values into the boxes that have one. Ticks follow them too: all, or those whose name begins with `ticks`.
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} values
 */
export function fillBoxes(form, values, ticks = "") {
  for (const box of form.elements) {
    if (box.name in values) box.value = values[box.name];
    if (box.type === "checkbox" && box.name.startsWith(ticks)) box.checked = box.name in values;
  }
}

/** Do all boxes of a form, as it stands, have these values? */
export const sameBoxes = (typed, values) => Object.entries(typed).every(([name, value]) => value === (values[name] ?? value));
