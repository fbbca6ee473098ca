"""Open calls and what the provider says of them: found by either id, over pages, once, and never guessed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.completions import CompletionsClient, ServerTrouble
from conversations.models import EntryState, LedgerEntry, Message, Purpose, Source
from conversations.models.money import MOST, UNIT
from conversations.store.generations import generation_interrupt_all
from conversations.store.reconciling import ABANDONED_AFTER, Found, entries_abandon, entries_reconcile
from conversations.store.threads import in_database
from conversations.turns.reconcile import BOOKED_AFTER, NothingToAsk, Report, reconcile
from conversations.turns.reconciler import LONGEST_SECONDS, USUAL_SECONDS, Reconciler
from tests.completions.upstream import Script, answer, upstream
from tests.costs import test_billing
from tests.costs.test_billing import page
from tests.store.verbs import start

pytestmark = pytest.mark.django_db(transaction=True)

NONE = page(has_more=False)
MISSING = answer(404, {"message": "Cannot GET", "statusCode": 404})


def entry(person: User, name: str, state: EntryState = EntryState.UNKNOWN, **columns: Any) -> LedgerEntry:
    columns = {"inference_id": f"inf-{name}", "settled_at": timezone.now()} | columns
    return LedgerEntry.objects.create(
        owner=person, purpose=Purpose.REPLY, model="m", request_id=f"ours-{name}", state=state, **columns
    )


def charge(reference: str, usd: object = 1, **fields: Any) -> dict[str, Any]:
    return test_billing.charge(reference, usd, **{"created_at": timezone.now().isoformat(), **fields})


def call(**fields: Any) -> dict[str, Any]:
    return test_billing.call(created=timezone.now().isoformat(), **fields)


def known(name: str) -> LedgerEntry:
    return LedgerEntry.objects.get(request_id=f"ours-{name}")


async def asking(*scripts: Script, since: datetime | None = None) -> Report:
    return (await asking_and_asked(*scripts, since=since))[0]


async def asking_and_asked(*scripts: Script, since: datetime | None = None) -> tuple[Report, int]:
    """Also how often the server was asked."""
    async with upstream(*scripts) as server:
        client = CompletionsClient(base_url=server.url, api_key="k")
        try:
            report = await reconcile(client.billing(), since=since or timezone.now() - timedelta(days=7))
        finally:
            await client.aclose()
        return report, len(server.requests)


async def test_a_charge_is_found_by_its_inference_id(alice: User) -> None:
    await in_database(entry, alice, "1", usd=Decimal("0.5"), source=Source.CATALOGUE)
    report = await asking(page(charge("inf-other"), charge("inf-1", 0.25)))
    assert report == Report(asked=1, found=1, usd=Decimal("0.25"))
    found = await in_database(known, "1")
    assert (found.state, found.source, found.usd) == (
        EntryState.RECONCILED,
        Source.TRANSACTIONS,
        Decimal("0.25"),
    )
    assert found.reconciled_at is not None


async def test_nothing_is_asked_while_nothing_is_open(alice: User) -> None:
    for number, state in enumerate(EntryState):
        if state not in (EntryState.UNKNOWN, EntryState.ESTIMATED):
            await in_database(entry, alice, str(number), state)
    assert await asking_and_asked(NONE) == (Report(), 0)


async def test_pages_are_read_to_the_end_and_a_row_that_moved_between_them_counts_once(alice: User) -> None:
    for name in ("1", "2"):
        await in_database(entry, alice, name)
    moved = charge("inf-2", 0.5)
    first = page(charge("inf-new"), moved, next_cursor="a", has_more=True)
    second = page(moved, charge("inf-3"), next_cursor="b", has_more=True)
    third = page(charge("inf-1", 0.125), has_more=False)
    assert (await asking(first, second, third)).usd == Decimal("0.625")
    assert (await in_database(known, "2")).usd == Decimal("0.5")


async def test_a_cursor_that_goes_nowhere_ends_the_reading(alice: User) -> None:
    await in_database(entry, alice, "1")
    again = page(charge("inf-x"), next_cursor="same", has_more=True)
    assert (await asking(again, again, NONE)).found == 0


async def test_rows_older_than_the_oldest_open_call_end_the_reading(alice: User) -> None:
    await in_database(entry, alice, "1")
    old = page(charge("inf-x", created_at="2020-01-01T00:00:00Z"), next_cursor="more", has_more=True)
    _, asked = await asking_and_asked(old, NONE)
    assert asked == 2, "one page of charges, one of calls"


async def test_a_call_of_a_dead_process_is_found_by_the_id_that_we_gave_it(alice: User) -> None:
    await in_database(entry, alice, "1", inference_id="")
    logged = call(client_request_id="ours-1", inference_id="inf-late", cost={"usd": 0.75})
    await asking(page(call(client_request_id=None), logged))
    found = await in_database(known, "1")
    assert (found.source, found.usd, found.inference_id) == (Source.LOGS, Decimal("0.75"), "inf-late")
    assert (found.prompt_tokens, found.completion_tokens) == (10, 20)


async def test_all_attempts_of_one_call_are_added_up_and_failed_ones_cost_nothing(alice: User) -> None:
    await in_database(entry, alice, "1", inference_id="")
    attempts = [
        call(client_request_id="ours-1", inference_id="inf-c", cost={"usd": 0.5}),
        call(client_request_id="ours-1", inference_id="inf-b", status="failed", cost={"usd": 9}),
        call(client_request_id="ours-1", inference_id="inf-c", cost={"usd": 0.5}),
    ]
    await asking(page(*attempts))
    assert (await in_database(known, "1")).usd == Decimal("0.5")


async def test_a_failed_call_turns_out_to_have_cost_nothing(alice: User) -> None:
    await in_database(entry, alice, "1", usd=Decimal(1))
    await asking(NONE, page(call(inference_id="inf-1", status="failed", cost={"usd": 0})))
    found = await in_database(known, "1")
    assert (found.state, found.usd) == (EntryState.RECONCILED, 0)


@pytest.mark.parametrize(
    ("age", "found"), [(BOOKED_AFTER - timedelta(minutes=1), 0), (BOOKED_AFTER + timedelta(minutes=1), 1)]
)
async def test_a_charge_that_may_not_be_booked_yet_is_waited_for(
    alice: User, age: timedelta, found: int
) -> None:
    await in_database(entry, alice, "1", created_at=timezone.now() - age)
    logged = page(call(inference_id="inf-1", cost={"usd": 0}))
    assert (await asking(NONE, logged)).found == found


async def test_what_is_nowhere_stays_open_with_its_estimate(alice: User) -> None:
    await in_database(entry, alice, "1", usd=Decimal("0.5"), source=Source.CATALOGUE)
    assert await asking(NONE, NONE) == Report(asked=1)
    left = await in_database(known, "1")
    assert (left.state, left.usd) == (EntryState.UNKNOWN, Decimal("0.5"))


async def test_an_amount_that_no_row_can_hold_is_not_entered(alice: User) -> None:
    await in_database(entry, alice, "1")
    await in_database(entry, alice, "2")
    rows = page(charge("inf-1", str(MOST)), charge("inf-2", str(MOST + UNIT)))
    assert (await asking(rows, NONE)).found == 1


async def test_the_log_alone_is_enough(alice: User) -> None:
    await in_database(entry, alice, "1")
    assert (await asking(MISSING, page(call(inference_id="inf-1")))).found == 1


async def test_a_server_without_any_of_it_is_told_from_one_in_trouble(alice: User) -> None:
    await in_database(entry, alice, "1")
    with pytest.raises(NothingToAsk):
        await asking(MISSING)
    with pytest.raises(ServerTrouble):
        await asking(answer(503, {"message": "later", "statusCode": 503}))


async def test_asking_again_changes_nothing(alice: User) -> None:
    await in_database(entry, alice, "1")
    await asking(page(charge("inf-1", 0.25)))
    before = await in_database(known, "1")
    assert await asking(page(charge("inf-1", 9))) == Report()
    assert (await in_database(known, "1")).reconciled_at == before.reconciled_at


async def test_calls_from_before_are_not_asked_about(alice: User) -> None:
    since = timezone.now() - timedelta(days=7)
    await in_database(entry, alice, "in", created_at=since)
    await in_database(entry, alice, "out", created_at=since - timedelta(seconds=1))
    assert (await asking(NONE, NONE, since=since)).asked == 1


# The rows


def test_pages_that_show_the_reply_hear_of_its_cost(alice: User) -> None:
    claim = start(alice)
    generation_interrupt_all()
    before = Message.objects.get(pk=claim.reply_id).revision
    (open_,) = LedgerEntry.objects.all()
    assert entries_reconcile(found=[Found(id=open_.id, usd=Decimal(1), source=Source.LOGS)])
    message = Message.objects.select_related("conversation").get(pk=claim.reply_id)
    assert message.revision == message.conversation.revision == before + 1


def test_a_settled_entry_is_never_changed_by_what_is_found(alice: User) -> None:
    settled = entry(alice, "1", EntryState.SETTLED, usd=Decimal(1))
    assert entries_reconcile(found=[Found(id=settled.id, usd=Decimal(2), source=Source.LOGS)]) == []
    assert known("1").usd == 1


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (ABANDONED_AFTER - timedelta(minutes=1), EntryState.RESERVED),
        (ABANDONED_AFTER + timedelta(minutes=1), EntryState.UNKNOWN),
    ],
)
def test_what_nobody_can_be_at_any_more_is_opened(alice: User, age: timedelta, state: EntryState) -> None:
    entry(alice, "1", EntryState.RESERVED, created_at=timezone.now() - age, settled_at=None)
    entries_abandon()
    assert known("1").state == state


def test_a_reply_that_is_still_being_written_is_not_abandoned(alice: User) -> None:
    start(alice)
    LedgerEntry.objects.update(created_at=timezone.now() - ABANDONED_AFTER * 2)
    assert entries_abandon() == 0


# In the background


async def stepping(scripts: list[Script], work: Callable[[Reconciler], Awaitable[None]]) -> list[str]:
    """What was asked while `work` let a reconciler take its steps."""
    async with upstream(*scripts) as server:
        client = CompletionsClient(base_url=server.url, api_key="k")
        await work(Reconciler(client.billing()))
        await client.aclose()
        return [received.line.split()[1].partition("?")[0] for received in server.requests]


async def test_it_asks_less_and_less_often_while_nothing_comes_of_it(alice: User) -> None:
    await in_database(entry, alice, "1")

    async def work(reconciler: Reconciler) -> None:
        pauses = []
        for _ in range(8):
            reconciler._pause = await reconciler.step()
            pauses.append(reconciler._pause)
        assert pauses[:3] == [USUAL_SECONDS, 2 * USUAL_SECONDS, 4 * USUAL_SECONDS]
        assert pauses[-1] == LONGEST_SECONDS
        await in_database(entry, alice, "2")
        assert await reconciler.step() == USUAL_SECONDS, "somebody has just stopped a reply"

    await stepping([NONE], work)


async def test_a_server_that_says_nothing_is_asked_once(alice: User, caplog: Any) -> None:
    await in_database(entry, alice, "1")

    async def work(reconciler: Reconciler) -> None:
        reconciler._pause = 0
        async with asyncio.timeout(10):
            await reconciler.keep_up()
        assert reconciler.given_up

    assert await stepping([MISSING], work) == ["/v2/billing/transactions", "/v2/logs"]
    assert caplog.text.count("the server does not say it") == 1


async def test_trouble_is_waited_out(alice: User, caplog: Any) -> None:
    await in_database(entry, alice, "1")
    trouble = answer(500, {"message": "oops", "statusCode": 500})

    async def work(reconciler: Reconciler) -> None:
        assert await reconciler.step() == 2 * USUAL_SECONDS
        assert not reconciler.given_up
        await reconciler.step()

    await stepping([trouble, page(charge("inf-1", 0.25))], work)
    assert (await in_database(known, "1")).usd == Decimal("0.25")
    assert "The cost of 1 calls is known now: $0.25" in caplog.text
