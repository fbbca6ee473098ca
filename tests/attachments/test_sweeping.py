"""The sweep removes what nobody has any more, never what somebody has, and nothing twice."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.models import Attachment, Blob, Conversation
from conversations.store import blobs
from conversations.store.conversations import conversation_delete
from conversations.store.drafts import draft_save
from conversations.store.sweeping import INCOMING_SECONDS, remove_rests, sweep_steps
from conversations.turns.sweeping import sweep_attachments
from tests.attachments.verbs import attach, kept, send

DAY = timedelta(days=1)


def sweep() -> int:
    return sum(step() for step in sweep_steps())


def age(attachment: Attachment, by: timedelta) -> None:
    Attachment.objects.filter(pk=attachment.pk).update(created_at=timezone.now() - by)


@pytest.mark.django_db
def test_what_is_sent_or_in_a_draft_stays_and_what_is_not_goes_after_a_day(
    alice: User, attachments_folder: Path
) -> None:
    sent, drafted, fresh, old = (attach(alice, name.encode(), f"{name}.txt") for name in "abcd")
    send(alice, sent)
    draft_save(person=alice, conversation_id=None, text="", attachment_ids=[drafted.id])
    for one in (sent, drafted, old):
        age(one, DAY + timedelta(seconds=5))
    age(fresh, DAY - timedelta(seconds=60))
    sweep()
    assert set(Attachment.objects.all()) == {sent, drafted, fresh}
    assert set(kept(attachments_folder)) == {one.blob_id for one in (sent, drafted, fresh)}
    assert sweep() == 0


@pytest.mark.django_db
def test_bytes_go_with_the_last_that_has_them(alice: User, bob: User, attachments_folder: Path) -> None:
    first = send(alice, attach(alice))
    send(bob, attach(bob))
    conversation_delete(person=alice, conversation_id=first.conversation_id)
    assert sweep() == 0, "a conversation that is deleted can be restored"
    Conversation.objects.filter(owner=alice).delete()
    sweep()
    assert len(kept(attachments_folder)) == 2, "Bob has the same picture"
    bob.delete()
    sweep()
    assert kept(attachments_folder) == []
    assert not Blob.objects.exists()


@pytest.mark.django_db
def test_bytes_without_a_row_are_those_of_a_process_that_died(alice: User, attachments_folder: Path) -> None:
    file = attach(alice)
    stray = attachments_folder / file.blob_id[:2] / (file.blob_id[:2] + "f" * 62)
    stray.write_bytes(b"written, and then the power went")
    assert sweep() == 1
    assert kept(attachments_folder) == [file.blob_id, f"{file.blob_id}.thumbnail"]


@pytest.mark.django_db
def test_rests_of_uploads_go_after_an_hour(attachments_folder: Path) -> None:
    for name, seconds in (("old", INCOMING_SECONDS + 5), ("new", INCOMING_SECONDS - 60)):
        folder = attachments_folder / "incoming" / name
        folder.mkdir(parents=True)
        (folder / "received").write_bytes(b"x")
        os.utime(folder, (time.time() - seconds,) * 2)
    assert remove_rests() == 1
    assert [path.name for path in (attachments_folder / "incoming").iterdir()] == ["new"]


@pytest.mark.django_db
def test_nothing_is_deleted_while_a_file_is_being_kept(alice: User, attachments_folder: Path) -> None:
    file = attach(alice)
    file.delete()
    with blobs.keeping():
        with pytest.raises(blobs.Busy):
            sweep()
        call_command("sweep_attachments")
        assert len(kept(attachments_folder)) == 2
    call_command("sweep_attachments")
    assert kept(attachments_folder) == []


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_attached_during_sweeps_are_never_lost(alice: User, attachments_folder: Path) -> None:
    """Each file is taken back as soon as it is there, so that its bytes are always about to be removed."""
    stop = threading.Event()
    problems: list[BaseException] = []

    def sweep_for_ever() -> None:
        try:
            while not stop.is_set():
                call_command("sweep_attachments", stdout=StringIO())
        except BaseException as error:
            problems.append(error)
        finally:
            connection.close()

    sweeper = threading.Thread(target=sweep_for_ever)
    sweeper.start()
    try:
        for _ in range(30):
            file = attach(alice, b"always the same", "same.txt")
            assert blobs.blob_path(file.blob_id).read_bytes() == b"always the same"
            file.delete()
    finally:
        stop.set()
        sweeper.join(30)
    assert problems == []


@pytest.mark.django_db(transaction=True)
async def test_the_site_sweeps_in_steps_of_its_own(alice: User, attachments_folder: Path) -> None:
    from conversations.store.threads import in_database

    file = await in_database(attach, alice)
    await in_database(age, file, DAY * 2)
    assert await sweep_attachments() == 2
    assert kept(attachments_folder) == []
