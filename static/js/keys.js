// Which key presses send a message.

/**
 * Enter sends; Shift+Enter is a new line. On a touch keyboard Enter is a new line too, as there is no Shift
 * to hold, and only Ctrl or Cmd with it sends. An Enter that ends the choice of an input method never
 * sends: browsers report it as composing, Safari only by the key code 229.
 * @param {KeyboardEvent} event
 * @param {boolean} touch  the main pointer is coarse
 */
export function sendsMessage(event, touch) {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return false;
  if (event.shiftKey || event.altKey) return false;
  return !touch || event.ctrlKey || event.metaKey;
}

/** Is the main pointer a finger? */
export const touches = () => matchMedia("(pointer: coarse)").matches;

/** The length a person and the server count: code points, not UTF-16 units. */
export function countCharacters(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
