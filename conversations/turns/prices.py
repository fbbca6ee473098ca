"""What a call costs by its tokens: at the price set for this site, or else at that of the server's list.

An amount reckoned so is an estimate: the server may count cached or cut prompts at another price.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from django.conf import settings

from conversations.completions import Model, Pricing, Rate
from conversations.completions.pricing import INPUT, OUTPUT
from conversations.models import Source

MILLION: Final = 1_000_000


@dataclass(frozen=True)
class Price:
    """US dollars for one token of the prompt and one of the reply, and who says so."""

    prompt: Decimal
    completion: Decimal
    source: Source

    def cost(self, *, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """What a call of so many tokens costs."""
        return self.prompt * prompt_tokens + self.completion * completion_tokens


def at_own_price(name: str, model: Model | None) -> Model | None:
    """What the list says of the model called `name`, but at the price set for this site, where one is."""
    own = settings.COMPLETIONS_PRICES.get(name)
    if own is None:
        return model
    rates = tuple(
        (unit, Rate(price, Decimal(MILLION))) for unit, price in zip((INPUT, OUTPUT), own, strict=True)
    )
    return replace(model or Model(name), pricing=Pricing("fixed", rates=rates))


def price_of(name: str, model: Model | None) -> Price | None:
    """The price of the model called `name`, of which the list says `model`; None where nobody says it."""
    known = at_own_price(name, model)
    pricing = known.pricing if known else None
    if pricing is None or pricing.currency != "USD":
        return None
    rates = pricing.rate(INPUT), pricing.rate(OUTPUT)
    if rates[0] is None or rates[1] is None:
        return None
    source = Source.SETTINGS if name in settings.COMPLETIONS_PRICES else Source.CATALOGUE
    return Price(rates[0].cost(1), rates[1].cost(1), source)
