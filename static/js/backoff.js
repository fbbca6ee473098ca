// How long to wait before the next try to connect.

const FIRST_MS = 300;
const CAP_MS = 15_000;

/**
 * The first retry comes fast, each further one after twice the time, none later than 15 s. Half of the
 * time is random, so that a thousand tabs do not come back in the same instant.
 * @param {number} attempt  1 for the first retry
 * @param {() => number} random  uniform in [0, 1)
 * @returns {number} milliseconds
 */
export function retryDelay(attempt, random = Math.random) {
  const full = Math.min(CAP_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * random());
}
