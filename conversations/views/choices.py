"""The models to choose from, with what the completions server says of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from conversations.completions import Model, Pricing
from conversations.completions.pricing import INPUT, OUTPUT
from conversations.turns.catalogue import ModelList
from conversations.views.abilities import LACKS, SCHEMA, TOOLS, lacking
from conversations.views.amounts import money

MILLION = 1_000_000
WITHDRAWN = "not in the server's list: may be withdrawn"

_CAPABILITIES = {
    TOOLS: "tools",
    "vision": "images",
    "file_input": "files",
    SCHEMA: "JSON schema",
}


@dataclass(frozen=True)
class ModelChoice:
    """A model as a page offers it. `facts`: short phrases, none where nothing is known.

    lacks: abilities that it may not have.
    """

    name: str
    facts: tuple[str, ...] = ()
    withdrawn: bool = False
    lacks: tuple[str, ...] = ()


def model_choices(names: Iterable[str], known: ModelList | None) -> list[ModelChoice]:
    """The models of these names, with what is known of them at this moment."""
    return [_choice(name, known) for name in names]


def _choice(name: str, known: ModelList | None) -> ModelChoice:
    if known is None:
        return ModelChoice(name)
    if known.may_be_withdrawn(name):
        return ModelChoice(name, (WITHDRAWN,), withdrawn=True)
    model = known.find(name)
    return ModelChoice(name, _facts(model) if model else (), lacks=tuple(lacking(LACKS, name, known)))


def _facts(model: Model) -> tuple[str, ...]:
    facts = [
        f"{model.context_length:,} tokens of context" if model.context_length else "",
        f"replies up to {model.output_max:,}" if model.output_max else "",
        ", ".join(words for key, words in _CAPABILITIES.items() if key in model.capabilities),
        price_words(model.pricing) if model.pricing else "",
    ]
    return tuple(fact for fact in facts if fact)


def price_words(pricing: Pricing) -> str:
    """The price in words; empty when its rates could not be read."""
    if pricing.kind != "fixed":
        return "price depends on the request"
    rates = ((word, pricing.rate(unit)) for word, unit in (("in", INPUT), ("out", OUTPUT)))
    words = [f"{money(rate.cost(MILLION), pricing.currency)} {word}" for word, rate in rates if rate]
    return f"{', '.join(words)} per million tokens" if words else ""
