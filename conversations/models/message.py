"""A message: one node of a conversation's tree."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conversations.models.conversation import Conversation


class Role(models.TextChoices):
    USER = "user", "person"
    ASSISTANT = "assistant", "assistant"


class JsonVerdict(models.TextChoices):
    VALID = "valid", "valid JSON"
    INVALID = "invalid", "JSON that does not fit"
    NOT_JSON = "not_json", "not JSON"
    CUT_OFF = "cut_off", "JSON, cut off"
    UNCHECKED = "unchecked", "JSON, not checked"


class Message(models.Model):
    """What was said. Immutable once final: an edit or another reply is a sibling of it.

    The text of a running reply is checkpointed here; its generation says how far it is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    continues = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="continued_by",
        help_text="The cut reply whose text this one begins with.",
    )
    role = models.CharField(max_length=16, choices=Role.choices)
    depth = models.PositiveIntegerField(default=0, help_text="How many messages come before it.")
    content = models.TextField(blank=True, help_text="Markdown, as received.")
    reasoning = models.TextField(blank=True, help_text="What the model marked as its reasoning.")
    blocks = models.JSONField(
        null=True,
        blank=True,
        help_text="Safe HTML of each top-level block of the content; null: not rendered yet.",
    )
    json_verdict = models.CharField(
        "JSON verdict",
        max_length=16,
        blank=True,
        choices=JsonVerdict.choices,
        db_index=True,
        help_text="Of a finished reply that was to be JSON.",
    )
    json_problem = models.TextField(blank=True, help_text="The verdict as the person is told.")
    renderer_version = models.PositiveIntegerField(default=0)
    client_id = models.CharField(  # noqa: DJ001  # null, since many have none and it is unique
        max_length=64,
        null=True,
        blank=True,
        help_text="Made by the client: the action that made this message.",
    )
    revision = models.PositiveBigIntegerField(
        default=0, help_text="The conversation's, when this last changed."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "client_id"], name="message_once_per_client_id"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="message_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.created_at:%Y-%m-%d %H:%M}"
