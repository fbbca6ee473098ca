"""A person's own use: added up exactly, by the days of their zone, and shown to nobody else."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import EntryState, LedgerEntry, Purpose
from conversations.models.money import UNIT
from conversations.store.conversations import conversation_delete
from conversations.store.use import Use, dearest_conversations, total, use_by_day
from conversations.views.chart import SERIES_LIMIT, TALL, chart, round_up
from conversations.views.period import period_named, zone_named
from tests.store.verbs import end, start

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
ALL = {"start": NOON - timedelta(days=30), "end": NOON + timedelta(days=30)}

database = [pytest.mark.django_db, pytest.mark.database]


def spent(person: User, usd: str | Decimal | None = "0.1", **columns: Any) -> LedgerEntry:
    columns = {
        "state": EntryState.SETTLED,
        "created_at": NOON,
        "model": "m",
        "purpose": Purpose.REPLY,
        "request_id": f"r{LedgerEntry.objects.count()}",
        "prompt_tokens": 10,
        "completion_tokens": 5,
    } | columns
    return LedgerEntry.objects.create(owner=person, usd=None if usd is None else Decimal(usd), **columns)


class TestRows:
    pytestmark = database

    def test_calls_are_added_up_by_day_and_model(self, alice: User) -> None:
        for model, usd in (("a", "0.1"), ("a", "0.2"), ("b", "0.4")):
            spent(alice, usd, model=model)
        spent(alice, "0.8", created_at=NOON + timedelta(days=1))
        used = use_by_day(person=alice, zone=BERLIN, **ALL)
        assert [(str(one.day), one.model, one.use.usd, one.use.calls) for one in used] == [
            ("2026-03-10", "a", Decimal("0.3"), 2),
            ("2026-03-10", "b", Decimal("0.4"), 1),
            ("2026-03-11", "m", Decimal("0.8"), 1),
        ]
        assert total(one.use for one in used) == Use(4, 40, 20, Decimal("1.5"))

    def test_many_of_the_smallest_amounts_are_exact(self, alice: User) -> None:
        entry = spent(alice, UNIT)
        copies = []
        for number in range(9_999):
            copies.append(LedgerEntry(owner=alice, model="m", purpose="reply", usd=UNIT, created_at=NOON))
            copies[-1].state, copies[-1].request_id = entry.state, f"copy{number}"
        LedgerEntry.objects.bulk_create(copies)
        (one,) = use_by_day(person=alice, zone=BERLIN, **ALL)
        assert (one.use.usd, one.use.calls) == (Decimal("0.000001"), 10_000)

    def test_days_are_those_of_the_zone(self, alice: User) -> None:
        spent(alice, created_at=datetime(2026, 3, 10, 23, 30, tzinfo=UTC))
        for zone, day in ((BERLIN, 11), (ZoneInfo("UTC"), 10), (ZoneInfo("America/New_York"), 10)):
            (one,) = use_by_day(person=alice, zone=zone, **ALL)
            assert one.day == date(2026, 3, day)

    def test_the_first_moment_counts_and_the_last_does_not(self, alice: User) -> None:
        for moment in (ALL["start"], ALL["start"] - timedelta(microseconds=1), ALL["end"]):
            spent(alice, created_at=moment)
        assert total(one.use for one in use_by_day(person=alice, zone=BERLIN, **ALL)).calls == 1

    def test_what_is_reckoned_and_what_is_open_is_told_apart(self, alice: User) -> None:
        spent(alice, "0.1")
        spent(alice, "0.2", state=EntryState.ESTIMATED)
        spent(alice, "0.4", state=EntryState.UNKNOWN)
        spent(alice, None, state=EntryState.UNKNOWN)
        spent(alice, None, state=EntryState.RESERVED)
        spent(alice, "0.8", state=EntryState.RECONCILED)
        spent(alice, "0", state=EntryState.FREE)
        (one,) = use_by_day(person=alice, zone=BERLIN, **ALL)
        assert one.use == Use(6, 60, 30, Decimal("1.5"), Decimal("0.6"), 3)

    def test_others_are_not_counted(self, alice: User, bob: User) -> None:
        spent(bob)
        assert use_by_day(person=alice, zone=BERLIN, **ALL) == []

    def test_the_dearest_conversations_come_first_and_deleted_ones_are_not_told(self, alice: User) -> None:
        claims = [start(alice, text) for text in ("cheap", "dear", "deleted", "free")]
        for claim, usd in zip(claims, ("0.1", "0.2", "0.4", "0"), strict=True):
            end(claim)
            spent(alice, usd, generation_id=claim.generation_id)
        conversation_delete(person=alice, conversation_id=claims[2].conversation_id)
        found = dearest_conversations(person=alice, limit=5, **ALL)
        assert [(one.title, one.use.usd) for one in found] == [
            ("dear", Decimal("0.2")),
            ("cheap", Decimal("0.1")),
        ]
        assert len(dearest_conversations(person=alice, limit=1, **ALL)) == 1


class TestPeriods:
    def test_they_end_with_today_in_the_zone(self) -> None:
        now = datetime(2026, 3, 31, 23, tzinfo=UTC)
        week = period_named("7", BERLIN, now)
        assert (str(week.first), str(week.last), len(week.days)) == ("2026-03-26", "2026-04-01", 7)
        assert period_named("7", ZoneInfo("UTC"), now).last == date(2026, 3, 31)
        month = period_named("month", BERLIN, now)
        assert month.first == month.last == date(2026, 4, 1)

    def test_a_day_of_23_hours_is_one_day(self) -> None:
        day = period_named("7", BERLIN, datetime(2026, 3, 29, 12, tzinfo=UTC))
        assert day.end - day.start == timedelta(days=7), "by the clock on the wall"
        assert day.end.astimezone(UTC) - day.start.astimezone(UTC) == timedelta(days=7, hours=-1)

    @pytest.mark.parametrize("key", ["", "8", "0", "-7", "month ", "٧"])
    def test_there_are_no_others(self, key: str) -> None:
        with pytest.raises(Refused, match="Choose one of 7, 30, 90, month"):
            period_named(key, BERLIN, NOON)

    @pytest.mark.parametrize(
        "name", ["", "Nowhere/City", "../../etc/passwd", "/etc/passwd", "Europe", "\x00", "x" * 999]
    )
    def test_an_unknown_zone_is_the_sites(self, name: str, settings: LazySettings) -> None:
        assert zone_named(name).key == settings.TIME_ZONE
        assert zone_named("Europe/Berlin") == BERLIN


class TestChart:
    days = [date(2026, 3, day) for day in (1, 2, 3)]

    def test_bars_stack_with_the_dearest_lowest(self) -> None:
        drawn = chart(
            self.days,
            {
                "less": {self.days[0]: Decimal("0.2")},
                "more": {self.days[0]: Decimal("0.3"), self.days[2]: Decimal("0.5")},
            },
        )
        assert drawn is not None
        assert (drawn.top, drawn.legend) == (Decimal("0.5"), ((1, "more"), (2, "less")))
        assert [(bar.x // 100, bar.y, bar.height, bar.series) for bar in drawn.bars] == [
            (0, 400, 600, 1),
            (0, 0, 400, 2),
            (2, 0, 1000, 1),
        ]

    def test_the_smallest_amount_is_seen(self) -> None:
        drawn = chart(self.days, {"m": {self.days[0]: UNIT, self.days[1]: Decimal(900)}})
        assert drawn is not None
        assert min(bar.height for bar in drawn.bars) > 0
        assert all(bar.y >= 0 and bar.y + bar.height <= TALL for bar in drawn.bars)

    def test_more_models_than_colours_share_the_last(self) -> None:
        drawn = chart(self.days, {str(number): {self.days[0]: Decimal(1)} for number in range(9)})
        assert drawn is not None
        assert drawn.legend[-1] == (SERIES_LIMIT + 1, "5, 6, 7, 8")
        assert len(drawn.legend) == SERIES_LIMIT + 1

    def test_nothing_is_not_drawn(self) -> None:
        assert chart(self.days, {}) is None
        assert chart(self.days, {"m": {self.days[0]: Decimal(0)}}) is None

    @pytest.mark.parametrize(
        ("amount", "rounded"),
        [
            ("1", "1"),
            ("1.0001", "2"),
            ("2", "2"),
            ("2.1", "5"),
            ("5.01", "10"),
            ("0.0037", "0.005"),
            ("99", "100"),
        ],
    )
    def test_the_scale_is_round(self, amount: str, rounded: str) -> None:
        assert round_up(Decimal(amount)) == Decimal(rounded)


@pytest.mark.django_db
class TestPage:
    def test_it_shows_what_was_spent_and_what_is_not_certain(self, alice: User, alice_client: Client) -> None:
        claim = start(alice, "<b>Hostile</b> title")
        end(claim)
        now = timezone.now()
        spent(alice, "0.0004", created_at=now, generation_id=claim.generation_id, model="gpt-4-1106-preview")
        spent(alice, "1", created_at=now, state=EntryState.ESTIMATED)
        spent(alice, None, created_at=now, state=EntryState.UNKNOWN)
        page = alice_client.get("/use?period=7&zone=Europe/Berlin").content.decode()
        for words in (
            "About $1<",
            "3 calls, 45 tokens",
            "about $1 is an estimate",
            "The cost of 1 call is not known.",
            "Days are those of Europe/Berlin",
            "$0.0004",
            f'<a href="/c/{claim.conversation_id}"><bdi>&lt;b&gt;Hostile',
            'role="img"',
        ):
            assert words in page
        assert "style=" not in page

    def test_without_any_use_it_says_so(self, alice_client: Client) -> None:
        page = alice_client.get("/use").content.decode()
        assert "Nothing was asked of a model in these days" in page
        assert "<table" not in page and "<figure" not in page

    def test_a_period_that_is_none_is_refused(self, alice_client: Client) -> None:
        for path in ("/use", "/use.csv"):
            answer = alice_client.get(f"{path}?period=8")
            assert answer.status_code == 400
            assert "Choose one of 7, 30, 90, month" in answer.content.decode()

    def test_nobody_sees_the_use_of_others(
        self, alice: User, bob_client: Client, stranger_client: Client
    ) -> None:
        spent(alice, "123.45", created_at=timezone.now())
        for path in ("/use", "/use.csv"):
            assert "123.45" not in bob_client.get(path).content.decode()
            assert stranger_client.get(path).status_code == 302

    def test_the_file_has_the_same_numbers_and_no_formula(self, alice: User, alice_client: Client) -> None:
        now = timezone.now()
        for model in ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "plain"):
            spent(alice, "0.00000001", created_at=now, model=model, state=EntryState.ESTIMATED)
        answer = alice_client.get("/use.csv?zone=UTC")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"].startswith('attachment; filename="chatsite-use-')
        head, *rows = csv.reader(answer.content.decode().splitlines())
        assert head[:3] == ["day", "model", "calls"]
        assert {row[1] for row in rows} == {"'=HYPERLINK(1)", "'+1", "'-1", "'@SUM(A1)", "plain"}
        assert rows[0][2:] == ["1", "10", "5", "0.00000001", "0.00000001", "0"]

    def test_the_menu_leads_there(self, alice_client: Client) -> None:
        assert '<a class="quiet" href="/use">Your use</a>' in alice_client.get("/").content.decode()
