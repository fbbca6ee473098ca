"""Two versions of one message compared: what was asked for, how they ended, and the words that differ.

- version: a message and its siblings, numbered from 1 as the arrows under it count.
- stretch: a piece of the difference as shown; of a long one that both have only the ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conversations.errors import Refused
from conversations.models import Conversation, Generation, Message
from conversations.store.branches import family_of
from conversations.views.answers import id_or_none, person_of, refusal
from conversations.views.details import NOT_PARAMETERS
from conversations.worddiff import Piece, word_diff

COMPARED_CHARACTERS: Final = 200_000
"""Of each version; what follows is not compared, with a note. As long as a message may be."""
SAME_CHARACTERS: Final = 1_200
"""Of a stretch that both have, shown in full; of a longer one SAME_ENDS characters at either end."""
SAME_ENDS: Final = 300


@dataclass(frozen=True)
class Version:
    """One of them. `words`: its number, model and state."""

    message: Message
    number: int

    @property
    def generation(self) -> Generation | None:
        """None of a person's own message."""
        found: Generation | None = getattr(self.message, "generation", None)
        return found

    @property
    def words(self) -> str:
        generation = self.generation
        told = f", {generation.model}, {generation.get_state_display()}" if generation else ""
        return f"Version {self.number}{told}"


@dataclass(frozen=True)
class Stretch:
    """`hidden`: so many characters that both have are left out after `text`, and `rest` follows them."""

    kind: str
    text: str
    hidden: int = 0
    rest: str = ""


@require_safe
def compare(request: HttpRequest, id: UUID, message_id: UUID) -> HttpResponse:
    """A part of the page. `with`: the other version; without it the one before this, or else after it."""
    found = Message.objects.filter(
        conversation__in=Conversation.objects.visible_to(person_of(request)).filter(pk=id), pk=message_id
    ).first()
    if found is None:
        raise Http404("There is no such message.")
    versions = [Version(message, at) for at, message in enumerate(family_of(found), start=1)]
    try:
        pair = _pair(versions, message_id, id_or_none(request.GET.get("with", "")))
    except Refused as refused:
        return refusal(refused)
    if pair is None:
        raise Http404("There is no other version of this message to compare it with.")
    return render(request, "_compare.html", compared(*pair) | {"versions": versions})


def compared(left: Version, right: Version) -> dict[str, Any]:
    """The context of `_compare.html`: the facts that differ, and the texts."""
    texts = [version.message.content for version in (left, right)]
    difference = word_diff(*(text[:COMPARED_CHARACTERS] for text in texts))
    return {
        "left": left,
        "right": right,
        "facts": [
            (name, *values)
            for name, *values in _facts(left.generation, right.generation)
            if len(set(values)) > 1
        ],
        "unit": difference.unit,
        "equal": difference.equal,
        "stretches": stretches(difference.pieces),
        "cut": max(map(len, texts)) > COMPARED_CHARACTERS,
        "compared_characters": COMPARED_CHARACTERS,
    }


def _pair(
    versions: Sequence[Version], message_id: UUID, other_id: UUID | None
) -> tuple[Version, Version] | None:
    """What to compare, in the order asked for; by default in the order of their making."""
    by_id = {version.message.id: version for version in versions}
    this = by_id.get(message_id)
    if this is None:
        return None
    if other_id is not None:
        other = by_id.get(other_id)
        return (this, other) if other else None
    if len(versions) < 2:
        return None
    return (versions[this.number - 2], this) if this.number > 1 else (this, versions[1])


def _facts(left: Generation | None, right: Generation | None) -> Iterator[tuple[str, str, str]]:
    if left is None or right is None:
        return
    yield "Model", left.model, right.model
    yield "State", _state(left), _state(right)
    yield "Tokens", _tokens(left), _tokens(right)
    yield "System fingerprint", left.system_fingerprint, right.system_fingerprint
    sent = [
        {name: value for name, value in (row.request or {}).items() if name not in NOT_PARAMETERS}
        for row in (left, right)
    ]
    for name in sorted(sent[0].keys() | sent[1].keys()):
        yield name, *(_plain(parameters.get(name)) for parameters in sent)


def _state(generation: Generation) -> str:
    told = f", finish reason “{generation.finish_reason}”" if generation.finish_reason else ""
    return f"{generation.get_state_display()}{told}"


def _tokens(generation: Generation) -> str:
    count = (generation.usage or {}).get("completion_tokens")
    return f"{count:,}" if isinstance(count, int) and generation.choices == 1 else ""


def _plain(value: object) -> str:
    return "not sent" if value is None else json.dumps(value, ensure_ascii=False)[:500]


def stretches(pieces: Sequence[Piece]) -> list[Stretch]:
    """A difference as `_difference.html` shows it."""
    return [_stretch(piece) for piece in pieces]


def _stretch(piece: Piece) -> Stretch:
    if piece.kind != "same" or len(piece.text) <= SAME_CHARACTERS:
        return Stretch(piece.kind, piece.text)
    hidden = len(piece.text) - 2 * SAME_ENDS
    return Stretch("same", piece.text[:SAME_ENDS], hidden, piece.text[-SAME_ENDS:])
