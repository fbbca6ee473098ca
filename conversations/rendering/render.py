"""Whole messages and growing ones, by the same steps, so that a finished stream equals the stored HTML."""

import atexit
from collections.abc import Callable
from typing import NamedTuple

from conversations.rendering.blocks import BlockRenderer
from conversations.rendering.highlighter import Fence, Highlight, Highlighter
from conversations.rendering.holdback import decided_length
from conversations.rendering.markdown import open_code_index, raw_blocks
from conversations.rendering.source import repaired

RENDERER_VERSION = 2
"""Stored beside the HTML of a message; raise it whenever the same Markdown would give other HTML."""

WHOLE_SECONDS = 5.0
"""How long rendering a whole message waits for its highlights."""

_highlighter = Highlighter()
atexit.register(_highlighter.close)


class Rendering(NamedTuple):
    """A growing message as shown now: safe HTML of each top-level block, and how many code points of it are
    shown.
    """

    blocks: tuple[str, ...]
    cursor: int


def render_blocks(markdown: str, *, id_prefix: str) -> list[str]:
    """Safe HTML of each top-level block of a finished message.

    Blocks until its code is highlighted, at most `WHOLE_SECONDS`; code not ready then stays plain. Call it
    off the event loop. `id_prefix` keeps footnotes of different messages on a page apart; ValueError if it is
    no plain name.
    """
    raw = raw_blocks(repaired(markdown))
    unknown: list[Fence] = []

    def find(fence: Fence) -> Highlight | None:
        known = _highlighter.find(fence)
        if known is None:
            unknown.append(fence)
        return known

    renderer = BlockRenderer(id_prefix=id_prefix, find=find)
    blocks = renderer.render(raw)
    if unknown:
        _highlighter.wait(unknown, seconds=WHOLE_SECONDS)
        blocks = renderer.render(raw)
    return blocks


def render_html(markdown: str, *, id_prefix: str) -> str:
    """The blocks of `render_blocks` as one piece, the form stored with a message."""
    return "".join(render_blocks(markdown, id_prefix=id_prefix))


class StreamRenderer:
    """Renders one growing message again and again; each call may be given more text than the last, never
    less.

    For the event loop: code is highlighted elsewhere and shown plain until then. `on_late` is called from the
    highlighter's thread, once for each code block that became ready: render again to show it.
    """

    def __init__(self, *, id_prefix: str, on_late: Callable[[], None] | None = None) -> None:
        self._blocks = BlockRenderer(id_prefix=id_prefix, find=self._find)
        self._on_late = on_late
        self._shown = 0

    def render(self, text: str) -> Rendering:
        """The message so far, without an end that could still mean several things (see `holdback.py`)."""
        self._shown = min(len(text), max(self._shown, decided_length(text)))
        shown = repaired(text[: self._shown])
        raw = raw_blocks(shown)
        return self._rendering(raw, open_code=open_code_index(shown, raw))

    def render_all(self, text: str) -> Rendering:
        """The finished message: all of it, as `render_blocks` shows it once its highlights are known."""
        self._shown = len(text)
        return self._rendering(raw_blocks(repaired(text)), open_code=None)

    def _rendering(self, raw: list[str], *, open_code: int | None) -> Rendering:
        return Rendering(tuple(self._blocks.render(raw, open_code=open_code)), self._shown)

    def _find(self, fence: Fence) -> Highlight | None:
        known = _highlighter.find(fence)
        if known is None:
            _highlighter.request(fence, self._on_late)
        return known


def shutdown_highlighting() -> None:
    """End the worker process. A later rendering starts it again."""
    _highlighter.close()
