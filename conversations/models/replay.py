"""A replay: the stored request of a reply, sent again a number of times to see whether it gives the same.

    running ──▶ complete | failed | cancelled | interrupted

`Replay` is the whole of it, `ReplayRun` one of its calls. Only the process that holds the lease writes them,
by updates that expect the state running; when the lease has run out anybody may end it as interrupted.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conversations.models.generation import Generation
from conversations.models.ledger import call_request_id
from conversations.models.message import Message

RUN_PREFIX = "replay-"
"""Of the request ids of runs, and so of the replies that are made from them."""


class SeedMode(models.TextChoices):
    STORED = "stored", "as stored"
    NONE = "none", "none"
    ANOTHER = "another", "another"


class ReplayState(models.TextChoices):
    RUNNING = "running", "running"
    COMPLETE = "complete", "complete"
    FAILED = "failed", "stopped by failures"
    CANCELLED = "cancelled", "cancelled"
    INTERRUPTED = "interrupted", "interrupted"


class RunState(models.TextChoices):
    RUNNING = "running", "running"
    COMPLETE = "complete", "complete"
    FAILED = "failed", "failed"
    STOPPED = "stopped", "cancelled"
    INTERRUPTED = "interrupted", "interrupted"


class Replay(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="replays")
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="replays")
    client_id = models.CharField(max_length=64, help_text="Made with the form: the action that began it.")
    times = models.PositiveSmallIntegerField(help_text="How many runs were asked for.")
    seed_mode = models.CharField(max_length=16, choices=SeedMode.choices, default=SeedMode.STORED)
    seed = models.BigIntegerField(null=True, blank=True, help_text="With another seed: which.")
    state = models.CharField(max_length=16, choices=ReplayState.choices, default=ReplayState.RUNNING)
    reason = models.TextField(blank=True, help_text="Why it ended before all runs were made, for the person.")
    lease_expires_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "client_id"], name="replay_once_per_client_id"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(state="running"), name="replay_one_running_per_person"
            ),
            models.CheckConstraint(condition=Q(state__in=ReplayState.values), name="replay_state_known"),
            models.CheckConstraint(condition=Q(times__gte=1), name="replay_times_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.times} × {self.generation.model}, {self.get_state_display()}"

    @property
    def running(self) -> bool:
        return self.state == ReplayState.RUNNING

    @property
    def seed_sent(self) -> int | None:
        """The seed that went out with each run, or None."""
        if self.seed_mode == SeedMode.STORED:
            stored: int | None = (self.generation.request or {}).get("seed")
            return stored
        return self.seed


class ReplayRun(models.Model):
    """The request sent once more, to the last round: a call, and one more for each round of recorded results.

    What these cost stands in the ledger, under its `request_ids`.
    """

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, related_name="runs")
    number = models.PositiveSmallIntegerField(help_text="From 1.")
    state = models.CharField(max_length=16, choices=RunState.choices, default=RunState.RUNNING)
    text = models.TextField(blank=True, help_text="What the model said, with its tool calls in their places.")
    rounds = models.JSONField(
        null=True, blank=True, help_text="The text and the tool calls of each answer; null without calls."
    )
    calls = models.PositiveSmallIntegerField(default=1, help_text="Calls to the server that were begun.")
    text_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of text and refusal.")
    refusal = models.TextField(blank=True)
    matches = models.BooleanField(
        null=True,
        blank=True,
        help_text="The same as the original, as far as that goes; of a whole run. Null: it says nothing.",
    )
    diverges_at = models.PositiveIntegerField(
        null=True, blank=True, help_text="The first code point that differs, from 0."
    )
    diverges_at_token = models.PositiveIntegerField(
        null=True, blank=True, help_text="The token of the original which holds it, from 1; about."
    )

    finish_reason = models.CharField(max_length=32, blank=True)
    usage = models.JSONField(null=True, blank=True, help_text="Token counts as received.")
    system_fingerprint = models.CharField(max_length=200, blank=True)
    upstream_id = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=128, help_text="Sent as X-Client-Request-Id of its first call.")
    inference_id = models.CharField(max_length=200, blank=True, help_text="Received as x-inference-id.")
    first_text_ms = models.PositiveIntegerField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)

    error_kind = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True, help_text="What the person is told.")
    error_detail = models.TextField(blank=True, help_text="What an admin is told.")
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    forked = models.ForeignKey(
        Message,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The reply that was made from it.",
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["replay", "number"], name="replay_run_once_per_number"),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="replay_run_state_known"),
        ]

    def __str__(self) -> str:
        return f"run {self.number}, {self.get_state_display()}"

    @property
    def request_ids(self) -> list[str]:
        """Of its calls, in their order."""
        return [call_request_id(self.request_id, number) for number in range(self.calls)]
