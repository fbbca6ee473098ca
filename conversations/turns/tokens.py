"""How many tokens a text has, about.

Counted with the vocabulary of the GPT-4 models, cl100k_base, which comes with the package and is never
fetched. For a model with another vocabulary the count is near, not right: that is why people are told
"about", and why the model's server has the last word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import toktok

from conversations.completions.text import clean_text

PER_MESSAGE: Final = 4
"""What a message takes besides its text: its role and its borders. Source: the OpenAI cookbook, "How to
count tokens with tiktoken"."""
LOOK_AHEAD: Final = 200
"""Characters after the one that is looked for, which decide how the text there falls into tokens."""
PER_REPLY: Final = 3
"""What every reply is begun with, and the request pays for. Source: the same."""


def count_request(body: Mapping[str, Any]) -> int:
    """The tokens of a request's messages, from its body as it is stored, its files by their estimates."""
    messages = body.get("messages") or []
    texts = ["\n".join(_texts(message)) for message in messages]
    files: int = sum(part.get("tokens", 0) for message in messages for part in _parts(message))
    return PER_REPLY + sum(count_tokens(texts)) + PER_MESSAGE * len(texts) + files


def _texts(message: Mapping[str, Any]) -> Iterator[str]:
    for part in _parts(message):
        text = part.get("text")
        if isinstance(text, str):
            yield text
    for call in message.get("tool_calls") or []:
        yield f"{call['function']['name']} {call['function']['arguments']}"


def _parts(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    content = message.get("content")
    return content if isinstance(content, list) else [{"text": content}]


def count_tokens(texts: Sequence[str]) -> list[int]:
    """The tokens of each text, in the same order. Markers such as <|endoftext|> are plain text here.

    Takes about 0.1 s for a million characters; other threads run meanwhile.
    """
    counts: list[int] = toktok.batch_count([clean_text(text) for text in texts], "cl100k_base", threads=1)
    return counts


def token_number(text: str, offset: int) -> int:
    """Which token of `text`, from 1, holds the character at `offset`; one past the last for its end."""
    head = clean_text(text[: offset + LOOK_AHEAD])
    first, last = 1, count_tokens([head])[0] + 1
    while first < last:
        middle = (first + last) // 2
        reaches, _ = toktok.truncate(head, middle, "cl100k_base")
        if len(reaches) > offset:
            last = middle
        else:
            first = middle + 1
    return first
