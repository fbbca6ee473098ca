"""The ledger of costs: one entry for each call to the completions server, made before the call.

    reserved ──▶ settled | estimated | free | unknown
                            estimated, unknown ──▶ reconciled

An entry outlives the person, the conversation and the reply that it was for: what was spent stays spent.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conversations.models.generation import Generation
from conversations.models.money import MoneyField


class Purpose(models.TextChoices):
    REPLY = "reply", "reply"
    REPLAY = "replay", "replay"


class EntryState(models.TextChoices):
    RESERVED = "reserved", "reserved: a call may have happened"
    SETTLED = "settled", "settled by the answer"
    ESTIMATED = "estimated", "estimated"
    FREE = "free", "free"
    UNKNOWN = "unknown", "not known yet"
    RECONCILED = "reconciled", "reconciled with the provider"


OPEN = (EntryState.ESTIMATED, EntryState.UNKNOWN)
"""States of an entry whose last word the provider may still say."""


class Source(models.TextChoices):
    """Where an amount comes from."""

    NONE = "", "nothing was charged, or nothing is known"
    ANSWER = "answer", "the model's server, with its answer"
    TRANSACTIONS = "transactions", "the provider's account, afterwards"
    LOGS = "logs", "the provider's log of calls, afterwards"
    CATALOGUE = "catalogue", "tokens and the price in the server's list of models"
    SETTINGS = "settings", "tokens and the price set for this site"


class LedgerEntry(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="person",
    )
    generation = models.ForeignKey(
        Generation, on_delete=models.SET_NULL, null=True, blank=True, related_name="ledger_entries"
    )
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    number = models.PositiveSmallIntegerField(
        default=1, help_text="Which call of its reply or replay, from 1: with tools a reply takes several."
    )
    model = models.CharField(max_length=200)
    request_id = models.CharField(max_length=128, unique=True, help_text="Sent as X-Client-Request-Id.")
    inference_id = models.CharField(max_length=200, blank=True, help_text="Received as x-inference-id.")

    state = models.CharField(max_length=16, choices=EntryState.choices, default=EntryState.RESERVED)
    source = models.CharField(max_length=16, choices=Source.choices, blank=True)
    reserved_usd = MoneyField("reserved, USD", null=True, blank=True)
    usd = MoneyField("USD", null=True, blank=True)
    prompt_tokens = models.PositiveBigIntegerField(null=True, blank=True)
    completion_tokens = models.PositiveBigIntegerField(null=True, blank=True)
    cached_tokens = models.PositiveBigIntegerField(null=True, blank=True)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True)
    reconciled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(usd__isnull=True) | Q(usd__gte=0), name="ledger_usd_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(reserved_usd__isnull=True) | Q(reserved_usd__gte=0),
                name="ledger_reserved_not_negative",
            ),
            models.CheckConstraint(condition=Q(state__in=EntryState.values), name="ledger_state_known"),
        ]
        indexes = [
            models.Index(fields=["owner", "created_at"], name="ledger_of_person"),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["reserved", "estimated", "unknown"]),
                name="ledger_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.model}, {self.get_state_display()}"


def call_request_id(first: str, number: int) -> str:
    """The request id of call number `number`, from 0, of a reply or a run whose first call has `first`.

    The first is its own, so that one without tools has just that one.
    """
    return f"{first}.{number}" if number else first
