"""A tool call: one function that a model asked for within a reply, and what became of it.

    proposed ──▶ (waiting ──▶) running ──▶ done | failed | timed_out
                  waiting ──▶ denied            at once: unknown | bad_arguments
    any of the first three ──▶ stopped | interrupted, with its generation

Calls of one answer of the model are a round; the next round's answer has their results. A call is stored
before it is run, and changed only by the holder of its generation's lease.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from conversations.models.generation import Generation


class CallState(models.TextChoices):
    PROPOSED = "proposed", "about to run"
    WAITING = "waiting", "waiting for you"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    UNKNOWN = "unknown", "no such tool"
    BAD_ARGUMENTS = "bad_arguments", "wrong arguments"
    TIMED_OUT = "timed_out", "took too long"
    DENIED = "denied", "not allowed"
    STOPPED = "stopped", "stopped"
    INTERRUPTED = "interrupted", "interrupted"


LIVE_CALLS = (CallState.PROPOSED, CallState.WAITING, CallState.RUNNING)


class ToolCall(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="tool_calls")
    round = models.PositiveSmallIntegerField(help_text="Which answer of the model asked for it, from 0.")
    index = models.PositiveSmallIntegerField(help_text="Its place within the round, from 0.")
    call_id = models.CharField(
        max_length=200, help_text="The model's own, or made up here when it gave none or the same twice."
    )
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True, help_text="What people know the tool by.")
    purpose = models.TextField(blank=True, help_text="What the tool does, as it was at the time.")
    arguments = models.TextField(blank=True, help_text="As received: JSON, or what was meant to be.")
    parsed = models.JSONField(null=True, blank=True, help_text="The arguments, when they are a JSON object.")
    result = models.TextField(blank=True, help_text="What the model was given.")
    state = models.CharField(max_length=16, choices=CallState.choices, default=CallState.PROPOSED)
    offset = models.PositiveIntegerField(
        default=0, help_text="Code points of the message's content that were there before it."
    )
    recorded = models.BooleanField(
        default=False, help_text="Its result is that of a reply that was replayed: nothing was run."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, help_text="Of its run, not of the asking.")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["round", "index"]
        constraints = [
            models.UniqueConstraint(fields=["generation", "round", "index"], name="tool_call_place"),
            models.CheckConstraint(condition=Q(state__in=CallState.values), name="tool_call_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_state_display()}"
