"""Ask the provider what calls cost that were stopped, cut or estimated, and enter what it says.

A call is looked for by its inference id among the account's charges, and then, by that or by our request id,
in the log of calls: a call of a process that died may have left no more than the latter. What is not found
stays as it is: a charge may be booked later than the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils import timezone

from conversations.completions import Billing, Charge, CompletionError, LoggedCall
from conversations.models import Source
from conversations.models.money import MOST
from conversations.store.reconciling import (
    Found,
    OpenCall,
    entries_abandon,
    entries_open,
    entries_reconcile,
)
from conversations.store.threads import in_database

PAGES: Final = 200
"""Of one list at most, with a hundred rows each."""
SKEW: Final = timedelta(minutes=10)
"""How far the provider's clock may be from ours."""
LONGEST_WINDOW: Final = timedelta(days=91)
"""Of the log of calls; the provider allows 92 days."""
BOOKED_AFTER: Final = timedelta(hours=1)
"""A call that succeeded and cost nothing, by the log, may not be booked yet; after this it is believed."""


@dataclass(frozen=True)
class Report:
    """What came of it: calls asked about, calls whose cost was found, and what those cost together."""

    asked: int = 0
    found: int = 0
    usd: Decimal = Decimal(0)


class NothingToAsk(Exception):
    """The server tells nobody what it charged, or not with this key. The text is one line, for the log."""


async def reconcile(billing: Billing, *, since: datetime, ids: Collection[UUID] | None = None) -> Report:
    """Ask about all open calls from `since` on, or about those of `ids` alone. Doing it again is harmless.

    Raises NothingToAsk, or a CompletionError that may pass.
    """
    await in_database(entries_abandon)
    calls = await in_database(entries_open, since=since, ids=ids)
    if not calls:
        return Report()
    changed = await in_database(entries_reconcile, found=await _find(billing, calls))
    return Report(len(calls), len(changed), sum((one.usd for one in changed), Decimal(0)))


async def _find(billing: Billing, calls: list[OpenCall]) -> list[Found]:
    since = calls[0].created_at - SKEW
    absent: list[CompletionError] = []
    found: dict[UUID, Found] = {}
    named = {call.inference_id: call for call in calls if call.inference_id}
    if named:
        try:
            charges = await _charges(billing, named.keys(), since)
            found = {named[name].id: _charged(named[name], of) for name, of in charges.items()}
        except CompletionError as error:
            absent.append(_absent(error))
    left = [call for call in calls if call.id not in found]
    if left:
        try:
            logged = await _logged(billing, left, since)
            found |= {one.id: one for one in logged}
        except CompletionError as error:
            absent.append(_absent(error))
    if absent and not found and len(absent) == bool(named) + bool(left):
        raise NothingToAsk(f"{absent[0].kind}: {absent[0].detail}")
    return [one for one in found.values() if one.usd <= MOST]


def _absent(error: CompletionError) -> CompletionError:
    """The error of a list that is not there, or not for this key. Raises every other one again."""
    if error.permanent or error.kind == "bad_answer":
        return error
    raise error


async def _charges(billing: Billing, names: Collection[str], since: datetime) -> dict[str, set[Charge]]:
    """By inference id. As a set: a row that moved to the next page while it was read is still one row."""
    charges: dict[str, set[Charge]] = defaultdict(set)
    cursor: str | None = None
    for _ in range(PAGES):
        page = await billing.charges(since=since, cursor=cursor)
        for charge in page.rows:
            if charge.inference_id in names:
                charges[charge.inference_id].add(charge)
        if page.next in (None, cursor) or (page.oldest is not None and page.oldest < since):
            break
        cursor = page.next
    return charges


def _charged(call: OpenCall, charges: Iterable[Charge]) -> Found:
    return Found(id=call.id, usd=sum((one.usd for one in charges), Decimal(0)), source=Source.TRANSACTIONS)


async def _logged(billing: Billing, calls: list[OpenCall], since: datetime) -> list[Found]:
    """A call that was tried several times is several rows under our one request id."""
    by_name = {name: call for call in calls for name in (call.inference_id, call.request_id) if name}
    rows: dict[UUID, dict[str, LoggedCall]] = defaultdict(dict)
    until = timezone.now() + SKEW
    since = max(since, until - LONGEST_WINDOW)
    offset = 0
    for _ in range(PAGES):
        page = await billing.calls(since=since, until=until, offset=offset)
        for row in page.rows:
            call = by_name.get(row.inference_id) or by_name.get(row.request_id)
            if call is not None:
                rows[call.id][row.inference_id] = row
        if page.next is None or (page.oldest is not None and page.oldest < since):
            break
        offset = int(page.next)
    return [one for call in calls if call.id in rows and (one := _summed(call, rows[call.id].values()))]


def _summed(call: OpenCall, rows: Iterable[LoggedCall]) -> Found | None:
    """None while a charge may still be booked."""
    rows = list(rows)
    usd = sum((row.usd for row in rows), Decimal(0))
    succeeded = [row for row in rows if not row.failed]
    if succeeded and not usd and timezone.now() - call.created_at < BOOKED_AFTER:
        return None
    return Found(
        id=call.id,
        usd=usd,
        source=Source.LOGS,
        inference_id=succeeded[0].inference_id if succeeded else "",
        prompt_tokens=sum(row.prompt_tokens or 0 for row in succeeded) or None,
        completion_tokens=sum(row.completion_tokens or 0 for row in succeeded) or None,
    )
