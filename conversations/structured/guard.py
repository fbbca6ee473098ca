"""JSON mode needs the word JSON in the conversation: the provider refuses the request, or the model may write
blanks for ever, when no message asks for it in words.
"""

from __future__ import annotations

from collections.abc import Iterable


def says_json(texts: Iterable[str]) -> bool:
    """Whether any of the texts of a request's messages has the word, in capitals or not."""
    return any("json" in text.casefold() for text in texts)
