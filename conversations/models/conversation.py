"""A conversation: whose it is, how it talks to the model, and which branch of it is shown."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from chatsite.accounts.models import User


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, person: User | AnonymousUser) -> ConversationQuerySet:
        """Those that this person may read and write in: the one gate, for every way in."""
        return self.owned_by(person).filter(deleted_at=None)

    def owned_by(self, person: User | AnonymousUser) -> ConversationQuerySet:
        """Those of this person, the deleted ones among them: for undoing a deletion."""
        if not person.is_authenticated or not person.is_active:
            return self.none()
        return self.filter(owner_id=person.pk)


class Conversation(models.Model):
    """The messages are rows of their own, a tree; `current_leaf` says which branch is shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations"
    )
    title = models.CharField(max_length=200, blank=True)
    system_prompt = models.TextField(blank=True)
    model = models.CharField(max_length=200)
    parameters = models.JSONField(
        default=dict, blank=True, help_text="What is sent with every request: see conversations.parameters."
    )
    approved_tools = models.JSONField(
        default=list, blank=True, help_text="Names of the tools that need not ask in this conversation."
    )
    current_leaf = models.ForeignKey(
        "conversations.Message", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveBigIntegerField(
        default=0, help_text="Grows with every committed change: what changed since r has a larger one."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    active_at = models.DateTimeField(default=timezone.now, help_text="When somebody last wrote in it.")
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-active_at", "-id"]
        indexes = [models.Index(fields=["owner", "-active_at", "-id"], name="conversation_list")]

    def __str__(self) -> str:
        return self.title or "Untitled conversation"
