"""What a reply used and cost, and who gave it, however the provider states it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conversations.completions import Done, Identity, Usage, UsageReport

from .helpers import read
from .upstream import delta, events


def test_usage_and_cost_are_told_once_before_the_end() -> None:
    usage = {"prompt_tokens": 5, "completion_tokens": 7.0, "total_tokens": 12}
    details = {
        "prompt_tokens_details": {"cached_tokens": 2},
        "completion_tokens_details": {"reasoning_tokens": 3},
    }
    body = events(
        delta(content="Hi", usage=None),
        {"choices": [], "usage": {"prompt_tokens": 5}},
        delta(finish="stop"),
        {
            "choices": [],
            "usage": usage | details,
            "meta": {"usage": {"usd_spent": 0.1, "credits_used": 200000}},
        },
    )
    found, _ = read(body)
    reports = [event for event in found if isinstance(event, UsageReport)]
    assert reports == [UsageReport(Usage(5, 7, 12, 2, 3), Decimal("0.1"), Decimal(200000))]
    assert isinstance(found[-1], Done) and isinstance(found[-2], UsageReport)


@pytest.mark.parametrize("value", [-1, -0.5, 1.5, "7 tokens", "٧", "9" * 17, True, None, [], 1e300, "NaN"])
def test_counts_that_are_none_are_none(value: Any) -> None:
    found, error = read(
        events(delta(content="Hi", finish="stop"), {"usage": {"prompt_tokens": value, "total_tokens": 3}})
    )
    assert error is None
    assert UsageReport(Usage(total_tokens=3), None, None) in found


@pytest.mark.parametrize("value", [-0.01, "NaN", "Infinity", "", "1e99", True, None, {}])
def test_amounts_that_cannot_be_charged_are_none(value: Any) -> None:
    found, error = read(events(delta(content="Hi", finish="stop"), {"meta": {"usage": {"usd_spent": value}}}))
    assert error is None and not [event for event in found if isinstance(event, UsageReport)]


def test_usage_is_told_even_when_the_reply_breaks_off() -> None:
    found, error = read(events(delta(content="Hi"), {"usage": {"total_tokens": 3}}, done=False), clean=False)
    assert error is not None
    assert found[-1] == UsageReport(Usage(total_tokens=3), None, None)


def test_identity_is_told_when_it_becomes_known() -> None:
    body = events(
        {"id": "a"}, {"id": "a", "model": "m", "created": 5}, {"system_fingerprint": "f"}, delta(content="x")
    )
    found, _ = read(body.replace(b'"id": "c-1", ', b""))
    assert [event for event in found if isinstance(event, Identity)] == [
        Identity("a", None, None, None),
        Identity("a", "m", None, 5),
        Identity("a", "m", "f", 5),
    ]
