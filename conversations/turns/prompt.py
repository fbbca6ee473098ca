"""A branch of a conversation as a completion request, cut to what the model can take. Pure.

The same branch and the same model make the same request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from conversations.completions import (
    CompletionRequest,
    Message,
    Model,
    SystemMessage,
    TextPart,
    UserMessage,
)
from conversations.parameters import request_fields
from conversations.store.prompts import Material, Said
from conversations.tool_parameters import tool_fields
from conversations.turns.attached import reference
from conversations.turns.offer import NO_TOOLS, Offer
from conversations.turns.past_calls import said_again, texts_of
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
    """What goes up, or does not, as one: a message with its texts; none for a reply without text.

    `files`: the tokens of what is attached to it, about.
    """

    id: UUID | None
    role: Role
    messages: tuple[Message, ...]
    texts: tuple[str, ...]
    files: int = 0


def ledger_of(material: Material, model: Model | None, offer: Offer = NO_TOOLS) -> Ledger:
    """What goes up of the branch, and why. model, offer: as for `prompt_for`."""
    parts = _parts(material, offer)
    tokens = _tokens([part.texts for part in parts])
    pieces = [
        Piece(part.id, part.role, count + part.files) for part, count in zip(parts, tokens, strict=True)
    ]
    context = model.context_length if model else None
    reply = room_for_reply(
        context=context,
        asked=_asked_length(material.parameters),
        longest=model.output_max if model else None,
    )
    return replace(trim(pieces, context=context, reply=reply), missing_tools=offer.missing)


def prompt_for(material: Material, model: Model | None, offer: Offer = NO_TOOLS) -> Prompt:
    """The request: system prompt, history, and for a continuation the cut reply with a word on what to do.

    model: what is known of it; without it nothing is cut. offer: the tools. Raises InvalidRequest.
    """
    ledger = ledger_of(material, model, offer)
    sent = (part for part, line in zip(_parts(material, offer), ledger.lines, strict=True) if line.sent)
    messages = tuple(message for part in sent for message in part.messages)
    fields = request_fields(material.parameters) | tool_fields(material.parameters, offer.definitions)
    fields["n"] = material.n
    if material.prefix:
        fields.pop("response_format", None)  # The rest of an object is not an object.
    return Prompt(CompletionRequest(model=material.model, messages=messages, **fields), ledger)


def _parts(material: Material, offer: Offer) -> list[_Part]:
    parts: list[_Part] = []
    if prompt := material.system_prompt:
        parts.append(_Part(None, "system", (SystemMessage(content=prompt),), (prompt,)))
    if definitions := offer.text:
        parts.append(_Part(None, "tools", (), (definitions,)))
    for said in material.history:
        if said.by_model:
            messages = said_again(said.text, said.calls)
            parts.append(_Part(said.id, "assistant", messages, texts_of(messages)))
        else:
            parts.append(_asked(said))
    if cut := material.prefix:
        messages = said_again(cut, material.prefix_calls)
        texts = (*texts_of(messages), CONTINUE)
        parts.append(
            _Part(material.continues, "assistant", (*messages, UserMessage(content=CONTINUE)), texts)
        )
    return parts


def _asked(said: Said) -> _Part:
    """A person's message; its files are named there, and put in just before it is sent."""
    if not said.attached:
        return _Part(said.id, "user", (UserMessage(content=said.text),), (said.text,))
    words = (TextPart(said.text),) if said.text.strip() else ()
    content = (*words, *map(reference, said.attached))
    tokens = sum(attached.tokens for attached in said.attached)
    return _Part(said.id, "user", (UserMessage(content=content),), (said.text,), tokens)


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
