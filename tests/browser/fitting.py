"""Whether a screen fits its window: what a machine can judge of it, at the three widths we design for.

A screen is a page in some state: with a dialog open, with a reply that failed. Looking at it is for people.
"""

from __future__ import annotations

from playwright.sync_api import Page

PHONE, TABLET, DESK = (390, 844), (820, 1180), (1440, 900)
SIZES = (PHONE, TABLET, DESK)

# Of each element with words of its own: they end within the window, and nothing cuts them off. What scrolls
# and what shows "…" may do so; so may what is there for screen readers only, and what is folded ("Show all").
MISFITS = """(allowed) => {
  const found = [];
  const page = document.scrollingElement;
  if (page.scrollWidth > innerWidth) found.push(`the page is ${page.scrollWidth - innerWidth} px too wide`);
  const scope = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
  const scrolls = (element) => {
    for (let above = element.parentElement; above; above = above.parentElement)
      if (['auto', 'scroll'].includes(getComputedStyle(above).overflowX)) return true;
    return false;
  };
  for (const box of [scope, ...scope.querySelectorAll('.log, .rows')])
    if (box.scrollWidth > box.clientWidth + 1) found.push(`${box.id || box.className} scrolls sideways`);
  const says = (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== '';
  for (const element of scope.querySelectorAll('*:not(svg, svg *, option, math, math *)')) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest(allowed)) continue;
    if (![...element.childNodes].some(says)) continue;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const name = `${element.localName}.${element.className} “${element.textContent.trim().slice(0, 50)}”`;
    const wide = element.scrollWidth - element.clientWidth;
    const high = element.scrollHeight - element.clientHeight;
    if ((box.right > innerWidth + 1 || box.left < -1) && !scrolls(element))
      found.push(`${name} lies beyond the window: ${Math.round(box.left)} to ${Math.round(box.right)}`);
    if (['hidden', 'clip'].includes(style.overflowX) && wide > 1 && style.textOverflow !== 'ellipsis')
      found.push(`${name} is cut off by ${wide} px`);
    const told = style.webkitLineClamp !== 'none'; // with “…” too
    if (['hidden', 'clip'].includes(style.overflowY) && high > 4 && !told)
      found.push(`${name} is ${high} px too high`);
    if (style.overflowX === 'visible' && style.display !== 'inline' && wide > 1 && !scrolls(element))
      found.push(`${name} runs over its edge by ${wide} px`);
  }
  return found;
}"""
HIDDEN = ".visually-hidden, .skip, .skip-to-content-link, .sidebar:not(.open), .words-text, select"


# What is pressed is as large as a fingertip, 40 px. A link within a sentence is as high as its line, and a
# box is pressed by its label.
SMALL = """() => {
  const scope = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
  const pressed = 'a[href], button, select, summary, textarea, input:not([type="hidden"], :disabled)';
  const found = [];
  for (const element of scope.querySelectorAll(pressed)) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('.skip')) continue;
    if (element.localName === 'a' && getComputedStyle(element).display === 'inline') continue;
    const box = (element.matches('[type="checkbox"], [type="radio"]') && element.closest('label')) || element;
    const { width, height } = box.getBoundingClientRect();
    const name = element.ariaLabel || element.textContent.trim() || element.id;
    if (Math.min(width, height) < 40) found.push(`${name}: ${Math.round(width)} by ${Math.round(height)} px`);
  }
  return found;
}"""


def small_targets(page: Page) -> list[str]:
    """What a finger would miss on this page, which must be that of a device with a touch screen."""
    found: list[str] = page.evaluate(SMALL)
    return found


def misfits(page: Page, *, allowed: str = "") -> list[str]:
    """What does not fit at each width, with the width. `allowed`: a selector of what need not.

    Leaves the page at the last width.
    """
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wrong = page.evaluate(MISFITS, f"{HIDDEN}, {allowed}" if allowed else HIDDEN)
        found += [f"at {width} px: {problem}" for problem in wrong]
    return found
