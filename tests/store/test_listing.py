"""The sidebar's list: complete and without doubles, however it is paged and whatever changes meanwhile."""

from __future__ import annotations

import base64
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import Conversation
from conversations.store.conversations import conversation_delete
from conversations.store.listing import conversation_list, conversation_row
from tests.store.verbs import end, start

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def conversations(person: User, count: int, *, tied: bool = False) -> list[Conversation]:
    """The first one is the newest, unless they are tied."""
    now = timezone.now()
    return [
        Conversation.objects.create(
            owner=person, title=str(n), model="m", active_at=now - timedelta(seconds=0 if tied else n)
        )
        for n in range(count)
    ]


def all_titles(person: User, limit: int) -> list[str]:
    page = conversation_list(person=person, limit=limit)
    titles = [row.title for row in page.rows]
    while page.after:
        page = conversation_list(person=person, after=page.after, limit=limit)
        titles += [row.title for row in page.rows]
    return titles


@pytest.mark.parametrize("limit", [1, 3, 7, 8])
def test_pages_join_to_the_whole_list_newest_first(alice: User, limit: int) -> None:
    conversations(alice, 7)
    assert all_titles(alice, limit) == [str(n) for n in range(7)]


def test_conversations_of_the_same_moment_are_all_listed_once(alice: User) -> None:
    conversations(alice, 7, tied=True)
    assert sorted(all_titles(alice, 2)) == [str(n) for n in range(7)]


def test_a_last_page_that_is_just_full_promises_no_other(alice: User) -> None:
    conversations(alice, 4)
    first = conversation_list(person=alice, limit=2)
    assert conversation_list(person=alice, after=first.after, limit=2).after is None


def test_what_moves_up_or_goes_while_paging_hides_no_other(alice: User) -> None:
    listed = conversations(alice, 6)
    first = conversation_list(person=alice, limit=2)
    Conversation.objects.filter(pk=listed[4].pk).update(active_at=timezone.now() + timedelta(hours=1))
    conversation_delete(person=alice, conversation_id=listed[1].pk)
    start(alice, "Brand new")
    rest = conversation_list(person=alice, after=first.after, limit=10)
    assert [row.title for row in rest.rows] == ["2", "3", "5"]


def test_the_list_is_ones_own_and_without_the_deleted(alice: User, charlie: User) -> None:
    kept, deleted = conversations(alice, 2)
    conversation_delete(person=alice, conversation_id=deleted.pk)
    assert [row.id for row in conversation_list(person=alice).rows] == [kept.pk]
    assert conversation_list(person=charlie).rows == []
    assert conversation_row(person=charlie, conversation_id=kept.pk) is None
    assert conversation_row(person=alice, conversation_id=deleted.pk) is None
    alice.is_active = False
    assert conversation_list(person=alice).rows == []


def test_a_row_says_whether_a_reply_is_being_written(alice: User) -> None:
    claim = start(alice)
    row = conversation_row(person=alice, conversation_id=claim.conversation_id)
    assert row is not None and row.running
    end(claim)
    row = conversation_row(person=alice, conversation_id=claim.conversation_id)
    assert row is not None and not row.running


NOBODYS = UUID(int=1)  # no random one: the names of the tests must be the same in each run


def place(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "é",
        "====",
        place("now and then"),
        place(f"2026-01-01T00:00:00 {NOBODYS}"),
        place("2026-01-01T00:00:00+00:00 17"),
        place(f"2026-13-01T00:00:00+00:00 {NOBODYS}"),
        place(f"0001-01-01T00:00:00+23:59 {NOBODYS}"),
        place(f"9999-12-31T23:59:59-23:59 {NOBODYS}"),
        base64.urlsafe_b64encode(b"\xff\xfe \x00").decode(),
        "A" * 100_000,
    ],
)
def test_a_place_that_nobody_gave_out_is_refused(alice: User, after: str) -> None:
    conversations(alice, 1)
    with pytest.raises(Refused) as refused:
        conversation_list(person=alice, after=after)
    assert refused.value.code == "bad_frame"


def test_the_edges_of_time_are_places_too(alice: User) -> None:
    conversations(alice, 1)
    assert conversation_list(person=alice, after=place(f"0001-01-01T00:00:00+00:00 {NOBODYS}")).rows == []
    late = place(f"9999-12-31T23:59:59+00:00 {NOBODYS}")
    assert len(conversation_list(person=alice, after=late).rows) == 1
