// Splices of a reply's blocks, as conversations/protocol.py describes them (`Patch`).

/**
 * Apply one delta to the list of blocks, in place.
 * Offsets count UTF-16 code units, which is what a JavaScript string's indices are.
 * @param {string[]} blocks  safe HTML of each top-level block; changed in place
 * @param {number} count  how long the list is afterwards
 * @param {[number, number, number, string][]} splices  [block, keep_prefix, keep_suffix, insert]
 * @returns {Set<number>}  the blocks which changed
 * @throws {RangeError} when a splice does not fit what is here: the caller has to ask for a snapshot
 */
export function applyPatch(blocks, count, splices) {
  const changed = new Set();
  const next = blocks.slice(0, count);
  while (next.length < count) changed.add(next.push("") - 1);
  for (const [index, prefix, suffix, insert] of splices) {
    const old = next[index];
    if (old === undefined || prefix + suffix > old.length) throw new RangeError(`splice of block ${index}`);
    next[index] = old.slice(0, prefix) + insert + old.slice(old.length - suffix);
    changed.add(index);
  }
  blocks.splice(0, blocks.length, ...next);
  return changed;
}
