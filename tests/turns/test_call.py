"""What is known of the calls of one reply, added up."""

from decimal import Decimal

from conversations.completions import Identity, Usage, UsageReport
from conversations.turns.call import Call


def call(
    earlier: Call | None = None, tokens: int | None = None, usd: str | None = None, **known: object
) -> Call:
    made = Call("id", earlier=earlier, **known)
    if tokens is not None:
        cost = Decimal(usd) if usd else None
        made.report = UsageReport(Usage(prompt_tokens=tokens, completion_tokens=1), cost, None)
    return made


def test_tokens_and_cost_are_those_of_all_calls() -> None:
    columns = call(call(call(tokens=10, usd="0.25"), tokens=20), tokens=5, usd="0.5").columns()
    assert columns["usd_spent"] == Decimal("0.75")
    assert columns["usage"]["prompt_tokens"] == 35
    assert columns["usage"]["completion_tokens"] == 3
    assert columns["usage"]["total_tokens"] is None


def test_what_no_call_stated_stays_unknown() -> None:
    columns = call(call()).columns()
    assert (columns["usd_spent"], columns["usage"], columns["first_text_ms"]) == (None, None, None)


def test_times_count_from_the_first_call() -> None:
    first = call(started=100.0, first_text_at=100.5)
    assert call(first, started=200.0, first_text_at=201.0).columns()["first_text_ms"] == 500
    silent = call(started=100.0)
    assert call(silent, started=200.0, first_text_at=201.0).columns()["first_text_ms"] == 101_000


def test_names_and_the_finish_reason_are_those_of_the_last_call() -> None:
    first = call(identity=Identity("c-1", None, None, None), finish_reason="tool_calls")
    columns = call(first, identity=Identity("c-2", None, "fp", None), finish_reason="stop").columns()
    assert (columns["upstream_id"], columns["finish_reason"]) == ("c-2", "stop")
    assert columns["system_fingerprint"] == "fp"
