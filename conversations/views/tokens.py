"""How likely the model held each token of a reply: the text with every token marked by its step.

The page draws the alternatives of the token that is looked at, from numbers that come with the text. Tokens
that are parts of one character show that character at the first of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conversations.completions import TokenLogprob
from conversations.models import Conversation, TokenLogprobs
from conversations.probabilities import level_of, read_log, summed_up
from conversations.views.answers import person_of

STEPS: Final = ("95 % and more", "80 % and more", "50 % and more", "25 % and more", "10 % and more", "less")
PART: Final = "⋯"
"""Stands for a token that goes on with the character begun before it."""
MOST_PARTS: Final = 4
"""Bytes of a character in UTF-8, so at most so many tokens."""


@dataclass(frozen=True)
class TokenView:
    """A token as shown. `level`: its step; `number`: its place, from 0."""

    number: int
    text: str
    level: int


@require_safe
def tokens(request: HttpRequest, id: UUID, message_id: UUID) -> HttpResponse:
    """A part of the page, for the dialog of a reply whose probabilities are kept."""
    conversations = Conversation.objects.visible_to(person_of(request)).filter(pk=id)
    found = TokenLogprobs.objects.filter(
        generation__conversation__in=conversations, generation__message_id=message_id
    ).first()
    if found is None:
        raise Http404("There are no probabilities of this reply's tokens.")
    return render(request, "_tokens.html", tokens_context(read_log(bytes(found.data)), full=found.full))


def tokens_context(kept: Sequence[TokenLogprob], *, full: bool) -> dict[str, Any]:
    """The context of `_tokens.html`. kept: at least one token."""
    texts = list(visible_texts(kept))
    views = [
        TokenView(number, text, level_of(token.logprob))
        for number, (token, text) in enumerate(zip(kept, texts, strict=True))
    ]
    summary = summed_up(kept)
    return {
        "tokens": views,
        "steps": list(enumerate(STEPS)),
        "mean": _percent(math.log(summary.mean)),
        "perplexity": f"{summary.perplexity:.2f}",
        "least": [(views[place], _percent(kept[place].logprob)) for place in summary.least],
        "alternatives": any(token.top for token in kept),
        "numbers": [_numbers(token) for token in kept],
        "full": full,
    }


def visible_texts(kept: Sequence[TokenLogprob]) -> Iterator[str]:
    """What each token shows: white space as signs, and parts of one character as that character."""
    skip = 0
    for place, token in enumerate(kept):
        if skip:
            skip -= 1
            yield PART
        elif token.raw:
            character, parts = _joined(kept[place : place + MOST_PARTS])
            skip = parts - 1
            yield character
        else:
            yield marked(token.token)


def marked(text: str) -> str:
    """The text with its line ends shown, and white space that stands alone."""
    if text.strip(" \t") == "":
        text = text.replace(" ", "␣").replace("\t", "⇥")
    return text.replace("\r", "␍").replace("\n", "↵\n")


def _joined(following: Sequence[TokenLogprob]) -> tuple[str, int]:
    """The character that these tokens begin with, and how many it takes; or the bytes of the first."""
    raw = b""
    for count, token in enumerate(following, start=1):
        if not token.raw:
            break
        raw += token.raw
        try:
            return raw.decode(), count
        except UnicodeDecodeError:
            continue
    return "⟨" + following[0].raw.hex(" ").upper() + "⟩", 1


def _percent(logprob: float) -> str:
    return f"{100 * math.exp(logprob):.1f} %"


def _numbers(token: TokenLogprob) -> list[Any]:
    """As the page reads them: the logarithm, and the alternatives with theirs."""
    return [_short(token.logprob), [[marked(name), _short(log)] for name, log in token.top]]


def _short(logprob: float) -> float:
    return round(logprob, 3)
