// How much a frame is on the wire: control characters take six bytes each there, most others one to four.

const MOST_BYTES = 3; // of one UTF-16 unit in UTF-8

/**
 * Does the site take this frame? A longer one would end the link, on every try anew.
 * @param {object} frame
 * @param {number} limit  in bytes
 */
export function fits(frame, limit) {
  const text = JSON.stringify(frame);
  return text.length * MOST_BYTES <= limit || (text.length <= limit && new Blob([text]).size <= limit);
}
