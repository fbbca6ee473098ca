"""What can be chosen before a reply is replayed, what is known of it, and what that may cost."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from conversations.errors import Refused
from conversations.models import Generation
from conversations.models.replay import SeedMode
from conversations.store.originals import SEED_MAX, WHOLE, Choices, Original, original_of, why_not
from conversations.store.recorded import first_messages
from conversations.turns.lifecycle import model_list
from conversations.turns.prices import price_of
from conversations.views.amounts import money
from conversations.views.details import NOT_PARAMETERS

TIMES = 5
"""Offered at first: enough to see whether a reply varies."""
EXCERPT_CHARACTERS = 280


@dataclass(frozen=True)
class Estimate:
    """Of one run, in dollars. `source`: where the number comes from, in words."""

    amount: Decimal
    source: str

    @property
    def plain(self) -> str:
        """As a number for the page's script."""
        return f"{self.amount:f}"

    @property
    def words(self) -> str:
        """Of as many runs as are offered at first."""
        return money(self.amount * TIMES, "USD")


def choices_from(request: HttpRequest) -> Choices:
    """What the form says: times, seed_mode, seed. Raises Refused."""
    form = request.POST
    limit = settings.LIMITS.replays_per_reply
    times = _integer(form.get("times", ""))
    if times is None:
        raise Refused("bad_frame", f"How many replays must be a whole number from 1 to {limit}.")
    mode = form.get("seed_mode", SeedMode.STORED)
    if mode not in SeedMode.values:
        raise Refused("bad_frame", "Choose which seed is sent.")
    seed = _integer(form.get("seed", "")) if mode == SeedMode.ANOTHER else None
    if mode == SeedMode.ANOTHER and seed is None:
        raise Refused("bad_frame", f"Another seed must be a whole number from 1 to {SEED_MAX:,}.")
    return Choices(times, SeedMode(mode), seed)


def form_context(generation: Generation) -> dict[str, Any]:
    """The context of `_replay_form.html`."""
    original = original_of(generation)
    text = " ".join(original.said.script.split())
    return {
        "why_not": why_not(generation),
        "client_id": uuid.uuid4().hex,
        "times": TIMES,
        "times_limit": settings.LIMITS.replays_per_reply,
        "seed": (generation.request or {}).get("seed"),
        "seed_limit": SEED_MAX,
        "facts": [(name, value) for name, value in _facts(generation, original) if value],
        "excerpt": text[:EXCERPT_CHARACTERS] + ("…" if len(text) > EXCERPT_CHARACTERS else ""),
        "estimate": estimate(generation),
        "extent": original.extent,
        "rounds": original.rounds,
    }


def estimate(generation: Generation) -> Estimate | None:
    """What one more call like the reply's may cost; None where neither its cost nor a price is known.

    Of several replies asked for together only the sum of their tokens is known: an equal part is reckoned.
    One that was cut short says nothing of what a whole one costs.
    """
    if generation.state not in WHOLE:
        return None
    usage = generation.usage or {}
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if generation.usd_spent is not None and generation.choices == 1:
        return Estimate(generation.usd_spent, "from what the original cost")
    known = model_list()
    price = price_of(generation.model, known.find(generation.model) if known else None)
    if price is None or prompt is None or completion is None:
        return None
    amount = price.cost(prompt_tokens=prompt, completion_tokens=-(-completion // generation.choices))
    return Estimate(amount, "from the price and the original's tokens")


def _facts(generation: Generation, original: Original) -> list[tuple[str, str]]:
    sent = generation.request or {}
    left_out = NOT_PARAMETERS | {"seed", "n", "tools"}
    parameters = {name: value for name, value in sent.items() if name not in left_out}
    tokens = (generation.usage or {}).get("completion_tokens")
    return [
        ("Model", generation.model),
        ("Seed", str(sent["seed"]) if "seed" in sent else "none: expect differences"),
        (
            "Parameters",
            ", ".join(f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in parameters.items())
            or "the model's own defaults",
        ),
        ("Messages sent", f"{len(first_messages(sent)):,}"),
        ("Tools", _tools(sent, original)),
        (
            "One of",
            f"{generation.choices} asked for together; a replay asks for one"
            if generation.choices > 1
            else "",
        ),
        ("Fingerprint", generation.system_fingerprint or "none named"),
        ("Length", _length(tokens, generation.choices)),
    ]


def _tools(sent: dict[str, Any], original: Original) -> str:
    """Those that were offered, and in how many rounds some were called whose results are given again."""
    offered = ", ".join(tool["function"]["name"] for tool in sent.get("tools", []))
    if not offered or not original.rounds:
        return offered
    return f"{offered}; called in {original.rounds} round{'' if original.rounds == 1 else 's'}"


def _length(tokens: object, choices: int) -> str:
    if not isinstance(tokens, int):
        return ""
    return f"{tokens:,} tokens" if choices == 1 else f"{tokens:,} tokens, all {choices} together"


def _integer(typed: str) -> int | None:
    """A whole number as typed, of a length that can be one."""
    plain = typed.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 30 else None
