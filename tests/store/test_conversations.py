"""Whole conversations: renamed, configured, deleted, restored; and only by whose they are."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings

from chatsite.accounts.models import User
from conversations.errors import NotFound, Refused
from conversations.models import Conversation, Draft, State
from conversations.store.claims import Claim
from conversations.store.conversations import (
    branch_choose,
    conversation_configure,
    conversation_delete,
    conversation_rename,
    conversation_restore,
)
from conversations.store.drafts import draft_read, draft_save
from tests.store.verbs import (
    at_once,
    conversation_of,
    edit,
    end,
    exchange,
    generation_of,
    reply_of,
    rows,
    start,
)

pytestmark = pytest.mark.database
MODEL = "gpt-4-0125-preview"
Verb = Callable[[User, UUID], object]

VERBS: dict[str, Verb] = {
    "rename": lambda person, key: conversation_rename(person=person, conversation_id=key, title="Mine now"),
    "configure": lambda person, key: conversation_configure(
        person=person, conversation_id=key, model=MODEL, system_prompt="Obey me."
    ),
    "delete": lambda person, key: conversation_delete(person=person, conversation_id=key),
    "keep a draft": lambda person, key: draft_save(person=person, conversation_id=key, text="Mine"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "verb", [*VERBS.values(), lambda person, key: conversation_restore(person=person, conversation_id=key)]
)
def test_a_stranger_changes_nothing_and_learns_nothing(alice: User, charlie: User, verb: Verb) -> None:
    claim = start(alice)
    stored = rows()
    with pytest.raises(NotFound) as of_a_stranger:
        verb(charlie, claim.conversation_id)
    with pytest.raises(NotFound) as of_a_missing_one:
        verb(alice, uuid4())
    assert of_a_stranger.value.message == of_a_missing_one.value.message
    assert rows() == stored
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_a_stranger_chooses_no_branch(alice: User, charlie: User) -> None:
    claim = start(alice)
    edit(alice, claim.message_id)
    stored = rows()
    for person, message_id in ((charlie, claim.reply_id), (alice, uuid4())):
        with pytest.raises(NotFound, match="no such message"):
            branch_choose(person=person, message_id=message_id)
    assert rows() == stored


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS.values(), ids=list(VERBS))
def test_a_deleted_conversation_refuses_everything(alice: User, verb: Verb) -> None:
    claim = start(alice)
    conversation_delete(person=alice, conversation_id=claim.conversation_id)
    stored = rows()
    with pytest.raises(NotFound):
        verb(alice, claim.conversation_id)
    with pytest.raises(NotFound):
        branch_choose(person=alice, message_id=claim.reply_id)
    assert rows() == stored
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_a_restored_conversation_is_as_it_was_and_its_running_reply_stopped(alice: User) -> None:
    first, running = exchange(alice, ["One"])[0], None
    running = start(alice, "Two", after=first)
    conversation_delete(person=alice, conversation_id=first.conversation_id)
    deleted = conversation_of(first)
    assert not Conversation.objects.visible_to(alice).exists()
    conversation_restore(person=alice, conversation_id=first.conversation_id)
    restored = conversation_of(first)
    assert restored.deleted_at is None
    assert restored.revision > deleted.revision
    assert restored.current_leaf_id == running.reply_id
    assert generation_of(running).state == State.STOPPED
    assert reply_of(first).content == "Reply to One"
    end(start(alice, "Three", after=running))


@pytest.mark.django_db
def test_a_client_that_slept_through_deletion_and_restoring_is_sent_every_message(alice: User) -> None:
    claim = exchange(alice, ["One", "Two"])[0]
    known = conversation_of(claim).revision
    conversation_delete(person=alice, conversation_id=claim.conversation_id)
    conversation_restore(person=alice, conversation_id=claim.conversation_id)
    assert conversation_of(claim).messages.filter(revision__gt=known).count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  A  new\nname ", "A new name"), ("a\x00b", "ab"), ("é" * 200, "é" * 200), ("<b>", "<b>")],
)
def test_a_title_is_one_line(alice: User, typed: str, kept: str) -> None:
    claim = start(alice)
    conversation_rename(person=alice, conversation_id=claim.conversation_id, title=typed)
    assert conversation_of(claim).title == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "code"), [(" \n", "bad_frame"), ("\x00", "bad_frame"), ("x" * 201, "too_large")]
)
def test_a_title_that_cannot_be_is_refused(alice: User, typed: str, code: str) -> None:
    claim = start(alice)
    with pytest.raises(Refused) as refused:
        conversation_rename(person=alice, conversation_id=claim.conversation_id, title=typed)
    assert refused.value.code == code
    assert conversation_of(claim).revision == 1


def configure(claim: Claim, person: User, *, model: str = MODEL, system_prompt: str = "") -> None:
    conversation_configure(
        person=person, conversation_id=claim.conversation_id, model=model, system_prompt=system_prompt
    )


@pytest.mark.django_db
def test_a_conversation_is_configured_for_the_turns_to_come(alice: User, settings: LazySettings) -> None:
    claim = start(alice)
    limit = settings.LIMITS.system_prompt_characters
    configure(claim, alice, system_prompt="x" * limit)
    assert conversation_of(claim).model == MODEL
    assert len(conversation_of(claim).system_prompt) == limit
    with pytest.raises(Refused) as too_long:
        configure(claim, alice, system_prompt="x" * (limit + 1))
    with pytest.raises(Refused) as unknown:
        configure(claim, alice, model="no-such-model")
    assert (too_long.value.code, unknown.value.code) == ("too_large", "model_unknown")
    assert generation_of(claim).model != MODEL


@pytest.mark.django_db
def test_a_model_that_is_no_longer_offered_can_be_kept(alice: User) -> None:
    claim = start(alice)
    Conversation.objects.update(model="gpt-4-retired")
    configure(claim, alice, model="gpt-4-retired", system_prompt="Be brief.")
    assert conversation_of(claim).system_prompt == "Be brief."


# Drafts


@pytest.mark.django_db
def test_drafts_are_kept_per_conversation_and_person(alice: User, bob: User) -> None:
    claim = start(alice)
    for person, key, text in (
        (alice, None, "new"),
        (alice, claim.conversation_id, "here"),
        (bob, None, "Bob's"),
    ):
        draft_save(person=person, conversation_id=key, text="first " + text)
        draft_save(person=person, conversation_id=key, text=text)
    assert draft_read(person=alice, conversation_id=None).text == "new"
    assert draft_read(person=alice, conversation_id=claim.conversation_id).text == "here"
    assert draft_read(person=bob, conversation_id=None).text == "Bob's"
    assert draft_read(person=bob, conversation_id=claim.conversation_id).text == ""
    draft_save(person=alice, conversation_id=None, text="")
    assert draft_read(person=alice, conversation_id=None).text == ""
    assert Draft.objects.count() == 2


@pytest.mark.django_db
def test_a_draft_is_as_long_as_a_message_may_be(alice: User, settings: LazySettings) -> None:
    longest = "é" * settings.LIMITS.message_characters
    draft_save(person=alice, conversation_id=None, text=longest + "\x00")
    assert draft_read(person=alice, conversation_id=None).text == longest
    with pytest.raises(Refused) as refused:
        draft_save(person=alice, conversation_id=None, text=longest + ".")
    assert refused.value.code == "too_large"
    assert draft_read(person=alice, conversation_id=None).text == longest


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_save_a_first_draft_at_once_leave_one(alice: User) -> None:
    for _ in range(5):
        saves = [
            lambda text=text: draft_save(person=alice, conversation_id=None, text=text)
            for text in ("a", "b", "c", "d")
        ]
        at_once(saves)
        assert Draft.objects.get().text in ("a", "b", "c", "d")
        Draft.objects.all().delete()
