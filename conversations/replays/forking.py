"""A run of a replay as a reply: its whole text, rendered and judged as the original's was."""

from __future__ import annotations

import uuid
from uuid import UUID

from chatsite.accounts.models import User
from conversations.models import ReplayRun
from conversations.replays.recording import Recording
from conversations.script import Said, said_from_json, said_in_words
from conversations.store.forks import Fork, run_fork, state_of
from conversations.store.rendered import id_prefix
from conversations.store.replays import order_of
from conversations.structured import schema_asked
from conversations.turns.judging import finished


def fork(*, person: User, run: ReplayRun) -> UUID:
    """Make it a reply beside the original and show its branch; once per run. Returns the reply's id.

    `run` comes with its replay's generation and that one's message. Blocks. Raises Refused.
    """
    original = run.replay.generation
    continued = original.message.continues
    said = said_by(run)
    content = (continued.content if continued else "") + said.content
    message_id = uuid.uuid4()
    form = finished(
        content,
        schema=schema_asked(original.response_format),
        state=state_of(run),
        id_prefix=id_prefix(message_id),
    )
    answered = said.turns[: run.calls - 1]
    request = Recording(order_of(run.replay)).request(answered).to_wire(stream=True)
    made = Fork(message_id, content, form.blocks, request, form.columns, said)
    return run_fork(person=person, run=run, fork=made)


def said_by(run: ReplayRun) -> Said:
    """What the model said in it."""
    return said_from_json(run.rounds, run.refusal) if run.rounds else said_in_words(run.text, run.refusal)
