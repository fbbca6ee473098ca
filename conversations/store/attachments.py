"""Attached files as rows: keep one, take it back, send it with a message, find those of a branch.

An attachment belongs to one person, and to one message once it is sent. Whoever sends it again, by editing
that message, gets rows of their own for the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from chatsite.accounts.models import User
from conversations.attachments import Kind
from conversations.errors import NotFound, Refused
from conversations.models import Attachment, Blob, Draft, Message

MIB = 1024 * 1024


@dataclass(frozen=True)
class NewFile:
    """A file that is kept under its hash, and has no row yet. Sizes in bytes, width and height in pixels."""

    kind: Kind
    name: str
    sha256: str
    size: int
    original_size: int
    media_type: str
    tokens: int
    width: int | None = None
    height: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Attached:
    """An attached file as a value: all that its request is made from, but the bytes."""

    id: UUID
    kind: Kind
    name: str
    sha256: str
    media_type: str
    tokens: int


def attachment_add(*, person: User, file: NewFile) -> Attachment:
    """The row of a file that was kept, within `blobs.keeping`. Raises Refused when it finds no room."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)  # one at a time, or two could fill the same room
        owned = Blob.objects.filter(attachments__owner=person)
        if not owned.filter(pk=file.sha256).exists():
            room_checked(person, file.size)
        blob, _ = Blob.objects.get_or_create(
            sha256=file.sha256,
            defaults={
                "size": file.size,
                "media_type": file.media_type,
                "tokens": file.tokens,
                "width": file.width,
                "height": file.height,
            },
        )
        attachment = Attachment(
            owner=person,
            blob=blob,
            kind=file.kind,
            name=file.name,
            original_size=file.original_size,
            note=file.note,
        )
        attachment.save(force_insert=True)
    return attachment


def room_checked(person: User, size: int) -> None:
    """Raises Refused unless this person may keep so many bytes more."""
    owned = Blob.objects.filter(pk__in=Attachment.objects.filter(owner=person).values("blob"))
    taken: int = owned.aggregate(total=Sum("size"))["total"] or 0
    limit = settings.LIMITS.attachments_total_bytes
    if taken + size > limit:
        raise Refused(
            "too_large",
            f"Your files take {taken / MIB:,.1f} MB of {limit / MIB:,.0f} MB, and this one does not fit."
            " Remove files you have not sent, or ask an admin.",
        )


def attachment_remove(*, person: User, attachment_id: UUID) -> None:
    """Take back a file that is not sent. Raises NotFound; one that is sent stays with its message."""
    deleted, _ = Attachment.objects.filter(pk=attachment_id, owner=person, message=None).delete()
    if not deleted:
        raise NotFound("attached file")


def attachment_of(*, person: User, attachment_id: UUID) -> Attachment:
    """One that this person may see, with its blob. Raises NotFound."""
    found = Attachment.objects.visible_to(person).select_related("blob").filter(pk=attachment_id).first()
    if found is None:
        raise NotFound("attached file")
    return found


# With a message


def attachments_to_send(
    person: User, ids: Sequence[UUID] | None, *, instead_of: Message | None = None
) -> list[Attachment]:
    """The files named, each not sent yet or of the message `instead_of`; None names all of that one's.

    Raises Refused.
    """
    if ids is None:
        return list(instead_of.attachments.all()) if instead_of else []
    limit = settings.LIMITS.attachments_per_message
    if len(ids) > limit:
        raise Refused("too_many", f"A message can have {limit} files; this one has {len(ids)}. Remove some.")
    found = attachments_owned(person, ids)
    usable = [one for one in found if one.message_id in (None, instead_of.id if instead_of else None)]
    if len(usable) < len(set(ids)):
        raise Refused(
            "attachment_gone", "A file of this message is no longer kept here. Remove it, or attach it again."
        )
    return usable


def attachments_owned(person: User, ids: Sequence[UUID]) -> list[Attachment]:
    """Those of this person, with their blobs, in this order; what is not theirs or not there is left out."""
    owned = Attachment.objects.filter(owner=person).select_related("blob").in_bulk(ids)
    return [owned[id] for id in dict.fromkeys(ids) if id in owned]


def attachments_link(message: Message, attachments: Iterable[Attachment]) -> None:
    """Send these with the message, in this order. What another message has is sent as rows of its own."""
    for position, attachment in enumerate(attachments):
        again = attachment.message_id is not None
        if again:
            attachment = Attachment(
                owner_id=attachment.owner_id,
                blob_id=attachment.blob_id,
                kind=attachment.kind,
                name=attachment.name,
                original_size=attachment.original_size,
                note=attachment.note,
            )
        attachment.message, attachment.draft, attachment.position = message, None, position
        attachment.save(force_insert=again)


def attachments_hold(draft: Draft, person: User, ids: Sequence[UUID]) -> None:
    """Let the draft keep these files, those of them that are not sent, and no others."""
    draft.attachments.exclude(pk__in=ids).update(draft=None)
    mine = Attachment.objects.filter(owner=person, message=None, pk__in=ids)
    for position, attachment in enumerate(sorted(mine, key=lambda one: ids.index(one.id))):
        Attachment.objects.filter(pk=attachment.pk, message=None).update(draft=draft, position=position)


def attachments_of(messages: Iterable[Message]) -> dict[UUID, list[Attachment]]:
    """The files of each message that has any, with their blobs."""
    ids = [message.id for message in messages]
    if not ids:
        return {}
    by_message: dict[UUID, list[Attachment]] = defaultdict(list)
    for attachment in Attachment.objects.filter(message__in=ids).select_related("blob"):
        if attachment.message_id is not None:
            by_message[attachment.message_id].append(attachment)
    return by_message


def as_value(attachment: Attachment) -> Attached:
    """The attachment of a row that was read with its blob."""
    blob = attachment.blob
    kind: Kind = attachment.kind  # type: ignore[assignment]  # the column's check holds it to the same words
    return Attached(attachment.id, kind, attachment.name, blob.sha256, blob.media_type, blob.tokens)
