"""What models cost, in every form a list of models may say it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conversations.completions import Catalogue
from conversations.completions.catalogue import read_catalogue
from conversations.completions.fields import decode_json
from conversations.completions.pricing import INPUT, OUTPUT, Pricing, Rate, read_pricing


def unit(name: object, price: object, **more: object) -> dict[str, object]:
    return {"unit": name, "price": price, **more}


def test_a_fixed_price_is_read_with_what_it_is_for() -> None:
    units = [unit("input_token", 10, per=1_000_000), unit("output_token", Decimal("0.03"), per=1000)]
    pricing = read_pricing({"kind": "fixed", "currency": "USD", "units": units})
    assert pricing.rate(INPUT).cost(1500) == Decimal("0.015")
    assert pricing.rate(OUTPUT).cost(1500) == Decimal("0.045")
    assert pricing.rate("image") is None


def test_a_price_without_a_number_of_units_is_for_one() -> None:
    assert read_pricing({"kind": "fixed", "units": [unit("image", 2)]}).rate("image").cost(3) == 6


@pytest.mark.parametrize("kind", ["variants", "variable"])
def test_other_kinds_have_no_rates(kind: str) -> None:
    assert read_pricing({"kind": kind, "units": [unit("input_token", 10)]}) == Pricing(kind)


@pytest.mark.parametrize("value", [None, 7, "fixed", [], {}, {"kind": "new"}, {"kind": None}, {"kind": []}])
def test_what_is_no_price_is_none(value: object) -> None:
    assert read_pricing(value) is None


@pytest.mark.parametrize(
    "odd",
    [None, {}, unit(None, 1), unit("input_token", -1), unit("input_token", "NaN"), unit("input_token", None),
     unit("input_token", True), unit("input_token", 1, per=0), unit("input_token", 1, per=-1),
     unit("input_token", 1, per=None), unit("input_token", 10**10)],
)  # fmt: skip
def test_a_rate_that_is_none_is_left_out_and_the_others_stay(odd: Any) -> None:
    pricing = read_pricing({"kind": "fixed", "units": [odd, unit("output_token", "0.5")]})
    assert pricing.rate(INPUT) is None and pricing.rate(OUTPUT) == Rate(Decimal("0.5"), Decimal(1))


def test_units_that_are_no_list_are_none() -> None:
    assert read_pricing({"kind": "fixed", "units": "many"}) == Pricing("fixed")


def test_fractions_stay_exact_from_the_wire_to_the_cost() -> None:
    body = '{"data":[{"id":"m","pricing":{"kind":"fixed","units":[{"unit":"input_token","price":0.1}]}}]}'
    pricing = _only(read_catalogue(decode_json(body), None)).pricing
    assert pricing.rate(INPUT).cost(3) == Decimal("0.3")


@pytest.mark.parametrize(
    ("info", "context", "output"),
    [
        ({"contextLength": 128_000, "outputMax": 4096}, 128_000, 4096),
        ({"contextLength": Decimal("8192.0")}, 8192, None),
        ({"contextLength": 0, "outputMax": -1}, None, None),
        ({"contextLength": "128k", "outputMax": True}, None, None),
        (None, None, None),
    ],
)
def test_lengths_are_counts_or_unknown(info: object, context: int | None, output: int | None) -> None:
    model = _only(read_catalogue({"data": [{"id": "m", "info": info}]}, None))
    assert (model.context_length, model.output_max) == (context, output)


def _only(catalogue: Catalogue | None) -> Any:
    (model,) = catalogue.models
    return model
