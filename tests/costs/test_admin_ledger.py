"""The ledger in the admin: filtered, added up, never changed, and reconciled by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from chatsite.accounts.models import User
from conversations.models import EntryState, LedgerEntry
from tests.costs.test_use import spent
from tests.live.conftest import OpenTab, open_tab
from tests.live.pages import Visitor
from tests.live.site import Site
from tests.site.servers import prepare

__all__ = ["open_tab"]
LIST = "/admin/conversations/ledgerentry/"


@pytest.mark.django_db
def test_the_total_is_that_of_all_rows_that_the_filters_leave(alice: User, admin_client: Client) -> None:
    for number in range(150):
        spent(alice, "0.0000000001", model="cheap", request_id=f"c{number}")
    spent(alice, "2", model="dear", state=EntryState.ESTIMATED)
    spent(alice, None, model="dear", state=EntryState.UNKNOWN)
    for query, total in (
        ("", "$2.000000015"),
        ("?model=cheap", "$0.000000015"),
        ("?model=dear&state__exact=estimated", "$2"),
        ("?model=nothing", "$0"),
    ):
        page = admin_client.get(LIST + query).content.decode()
        assert f"come to <strong>{total}</strong>" in page


@pytest.mark.django_db
def test_rows_are_found_and_read_and_cannot_be_changed(alice: User, admin_client: Client) -> None:
    entry = spent(alice, "0.5", inference_id="inf-7", request_id="=<script>")
    assert "inf-7" not in admin_client.get(f"{LIST}?q=other").content.decode()
    page = admin_client.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert "inf-7" in page and "=<script>" not in page
    for action in ("change", "delete"):
        assert admin_client.post(f"{LIST}{entry.pk}/{action}/", {"usd": "9"}).status_code == 403
    entry.refresh_from_db()
    assert entry.usd == Decimal("0.5")


@pytest.mark.django_db
def test_asking_while_the_site_does_not_run_is_told(alice: User, admin_client: Client) -> None:
    entry = spent(alice, None, state=EntryState.UNKNOWN)
    form = {"action": "reconcile_now", "_selected_action": [str(entry.pk)]}
    page = admin_client.post(LIST, form, follow=True).content.decode()
    assert "The provider could not be asked: The site is starting" in page
    assert LedgerEntry.objects.get().state == EntryState.UNKNOWN


async def test_chosen_entries_are_reconciled(
    tmp_path_factory: pytest.TempPathFactory, open_tab: OpenTab
) -> None:
    """On a running site, whose built-in server knows what the stopped reply cost."""
    site = Site(tmp_path_factory.mktemp("reconciling"), {})
    prepare(site.data)
    with site.running():
        admin = site.person()
        site.orm(
            "from chatsite.accounts.models import User; "
            f"User.objects.filter(pk={admin.pk}).update(is_staff=True, is_superuser=True)"
        )
        tab = await open_tab(site, admin)
        turn = await tab.sends("scenario: stall after=5")
        await tab.sees_text(turn, "w5")
        await tab.asks("turn.stop", generation=turn["generation"])
        await tab.sees_end(turn)
        entry = site.one("SELECT id FROM conversations_ledgerentry")
        async with Visitor(site, admin) as visitor:
            form = {"action": "reconcile_now", "_selected_action": entry}
            answer = await visitor.sends_with_token("POST", LIST, **form)
            assert answer.status_code == 302
            page = (await visitor.sends_with_token("GET", LIST)).text
        assert "Asked about 1 calls whose cost was open: 1 found" in page
        (row,) = site.rows("SELECT state, source FROM conversations_ledgerentry")
        assert row == {"state": "reconciled", "source": "transactions"}
