"""What a call cost, by what is known at its end."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conversations.completions import (
    BadRequest,
    Catalogue,
    CompletionError,
    CompletionsClient,
    Done,
    FirstByteTimeout,
    IdleTimeout,
    Interrupted,
    Model,
    Opened,
    Pricing,
    Rate,
    RateLimited,
    ServerTrouble,
    TextDelta,
    TlsFailed,
    Unreachable,
    Usage,
    UsageReport,
)
from conversations.models import EntryState, Source
from conversations.models.money import MOST, UNIT
from conversations.store.ledger import Spent
from conversations.turns.catalogue import ModelList
from conversations.turns.meter import Meter
from conversations.turns.prices import Price, price_of
from conversations.views.choices import price_words

PRICE = Price(Decimal("0.00001"), Decimal("0.00003"), Source.CATALOGUE)
TEXT = "one two three four"
TEXT_TOKENS = 4
REQUEST = {"messages": [{"role": "user", "content": "one two three"}]}
PROMPT_TOKENS = 3 + 4 + 3
PROMPT_COST = Decimal("0.0001")
ESTIMATE = Decimal("0.00022")


def call(*events: Any, price: Price | None = PRICE, failure: CompletionError | None = None) -> Meter:
    made = Meter()
    made.start(REQUEST, price)
    for event in events:
        made.note(event)
    made.failure = failure
    return made


def spent_of(meter: Meter) -> Spent:
    return meter.spent("r")


OPENED = Opened("r", "inf", 200)
SAID = TextDelta(0, TEXT)
DONE = Done("stop", marked=True)


def report(usd: str | None = None, **usage: int) -> UsageReport:
    return UsageReport(Usage(**usage) if usage else None, None if usd is None else Decimal(usd), None)


def test_what_was_never_sent_is_free() -> None:
    spent = spent_of(Meter())
    assert (spent.state, spent.usd, spent.source) == (EntryState.FREE, Decimal(0), Source.NONE)


@pytest.mark.parametrize(
    "failure",
    [RateLimited(status=429), BadRequest(status=400), ServerTrouble(status=503), TlsFailed()],
    ids=repr,
)
def test_what_the_server_refused_or_never_saw_is_free(failure: CompletionError) -> None:
    assert spent_of(call(failure=failure)).state == EntryState.FREE


def test_a_connection_that_was_refused_is_free_and_one_that_broke_is_not_known() -> None:
    refused = Unreachable()
    refused.unsent = True
    assert spent_of(call(failure=refused)).state == EntryState.FREE
    assert spent_of(call(failure=Unreachable())).state == EntryState.UNKNOWN


@pytest.mark.parametrize("failure", [FirstByteTimeout(), IdleTimeout(), Interrupted()], ids=repr)
def test_what_the_server_may_be_at_work_on_is_not_known(failure: CompletionError) -> None:
    spent = spent_of(call(failure=failure))
    assert (spent.state, spent.usd) == (EntryState.UNKNOWN, PROMPT_COST)


def test_an_error_after_some_text_is_not_free() -> None:
    spent = spent_of(call(OPENED, SAID, failure=ServerTrouble(status=500)))
    assert (spent.state, spent.usd) == (EntryState.UNKNOWN, ESTIMATE)


def test_an_answer_that_states_its_cost_settles_it() -> None:
    spent = spent_of(call(OPENED, SAID, report("0.0042", prompt_tokens=90, cached_tokens=7), DONE))
    assert (spent.state, spent.source, spent.usd) == (EntryState.SETTLED, Source.ANSWER, Decimal("0.0042"))
    assert (spent.prompt_tokens, spent.completion_tokens, spent.cached_tokens) == (90, None, 7)
    assert spent.inference_id == "inf"


def test_a_cost_stated_before_a_break_settles_it() -> None:
    spent = spent_of(call(OPENED, SAID, report("0.0042"), failure=Interrupted()))
    assert (spent.state, spent.usd) == (EntryState.SETTLED, Decimal("0.0042"))


def test_tokens_and_the_price_make_an_estimate() -> None:
    spent = spent_of(call(OPENED, SAID, report(prompt_tokens=200, completion_tokens=10), DONE))
    assert (spent.state, spent.source) == (EntryState.ESTIMATED, Source.CATALOGUE)
    assert spent.usd == Decimal("0.0023")


def test_a_whole_answer_without_any_counts_is_counted_here() -> None:
    spent = spent_of(call(OPENED, SAID, DONE))
    assert (spent.state, spent.usd) == (EntryState.ESTIMATED, ESTIMATE)
    assert (spent.prompt_tokens, spent.completion_tokens) == (PROMPT_TOKENS, TEXT_TOKENS)


def test_a_stopped_answer_is_not_known_with_an_estimate_of_what_came() -> None:
    spent = spent_of(call(OPENED, SAID))
    assert (spent.state, spent.usd, spent.source) == (EntryState.UNKNOWN, ESTIMATE, Source.CATALOGUE)


def test_without_a_price_the_tokens_alone_are_known() -> None:
    spent = spent_of(call(OPENED, SAID, report(prompt_tokens=5, completion_tokens=6), DONE, price=None))
    assert (spent.state, spent.usd, spent.source) == (EntryState.UNKNOWN, None, Source.NONE)
    assert (spent.prompt_tokens, spent.completion_tokens) == (5, 6)


def test_an_amount_that_no_row_can_hold_is_not_believed() -> None:
    assert spent_of(call(OPENED, SAID, report(str(MOST)), DONE)).usd == MOST
    assert spent_of(call(OPENED, SAID, report(str(MOST + UNIT)), DONE)).usd == ESTIMATE
    huge = call(OPENED, report(prompt_tokens=2**53, completion_tokens=1), DONE)
    assert spent_of(huge).usd is None


def test_only_what_has_to_be_counted_takes_time() -> None:
    assert Meter().is_quick
    assert call(OPENED, SAID, report("0.1"), DONE).is_quick
    assert not call(OPENED, SAID, DONE).is_quick


PRICING = Pricing(
    "fixed",
    "USD",
    (("input_token", Rate(Decimal(10), Decimal(10**6))), ("output_token", Rate(Decimal(30), Decimal(10**6)))),
)


def test_the_price_set_for_the_site_goes_before_that_of_the_list(settings: Any) -> None:
    model = Model("m", pricing=PRICING)
    found = price_of("m", model)
    assert found == Price(Decimal("0.00001"), Decimal("0.00003"), Source.CATALOGUE)
    settings.COMPLETIONS_PRICES = {"m": (Decimal(2), Decimal("0.5"))}
    assert price_of("m", model) == Price(Decimal("0.000002"), Decimal("0.0000005"), Source.SETTINGS)
    assert price_of("other", None) is None


def test_pages_name_the_price_set_for_the_site(settings: Any) -> None:
    client = CompletionsClient(base_url="http://127.0.0.1:9/v1", api_key=None)
    known = ModelList(client, Catalogue((Model("listed", context_length=9, pricing=PRICING),)))
    assert price_words(known.find("listed").pricing) == "$10 in, $30 out per million tokens"
    settings.COMPLETIONS_PRICES = {"listed": (Decimal(2), Decimal("0.5")), "other": (Decimal(0), Decimal(0))}
    assert price_words(known.find("listed").pricing) == "$2 in, $0.50 out per million tokens"
    assert known.find("listed").context_length == 9
    assert known.find("other").pricing is not None
    assert known.may_be_withdrawn("other"), "having a price does not make it listed"


@pytest.mark.parametrize(
    "pricing",
    [
        None,
        Pricing("variable"),
        Pricing("fixed", "EUR", PRICING.rates),
        Pricing("fixed", "USD", PRICING.rates[:1]),
    ],
)
def test_a_list_without_both_prices_in_dollars_names_none(pricing: Pricing | None) -> None:
    assert price_of("m", Model("m", pricing=pricing)) is None
