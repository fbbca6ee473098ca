"""What a page says of the models to choose from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conversations.completions import Catalogue, CompletionsClient, Model, Pricing, Rate
from conversations.completions.catalogue import read_catalogue
from conversations.provider.catalogue import listing
from conversations.turns.catalogue import ModelList
from conversations.views.amounts import money
from conversations.views.choices import WITHDRAWN, ModelChoice, model_choices, price_words

PRICE = Rate(Decimal("0.002"), Decimal(1000))


def known(*models: Model) -> ModelList:
    client = CompletionsClient(base_url="http://127.0.0.1:9/v1", api_key=None)
    return ModelList(client, Catalogue(models))


def test_a_model_of_the_documented_list_is_told_with_all_that_is_known() -> None:
    body = listing(include={"all"}, ids=set(), kind=None)
    (choice,) = model_choices(["gpt-4-1106-preview"], known(*read_catalogue(body, None).models))
    assert not choice.withdrawn and choice.facts == (
        "128,000 tokens of context",
        "replies up to 4,096",
        "tools, images, files, JSON schema",
        "$10 in, $30 out per million tokens",
    )


def test_a_model_that_is_listed_by_its_name_alone_is_offered_by_its_name_alone() -> None:
    assert model_choices(["bare"], known(Model("bare"))) == [ModelChoice("bare")]


def test_a_model_that_the_list_has_not_is_marked() -> None:
    assert model_choices(["gone"], known(Model("bare"))) == [
        ModelChoice("gone", (WITHDRAWN,), withdrawn=True)
    ]


@pytest.mark.parametrize("nothing", [None, known(), ModelList(known().client)])
def test_without_a_list_nothing_is_said(nothing: ModelList | None) -> None:
    assert model_choices(["any"], nothing) == [ModelChoice("any")]


@pytest.mark.parametrize(
    ("amount", "words"),
    [("0", "$0"), ("10", "$10"), ("2.5", "$2.50"), ("1234.567", "$1,234.57"), ("0.15", "$0.15"),
     ("0.5", "$0.50"), ("0.032", "$0.032"), ("0.00004567", "$0.000046")],
)  # fmt: skip
def test_amounts_keep_two_digits_that_say_something(amount: str, words: str) -> None:
    assert money(Decimal(amount), "USD") == words


def test_another_currency_is_named() -> None:
    assert money(Decimal("2.5"), "EUR") == "2.50 EUR"


@pytest.mark.parametrize(
    ("pricing", "words"),
    [
        (Pricing("fixed"), ""),
        (Pricing("variants"), "price depends on the request"),
        (Pricing("variable"), "price depends on the request"),
        (Pricing("fixed", rates=(("input_token", PRICE),)), "$2 in per million tokens"),
        (Pricing("fixed", rates=(("image", PRICE),)), ""),
    ],
)
def test_prices_in_words(pricing: Any, words: str) -> None:
    assert price_words(pricing) == words
