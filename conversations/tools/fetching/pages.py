"""HTML to the text that people read, in one pass over it.

No tree is built, so a page that is nested or broken without end costs no more than its length. Where a tag,
a comment or a script has no end, the text ends there, as it does in browsers. Source: the HTML standard,
"Tokenization"; what it says of the parts we do not look at is left out.
"""

from __future__ import annotations

import html
import re
from typing import Final

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_IN_TAG: Final = re.compile(r"=\s*([\"'])|>")
_LONG_REFERENCE: Final = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")

_RAW: Final = frozenset({"script", "style", "iframe", "noembed", "noframes", "xmp", "textarea"})
"""Their content is no markup, and nothing to read."""

_SKIPPED: Final = frozenset({"template", "svg"})
_BLOCK_NAMES: Final = (
    "address article aside blockquote body br caption dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main nav ol option p pre section summary "
    "table tbody tfoot thead title tr ul"
)
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_CELLS: Final = frozenset({"td", "th"})
_HEADINGS: Final = {f"h{level}": "#" * level + " " for level in range(1, 7)}


def page_text(source: str) -> str:
    """The text of an HTML page: paragraphs on lines of their own, headings with #, list items with -."""
    page = _Page()
    place = 0
    while place < len(source):
        start = source.find("<", place)
        if start < 0:
            page.text(source[place:])
            break
        page.text(source[place:start])
        place = _after_markup(source, start, page)
    return page.written()


def _after_markup(source: str, start: int, page: _Page) -> int:
    """Where the text goes on after what begins with the < at `start`."""
    tag = _TAG.match(source, start)
    if tag is None:
        if source.startswith("<!--", start):
            return _after(source, "-->", start + 2)
        if source.startswith(("<!", "<?", "</"), start):
            return _after(source, ">", start)
        page.text("<")
        return start + 1
    end = _end_of_tag(source, tag.end())
    name = tag[2].lower()
    if tag[1]:
        page.close(name)
    elif name in _RAW:
        closing = re.compile(f"</{name}", re.IGNORECASE).search(source, end)
        return _after(source, ">", closing.end()) if closing else len(source)
    else:
        page.open(name)
    return end


def _after(source: str, end: str, start: int) -> int:
    found = source.find(end, start)
    return found + len(end) if found >= 0 else len(source)


def _end_of_tag(source: str, place: int) -> int:
    """Behind the > that ends a tag: one inside a quoted value does not."""
    while True:
        found = _IN_TAG.search(source, place)
        if found is None:
            return len(source)
        if not found[1]:
            return found.end()
        place = _after(source, found[1], found.end())


class _Page:
    """The text so far, as lines."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._skipping = 0
        self._verbatim = 0

    def text(self, raw: str) -> None:
        if self._skipping or not raw:
            return
        # Python reads no number of thousands of digits, and there are no such characters.
        text = html.unescape(_LONG_REFERENCE.sub("\ufffd", raw))
        if self._verbatim:
            first, *others = text.split("\n")
            self._line.append(first)
            for line in others:
                self._break()
                self._line.append(line)
        else:
            self._line.append(_BLANKS.sub(" ", text))

    def open(self, name: str) -> None:
        if name in _SKIPPED:
            self._skipping += 1
        elif name in _BLOCKS:
            self._break()
            if start := _HEADINGS.get(name, "- " if name == "li" else ""):
                self._line.append(start)
        elif name in _CELLS and self._line:
            self._line.append(" | ")
        self._verbatim += name == "pre"

    def close(self, name: str) -> None:
        if name in _SKIPPED:
            self._skipping = max(0, self._skipping - 1)
        elif name in _BLOCKS:
            self._break()
        if name == "pre":
            self._verbatim = max(0, self._verbatim - 1)

    def written(self) -> str:
        """The lines, with no more than one empty one between them."""
        self._break()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")

    def _break(self) -> None:
        line = "".join(self._line)
        line = line.rstrip() if self._verbatim else _BLANKS.sub(" ", line).strip()
        if line or self._verbatim:
            self._lines.append(line)
        self._line = []
