"""Raw blocks to safe blocks: the one function that whole and streaming rendering share, with its limits on
output.
"""

import html
import re
from collections.abc import Callable

from conversations.rendering.highlighter import Fence, Highlight
from conversations.rendering.markdown import CODE_OPENING
from conversations.rendering.markup import page_markup
from conversations.rendering.mathml import FORMULA_LANGUAGES, converted, formula_source, needs_time_limit
from conversations.rendering.sanitiser import sanitised
from conversations.rendering.source import PLAIN_OPENING, plain_block

OUTPUT_LIMIT = 1_000_000
"""Characters of HTML of a message; blocks beyond it are shown as plain text."""

BLOCK_LIMIT = 400_000
"""Characters of HTML of one block, before sanitising; a larger block is shown as plain text."""

DEPTH_LIMIT = 64
"""Elements open at once in a block: sanitising is quadratic in depth, and browsers stop at 512."""

HIGHLIGHTED_FENCE_LIMIT = 100
"""Code blocks with colours in one message; those after stay plain."""

_OVER_LIMIT = -2
_ID_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>")
_BLANK_LINES = re.compile(r"\n\s*\n")
_VOID = frozenset({"br", "hr", "img", "input"})


class BlockRenderer:
    """Renders the raw blocks of one message, remembering those of the last call.

    `find` says what is known of a fence; it may answer None (unknown), and the block is then shown without
    colours and done again at the next call. `id_prefix` must be a letter followed by letters, digits, `-` or
    `_`: ValueError.
    """

    def __init__(self, *, id_prefix: str, find: Callable[[Fence], Highlight | None]) -> None:
        if not _ID_PREFIX.fullmatch(id_prefix):
            raise ValueError(f"Not usable as a prefix of ids: {id_prefix!r}")
        self._id_prefix = id_prefix
        self._find = find
        self._known: dict[tuple[str, int, int], str] = {}
        self._unknown: list[Fence] = []

    def render(self, raw_blocks: list[str], *, open_code: int | None = None) -> list[str]:
        """Safe HTML of each block. The code block number `open_code` (from 0) is unfinished and gets no
        colours.
        """
        known: dict[tuple[str, int, int], str] = {}
        blocks: list[str] = []
        size = code_blocks = 0
        for raw in raw_blocks:
            uncoloured = -1 if open_code is None else open_code - code_blocks
            count = raw.count(CODE_OPENING)
            coloured = max(0, min(count, HIGHLIGHTED_FENCE_LIMIT - code_blocks))
            key = (raw, uncoloured if 0 <= uncoloured < count else -1, coloured)
            block = self._known.get(key)
            if block is None:
                self._unknown.clear()
                block = self._safe(*key)
            if key in self._known or not self._unknown:
                known[key] = block
            if size + len(block) > OUTPUT_LIMIT and not raw.startswith(PLAIN_OPENING):
                key = (raw, _OVER_LIMIT, 0)
                block = known[key] = self._known.get(key) or _as_plain_text(raw)
            blocks.append(block)
            size += len(block)
            code_blocks += count
        self._known = known
        return blocks

    def _safe(self, raw: str, uncoloured: int, coloured: int) -> str:
        if len(raw) > BLOCK_LIMIT or _too_deep(raw):
            return _as_plain_text(raw)
        seen = -1

        def colour(language: str, code: str) -> str | None:
            nonlocal seen
            seen += 1
            if seen == uncoloured or seen >= coloured or not language or not code.strip():
                return None
            return self._worked_out(Fence(language, code))

        markup = page_markup(raw, id_prefix=self._id_prefix, colour=colour, formula=self._formula)
        return _as_plain_text(raw) if len(markup) > BLOCK_LIMIT else sanitised(markup)

    def _formula(self, latex: str, display: bool) -> str:
        if needs_time_limit(latex):
            mathml = self._worked_out(Fence(FORMULA_LANGUAGES[display], latex))
        else:
            mathml = converted(latex, display=display)
        return formula_source(latex) if mathml is None else mathml

    def _worked_out(self, fence: Fence) -> str | None:
        highlight = self._find(fence)
        if highlight is None:
            self._unknown.append(fence)
            return None
        return highlight.html


def _too_deep(raw: str) -> bool:
    if raw.count("<") <= 2 * DEPTH_LIMIT:
        return False
    depth = 0
    for closing, name in _TAG.findall(raw):
        if name not in _VOID:
            depth += -1 if closing else 1
        if depth > DEPTH_LIMIT:
            return True
    return False


def _as_plain_text(raw: str) -> str:
    """The block's text without its markup; what it says is kept, how it looked is not."""
    text = _BLANK_LINES.sub("\n", html.unescape(_TAG.sub("", raw)))
    return sanitised(plain_block(html.escape(text.strip("\n"))))
