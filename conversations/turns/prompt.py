"""A branch of a conversation as a completion request, cut to what the model can take. Pure.

The same branch and the same model make the same request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from conversations.completions import (
    AssistantMessage,
    CompletionRequest,
    Message,
    Model,
    SystemMessage,
    UserMessage,
)
from conversations.parameters import request_fields
from conversations.store.prompts import Material
from conversations.turns.tokens import PER_MESSAGE, count_tokens
from conversations.turns.trimming import Ledger, Piece, Role, room_for_reply, trim

CONTINUE = "Continue your last message from exactly where it stopped. Do not repeat or comment on any of it."
COUNTED_CHARACTERS = 2_000_000
"""Newer text than this is counted; what is older, far beyond any model, is reckoned by its length."""
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True)
class Prompt:
    """A request, and what became of each message of its branch."""

    request: CompletionRequest
    ledger: Ledger


@dataclass(frozen=True)
class _Part:
    """What goes up, or does not, as one: a message with its texts; none for a reply without text."""

    id: UUID | None
    role: Role
    messages: tuple[Message, ...]
    texts: tuple[str, ...]


def ledger_of(material: Material, model: Model | None) -> Ledger:
    """What goes up of the branch, and why. model: as for `prompt_for`."""
    parts = _parts(material)
    tokens = _tokens([part.texts for part in parts])
    pieces = [Piece(part.id, part.role, count) for part, count in zip(parts, tokens, strict=True)]
    context = model.context_length if model else None
    reply = room_for_reply(
        context=context,
        asked=_asked_length(material.parameters),
        longest=model.output_max if model else None,
    )
    return trim(pieces, context=context, reply=reply)


def prompt_for(material: Material, model: Model | None) -> Prompt:
    """The request: system prompt, history, and for a continuation the cut reply with a word on what to do.

    model: what is known of it; without it nothing is cut. Raises InvalidRequest.
    """
    ledger = ledger_of(material, model)
    sent = (part for part, line in zip(_parts(material), ledger.lines, strict=True) if line.sent)
    messages = tuple(message for part in sent for message in part.messages)
    fields = request_fields(material.parameters)
    if material.prefix:
        fields.pop("response_format", None)  # The rest of an object is not an object.
    return Prompt(CompletionRequest(model=material.model, messages=messages, **fields), ledger)


def _parts(material: Material) -> list[_Part]:
    parts: list[_Part] = []
    if prompt := material.system_prompt:
        parts.append(_Part(None, "system", (SystemMessage(content=prompt),), (prompt,)))
    for said in material.history:
        text = said.text
        if not said.by_model:
            parts.append(_Part(said.id, "user", (UserMessage(content=text),), (text,)))
        elif text:
            parts.append(_Part(said.id, "assistant", (AssistantMessage(content=text),), (text,)))
        else:
            parts.append(_Part(said.id, "assistant", (), ()))
    if cut := material.prefix:
        messages = (AssistantMessage(content=cut), UserMessage(content=CONTINUE))
        parts.append(_Part(material.continues, "assistant", messages, (cut, CONTINUE)))
    return parts


def _tokens(texts_of_parts: Sequence[Sequence[str]]) -> list[int]:
    """What each part takes. Counted from the newest back, up to COUNTED_CHARACTERS."""
    characters = 0
    counted: list[int] = []
    for texts in reversed(texts_of_parts):
        characters += sum(map(len, texts))
        exact = characters <= COUNTED_CHARACTERS
        tokens = count_tokens(texts) if exact else [len(text) // CHARACTERS_PER_TOKEN for text in texts]
        counted.append(sum(tokens) + PER_MESSAGE * len(texts))
    return counted[::-1]


def _asked_length(parameters: Mapping[str, Any]) -> int | None:
    """The limit that was set for the reply, under either of its names."""
    asked = parameters.get("max_completion_tokens") or parameters.get("max_tokens")
    return asked if isinstance(asked, int) else None
