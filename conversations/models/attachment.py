"""A file that goes with a message: its bytes, kept once, and each person's use of them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conversations.models.conversation import Conversation
from conversations.models.draft import Draft
from conversations.models.message import Message

if TYPE_CHECKING:
    from chatsite.accounts.models import User


class AttachmentKind(models.TextChoices):
    IMAGE = "image", "image"
    PDF = "pdf", "PDF"
    TEXT = "text", "text"


class Blob(models.Model):
    """Bytes in the data folder, under their own hash: the same file is kept once, whoever attached it."""

    sha256 = models.CharField(max_length=64, primary_key=True, editable=False)
    size = models.PositiveBigIntegerField(help_text="Bytes, as kept.")
    media_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField(null=True, blank=True, help_text="Pixels, of an image.")
    height = models.PositiveIntegerField(null=True, blank=True)
    tokens = models.PositiveIntegerField(help_text="What it takes of a request, about.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"{self.media_type}, {self.sha256[:12]}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, person: User | AnonymousUser) -> AttachmentQuerySet:
        """This person's own: not sent yet, or sent in a conversation that they can see."""
        if not person.is_authenticated or not person.is_active:
            return self.none()
        seen = Q(message=None) | Q(message__conversation__in=Conversation.objects.visible_to(person))
        return self.filter(seen, owner_id=person.pk)


class Attachment(models.Model):
    """A file as one message has it; without a message it is not sent yet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attachments")
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    draft = models.ForeignKey(
        Draft,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="attachments",
        help_text="The draft that keeps it until it is sent.",
    )
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=8, choices=AttachmentKind.choices)
    name = models.CharField(max_length=255)
    original_size = models.PositiveBigIntegerField(help_text="Bytes, as received.")
    note = models.CharField(max_length=200, blank=True, help_text="What of the file is not sent.")
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["position", "created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AttachmentKind.values), name="attachment_kind_known"),
            models.CheckConstraint(
                condition=Q(message=None) | Q(draft=None), name="attachment_in_message_or_draft"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(message=None), name="attachment_not_sent")]

    def __str__(self) -> str:
        return self.name
