"""What the beginning and the end of a reply read of a branch: the same as whoever reads all of it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chatsite.accounts.models import User
from conversations.models import Generation, Message, State
from conversations.store.belongings import belongings_of
from conversations.store.branches import branch_history, branch_page, branch_said
from conversations.store.outlines import branch_outline, messages_shown
from conversations.store.tool_calls import tool_calls_add
from tests.store.test_tool_calls import record
from tests.store.verbs import conversation_of, end, exchange, go_on, held, regenerate, reply_of, start

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.mark.parametrize("limit", [2, 3, 4, 30])
def test_an_outline_is_the_page_without_its_words(alice: User, limit: int) -> None:
    claims = exchange(alice, ["One", "Two"])
    running = start(alice, "Three", after=claims[-1])
    conversation = conversation_of(running)
    page = branch_page(conversation, leaf_id=running.reply_id, limit=limit)
    outline = branch_outline(conversation, leaf_id=running.reply_id, limit=limit)
    assert [step.id for step in outline.steps] == [message.id for message in page.messages]
    assert [step.revision for step in outline.steps] == [message.revision for message in page.messages]
    assert outline.older is page.older
    assert [step.generation_id for step in outline.steps if step.running] == [running.generation_id]
    assert outline.beside == []


def test_replies_side_by_side_are_on_the_outline(alice: User) -> None:
    claim = start(alice, parameters={"n": 3})
    end(claim.others[0])
    conversation = conversation_of(claim)
    outline = branch_outline(conversation, leaf_id=conversation.current_leaf_id)
    assert [step.id for step in outline.beside] == [other.reply_id for other in claim.others]
    running = [step.generation_id for step in [*outline.steps, *outline.beside] if step.running]
    assert running == [claim.generation_id, claim.others[1].generation_id]


def test_messages_come_in_the_order_asked_with_their_generations(alice: User) -> None:
    first, second = exchange(alice, ["One", "Two"])
    Generation.objects.filter(pk=first.generation_id).update(request={"model": "large"}, usage={"n": 1})
    assert first.message_id
    wanted = [second.reply_id, first.message_id, first.reply_id]
    with CaptureQueriesContext(connection) as asked:
        shown = messages_shown(wanted)
        assert [message.id for message in shown] == wanted
        assert shown[2].generation.usage == {"n": 1}
        assert shown[2].generation.message is shown[2]
    assert len(asked) == 2
    assert shown[2].generation.request == {"model": "large"}
    assert {field: getattr(shown[1], field) for field in ("content", "blocks", "created_at", "owner_id")} == (
        Message.objects.values("content", "blocks", "created_at", "owner_id").get(pk=first.message_id)
    )


def test_a_prompt_reads_what_was_said(alice: User) -> None:
    claims = exchange(alice, ["One", "Two"])
    conversation = conversation_of(claims[0])
    with CaptureQueriesContext(connection) as asked:
        said = branch_said(conversation, leaf_id=claims[-1].reply_id)
        words = [(message.id, message.role, message.content, message.continues_id) for message in said]
    assert len(asked) == 2
    history = branch_history(conversation, leaf_id=claims[-1].reply_id)
    assert words == [(one.id, one.role, one.content, one.continues_id) for one in history]


def test_most_messages_have_nothing_with_them(alice: User) -> None:
    messages = branch_history(
        conversation_of(claim := exchange(alice, ["One", "Two"])[-1]), leaf_id=claim.reply_id
    )
    assert belongings_of([]).files == []
    found = belongings_of(messages)
    assert (found.files, found.calls, found.siblings) == ([], [], [])


def test_replies_with_siblings_and_with_calls_are_found(alice: User) -> None:
    first = exchange(alice, ["One"])[0]
    calling = regenerate(alice, first.reply_id)
    tool_calls_add(held=held(calling), records=[record(calling)], content="So")
    end(calling, "So it is.", State.STOPPED)
    longer = go_on(alice, calling.reply_id)
    replies = [reply_of(claim) for claim in (first, calling, longer)]
    found = belongings_of(replies)
    assert found.siblings == replies
    assert found.calls == [replies[1], replies[2]]  # the third goes on from the second, and has its calls too


def test_first_messages_of_a_conversation_are_siblings_but_not_those_of_another(alice: User) -> None:
    hello, other = exchange(alice, ["Hello"])[0], exchange(alice, ["Other"])[0]
    roots = list(Message.objects.filter(pk__in=[hello.message_id, other.message_id]))
    assert belongings_of(roots).siblings == []
    start(alice, "Anew", conversation_id=hello.conversation_id)
    assert [message.id for message in belongings_of(roots).siblings] == [hello.message_id]
