"""A reply in JSON mode as safe HTML blocks: the text as code with a line below that says what it is worth.

The streaming form has the line of the moment, the final one the verdict, and the tree beside the text. Which
of the two is shown is a pair of radio buttons of the page; the style sheet does the rest.
"""

from __future__ import annotations

from conversations.rendering import Rendering
from conversations.structured.early import EarlyCheck, Schema
from conversations.structured.paths import path_text
from conversations.structured.reader import Reader
from conversations.structured.tree import TooLarge, shown, tree_html
from conversations.structured.verdict import Verdict

FOLLOWED_CHARACTERS = 100_000
"""Longer replies are judged at their end alone: reading is on the event loop, a second for each million."""

_TONES = {"valid": "good", "unchecked": "plain", "cut_off": "wrong", "invalid": "wrong", "not_json": "wrong"}
_COPY = '<button type="button" class="code-copy" data-copy-code>Copy</button>'
_SAVE = '<button type="button" class="code-copy" data-save-json>Download</button>'


class JsonStream:
    """Renders one growing reply, like `StreamRenderer`: each call is given the text of the last, or more."""

    def __init__(self, schema: Schema) -> None:
        self._reader = Reader(EarlyCheck(schema))

    def render(self, text: str) -> Rendering:
        """The whole text as it is so far, and where it stands."""
        if len(text) <= FOLLOWED_CHARACTERS:
            self._reader.feed(text[self._reader.position :])
        return Rendering((_code("", text, ""), _line(*self._standing(text))), len(text))

    def _standing(self, text: str) -> tuple[str, str]:
        reader = self._reader
        if reader.problem is not None:
            return "wrong", f"First problem: {reader.problem.told(text)}."
        if reader.mismatch is not None:
            return "wrong", f"First problem: {reader.mismatch.told(text)}."
        if len(text) > FOLLOWED_CHARACTERS:
            return "plain", "Valid as far as it was followed; so long a reply is judged at its end."
        if reader.complete:
            return "plain", "Valid so far, and complete."
        return "plain", f"Valid so far; now at {path_text(reader.path)}."


def json_blocks(text: str, verdict: Verdict, *, id_prefix: str) -> list[str]:
    """The blocks of a finished reply. `id_prefix` keeps the buttons of different messages apart."""
    if not text:
        return []
    tree = ""
    if verdict.state in ("valid", "invalid", "unchecked"):
        try:
            tree = tree_html(text)
        except TooLarge:
            tree = ""
    head = _views(id_prefix) + _SAVE if tree else _SAVE
    return [_code(head, text, tree), _line(_TONES[verdict.state], verdict.message)]


def _code(buttons: str, text: str, tree: str) -> str:
    head = f'<div class="code-head"><span class="code-lang">json</span>{buttons}{_COPY}</div>'
    return f'<div class="code json">{head}{tree}<pre tabindex="0"><code>{shown(text)}</code></pre></div>'


def _line(tone: str, words: str) -> str:
    return f'<div class="json-verdict" data-tone="{tone}">{shown(words)}</div>'


def _views(prefix: str) -> str:
    choices = "".join(
        f'<label><input type="radio" name="{prefix}view" value="{value}"{checked}>{words}</label>'
        for value, words, checked in (("tree", "Tree", " checked"), ("raw", "Text", ""))
    )
    return f'<span class="json-views" role="radiogroup" aria-label="Shown as">{choices}</span>'
