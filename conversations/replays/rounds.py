"""The calls of one run: the stored request, and one more for each round of tools with recorded results.

Each call has an entry in the ledger before it is made. Cancelling ends it at once, in a call and between two.
"""

from __future__ import annotations

import asyncio
from uuid import UUID

from conversations.completions import CompletionsClient, StoredRequest
from conversations.replays.receiving import Received
from conversations.replays.recording import Recording
from conversations.replays.storing import surely
from conversations.store.replay_runs import replay_run_next
from conversations.turns.attached import restore_request
from conversations.turns.prices import Price


class RunOver(Exception):
    """Somebody else has ended the run."""


async def answered(
    received: Received,
    recording: Recording,
    *,
    replay_id: UUID,
    client: CompletionsClient,
    price: Price | None,
) -> None:
    """Make the calls, to the answer for which nothing is recorded: in words, or with other calls.

    The entry of the first is there. Raises CompletionError, FileGone and RunOver; passes cancellation on.
    """
    while True:
        request = recording.request(received.turns)
        wire = await asyncio.to_thread(restore_request, request.wire)
        await received.listen(client, StoredRequest(wire), price)
        if not recording.has_results(len(received.turns), received.turn):
            return
        settled = await asyncio.to_thread(received.call.spent)
        received.next_call()
        going = await surely(
            replay_run_next,
            replay_id=replay_id,
            number=received.number,
            calls=len(received.turns) + 1,
            request_id=received.call.request_id,
            settled=settled,
        )
        if not going:
            raise RunOver
