"""Money in a column: exact in rows and in sums, whatever the database."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from chatsite.accounts.models import User
from conversations.models import LedgerEntry, Purpose
from conversations.models.money import MOST, UNIT

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def entry(person: User, number: int, usd: Decimal | int | str | None) -> LedgerEntry:
    return LedgerEntry(owner=person, purpose=Purpose.REPLY, model="m", request_id=f"r{number}", usd=usd)


def stored(person: User, usd: Decimal | int | str | None) -> Decimal | None:
    entry(person, 1, usd).save()
    found: Decimal | None = LedgerEntry.objects.get().usd
    return found


def test_ten_thousand_of_the_smallest_amounts_add_up_exactly(alice: User) -> None:
    LedgerEntry.objects.bulk_create(entry(alice, number, UNIT) for number in range(10_000))
    total = LedgerEntry.objects.aggregate(total=Sum("usd"))["total"]
    assert isinstance(total, Decimal)
    assert total == Decimal("0.000001")


def test_sums_that_floats_get_wrong_are_right(alice: User) -> None:
    LedgerEntry.objects.bulk_create(entry(alice, number, "0.1") for number in range(3))
    assert LedgerEntry.objects.aggregate(total=Sum("usd"))["total"] == Decimal("0.3")
    assert sum([0.1, 0.1, 0.1]) != 0.3


def test_large_amounts_keep_every_digit(alice: User) -> None:
    LedgerEntry.objects.bulk_create(entry(alice, number, MOST) for number in range(900))
    assert LedgerEntry.objects.aggregate(total=Sum("usd"))["total"] == MOST * 900


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, None),
        (0, Decimal(0)),
        ("0.0012", Decimal("0.0012")),
        (UNIT, UNIT),
        (UNIT / 2, Decimal(0)),
        (UNIT * 3 / 2, UNIT * 2),
        (MOST, MOST),
    ],
)
def test_an_amount_comes_back_as_it_was_to_the_last_place(
    alice: User, given: Decimal | int | str | None, kept: Decimal | None
) -> None:
    assert stored(alice, given) == kept


def test_one_unit_past_the_most_is_refused(alice: User) -> None:
    with pytest.raises(OverflowError):
        stored(alice, MOST + UNIT)


@pytest.mark.parametrize("column", ["usd", "reserved_usd"])
def test_the_database_takes_no_negative_amount(alice: User, column: str) -> None:
    entry(alice, 1, 0).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.update(**{column: -UNIT})


def test_rows_are_found_and_ordered_by_their_amount(alice: User) -> None:
    for number, usd in enumerate(("0.5", "0.0000000001", "2")):
        entry(alice, number, usd).save()
    assert [row.request_id for row in LedgerEntry.objects.order_by("usd")] == ["r1", "r0", "r2"]
    assert LedgerEntry.objects.filter(usd__gt=Decimal("0.4")).count() == 2
    assert LedgerEntry.objects.get(usd=Decimal("2.0")).request_id == "r2"
