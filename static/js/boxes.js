// The boxes of a form, by name, as a form is sent: a tick that is not set has no value. Which tools need not ask
// is not among them: see approvals.js.

import { isApproval } from "./approvals.js";

const isTick = (name) => name.startsWith("tool:");

/** @param {HTMLFormElement} form */
export const boxesOf = (form) => Object.fromEntries([...new FormData(form)].filter(([name]) => !isApproval(name)));

/**
 * Put values into the boxes that have one. The ticks of the tools follow them: those without one are taken out.
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} values
 */
export function fillBoxes(form, values) {
  for (const box of form.elements) {
    if (isTick(box.name)) box.checked = box.name in values;
    else if (box.name in values && !isApproval(box.name)) box.value = values[box.name];
  }
}

/** Are these the same ticks, and the same values wherever both have one? */
export function sameBoxes(one, other) {
  const names = new Set([...Object.keys(one), ...Object.keys(other)].filter((name) => !isApproval(name)));
  return [...names].every((name) => one[name] === other[name] || (!isTick(name) && !(name in one && name in other)));
}

/** Open those parts of a form in which a box has a value. */
export function openFilled(form) {
  const filled = ({ type, checked, value }) => (type === "checkbox" ? checked : type !== "hidden" && value !== "");
  for (const part of form.querySelectorAll("details")) part.open ||= [...part.querySelectorAll("input, select, textarea")].some(filled);
}
