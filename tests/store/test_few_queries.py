"""A beginning and an end of a reply ask the database little, and no more in a long conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chatsite.accounts.models import User
from conversations.store.branches import branch_page
from conversations.store.claims import Claim
from conversations.store.outlines import branch_outline, messages_shown
from conversations.views.articles import article_views
from tests.store.verbs import conversation_of, end, exchange, start

pytestmark = pytest.mark.django_db


def queries(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


def shown_new(claim: Claim) -> None:
    """What a look reads at the beginning or the end of a reply, for whoever has the rest."""
    branch_outline(conversation_of(claim), leaf_id=claim.reply_id)
    article_views(messages_shown([claim.reply_id]))


@pytest.mark.parametrize("turns", [1, 8])
def test_each_part_of_a_turn(alice: User, turns: int) -> None:
    claims = exchange(alice, [str(number) for number in range(turns)])
    begun: list[Claim] = []
    assert queries(lambda: begun.append(start(alice, "And now?", after=claims[-1]))) <= 13
    assert queries(lambda: shown_new(begun[0])) <= 5
    assert queries(lambda: end(begun[0])) <= 9
    assert queries(lambda: shown_new(begun[0])) <= 6


def test_a_page_without_files_calls_or_siblings_does_not_ask_for_them(alice: User) -> None:
    claim = exchange(alice, ["One", "Two", "Three"])[-1]
    messages = branch_page(conversation_of(claim), leaf_id=claim.reply_id).messages
    assert queries(lambda: article_views(messages)) == 2
