"""Replies from before there was a ledger get their entries when the database is brought up to date."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

BEFORE = [("conversations", "0005_presets")]
LEDGER = [("conversations", "0006_ledger")]


def migrate(targets: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.mark.django_db(transaction=True)
def test_each_past_reply_is_entered_with_what_is_known() -> None:
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    past = migrate(BEFORE)
    try:
        owner = past.get_model("accounts", "User").objects.create(email="alice@example.org")
        conversation = past.get_model("conversations", "Conversation").objects.create(owner=owner, model="m")
        told = {
            "settled": {"state": "complete", "usd_spent": Decimal("0.0000000001"), "inference_id": "inf"},
            "free": {"state": "failed"},
            "unknown": {"state": "stopped", "usage": {"prompt_tokens": 7}},
            "reserved": {"state": "running"},
        }
        for columns in told.values():
            message = past.get_model("conversations", "Message").objects.create(
                conversation=conversation, owner=owner, role="assistant"
            )
            past.get_model("conversations", "Generation").objects.create(
                conversation=conversation,
                message=message,
                model="m",
                lease_expires_at=timezone.now(),
                **columns,
            )
        entries = migrate(LEDGER).get_model("conversations", "LedgerEntry").objects
        assert sorted(entries.values_list("state", flat=True)) == sorted(told)
        settled = entries.get(state="settled")
        assert (settled.usd, settled.source) == (Decimal("0.0000000001"), "answer")
        assert (settled.owner_id, settled.inference_id) == (owner.id, "inf")
        assert settled.request_id == str(settled.generation_id)
        assert entries.get(state="free").usd == 0
        unknown = entries.get(state="unknown")
        assert (unknown.usd, unknown.prompt_tokens) == (None, 7)
    finally:
        migrate(latest)
