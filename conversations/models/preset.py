"""A preset: a saved set of parameters, with a model and a system prompt if it has them, to begin from."""

from __future__ import annotations

import unicodedata
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from chatsite.accounts.models import User

PRESET_NAME_CHARACTERS = 80
"""A name is read in a list beside others."""
FOLDED_CHARACTERS = 3 * PRESET_NAME_CHARACTERS
"""Folding may lengthen a name: a character becomes three at most, by Unicode's tables."""


class PresetQuerySet(models.QuerySet["Preset"]):
    def owned_by(self, person: User | AnonymousUser) -> PresetQuerySet:
        """This person's own: the gate for whatever changes one."""
        if not person.is_authenticated or not person.is_active:
            return self.none()
        return self.filter(owner_id=person.pk)

    def usable_by(self, person: User | AnonymousUser) -> PresetQuerySet:
        """This person's own and the shared ones: the gate for reading."""
        if not person.is_authenticated or not person.is_active:
            return self.none()
        return self.filter(Q(owner_id=person.pk) | Q(owner=None))

    def shared(self) -> PresetQuerySet:
        """Those that admins keep for everybody."""
        return self.filter(owner=None)


class Preset(models.Model):
    """Without an owner it is shared: for everybody to use, for admins to change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="presets"
    )
    name = models.CharField(max_length=PRESET_NAME_CHARACTERS)
    folded = models.CharField(
        max_length=FOLDED_CHARACTERS, editable=False, help_text="The name without case: what is unique."
    )
    model = models.CharField(max_length=200, blank=True, help_text="Empty: whichever is chosen.")
    system_prompt = models.TextField(blank=True, help_text="Empty: whatever the conversation has.")
    parameters = models.JSONField(
        default=dict,
        blank=True,
        help_text="As the completions API names them, for example {“temperature”: 0.2}. What is not in it is"
        " not sent.",
    )
    position = models.PositiveIntegerField(
        default=0, help_text="Small ones come first in the list, then by name."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = PresetQuerySet.as_manager()

    class Meta:
        ordering = ["position", "folded"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "folded"], name="preset_name_per_owner"),
            models.UniqueConstraint(fields=["folded"], condition=Q(owner=None), name="preset_name_shared"),
        ]

    def __str__(self) -> str:
        return self.name


def folded_name(name: str) -> str:
    """Two names that a reader takes for the same one are folded to the same text, on every database."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
