"""Files as rows and as bytes: kept once, counted, sent with a message, of nobody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings

from chatsite.accounts.models import User
from conversations.errors import NotFound, Refused
from conversations.models import Attachment, Blob, Message
from conversations.store.attached_texts import NO_TEXT, attachment_text
from conversations.store.attachments import attachment_of, attachment_remove, attachments_to_send
from conversations.store.blobs import blob_path
from conversations.store.claims import Claim
from conversations.store.conversations import conversation_delete
from conversations.store.drafts import draft_read, draft_save
from conversations.store.previews import again_material
from conversations.store.turns import turn_edit
from tests.attachments import samples
from tests.attachments.verbs import attach, kept, send
from tests.store.verbs import LEASE, end, message_of, new_id

pytestmark = pytest.mark.django_db


def change(person: User, claim: Claim, text: str, ids: list[UUID] | None = None) -> Claim:
    assert claim.message_id is not None
    return turn_edit(
        person=person,
        client_id=new_id(),
        message_id=claim.message_id,
        text=text,
        lease=LEASE,
        attachment_ids=ids,
    )


def names(claim: Claim) -> list[str]:
    return [file.name for file in message_of(claim).attachments.all()]


def test_the_same_picture_is_kept_once_whoever_attaches_it(
    alice: User, bob: User, attachments_folder: Path
) -> None:
    first, second = attach(alice), attach(bob, name="other.png")
    assert first.blob_id == second.blob_id
    assert kept(attachments_folder) == [first.blob_id, f"{first.blob_id}.thumbnail"]
    assert (first.name, second.name) == ("red.png", "other.png")


@pytest.mark.parametrize("name", ["../../../evil.png", "/etc/passwd", "a/../../b.png", "..\\..\\x.png"])
def test_no_name_leads_anywhere(alice: User, attachments_folder: Path, name: str) -> None:
    attach(alice, name=name)
    assert not list(attachments_folder.parent.rglob("*evil*"))
    assert len(kept(attachments_folder)) == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"MZ\x90\0\x03", "is of no kind that can be attached. Possible are JPEG"),
        (b"\xff\xd8\xff" + b"x" * 100, "damaged"),
        (b"%PDF-1.7\n<script>alert(1)</script>", "damaged"),
        (samples.pdf(password="secret"), "protected by a password"),
        (samples.bomb(), "50,000 × 50,000 pixels"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    alice: User, attachments_folder: Path, data: bytes, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        attach(alice, data, "thing.bin")
    assert kept(attachments_folder) == []
    assert not Attachment.objects.exists()
    assert not Blob.objects.exists()


def test_kinds_names_and_sizes_are_told_by_content(alice: User) -> None:
    page = attach(alice, samples.pdf(3), "report")
    text = attach(alice, "Grüße".encode("utf-16"), "notes.txt")
    moving = attach(alice, samples.animated("GIF"), "cat.gif")
    assert (page.kind, page.name, page.blob.tokens) == ("pdf", "report.pdf", 4800)
    assert blob_path(text.blob_id).read_text("utf-8") == "Grüße"
    assert text.original_size == len("Grüße".encode("utf-16"))
    assert (moving.name, moving.note) == ("cat.png", "Animated: only its first frame is kept and sent.")


def test_bytes_at_the_limit_and_one_more(alice: User, settings: LazySettings) -> None:
    settings.LIMITS = replace(settings.LIMITS, attachment_text_bytes=10, attachment_bytes=2000)
    attach(alice, b"x" * 10, "ten.txt")
    with pytest.raises(Refused, match="a text may have"):
        attach(alice, b"x" * 11, "eleven.txt")
    page = samples.pdf()
    attach(alice, page + b"\n" * (2000 - len(page)), "page.pdf")
    with pytest.raises(Refused, match="a file may have"):
        attach(alice, page + b"\n" * (2001 - len(page)), "page.pdf")


def test_a_person_has_room_up_to_the_limit_and_not_one_byte_more(
    alice: User, bob: User, settings: LazySettings
) -> None:
    settings.LIMITS = replace(settings.LIMITS, attachments_total_bytes=100)
    attach(bob, b"b" * 100, "bob.txt")
    first = attach(alice, b"x" * 60, "sixty.txt")
    attach(alice, b"x" * 60, "the same bytes.txt")
    attach(alice, b"y" * 40, "forty.txt")
    with pytest.raises(Refused, match=r"Your files take 0\.0 MB"):
        attach(alice, b"z", "one.txt")
    with pytest.raises(Refused, match="does not fit"):
        attach(alice)
    Attachment.objects.filter(blob=first.blob).delete()
    attach(alice, b"z", "one.txt")


def test_files_go_with_their_message_in_their_order(alice: User) -> None:
    files = [attach(alice, name=name) for name in ("b.png", "a.png", "c.png")]
    claim = send(alice, *files)
    assert names(claim) == ["b.png", "a.png", "c.png"]
    assert claim.material is not None
    (said,) = claim.material.history
    assert [one.name for one in said.attached] == ["b.png", "a.png", "c.png"]


def test_a_message_may_be_files_alone_and_not_nothing(alice: User) -> None:
    claim = send(alice, attach(alice, name="holiday.png"), text="")
    assert message_of(claim).content == ""
    assert message_of(claim).conversation.title == "holiday.png"
    with pytest.raises(Refused, match="is empty"):
        send(alice, text=" ")


def test_as_many_files_as_a_message_can_have_and_one_more(alice: User, settings: LazySettings) -> None:
    settings.LIMITS = replace(settings.LIMITS, attachments_per_message=2)
    files = [attach(alice) for _ in range(3)]
    with pytest.raises(Refused, match="can have 2 files; this one has 3"):
        send(alice, *files)
    assert len(names(send(alice, *files[:2]))) == 2


@pytest.mark.database
def test_the_same_action_twice_is_one_message_with_its_files(alice: User) -> None:
    file = attach(alice)
    first = send(alice, file, client_id="client-1")
    again = send(alice, file, client_id="client-1")
    assert (again.message_id, again.repeated) == (first.message_id, True)
    assert Attachment.objects.count() == 1


def test_a_file_of_somebody_else_or_of_another_message_cannot_be_sent(alice: User, bob: User) -> None:
    of_bob, sent = attach(bob), attach(alice)
    send(alice, sent)
    before = Message.objects.count()
    for file in (of_bob, sent, Attachment(id=uuid4())):
        with pytest.raises(Refused) as refused:
            send(alice, file)
        assert refused.value.code == "attachment_gone"
    assert Message.objects.count() == before
    assert Attachment.objects.get(pk=of_bob.pk).message is None


@pytest.mark.database
def test_an_edited_message_keeps_drops_and_adds_files(alice: User) -> None:
    one, two = attach(alice, name="one.png"), attach(alice, b"two", "two.txt")
    first = send(alice, one, two)
    end(first)
    assert names(change(alice, first, "All of them")) == ["one.png", "two.txt"]
    three = attach(alice, b"three", "three.txt")
    assert names(change(alice, first, "", [three.id, one.id])) == ["three.txt", "one.png"]
    assert names(change(alice, first, "None", [])) == []
    assert names(first) == ["one.png", "two.txt"], "the message as it was keeps its own"
    with pytest.raises(Refused, match="is empty"):
        change(alice, first, "", [])


def test_only_what_is_not_sent_can_be_taken_back(alice: User, bob: User) -> None:
    file, sent = attach(alice), attach(alice)
    send(alice, sent)
    for person, attachment in ((bob, file), (alice, sent)):
        with pytest.raises(NotFound):
            attachment_remove(person=person, attachment_id=attachment.id)
    attachment_remove(person=alice, attachment_id=file.id)
    assert list(Attachment.objects.all()) == [sent]


def test_files_of_a_deleted_conversation_are_seen_by_nobody(alice: User, bob: User) -> None:
    file = attach(alice)
    claim = send(alice, file)
    assert attachment_of(person=alice, attachment_id=file.id) == file
    with pytest.raises(NotFound):
        attachment_of(person=bob, attachment_id=file.id)
    conversation_delete(person=alice, conversation_id=claim.conversation_id)
    with pytest.raises(NotFound):
        attachment_of(person=alice, attachment_id=file.id)


@pytest.mark.database
def test_a_draft_keeps_its_files_and_only_what_is_ones_own(alice: User, bob: User) -> None:
    one, two, of_bob = attach(alice, name="one.png"), attach(alice, name="two.png"), attach(bob)
    draft_save(person=alice, conversation_id=None, text="", attachment_ids=[two.id, one.id, of_bob.id])
    assert [file.name for file in draft_read(person=alice, conversation_id=None).attachments] == [
        "two.png",
        "one.png",
    ]
    draft_save(person=alice, conversation_id=None, text="x", attachment_ids=[one.id])
    assert [file.name for file in draft_read(person=alice, conversation_id=None).attachments] == ["one.png"]
    send(alice, one)
    assert draft_read(person=alice, conversation_id=None).attachments == ()
    draft_save(person=alice, conversation_id=None, text="", attachment_ids=[])
    assert Attachment.objects.count() == 3


@pytest.mark.django_db(transaction=True)
async def test_a_tool_reads_texts_and_documents_by_name_and_nothing_of_others(alice: User, bob: User) -> None:
    from conversations.store.threads import in_database

    def sent() -> Claim:
        files = [
            attach(alice, b"The answer is 42.", "notes.txt"),
            attach(alice, samples.pdf(2, "A line of text"), "paper.pdf"),
            attach(alice, samples.pdf(), "scan.pdf"),
            attach(alice, name="red.png"),
        ]
        return send(alice, *files)

    claim = await in_database(sent)
    where = {"person_id": alice.pk, "conversation_id": claim.conversation_id}
    assert await attachment_text(name="notes.txt", **where) == "The answer is 42."
    assert await attachment_text(name="paper.pdf", **where) == "A line of text\n\nA line of text"
    assert await attachment_text(name="scan.pdf", **where) == NO_TEXT
    for name, words in (("red.png", "is an image"), ("other.txt", "no such attached file")):
        with pytest.raises(Refused, match=words):
            await attachment_text(name=name, **where)
    with pytest.raises(NotFound):
        await attachment_text(name="notes.txt", **(where | {"person_id": bob.pk}))


def test_the_ids_to_send_are_each_taken_once(alice: User) -> None:
    file = attach(alice)
    assert attachments_to_send(alice, [file.id, file.id]) == [file]


def test_the_preview_of_an_edit_has_the_files_that_stay_and_those_that_are_added(
    alice: User, bob: User
) -> None:
    first, second = attach(alice, name="one.png"), attach(alice, b"two", "two.txt")
    claim = send(alice, first, second)
    added, elsewhere, of_bob = attach(alice, b"3", "3.txt"), attach(alice, b"4", "4.txt"), attach(bob)
    send(alice, elsewhere)

    def previewed(ids: list[UUID] | None) -> list[str]:
        material = again_material(
            person=alice,
            conversation_id=claim.conversation_id,
            message_id=message_of(claim).id,
            text="Changed",
            model="",
            attachment_ids=ids,
        )
        return [one.name for one in material.history[-1].attached]

    assert previewed(None) == ["one.png", "two.txt"]
    assert previewed([second.id]) == ["two.txt"]
    assert previewed([]) == []
    assert previewed([added.id, first.id, elsewhere.id, of_bob.id]) == ["3.txt", "one.png"]
