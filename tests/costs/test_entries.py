"""Entries of the ledger: reserved with the claim, settled with the end, kept whatever is deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.models import EntryState, Generation, LedgerEntry, Purpose, Source, State
from conversations.store.claims import Claim
from conversations.store.conversations import conversation_delete
from conversations.store.generations import (
    Ending,
    generation_finish,
    generation_interrupt_all,
    generation_interrupt_expired,
)
from conversations.store.ledger import Spent, entry_reserve, entry_reserve_next, entry_settle
from conversations.store.spending import GIVE_UP_DAYS, costs_of
from tests.invariants import check_ledger
from tests.store.verbs import end, held, start

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def entry_of(claim: Claim) -> LedgerEntry:
    return LedgerEntry.objects.get(generation=claim.generation_id)


def settled(claim: Claim, usd: str = "0.0012") -> Spent:
    return Spent(
        request_id=str(claim.generation_id),
        state=EntryState.SETTLED,
        usd=Decimal(usd),
        source=Source.ANSWER,
        inference_id="inf",
    )


def finish(claim: Claim, *spent: Spent, state: State = State.COMPLETE) -> bool:
    return generation_finish(held=held(claim), ending=Ending(state, "text", ["<p>text</p>"], spent=spent))


def test_a_claim_reserves_its_call(alice: User) -> None:
    claim = start(alice)
    entry = entry_of(claim)
    assert (entry.owner, entry.purpose, entry.number) == (alice, Purpose.REPLY, 1)
    assert (entry.state, entry.usd, entry.source) == (EntryState.RESERVED, None, Source.NONE)
    assert (entry.model, entry.request_id) == (claim.model, str(claim.generation_id))


def test_a_repeated_claim_reserves_nothing_more(alice: User) -> None:
    for _ in range(2):
        start(alice, client_id="the same")
    assert LedgerEntry.objects.count() == 1


def test_a_claim_that_fails_leaves_no_entry(alice: User) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        start(alice)
        raise ZeroDivisionError
    assert not LedgerEntry.objects.exists()


def test_a_call_never_has_two_entries(alice: User) -> None:
    claim = start(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        entry_reserve(
            owner_id=alice.id, purpose=Purpose.REPLAY, model="m", request_id=str(claim.generation_id)
        )


def test_the_end_settles_it_in_the_same_transaction(alice: User) -> None:
    claim = start(alice)
    assert finish(claim, settled(claim))
    entry = entry_of(claim)
    assert (entry.state, entry.usd, entry.inference_id) == (EntryState.SETTLED, Decimal("0.0012"), "inf")
    assert entry.settled_at is not None
    check_ledger()


def test_an_end_that_comes_too_late_settles_nothing_by_itself(alice: User) -> None:
    claim = start(alice)
    generation_interrupt_all()
    assert not finish(claim, settled(claim))
    assert entry_of(claim).state == EntryState.UNKNOWN


def test_what_was_reserved_and_never_called_becomes_free(alice: User) -> None:
    claim = start(alice)
    entry_reserve(
        owner_id=alice.id,
        purpose=Purpose.REPLY,
        model="m",
        request_id="second",
        generation_id=claim.generation_id,
        number=2,
    )
    finish(claim, settled(claim))
    second = LedgerEntry.objects.get(request_id="second")
    assert (second.state, second.usd) == (EntryState.FREE, 0)


def test_settling_again_changes_nothing(alice: User) -> None:
    claim = start(alice)
    assert entry_settle(spent=settled(claim))
    assert not entry_settle(spent=settled(claim, "9"))
    assert entry_of(claim).usd == Decimal("0.0012")


def test_a_settlement_that_comes_after_the_sweep_is_better_than_nothing(alice: User) -> None:
    claim = start(alice)
    generation_interrupt_all()
    assert entry_settle(spent=settled(claim))
    assert entry_of(claim).state == EntryState.SETTLED


def test_the_sweep_leaves_a_call_of_a_dead_process_unknown_with_its_name(alice: User) -> None:
    claim, living = start(alice), start(alice)
    Generation.objects.filter(pk=claim.generation_id).update(
        inference_id="inf-7", lease_expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert generation_interrupt_expired() == 1
    entry = entry_of(claim)
    assert (entry.state, entry.usd, entry.inference_id) == (EntryState.UNKNOWN, None, "inf-7")
    assert entry_of(living).state == EntryState.RESERVED
    end(living)
    check_ledger()


def test_deleting_a_conversation_while_a_reply_runs_keeps_its_call(alice: User) -> None:
    claim = start(alice)
    conversation_delete(person=alice, conversation_id=claim.conversation_id)
    assert entry_of(claim).state == EntryState.UNKNOWN


def test_money_outlives_the_reply_and_the_person(alice: User) -> None:
    claim = start(alice)
    finish(claim, settled(claim))
    alice.delete()
    entry = LedgerEntry.objects.get()
    assert (entry.owner, entry.generation, entry.usd) == (None, None, Decimal("0.0012"))
    assert entry.model and entry.request_id


# What a reply cost


def add(claim: Claim, number: int, state: EntryState, usd: str | None, **columns: object) -> None:
    LedgerEntry.objects.create(
        owner_id=claim.owner_id,
        generation_id=claim.generation_id,
        purpose=Purpose.REPLY,
        number=number,
        model="m",
        request_id=f"{claim.generation_id}.{number}",
        state=state,
        usd=None if usd is None else Decimal(usd),
        **columns,
    )


def cost(claim: Claim) -> tuple[Decimal | None, bool, bool]:
    found = costs_of([claim.generation_id])[claim.generation_id]
    return found.usd, found.estimated, found.awaited


def test_a_reply_costs_what_all_its_calls_cost(alice: User) -> None:
    claim = start(alice)
    finish(claim, settled(claim, "0.1"))
    add(claim, 2, EntryState.SETTLED, "0.2")
    assert cost(claim) == (Decimal("0.3"), False, False)
    add(claim, 3, EntryState.ESTIMATED, "0.4")
    assert cost(claim) == (Decimal("0.7"), True, False)
    add(claim, 4, EntryState.UNKNOWN, None, inference_id="inf-4")
    assert cost(claim) == (Decimal("0.7"), True, True)


def test_replays_are_no_part_of_a_replys_cost(alice: User) -> None:
    claim = start(alice)
    finish(claim, settled(claim, "0.1"))
    add(claim, 2, EntryState.SETTLED, "5")
    LedgerEntry.objects.filter(number=2).update(purpose=Purpose.REPLAY)
    assert cost(claim)[0] == Decimal("0.1")


@pytest.mark.parametrize(("days", "awaited"), [(GIVE_UP_DAYS - 0.01, True), (GIVE_UP_DAYS + 0.01, False)])
def test_a_cost_is_awaited_until_nobody_asks_any_more(alice: User, days: float, awaited: bool) -> None:
    claim = start(alice)
    finish(claim, replace(settled(claim), state=EntryState.UNKNOWN))
    LedgerEntry.objects.update(created_at=timezone.now() - timedelta(days=days))
    assert cost(claim)[2] is awaited


def test_a_server_that_names_no_calls_is_not_waited_for(alice: User) -> None:
    claim = start(alice)
    finish(claim, replace(settled(claim), state=EntryState.UNKNOWN, inference_id=""))
    assert cost(claim)[2] is False


def test_an_unknown_reply_has_no_cost(db: None) -> None:
    assert costs_of([UUID(int=1)]) == {}


# Later calls of a reply


def test_a_later_call_settles_those_before_it_and_is_reserved(alice: User) -> None:
    claim = start(alice)
    entry_reserve_next(
        generation_id=claim.generation_id, model="m", request_id="two", number=2, settled=[settled(claim)]
    )
    first, second = LedgerEntry.objects.order_by("number")
    assert (first.state, second.state) == (EntryState.SETTLED, EntryState.RESERVED)
    assert (second.owner, second.number, second.request_id) == (alice, 2, "two")
    assert not entry_settle(spent=settled(claim, "9")), "the end settles the first once more: no change"


def test_reserving_a_later_call_may_be_repeated(alice: User) -> None:
    claim = start(alice)
    for _ in range(2):
        entry_reserve_next(
            generation_id=claim.generation_id, model="m", request_id="two", number=2, settled=[settled(claim)]
        )
    assert LedgerEntry.objects.count() == 2


def test_a_later_call_of_a_dead_process_is_not_taken_for_the_one_before_it(alice: User) -> None:
    claim = start(alice)
    Generation.objects.filter(pk=claim.generation_id).update(inference_id="inf")
    entry_reserve_next(
        generation_id=claim.generation_id, model="m", request_id="two", number=2, settled=[settled(claim)]
    )
    generation_interrupt_all()
    first, second = LedgerEntry.objects.order_by("number")
    assert (first.state, first.inference_id) == (EntryState.SETTLED, "inf")
    assert (second.state, second.inference_id) == (EntryState.UNKNOWN, "")
