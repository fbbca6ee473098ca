"""Costs in words: what is certain, what is reckoned, and what is not known are told apart."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conversations.models import EntryState, LedgerEntry, Source
from conversations.models.money import UNIT
from conversations.store.spending import Cost
from conversations.views.amounts import cost_words, entry_words, exact_money, money


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "$0"),
        ("0.0004", "$0.00040"),
        ("0.00001", "$0.000010"),
        ("0.12", "$0.12"),
        ("1", "$1"),
        ("1234.5", "$1,234.50"),
    ],
)
def test_small_amounts_are_not_rounded_to_nothing(amount: str, words: str) -> None:
    assert money(Decimal(amount)) == words


def test_every_digit_is_told_where_it_matters() -> None:
    assert exact_money(UNIT) == "$0.0000000001"
    assert exact_money(Decimal("1200.5000")) == "$1,200.5"
    assert exact_money(Decimal("0E-10")) == "$0"


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (None, ""),
        (Cost(), ""),
        (Cost(Decimal("0.5")), "$0.50"),
        (Cost(Decimal(0)), "$0"),
        (Cost(Decimal("0.5"), estimated=True), "about $0.50"),
        (Cost(Decimal("0.5"), estimated=True, awaited=True), "cost not known yet"),
        (Cost(estimated=True), ""),
    ],
)
def test_what_a_reply_cost(cost: Cost | None, words: str) -> None:
    assert cost_words(cost) == words


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": EntryState.RESERVED}, "not known yet: the call has not ended"),
        ({"state": EntryState.RESERVED, "reserved_usd": Decimal("0.5")}, "not known; at most about $0.50"),
        ({"state": EntryState.UNKNOWN, "reserved_usd": Decimal("0.5")}, "not known; at most about $0.50"),
        ({"state": EntryState.UNKNOWN}, "not known: the server did not say it"),
        (
            {"state": EntryState.UNKNOWN, "usd": Decimal("0.1"), "source": Source.SETTINGS},
            "not known; about $0.1, by tokens and the price set for this site",
        ),
        ({"state": EntryState.FREE, "usd": Decimal(0)}, "nothing: it was not sent, or the server refused it"),
        (
            {"state": EntryState.ESTIMATED, "usd": Decimal("0.1"), "source": Source.CATALOGUE},
            "about $0.1, by tokens and the price in the server's list of models",
        ),
        (
            {"state": EntryState.SETTLED, "usd": Decimal("0.1"), "source": Source.ANSWER},
            "$0.1, as stated by the model's server, with its answer",
        ),
        (
            {"state": EntryState.RECONCILED, "usd": Decimal("0.1"), "source": Source.LOGS},
            "$0.1, as stated by the provider's log of calls, afterwards",
        ),
    ],
)
def test_what_a_call_cost_and_how_that_is_known(columns: dict[str, object], words: str) -> None:
    assert entry_words(LedgerEntry(**columns)).startswith(words)
