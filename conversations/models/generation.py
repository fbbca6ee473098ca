"""A generation: one attempt to answer, from the claim to its one final state.

    queued ──▶ running ──▶ complete | truncated | filtered | stopped | failed | interrupted
       └──────────────────▶ stopped | failed | interrupted

Only the holder of the lease changes the row, by updates that carry the lease's epoch: no row changed
means that somebody else has won. When the lease has run out anybody may end it as interrupted.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from conversations.models.conversation import Conversation
from conversations.models.message import Message


class State(models.TextChoices):
    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    COMPLETE = "complete", "complete"
    TRUNCATED = "truncated", "cut at the length limit"
    FILTERED = "filtered", "cut by the content filter"
    STOPPED = "stopped", "stopped"
    FAILED = "failed", "failed"
    INTERRUPTED = "interrupted", "interrupted"


ACTIVE = (State.QUEUED, State.RUNNING)


class Generation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="generations")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="generation")
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    model = models.CharField(max_length=200)
    request = models.JSONField(null=True, blank=True, help_text="The body as sent, without the key.")
    first_tool_choice = models.JSONField(
        null=True,
        blank=True,
        help_text="The tool_choice of the first request of a reply with tools: the last may have another.",
    )
    ledger = models.JSONField(
        null=True, blank=True, help_text="Which messages went up, which did not, and why: see turns.trimming."
    )
    response_format = models.JSONField(
        null=True, blank=True, help_text="What the whole reply is to be, when that was chosen."
    )

    asked_together = models.UUIDField(
        null=True,
        blank=True,
        db_index=True,
        help_text="Of several replies asked for in one request: the generation of the first of them.",
    )
    choice = models.PositiveSmallIntegerField(default=0, help_text="Its index among those, as received.")
    choices = models.PositiveSmallIntegerField(default=1, help_text="How many the request asked for.")
    side_by_side = models.BooleanField(
        default=False, help_text="Nobody has gone on from one of those yet: they are shown beside each other."
    )

    lease_owner = models.CharField(max_length=64, blank=True)
    lease_epoch = models.PositiveIntegerField(default=1)
    lease_expires_at = models.DateTimeField()
    cursor = models.PositiveIntegerField(
        default=0, help_text="Code points of the message's content, as stored."
    )

    finish_reason = models.CharField(max_length=32, blank=True)
    refusal = models.TextField(blank=True)
    tokens_kept = models.PositiveIntegerField(
        default=0, help_text="Tokens whose probabilities are stored: see TokenLogprobs."
    )
    usage = models.JSONField(null=True, blank=True, help_text="Token counts as received.")
    usd_spent = models.DecimalField(
        max_digits=16,
        decimal_places=10,
        null=True,
        blank=True,
        help_text="As the answer stated it. What the reply cost is in the ledger.",
    )
    system_fingerprint = models.CharField(max_length=200, blank=True)
    upstream_id = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=128, blank=True, help_text="Sent as X-Client-Request-Id.")
    inference_id = models.CharField(max_length=200, blank=True, help_text="Received as x-inference-id.")
    first_text_ms = models.PositiveIntegerField(
        null=True, blank=True, help_text="From the request to the first text."
    )
    duration_ms = models.PositiveIntegerField(null=True, blank=True, help_text="From the request to the end.")

    error_kind = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True, help_text="What the person is told.")
    error_detail = models.TextField(blank=True, help_text="What an admin is told.")
    error_permanent = models.BooleanField(default=False)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="generation_state_known"),
            models.CheckConstraint(
                condition=Q(usd_spent__isnull=True) | Q(usd_spent__gte=0), name="generation_cost_not_negative"
            ),
        ]
        indexes = [
            models.Index(
                fields=["lease_expires_at"],
                condition=Q(state__in=["queued", "running"]),
                name="generation_active",
            )
        ]

    def __str__(self) -> str:
        return f"{self.model}, {self.get_state_display()}"

    @property
    def active(self) -> bool:
        return self.state in ACTIVE
