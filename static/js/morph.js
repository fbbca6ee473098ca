// Turns one piece of the page into another, touching only what differs.

// A node that stays keeps its selection, its sideways scroll, its focus; so the page is changed by walking
// the old tree and the new one together, instead of by replacing it. What the reader opened stays open, and
// elements marked `data-own` belong to a script (an editor): the server's markup has no say about them.
// A part or a button never becomes another one: whoever is about to press it would press something else.

const READERS = new Set(["open", "data-unfolded", "data-stopping"]);

/**
 * Make the element `old` equal to `fresh`, whose nodes may be moved into it.
 * @param {Element} old
 * @param {Element} fresh
 * @param {(old: Element) => boolean} keeps  elements to be left as they are, with all they contain
 */
export function morph(old, fresh, keeps = () => false) {
  for (const { name, value } of [...fresh.attributes]) {
    if (!READERS.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!READERS.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  morphChildren(old, fresh, keeps);
}

/** The same for what is inside: `fresh` may be a DocumentFragment. */
export function morphChildren(old, fresh, keeps = () => false) {
  let here = skipOwn(old.firstChild);
  const all = [...fresh.childNodes];
  for (const [index, next] of all.entries()) {
    const later = () => all.slice(index);
    if (nameOf(next)) here = skipLost(here, next, later);
    if (!here) {
      old.append(next);
    } else if (alike(here, next)) {
      if (here instanceof CharacterData) morphText(here, next.data);
      else if (!keeps(here)) morph(here, next, keeps);
      here = skipOwn(here.nextSibling);
    } else if (isNamedIn(here, later)) {
      here.before(next);
    } else {
      const replaced = here;
      here = skipOwn(here.nextSibling);
      replaced.replaceWith(next);
    }
  }
  while (here) {
    const surplus = here;
    here = skipOwn(here.nextSibling);
    surplus.remove();
  }
}

/** Where `next` stands further on: what is before that and not named in what comes `later` goes. */
function skipLost(here, next, later) {
  if (!isNamedIn(next, () => [...andAfter(here)])) return here;
  while (!alike(here, next) && !isNamedIn(here, later)) {
    const lost = here;
    here = skipOwn(here.nextSibling);
    lost.remove();
  }
  return here;
}

function isNamedIn(node, others) {
  return nameOf(node) !== null && others().some((other) => alike(node, other));
}

function* andAfter(node) {
  for (; node; node = skipOwn(node.nextSibling)) yield node;
}

function skipOwn(node) {
  while (node instanceof HTMLElement && node.hasAttribute("data-own")) node = node.nextSibling;
  return node;
}

function alike(a, b) {
  if (a.nodeType !== b.nodeType || a.nodeName !== b.nodeName || a.namespaceURI !== b.namespaceURI) return false;
  return nameOf(a) === nameOf(b);
}

/** What an element is for, when that tells it from others beside it. */
function nameOf(node) {
  return node instanceof Element ? (node.getAttribute("data-part") ?? node.getAttribute("data-action")) : null;
}

// Setting `data` as a whole would collapse a selection inside; so only the part that differs is replaced.
function morphText(node, text) {
  const old = node.data;
  if (old === text) return;
  let same = 0;
  while (same < old.length && same < text.length && old[same] === text[same]) same += 1;
  node.replaceData(same, old.length - same, text.slice(same));
}
