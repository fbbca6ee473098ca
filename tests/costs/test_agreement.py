"""What stands in the ledger is what the provider charged, after stops, refusals, retries and a kill."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.models import EntryState, LedgerEntry
from conversations.models.money import UNIT
from conversations.store.threads import in_database
from conversations.turns import lifecycle
from conversations.turns.live import LiveGeneration
from conversations.turns.reconcile import reconcile
from tests.invariants import check_upstream_closed
from tests.live.conftest import OpenTab, open_tab
from tests.live.site import KEY as SITE_KEY
from tests.live.site import Site, new_site
from tests.providers import Provider, start_provider
from tests.site.servers import manage
from tests.turns.house import KEY, PATIENCE, House
from tests.turns.test_whole import words

__all__ = ["open_tab"]


@pytest.fixture
def provider() -> Iterator[Provider]:
    """One with an empty account."""
    with start_provider(key=KEY) as running:
        yield running


def charged(provider: Provider) -> Decimal:
    """What the provider's account says it has charged."""
    address = f"{provider.root}/v2/billing/transactions?limit=100"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {provider.key}"})
    with urllib.request.urlopen(request, timeout=10) as response:
        rows = json.load(response, parse_float=Decimal)["data"]
    return sum((Decimal(row["amount"]["usd"]).quantize(UNIT) for row in rows), Decimal(0))


def entered() -> tuple[Decimal, set[str]]:
    """What the ledger says, and the states of its entries."""
    entries = list(LedgerEntry.objects.all())
    return sum((entry.usd for entry in entries), Decimal(0)), {entry.state for entry in entries}


def has_come(live: LiveGeneration, count: int) -> bool:
    return live.text == words(count)


def arrives(provider: Provider, request_id: str) -> None:
    """Wait until the provider has a request: one that never came to it is in no account of its."""
    until = time.monotonic() + PATIENCE
    while request_id not in provider.stats()["requests"]:
        assert time.monotonic() < until, "the request did not arrive"
        time.sleep(0.01)


@pytest.mark.django_db(transaction=True)
async def test_after_stops_refusals_and_retries(house: House, alice: User, provider: Provider) -> None:
    async with house.open() as generations:
        for text in ("tokens count=5", "quota", "server-error code=503 times=1", "error-in-stream after=3"):
            await house.over(await house.say(alice, f"scenario: {text}"))
        for after in (1, 7):
            live = await house.say(alice, f"scenario: stall after={after}")
            await house.sees(live, partial(has_come, live, after))
            generations.stop(live)
            await house.over(live)
        early = await house.say(alice, "scenario: slow-start seconds=30")
        await asyncio.to_thread(arrives, provider, str(early.held.generation_id))
        generations.stop(early)
        await house.over(early)
        await asyncio.to_thread(check_upstream_closed, provider.stats)
        _, states = await in_database(entered)
        assert EntryState.UNKNOWN in states
        billing = lifecycle.current().upstream.billing
        await reconcile(billing, since=timezone.now() - timedelta(days=1))
    total, states = await in_database(entered)
    assert states == {EntryState.SETTLED, EntryState.FREE, EntryState.RECONCILED}
    assert total == await asyncio.to_thread(charged, provider) > 0


def reconciled(site: Site) -> str:
    return manage(site.data, "reconcile_costs", **site.variables)


async def test_after_a_killed_process(tmp_path_factory: pytest.TempPathFactory, open_tab: OpenTab) -> None:
    """The reply of a killed process is found by the id that went up with its request."""
    with start_provider(key=SITE_KEY) as provider:
        site = new_site(tmp_path_factory.mktemp("killed"), provider.base_url)
        site.faulty = True
        with site.running() as serving:
            tab = await open_tab(site, site.person())
            turn = await tab.sends("scenario: stall after=5")
            await tab.sees_text(turn, "w5")
            os.kill(serving.process.pid, signal.SIGKILL)
            await asyncio.to_thread(serving.process.wait)
        await asyncio.to_thread(check_upstream_closed, provider.stats)
        with site.running():
            state = "SELECT state FROM conversations_ledgerentry"
            assert site.one(state) == EntryState.UNKNOWN
            said = await asyncio.to_thread(reconciled, site)
        assert said.startswith("Calls asked about: 1. Found: 1, $0.0")
        units = site.one("SELECT usd FROM conversations_ledgerentry WHERE state = 'reconciled'")
        assert units * UNIT == charged(provider) > 0
        again = await asyncio.to_thread(reconciled, site)
        assert again == "There is no call whose cost is open.\n"
