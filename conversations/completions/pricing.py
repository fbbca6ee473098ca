"""What a model costs, as the provider's list of models says it; read tolerantly.

`kind` is read first. Fixed: one rate for each unit (`input_token`, `output_token`, and others), a `price`
for every `per` of them. Variants: the rate depends on parameters of the request. Variable: it cannot be
said beforehand. Source: GET /v1/models?include=pricing of the API's documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from .fields import as_dict, as_list, as_money, as_word

Kind = Literal["fixed", "variants", "variable"]

UNITS_LIMIT: Final = 50
INPUT: Final = "input_token"
OUTPUT: Final = "output_token"


@dataclass(frozen=True, slots=True)
class Rate:
    """`price` for every `per` units, in the currency of the pricing."""

    price: Decimal
    per: Decimal

    def cost(self, count: int) -> Decimal:
        """What `count` units cost."""
        return self.price * count / self.per


@dataclass(frozen=True, slots=True)
class Pricing:
    """`rates` by unit: only for a fixed price, and only those that could be read."""

    kind: Kind
    currency: str = "USD"
    rates: tuple[tuple[str, Rate], ...] = ()

    def rate(self, unit: str) -> Rate | None:
        """The rate of a unit, such as INPUT or OUTPUT."""
        return next((rate for name, rate in self.rates if name == unit), None)


def read_pricing(value: object) -> Pricing | None:
    """A decoded `pricing`; None if it is missing, or of a kind that is not known."""
    found = as_dict(value)
    kind = next((kind for kind in get_args(Kind) if kind == found.get("kind")), None)
    if kind is None:
        return _read_token_prices(found)
    units = as_list(found.get("units"))[:UNITS_LIMIT] if kind == "fixed" else []
    rates = ((as_word(as_dict(unit).get("unit")), _read_rate(as_dict(unit))) for unit in units)
    return Pricing(
        kind,
        as_word(found.get("currency")) or "USD",
        tuple((name, rate) for name, rate in rates if name and rate),
    )


def _read_token_prices(found: dict[str, Any]) -> Pricing | None:
    """OpenRouter's form: what one token of the prompt and of the completion costs, in US dollars."""
    prices = {INPUT: as_money(found.get("prompt")), OUTPUT: as_money(found.get("completion"))}
    rates = tuple((unit, Rate(price, Decimal(1))) for unit, price in prices.items() if price is not None)
    return Pricing("fixed", rates=rates) if len(rates) == len(prices) else None


def _read_rate(unit: dict[str, object]) -> Rate | None:
    """None without a price; a missing `per` is 1."""
    price, per = as_money(unit.get("price")), as_money(unit.get("per", 1))
    return Rate(price, per) if price is not None and per else None
